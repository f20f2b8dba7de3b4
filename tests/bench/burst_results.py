"""What the burst came to, which bounds it keeps, and its table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

Json = dict[str, Any]
MOST_SECONDS = 30  # beyond one cycle, p95 from alert to ticket, customers who are not the noisy one
PEAK_MB = 300


@dataclass(frozen=True, slots=True)
class BurstResult:
    measured: Json

    @property
    def breaches(self) -> Iterator[str]:
        told = self.measured
        if told["told"] != told["alerts"]:
            yield f"{self}: {told['told']} of {told['alerts']} alerts stand in a ticket"
        if told["not_once"]:
            yield f"{self}: {told['not_once']} alerts do not stand exactly once"
        if told["doubled"]:
            yield f"{self}: {told['doubled']} external ids doubled"
        allowed, took = told["cycle_seconds"] + MOST_SECONDS, told["waits"]["others"]["p95"]
        if took > allowed:
            yield f"{self}: p95 from alert to ticket {took} s, at most {allowed}"
        if told["peak_mb"] > PEAK_MB:
            yield f"{self}: {told['peak_mb']} MB, at most {PEAK_MB}"

    def __str__(self) -> str:
        return f"burst at {self.measured['latency_ms']} ms"

    def as_json(self) -> Json:
        return {**self.measured, "breaches": list(self.breaches)}


def table(results: Sequence[BurstResult]) -> Table:
    """A row for each cycle; the quiet one keeps every alert and finds nothing new."""
    told = Table(title="A burst of alerts, and a quiet cycle after it", title_justify="left", box=SIMPLE)
    for name in ("latency", "cycle", "seconds", "Autotask", "Acronis", "commits", "memory"):
        told.add_column(name, justify="right", no_wrap=True)
    for result in results:
        one = result.measured
        cycles = [(f"{cycle['written']} written", cycle) for cycle in one["cycles"]]
        for name, cycle in (*cycles, ("quiet", one["quiet"])):
            seconds = f"{cycle['seconds']:.1f} ({cycle['own_seconds']:.1f})"
            calls = (str(cycle["calls"][vendor]) for vendor in ("autotask", "acronis"))
            who = f"{one['latency_ms']} ms"
            told.add_row(who, name, seconds, *calls, str(cycle["commits"]), f"{one['peak_mb']} MB")
    return told


def waits(results: Sequence[BurstResult]) -> Table:
    told = Table(title="Seconds from alert to ticket", title_justify="left", box=SIMPLE)
    for name in ("latency", "customers", "alerts", "tickets", "p50", "p95", "longest"):
        told.add_column(name, justify="right", no_wrap=True)
    for result in results:
        one = result.measured
        for name, alerts, tickets in (
            (f"{one['customers'] - 1} others", one["alerts"] - one["of_one"], one["tickets"] - 1),
            ("the noisy one", one["of_one"], 1),
        ):
            spread = one["waits"]["noisy" if name == "the noisy one" else "others"]
            numbers = (f"{spread[part]:.1f}" for part in ("p50", "p95", "max"))
            told.add_row(f"{one['latency_ms']} ms", name, str(alerts), str(tickets), *numbers)
    return told
