"""`psabridge explain`: from units on a contract back to the dated source rows (promise 5)."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table

from psabridge.engine.explaining import explain_lines
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.jobs.show.progress import shown
from psabridge.rules.explaining.explanation import Explanation
from psabridge.store.codec import to_plain

Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="A past day, from the kept snapshot.")
]


def explain(
    company: Annotated[str, typer.Argument(help="The company, by name, words or a part of it, or id.")],
    service: Annotated[str, typer.Argument(help="The service, by name, words or a part of it, or id.")],
    *,
    on: Day = None,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Print the whole chain behind a number: readings, mapping, rounding, adjustments, units now."""
    day: date | None = None if on is None else on.date()
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        with shown(beside()) as progress:
            progress.phase("Reading both sides" if day is None else "Opening the kept snapshot")
            found = explain_lines(
                company,
                service,
                on=day,
                settings=bridge.pairings.settings(chosen),
                ports=bridge.ports(chosen),
            )
        for text in found.told:
            beside().print(f"{text}.", soft_wrap=True, markup=False)
        if as_json:
            print_json([to_plain(one) for one in found.lines])
            return
        for one in found.lines:
            console().print(_table(one))


def _table(explanation: Explanation) -> Table:
    title = f"{explanation.company}, {explanation.contract}, {explanation.service}"
    chain = table(title, ("", "where it comes from"))
    for heading, text in explanation.chain():
        chain.add_row(heading, text)
    return chain
