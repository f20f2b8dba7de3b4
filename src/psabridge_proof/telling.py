"""The report of a simulation, for people and as JSON."""

from collections import Counter
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from psabridge_proof.simulation import Tally

# Where a trace is cut: the end of a life tells most of it.
LAST = 25
_CYCLES = ("cycles", "cycles that could not read", "decided by a person", "lease lost")


def tell(tally: Tally, console: Console, *, months: int, seconds: int) -> None:
    cycles = tally.counted["cycles"]
    each_minute = cycles * 60 // max(seconds, 1)
    console.print(
        f"{tally.lives} lives of {months} months, {cycles} cycles in {seconds} s ({each_minute} a minute), "
        f"{sum(tally.checked.values())} checks, {len(tally.wrong)} violations"
    )
    faults = Counter({name: count for name, count in tally.counted.items() if name not in _CYCLES})
    console.print(
        _table("What struck", faults),
        _table("What was checked", tally.checked),
        _table("Why lines were not right, as it was told", tally.listed),
        _table("What arrived at Acronis", tally.done),
        _table("Cycles", Counter({name: tally.counted[name] for name in _CYCLES})),
    )
    for wrong in tally.wrong:
        console.print(f"[bold]seed {wrong.seed}[/bold]: {wrong.text}", markup=True, highlight=False)


def as_json(tally: Tally, *, months: int, seconds: int) -> dict[str, Any]:
    return {
        "lives": tally.lives,
        "months": months,
        "seconds": seconds,
        "counted": dict(tally.counted),
        "checked": dict(tally.checked),
        "listed": dict(tally.listed),
        "arrived": dict(tally.done),
        "wrong": [{"seed": one.seed, "text": one.text} for one in tally.wrong],
    }


def _table(title: str, counted: Counter[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, show_header=False)
    table.add_column("what")
    table.add_column("count", justify="right")
    for name, count in counted.most_common():
        table.add_row(name, str(count))
    return table
