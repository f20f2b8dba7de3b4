"""Lets every fault strike every write, and many reads, of the reference month or another stretch, and
compares what comes of it.

    python -m tests.proof.faults [--share N] [--seed N] [--every] [--reads | --writes] [--opening]
                                 [--only WORDS] [--fault WORDS] [--uniqueness start|row|inner|none]
                                 [--plant NAME] [--stretch month|customers] [--processes N]

Calls are met at the seam to the network, each by its place in its day. For each of them and each fault of the
table that can strike it, a child lives the day from its beginning, with all that the process knew; the fault
strikes that call, and the child goes on: time passes, a person mends what only a person can, until it is
quiet. Then it must have ended as the table says. Without `--every` the days are those that hold every
kind of write. `--opening` lives the first day alone, with a field that is still to be made. Ends 1 if
anything ended otherwise. `--plant` puts a known defect into the product.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psabridge_proof.ready import ROOM, spare_collector  # isort: skip  Django is made ready first

from psabridge.engine import posting
from psabridge.kit.errors import BridgeError, NotSent, OutcomeUnknown
from psabridge.rules.units.intent import Answer
from tests.proof.fault_table import FAULTS, Fault, strikes
from tests.proof.faulting import Numbered, Struck
from tests.proof.forks import Forks, Verdict, tell
from tests.proof.rehearsal import drawn
from tests.proof.spots import Spot
from tests.proof.stretches import stretch_of, stretch_option
from tests.proof.world import Stretch


def _lost_counts_as_not_sent() -> None:
    """A lost answer counts as a request that never left, and is planned anew."""
    right = posting.answer_of

    def answer_of(error: BridgeError, at: datetime) -> Answer:
        if isinstance(error, OutcomeUnknown):
            error = NotSent(error.subject, error.problem, error.next_act)
        return right(error, at)

    posting.answer_of = answer_of


PLANTS = {"not-sent": _lost_counts_as_not_sent}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which faults strike which calls. Of reads, each route's first, second and last of a day."""

    stretch: Stretch
    share: int = 1
    seed: int = 0
    every: bool = False
    reads: bool = True
    writes: bool = True
    only: str = ""  # what the call's words hold
    fault: str = ""  # what the fault's name holds
    uniqueness: str = "start"

    def of(self, spots: list[Spot]) -> Iterator[tuple[Spot, Fault]]:
        for spot in spots:
            if not self._takes(spot):
                continue
            for number, fault in enumerate(FAULTS):
                if self.fault in fault.name and strikes(fault, spot):
                    drawing = drawn(self.seed, (spot.day * 1000 + spot.number) * 1000 + number)
                    if drawing % self.share == 0:
                        yield spot, fault

    def _takes(self, spot: Spot) -> bool:
        if self.only not in str(spot):
            return False
        if spot.is_read:
            is_chosen = spot.day in self.stretch.read and spot.nth in {1, 2, spot.of}
            return self.reads and (self.every or is_chosen)
        is_struck = re.search(self.stretch.strikes, spot.route_words) is not None
        return self.writes and is_struck and (self.every or spot.day in self.stretch.struck)


class Faulting(Numbered):
    """The same days once more; at the beginning of each day the children that live it with a fault."""

    def __init__(self, folder: Path, rehearsal: Numbered, choice: Choice, forks: Forks) -> None:
        super().__init__(folder, choice.stretch, uniqueness=choice.uniqueness, opening=rehearsal.opening)
        self._rehearsed = rehearsal
        self._choice = choice
        self._forks = forks
        self.lived = 0

    def live_day(self, day: int) -> None:
        if day <= self.stretch.last:
            for spot, fault in self._choice.of(self._rehearsed.spots.met[day]):
                self.lived += 1
                self._forks.split(f"{spot}; {fault.name}", self.product.folder, self._live(spot, fault))
        super().live_day(day)

    def _live(self, spot: Spot, fault: Fault) -> Callable[[Path], Verdict]:
        rehearsed, uniqueness = self._rehearsed, self._choice.uniqueness
        return lambda place: Struck(self.product, place, spot, fault, rehearsed, uniqueness).live()


def main() -> int:
    options = _options()
    stretch = stretch_of(options)
    choice = Choice(
        stretch=stretch,
        share=options.share,
        seed=options.seed,
        every=options.every,
        reads=not options.writes,
        writes=not options.reads,
        only=options.only,
        fault=options.fault,
        uniqueness=options.uniqueness,
    )
    if options.plant:
        PLANTS[options.plant]()
    began = time.monotonic()
    rehearsal = Numbered(ROOM / "rehearsal", stretch, uniqueness=choice.uniqueness, opening=options.opening)
    rehearsal.live()
    forks = Forks(ROOM, options.processes)
    faulting = Faulting(ROOM / "faulting", rehearsal, choice, forks)
    spare_collector()
    faulting.live()
    verdicts = forks.finish()
    met = [spot for day, spots in rehearsal.spots.met.items() if day <= stretch.last for spot in spots]
    writes = sum(1 for spot in met if not spot.is_read)
    days = "all days" if choice.every else f"days {', '.join(map(str, stretch.struck))}"
    part = "every one" if choice.share == 1 else f"one in {choice.share}, drawn with seed {choice.seed}"
    tell(
        f"calls met: {writes} writes, {len(met) - writes} reads; faults: {len({one.name for one in FAULTS})}",
        f"lived with a fault: {faulting.lived} ({part}; {days})",
        verdicts=verdicts,
        seconds=time.monotonic() - began,
    )
    is_same = faulting.end_of == rehearsal.end_of
    return 0 if is_same and not any(one.outcome == "wrong" for one in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    stretch_option(parser)
    parser.add_argument("--share", type=int, default=1, help="live one in n only")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1000, help="which ones")
    parser.add_argument("--every", action="store_true", help="the calls of every day")
    parser.add_argument("--reads", action="store_true", help="only reads")
    parser.add_argument("--writes", action="store_true", help="only writes")
    parser.add_argument("--opening", action="store_true", help="the first day, with a field to be made")
    parser.add_argument("--only", default="", help="calls whose words hold this, as: PUT acronis")
    parser.add_argument("--fault", default="", help="faults whose name holds this")
    parser.add_argument("--uniqueness", default="start", choices=("start", "row", "inner", "none"))
    parser.add_argument("--plant", choices=tuple(PLANTS), help="a defect that must be found")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
