"""`make bench`: what reads, cycles and plans cost, for providers of three sizes, near and far.

Beside it a naive script, where it ends within a minute or two. Then a burst of alerts. Prints tables, writes
build/bench.json, and ends 1 where a bound is left: calls (R62), memory, the time of a plan, growth, the time
of suggestions, alerts that do not stand exactly once, the time from alert to ticket.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import burst_results, matching, tables
from tests.bench.burst_results import BurstResult
from tests.bench.emulators import emulators
from tests.bench.results import Result, breaches

SCENES = ("msp-50", "msp-500", "msp-2000")
LATENCIES = (0, 50)
# 24,000 calls at 50 ms each would take twenty minutes, and prove nothing new.
NAIVE_FAR = "msp-50"
BURST = "msp-200"
WIDTH = 110  # of the tables where there is no terminal
RESULT = Path("build/bench.json")
Json = dict[str, Any]


def _bridge(scene: str, latency_ms: int) -> Json:
    with emulators(scene) as ready, tempfile.TemporaryDirectory() as data:
        return _measured("product", ready, latency_ms, {"PSABRIDGE_DATA": data})


def _naive(scene: str, latency_ms: int) -> Json | None:
    if latency_ms and scene != NAIVE_FAR:
        return None
    with emulators(scene) as ready:
        return _measured("naive", ready, latency_ms, {})


def _burst(latency_ms: int) -> BurstResult:
    with emulators(BURST) as ready, tempfile.TemporaryDirectory() as data:
        return BurstResult(_measured("burst", ready, latency_ms, {"PSABRIDGE_DATA": data}))


def _measured(module: str, ready: str, latency_ms: int, environment: dict[str, str]) -> Json:
    command = [sys.executable, "-m", f"tests.bench.{module}", ready, str(latency_ms)]
    everything = {**os.environ, **environment}
    done = subprocess.run(command, env=everything, stdout=subprocess.PIPE, text=True, check=True)
    measured: Json = json.loads(done.stdout)
    return measured


def _asked(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=__doc__)
    parser.add_argument("--scene", action="append", choices=SCENES, help="only this scene; may be repeated")
    parser.add_argument("--latency-ms", action="append", type=int, help="only this latency; may be repeated")
    parser.add_argument("--output", type=Path, default=RESULT)
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    asked, console = _asked(given), Console(width=None if sys.stdout.isatty() else WIDTH)
    results = []
    for scene in asked.scene or SCENES:
        for latency_ms in asked.latency_ms or LATENCIES:
            console.print(f"[dim]{scene} at {latency_ms} ms …[/dim]")
            results.append(Result(scene, latency_ms, _bridge(scene, latency_ms), _naive(scene, latency_ms)))
    console.print(tables.calls(results), tables.times(results))
    suggested = matching.measure()
    console.print(f"{suggested}")
    bursts = [_burst(latency_ms) for latency_ms in asked.latency_ms or LATENCIES]
    console.print(burst_results.table(bursts), burst_results.waits(bursts))
    left = (*breaches(results), *suggested.breaches, *(breach for one in bursts for breach in one.breaches))
    for breach in left:
        console.print(f"[red]{breach}[/red]")
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "results": [one.as_json() for one in results],
        "suggestions": suggested.as_json(),
        "burst": [one.as_json() for one in bursts],
        "breaches": left,
    }
    asked.output.write_text(json.dumps(told, indent=2) + "\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
