"""python -m tests.model [--large] [--only TEXT] [--without W3]: searches by hand, with states and traces."""

import argparse
import sys
import time
from contextlib import nullcontext

from tests.model.dropping import SHOWN_BY, without
from tests.model.fault_sets import DEFAULT, LARGE, STARTS, FaultSet


def main() -> int:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--large", action="store_true", help="the sets of protocol.md 3: hours")
    wanted.add_argument("--without", choices=SHOWN_BY, help="drop one rule, with the faults that show it")
    wanted.add_argument("--most", type=int, default=5_000_000, help="states of one search")
    wanted.add_argument("--only", default="", help="sets whose name holds this")
    asked = wanted.parse_args()
    sets = (SHOWN_BY[asked.without],) if asked.without else LARGE if asked.large else DEFAULT
    with without(asked.without) if asked.without else nullcontext():
        wrong = [
            faults
            for faults in sets
            if asked.only in str(faults) and not _holds(faults, asked.most, is_whole=not asked.without)
        ]
    return 1 if wrong else 0


def _holds(faults: FaultSet, most: int, *, is_whole: bool) -> bool:
    began, states, depth, computed = time.process_time(), 0, 0, 0
    ends: set[str] = set()
    for world in faults.worlds(is_whole=is_whole):
        for day in STARTS:
            found = faults.search(world, day, most=most)
            states, depth = states + found.states, max(depth, found.depth)
            computed = world.bridge.computed
            if found.trace:
                _say(f"{faults}: uniqueness {world.uniqueness}, from day {day}\n{found.story}")
                return False
            ends.add("exhausted" if found.is_exhausted else f"cut off at {most}")
    spent = time.process_time() - began
    _say(f"{faults}: {states} states, depth {depth}, {computed} cycles, {spent:.0f} s, {', '.join(ends)}")
    return True


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
