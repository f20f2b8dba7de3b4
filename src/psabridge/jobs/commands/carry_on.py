"""`psabridge carry-on`: a person's word that Autotask moved the same database to another server (R43)."""

from dataclasses import asdict

from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import console, print_json
from psabridge.kit.clock import SystemClock
from psabridge.wiring.bridge import open_bridge


def carry_on(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Go on with the server Autotask now names, if it holds the same database. Mappings stay."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        moved = bridge.carry_on(chosen, who=person(), at=SystemClock().now())
        if as_json:
            print_json(asdict(moved))
        else:
            console().print(
                f"Same database {moved.database_id}, now at {moved.new_url} instead of {moved.old_url}. "
                "Mappings and settings are as they were."
            )
