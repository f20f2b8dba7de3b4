"""`psabridge plan`: read both sides and show what would change, or the plan made last."""

from typing import Annotated

import typer

from psabridge.engine.prepare import prepare
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tables import show_observing, show_plan
from psabridge.kit.errors import BridgeError
from psabridge.rules.checklist import only_observed
from psabridge.rules.plans.plan import Plan
from psabridge.rules.words import PairingId, PlanId
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import Bridge

Kept = Annotated[bool, typer.Option("--kept", help="Show the plan made last, and ask no vendor.")]


class NoPlanYet(BridgeError):
    """No plan is kept that could be shown."""


def plan(*, kept: Kept = False, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Read both sides and show every change that would be made, with its reason and money effect."""
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        only_looks = bridge.as_of(chosen) is not None
        number, found = _newest(bridge, chosen) if kept or only_looks else _made(bridge, chosen)
        observing = only_observed(bridge.pairings.settings(chosen))
        if as_json:
            print_json({"plan": number, "observing": [str(work) for work in observing], **to_plain(found)})
        else:
            show_plan(console(), found, number=number)
            show_observing(console(), observing)


def _made(bridge: Bridge, chosen: PairingId) -> tuple[PlanId, Plan]:
    with shown(beside()) as progress:
        progress.phase("Reading both sides")
        prepared = prepare(bridge.pairings.settings(chosen), bridge.ports(chosen))
    return prepared.plan_id, prepared.plan


def _newest(bridge: Bridge, chosen: PairingId) -> tuple[PlanId, Plan]:
    number = bridge.records.latest_plan(chosen)
    found = None if number is None else bridge.records.plan(number)
    if number is None or found is None:
        raise NoPlanYet(
            "the newest plan", "there is none yet", "Make one with psabridge plan, or wait for a run"
        )
    return number, found
