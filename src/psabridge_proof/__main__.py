"""`psabridge prove`: lives of months with all faults on, judged by the vendor's ledger.

    psabridge prove [--seeds N] [--months M] [--first SEED] [--processes N]
    psabridge prove --replay SEED_OR_FILE [--months M]

Ends 1 when anything that must hold did not. Such a life is kept as a file, as short as it can be made, and
`--replay` tells it day by day.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from psabridge_proof.ready import keep_order  # isort: skip  Django is made ready first

from rich.console import Console
from rich.progress import Progress

from psabridge_proof.kept import Kept, read_kept, write_kept
from psabridge_proof.life import KIND, Life
from psabridge_proof.one_life import shortened
from psabridge_proof.provider import Opening
from psabridge_proof.script import opening_of, write_script
from psabridge_proof.simulation import Tally, Wrong, live_script, simulate
from psabridge_proof.telling import as_json, tell

# So many violations are made short and kept; they are seldom all different.
MOST_KEPT = 5
# Where no bar can be drawn, this many times a line says how far it is.
TOLD = 10


def main() -> int:
    keep_order("psabridge_proof")
    asked, console = _asked(), Console()
    if asked.replay is not None:
        return _replay(asked.replay, asked.months, console)
    began = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    console.print(
        f"Seeds {seeds.start} to {seeds.stop - 1}, {asked.months} months each, {asked.processes} processes"
    )
    tally = _lived(seeds, asked, console)
    seconds = int(time.monotonic() - began)
    tell(tally, console, months=asked.months, seconds=seconds)
    if asked.output is not None:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(
            json.dumps(as_json(tally, months=asked.months, seconds=seconds), indent=2) + "\n"
        )
    for wrong in tally.wrong[:MOST_KEPT]:
        console.print(f"kept: {_keep(wrong, asked.months, asked.keep)}")
    return 1 if tally.wrong else 0


def _lived(seeds: range, asked: argparse.Namespace, console: Console) -> Tally:
    tally = Tally()
    with Progress(console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("lives", total=len(seeds))
        for part in simulate(seeds, asked.months, asked.processes):
            was = tally.lives * TOLD // len(seeds)
            tally.add(part)
            if not console.is_terminal and was != tally.lives * TOLD // len(seeds) < TOLD:
                console.print(f"{tally.lives} of {len(seeds)} lives, {len(tally.wrong)} violations")
            progress.update(bar, advance=part.lives, description=f"lives, {len(tally.wrong)} violations")
    return tally


def _keep(wrong: Wrong, months: int, folder: Path) -> Path:
    """The life as a file, without what it does not need to go wrong in the same way."""
    assert wrong.seed is not None
    found = Kept(wrong.text, opening_of(wrong.seed), write_script(wrong.seed, months))
    kept = shortened(Life, found, alike=KIND)
    file = folder / f"{wrong.seed}.json"
    write_kept(kept, file)
    return file


def _replay(what: str, months: int, console: Console) -> int:
    kept = _of_seed(int(what), months) if what.isdecimal() else read_kept(Path(what), Opening)
    console.print(f"found once: {kept.found}\n{kept.opening}", highlight=False, markup=False)
    tally = live_script(kept.opening, kept.script)
    console.print("\n".join(tally.trace), highlight=False, markup=False)
    for wrong in tally.wrong:
        console.print(wrong.text, highlight=False, markup=False)
    cycles, checks = tally.counted["cycles"], sum(tally.checked.values())
    console.print(f"{cycles} cycles, {checks} checks, {len(tally.wrong)} violations")
    return 1 if tally.wrong else 0


def _of_seed(seed: int, months: int) -> Kept[Opening]:
    return Kept(f"nothing known of seed {seed}", opening_of(seed), write_script(seed, months))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="psabridge prove", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many lives")
    parser.add_argument("--months", type=int, default=3, help="how long each is")
    parser.add_argument(
        "--first", type=int, default=int(time.time()) % 1_000_000, help="the first seed; else drawn"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", help="a seed, or a file of a life that was kept")
    parser.add_argument(
        "--keep", type=Path, default=Path("build/seeds"), help="where lives that went wrong are kept"
    )
    parser.add_argument("--output", type=Path, help="the report as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
