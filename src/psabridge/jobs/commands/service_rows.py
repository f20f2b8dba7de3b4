"""`psabridge services list|suggest`: the rows of the service mapping, and those that are still missing."""

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated

import typer
from rich.table import Table

from psabridge.engine.explaining import mapping_now, suggested_now
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.jobs.show.progress import shown
from psabridge.kit.errors import BridgeError
from psabridge.kit.periods import PeriodType
from psabridge.kit.wording import counted
from psabridge.rules.explaining.mapping_rows import RowShown
from psabridge.store.codec import to_plain
from psabridge.wiring.bridge import open_bridge
from psabridge.wiring.config_file import as_yaml, export_with, plain_row

NO_ROW = (
    "No row yet: nothing is mapped to a service. psabridge services list --all shows what there is, "
    "psabridge services suggest prints rows."
)

app = typer.Typer(help="Show the rows of the service mapping, and suggest those that are missing.")


@app.command("list")
def show(
    *,
    with_unmapped: Annotated[
        bool, typer.Option("--all", help="Also what your Acronis account offers and no row speaks of.")
    ] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Read both sides and show each row: what it counts, its service, today's figure over all customers."""
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            rows = mapping_now(
                bridge.pairings.settings(chosen), bridge.ports(chosen), with_unmapped=with_unmapped
            )
        if as_json:
            print_json([to_plain(row) for row in rows])
        elif rows:
            console().print(*_tables(rows), sep="")
        else:
            console().print(NO_ROW)


@app.command("suggest")
def suggest(
    *,
    billing_code: Annotated[
        int | None, typer.Option(min=1, help="Number of an active billing code for recurring services.")
    ] = None,
    period_type: Annotated[
        int | None, typer.Option(help="Months a new service bills at a time: 1, 3, 6 or 12.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Print the whole configuration with the rows in it.")
    ] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Print the rows of the prepared list that are missing, each with its service to be created."""
    with reported(as_json=as_json), open_bridge() as bridge:
        code, months = _terms(billing_code, period_type)
        chosen = bridge.pairings.by_name(pairing)
        with shown(beside()) as progress:
            progress.phase("Reading both sides")
            found = suggested_now(
                bridge.pairings.settings(chosen),
                bridge.ports(chosen),
                billing_code=code,
                period_type=months,
            )
        rows = [plain_row(row) for row in found.rows]
        if as_json:
            print_json({"services": rows, "left_out": found.left_out})
            return
        text = export_with(bridge.pairings, chosen, found.rows) if whole else as_yaml({"services": rows})
        sys.stdout.write(text)
        _tell(len(rows), found.left_out)


def _terms(billing_code: int | None, period_type: int | None) -> tuple[int, PeriodType]:
    """Autotask creates no service without both (LIM-11, ACR-TWO-03)."""
    if billing_code is None or period_type is None:
        raise BridgeError(
            "new services",
            "Autotask creates none without a billing code and a period type",
            "Give both: psabridge services suggest --billing-code NUMBER --period-type MONTHS",
            code="LIM-11",
        )
    if period_type not in set(PeriodType):
        raise BridgeError(
            "new services",
            f"{period_type} months are no period of Autotask",
            "Give --period-type 1, 3, 6 or 12",
            code="LIM-11",
        )
    return billing_code, PeriodType(period_type)


def _tell(rows: int, left_out: Sequence[str]) -> None:
    aside = beside()
    aside.print(
        f"{counted(rows, 'row')} missing. Nothing is created before the file is imported and a plan applied."
        if rows
        else "No row is missing."
    )
    for name in left_out:
        aside.print(f"Left out: several services are named '{name}'. Map one of them by its number.")


def _tables(rows: Sequence[RowShown]) -> Iterator[Table]:
    """One for each group, in the order of the catalogue."""
    columns = ("item", "storage", "counts", "service", "used today", "free", "limit")
    for group, same in groupby(rows, key=lambda row: row.group):
        listed = table(group, columns, right=("used today",))
        for row in same:
            counts = row.counts if row.refused is None else f"{row.counts}\n{row.refused}"
            free = "free" if row.is_free else ""
            listed.add_row(row.item, row.storage, counts, row.service, row.figure, free, row.limit)
        yield listed
