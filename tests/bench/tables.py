"""What was measured, for people."""

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.table import Table

from tests.bench.results import READS, Result


def calls(results: Sequence[Result]) -> Table:
    """Calls do not depend on latency: the first result of a scene speaks for all."""
    table = _empty("Calls, of the formula (design section 10, R62)")
    for name in ("customers", "lines", "cycle", "Autotask", "Acronis", "naive"):
        table.add_column(name, justify="left" if name == "cycle" else "right", no_wrap=True)
    first = {one.scene: one for one in reversed(results)}
    for scene in dict.fromkeys(one.scene for one in results):
        one = first[scene]
        counts = (f"{one.size.customers}", f"{one.size.all_lines}")
        for read in READS:
            who = (scene, *counts) if read == READS[0] else ("", "", "")
            table.add_row(*who, _name(one, read), *_against(one, read), _naive_calls(one, read))
    return table


def times(results: Sequence[Result]) -> Table:
    """Plan: both sides read, decided, kept, planned. The last two are whole cycles."""
    table = _empty("Seconds (of them on the processor), and the most memory the bridge's process held")
    for name in ("latency", "full read", "plan", "incremental", "5 % changing", "naive", "memory"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in results:
        seconds = (_seconds(one, read) for read in ("full", "plan", "incremental", "changing"))
        table.add_row(
            one.scene, f"{one.latency_ms} ms", *seconds, _naive_seconds(one), f"{one.measured['peak_mb']} MB"
        )
    return table


def _empty(title: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("scene", no_wrap=True)
    return table


def _name(result: Result, read: str) -> str:
    named = {"full": "full read", "incremental": "incremental"}
    return named.get(read, f"{result.measured['changing']['changed']} lines change")


def _against(result: Result, read: str) -> tuple[str, str]:
    used, allowed = result.used(read), result.formula_of(read)
    autotask, acronis = (
        f"{used[vendor]} of {allowed[vendor]} = {used[vendor] / allowed[vendor]:.2f}"
        for vendor in ("autotask", "acronis")
    )
    return autotask, acronis


def _naive_calls(result: Result, read: str) -> str:
    """A naive script reads everything in every cycle."""
    if result.naive is None or read != "changing":
        return ""
    naive, used = sum(result.naive["calls"].values()), sum(result.used(read).values())
    return f"{naive} = {naive / used:.0f} times"


def _seconds(result: Result, read: str) -> str:
    return f"{result.seconds(read):.1f} ({result.seconds(read, 'own_seconds'):.1f})"


def _naive_seconds(result: Result) -> str:
    if result.naive is None:
        return "-"
    seconds = float(result.naive["seconds"])
    return f"{seconds:.1f} = {seconds / result.seconds('changing'):.1f} times"
