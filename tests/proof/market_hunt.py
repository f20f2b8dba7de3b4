"""Looks for trouble with customers that come and go: lives written by the dice, one for each seed.

    python -m tests.proof.market_hunt [--plant NAME] [--examples N] [--seed N] [--keep FOLDER]
    python -m tests.proof.market_hunt --replay SEED_OR_FILE

Ends 1 when it found something: the life is kept as a file, as short as it can be made, for `--replay`. With a
planted bug it is the other way round: it must be found, and is kept only where a folder is named.
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from psabridge_proof.ready import keep_order, spare_collector  # isort: skip  Django is made ready first

from psabridge_proof.kept import Kept, read_kept, write_kept
from psabridge_proof.living import Script
from psabridge_proof.one_life import BROKEN, live, shortened
from tests.proof.market import MarketOpening
from tests.proof.market_life import MarketLife
from tests.proof.market_mutants import MUTANTS
from tests.proof.market_script import market_of, write_market_script

KIND = 40  # so many letters of a violation say what kind it is


@dataclass(slots=True)
class Lived:
    """What one life or many came to. `wrong`: what must hold and did not, or that the program broke."""

    wrong: str = ""
    counted: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)


def live_market(opening: MarketOpening, script: Script) -> Lived:
    life, wrong = live(MarketLife, opening, script)
    lived = Lived(wrong, life.counted + life.judge.sent + life.judge.told, life.trace)
    lived.counted["checks"] = life.judge.checked.total()
    return lived


def hunt(examples: int, first: int) -> tuple[Lived, Kept[MarketOpening] | None]:
    """Until something is wrong."""
    every = Lived()
    for seed in range(first, first + examples):
        kept = _of_seed(seed)
        lived = live_market(kept.opening, kept.script)
        every.counted += lived.counted
        every.counted["lives"] += 1
        if lived.wrong:
            every.wrong = f"{lived.wrong} (seed {seed})"
            return every, Kept(lived.wrong, kept.opening, kept.script)
    return every, None


def main() -> int:
    keep_order("tests.proof.market_hunt")
    spare_collector()
    asked = _asked()
    if asked.plant:
        MUTANTS[asked.plant]()
    if asked.replay is not None:
        return _replay(asked.replay)
    began = time.process_time()
    every, kept = hunt(asked.examples, asked.seed)
    what = asked.plant or f"seeds from {asked.seed}, {every.counted['lives']} lives of customers"
    seconds = time.process_time() - began
    sys.stdout.write(f"{dict(sorted(every.counted.items()))}\n")
    sys.stdout.write(f"{what}: found {every.wrong or 'nothing'}; {seconds:.0f} s\n")
    keep = asked.keep or (None if asked.plant else Path("build/seeds"))
    if kept is not None and keep is not None:
        file = keep / f"market-{asked.seed}.json"
        write_kept(shortened(MarketLife, kept, alike=KIND), file)
        sys.stdout.write(f"kept: {file}\n{file.read_text()}")
    if not asked.plant:
        return 0 if kept is None else 1
    is_found = kept is not None and not kept.found.startswith(
        BROKEN
    )  # a plant that breaks the program shows nothing
    return 0 if is_found else 1


def _replay(what: str) -> int:
    kept = _of_seed(int(what)) if what.isdecimal() else read_kept(Path(what), MarketOpening)
    lived = live_market(kept.opening, kept.script)
    told = [f"found once: {kept.found}", f"{kept.opening}", *lived.trace, lived.wrong or "nothing is wrong"]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if lived.wrong else 0


def _of_seed(seed: int) -> Kept[MarketOpening]:
    return Kept(f"nothing known of seed {seed}", market_of(seed), write_market_script(seed))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plant", choices=sorted(MUTANTS), help="a bug that must be found")
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="the first one")
    parser.add_argument("--keep", type=Path, help="where a life is kept")
    parser.add_argument("--replay", help="a seed, or a file of a life that was kept")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
