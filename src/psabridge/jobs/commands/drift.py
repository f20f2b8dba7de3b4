"""`psabridge drift`: source now, Autotask now, last confirmed, side by side; and the same of quotas."""

from typing import Annotated

import typer
from rich.table import Table

from psabridge.engine.explaining import drift_now, quota_drift_now
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.jobs.show.progress import shown
from psabridge.kit.wording import counted
from psabridge.rules.explaining.drift import LineDrift
from psabridge.rules.explaining.quota_drift import QuotaDrift
from psabridge.rules.words import PairingId
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import Bridge

Quotas = Annotated[
    bool,
    typer.Option("--quotas", help="Quotas instead of lines: sold, in Acronis now, and last set by us."),
]
OF_QUOTAS = "Quotas that contracts set in Acronis: psabridge drift --quotas."


def drift(*, quotas: Quotas = False, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Compare what was used, what Autotask shows and what was last confirmed, line by line."""
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        if quotas:
            _quotas(bridge, chosen, as_json=as_json)
        else:
            _lines(bridge, chosen, as_json=as_json)


def _lines(bridge: Bridge, pairing: PairingId, *, as_json: bool) -> None:
    with shown(beside()) as progress:
        progress.phase("Reading both sides")
        lines = drift_now(bridge.pairings.settings(pairing), bridge.ports(pairing))
    if as_json:
        print_json([to_plain(line) for line in lines])
    else:
        console().print(_line_table(lines))
        console().print(OF_QUOTAS)


def _quotas(bridge: Bridge, pairing: PairingId, *, as_json: bool) -> None:
    with shown(beside()) as progress:
        progress.phase("Reading both sides")
        found = quota_drift_now(bridge.pairings.settings(pairing), bridge.ports(pairing))
    if as_json:
        print_json([to_plain(one) for one in found])
    else:
        console().print(_quota_table(found))


def _line_table(lines: tuple[LineDrift, ...]) -> Table:
    numbers = ("used", "Autotask", "confirmed", "foreign edits")
    compared = table(f"{len(lines)} lines", ("line", *numbers, "verdict"), right=numbers)
    for line in lines:
        compared.add_row(
            line.subject, _number(line.source), _number(line.now), _number(line.confirmed),
            f"{len(line.foreign)}", line.text,
        )  # fmt: skip
    return compared


def _quota_table(found: tuple[QuotaDrift, ...]) -> Table:
    columns = ("item", "sold", "Acronis", "last set by us", "verdict")
    compared = table(counted(len(found), "item"), columns)
    for one in found:
        compared.add_row(one.subject, one.sold, one.now or "unknown", _last_set(one), one.text)
    return compared


def _last_set(one: QuotaDrift) -> str:
    if one.last_set is None or one.set_at is None:
        return ""
    return f"{one.last_set}, {one.set_at:%Y-%m-%d %H:%M} UTC"


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value}"
