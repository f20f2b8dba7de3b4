"""`psabridge plan`: read both sides and show what would change. Writes to no vendor."""

import json
import sys

from psabridge.engine.prepare import prepare
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tables import show_plan
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import open_bridge


def plan(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Read both sides and show every change that would be made, with its reason and money effect."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            prepared = prepare(bridge.pairings.settings(chosen), bridge.ports(chosen))
        if as_json:
            sys.stdout.write(json.dumps({"plan": prepared.plan_id, **to_plain(prepared.plan)}) + "\n")
        else:
            show_plan(console(), prepared.plan, number=prepared.plan_id)
