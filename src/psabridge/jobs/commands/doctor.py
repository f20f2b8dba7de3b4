"""`psabridge doctor`: what is right, what is not, and what to do about it."""

import sys
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from psabridge.jobs.commands.options import AsJson
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.jobs.show.progress import shown
from psabridge.wiring.bridge import open_bridge
from psabridge.wiring.checks import Check, examine


def doctor(*, as_json: AsJson = False) -> None:
    """Check keys, database, connections, rights, field, clock and mappings. Changes nothing."""
    checks: list[Check] = []
    with reported(as_json=as_json), open_bridge() as bridge, shown(beside()) as progress:
        progress.phase("Looking")
        for check in examine(bridge):
            progress.phase(check.subject)
            checks.append(check)
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        console().print(_table(checks))
    sys.exit(Exit.DONE if all(check.is_right for check in checks) else Exit.STEP_FAILED)


def _table(checks: list[Check]) -> Table:
    right = sum(1 for check in checks if check.is_right)
    found = table(f"{right} of {len(checks)} checks are right", ("what", "", "found", "next"))
    for check in checks:
        mark = Text("right", "green") if check.is_right else Text("wrong", "red")
        found.add_row(check.subject, mark, check.text, check.next_act)
    return found
