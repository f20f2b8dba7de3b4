"""`make bench`: what a full read and a plan cost, for providers of three sizes, near and far.

Prints a table, writes build/bench.json, and ends 1 where the calls leave the budget (R62).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from tests.bench import formula

SCENES = ("msp-25", "msp-500", "msp-2000")
LATENCIES = (0, 50)
RESULT = Path("build/bench.json")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    scene: str
    latency_ms: int
    measured: Json

    @property
    def size(self) -> formula.Size:
        told = self.measured
        return formula.Size(told["customers"], told["contracts"], told["lines"], told["bundle_lines"])

    @property
    def budget(self) -> dict[str, int]:
        return {"autotask": formula.autotask(self.size), "acronis": formula.acronis(self.size)}

    @property
    def used(self) -> dict[str, int]:
        calls: dict[str, int] = self.measured["read"]["calls"]
        return calls

    @property
    def is_within(self) -> bool:
        budget = self.budget
        return all(formula.is_within(self.used[vendor], budget[vendor], self.size) for vendor in budget)

    def as_json(self) -> Json:
        named = {"scene": self.scene, "latency_ms": self.latency_ms, **self.measured}
        return {**named, "formula": self.budget, "is_within": self.is_within}


@contextmanager
def _emulators(scene: str, latency_ms: int) -> Iterator[str]:
    """The ready line of emulators in a process of their own."""
    command = [sys.executable, "-m", "psabridge_emulators", "--scene", scene, "--latency-ms", str(latency_ms)]
    command += ["--autotask-port", "0", "--acronis-port", "0", "--with-parent"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            if not line:
                raise SystemExit(f"the emulators of {scene} ended before they were ready")
            yield line
        finally:
            process.terminate()


def _measure(scene: str, latency_ms: int) -> Result:
    with _emulators(scene, latency_ms) as ready, tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "tests.bench.product", ready]
        environment = {**os.environ, "PSABRIDGE_DATA": data}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return Result(scene, latency_ms, json.loads(done.stdout))


def _calls(results: Sequence[Result]) -> Table:
    table = _empty("Calls of a full read, of the formula (design section 10, R62)")
    for name in ("customers", "lines", "Autotask", "Acronis"):
        table.add_column(name, justify="right", no_wrap=True)
    for scene, one in {one.scene: one for one in results}.items():
        lines = one.size.lines + one.size.bundle_lines
        counts = (f"{one.size.customers}", f"{lines}")
        table.add_row(scene, *counts, _against(one, "autotask"), _against(one, "acronis"))
    return table


def _times(results: Sequence[Result]) -> Table:
    """Read both sides; decide what should be; keep the snapshot; plan, with pictures of what changes."""
    table = _empty("Seconds, and the most memory the bridge's process held")
    for name in ("latency", "read", "decide", "keep", "plan", "memory"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in results:
        seconds = (f"{seconds:.2f}" for seconds in _seconds(one.measured))
        table.add_row(one.scene, f"{one.latency_ms} ms", *seconds, f"{one.measured['peak_mib']} MiB")
    return table


def _empty(title: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("scene", no_wrap=True)
    return table


def _seconds(told: Json) -> tuple[float, float, float, float]:
    return told["read"]["seconds"], told["decide_seconds"], told["keep_seconds"], told["plan"]["seconds"]


def _against(result: Result, vendor: str) -> str:
    used, budget = result.used[vendor], result.budget[vendor]
    return f"{used} of {budget} = {used / budget:.2f}"


def _asked(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--scene", action="append", choices=SCENES, help="only this scene; may be repeated")
    parser.add_argument("--latency-ms", action="append", type=int, help="only this latency; may be repeated")
    parser.add_argument("--output", type=Path, default=RESULT)
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    asked, console = _asked(given), Console()
    results = []
    for scene in asked.scene or SCENES:
        for latency_ms in asked.latency_ms or LATENCIES:
            console.print(f"[dim]{scene} at {latency_ms} ms …[/dim]")
            results.append(_measure(scene, latency_ms))
    console.print(_calls(results), _times(results))
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps([one.as_json() for one in results], indent=2) + "\n")
    return 0 if all(one.is_within for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
