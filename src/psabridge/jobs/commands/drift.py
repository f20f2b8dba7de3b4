"""`psabridge drift`: source now, Autotask now, last confirmed, side by side."""

from rich.table import Table

from psabridge.engine.explaining import drift_now
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.jobs.show.progress import shown
from psabridge.rules.explaining.drift import LineDrift
from psabridge.store.codec import to_plain


def drift(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Compare what was used, what Autotask shows and what was last confirmed, line by line."""
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            lines = drift_now(bridge.pairings.settings(chosen), bridge.ports(chosen))
        if as_json:
            print_json([to_plain(line) for line in lines])
        else:
            console().print(_table(lines))


def _table(lines: tuple[LineDrift, ...]) -> Table:
    numbers = ("used", "Autotask", "confirmed", "foreign edits")
    compared = table(f"{len(lines)} lines", ("line", *numbers, "verdict"), right=numbers)
    for line in lines:
        compared.add_row(
            line.subject, _number(line.source), _number(line.now), _number(line.confirmed),
            f"{len(line.foreign)}", line.text,
        )  # fmt: skip
    return compared


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value}"
