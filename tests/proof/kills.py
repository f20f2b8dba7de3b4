"""Kills the bridge at every cut of the reference month or another stretch, and compares what becomes of it.

    python -m tests.proof.kills [--share N] [--seed N] [--part K/N] [--to-the-end N] [--repeat]
                                [--uniqueness start|row|inner|none] [--twice] [--only WORDS] [--plant NAME]
                                [--stretch month|customers] [--processes N] [--figures FILE]

Each cut is a fork: the child loses everything the process knew, starts the bridge anew on a copy of its
folder, goes on until it is quiet, and compares the vendors with those of the run without kills. Cuts after
which a process would find exactly what it found after another are run once, unless `--repeat`. Ends 1 if any
end differs. `--plant` puts a known defect into the product, to see that it is found.
"""

import argparse
import shutil
import sys
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from psabridge_proof.ready import ROOM, spare_collector  # isort: skip  Django is made ready first

from psabridge.engine import arriving, creations, settlement
from psabridge.rules.units.transitions import not_sent
from psabridge_proof.direct import DirectTransport
from tests.proof.cuts import Cut, Cuts
from tests.proof.forks import Forks, Verdict, conclude, tell
from tests.proof.judging import Allowed, Judging
from tests.proof.product import Product
from tests.proof.rehearsal import Rehearsal, drawn
from tests.proof.shares import Figures, Share, processor_seconds, share_of, shared_options
from tests.proof.stretches import stretch_of, stretch_option

# A write that was on its way when the process died arrives this much later, inside μ (protocol 2.1).
LATE = timedelta(minutes=40)
# The second kill comes at most so many cuts after the start: two or three cycles.
FURTHEST = 400
KINDS = ("before", "left", "arrived", "answered", "committing", "committed", "replaced")


def _forget_what_was_open() -> None:
    """What a dead process left open counts as never sent, and is planned anew at once."""
    settlement.after_start = lambda intent, _: not_sent(intent, "planted")


def _make_again() -> None:
    """What is not there is made at once, although it was asked for before and may still arrive."""
    creations.on_its_way = arriving.on_its_way = lambda *_: None  # type: ignore[attr-defined]


PLANTS = {"forget": _forget_what_was_open, "again": _make_again}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cuts are run."""

    share: Share
    to_the_end: int
    repeat: bool
    uniqueness: str
    twice: bool  # the process that starts after a kill is killed as well
    only: str  # what the cut's words hold

    def may_take(self, cut: Cut, *, is_new: bool) -> bool:
        return (is_new or self.repeat) and self.only in str(cut)

    def goes_to_the_end(self, cut: Cut) -> bool:
        return drawn(self.share.seed, cut.number) % self.to_the_end == 0


class Killing(Rehearsal):
    """The same days once more; at every chosen cut a child goes on as if the process had been killed."""

    def __init__(self, folder: Path, rehearsed: Rehearsal, choice: Choice, forks: Forks) -> None:
        super().__init__(folder, rehearsed.stretch, uniqueness=choice.uniqueness)
        self._rehearsed = rehearsed
        self._choice = choice
        self._forks = forks
        self._seen: set[int] = set()
        self._nth = 0
        self.run = 0
        self.cuts = Cuts(folder, self.month.written, self._met)
        self.product.transport.watch = self.cuts.call

    def _met(self, cut: Cut) -> None:
        is_new = cut.state not in self._seen
        self._seen.add(cut.state)
        if not self._choice.may_take(cut, is_new=is_new):
            return
        self._nth += 1
        if self._choice.share.takes(self._nth):
            self.run += 1
            self._forks.split(str(cut), self.product.folder, lambda place: self._killed(place, cut))

    def live_day(self, day: int) -> None:
        self.cuts.day = day
        super().live_day(day)

    def figures(self, verdicts: list[Verdict]) -> Figures:
        return Figures(
            course=self.cuts.course,
            met=self.cuts.counted.total(),
            distinct=len(self._seen),
            lived=self.run,
            wrong=sum(one.outcome == "wrong" for one in verdicts),
            processor=processor_seconds(),
        )

    def _killed(self, place: Path, cut: Cut) -> Verdict:
        """In the child. Nothing of the killed process is used but the vendors it had to do with."""
        self.cuts.is_watching = False
        self._send_late(cut)
        product = Product(place, self.month, DirectTransport(self.month.emulation))
        if self._choice.twice:
            self._kill_again(product, cut)
        return self._go_on(product, cut, str(cut))

    def _kill_again(self, product: Product, cut: Cut) -> None:
        """The process that starts now is killed, too, some cuts later. It is not needed after that."""
        countdown = drawn(self._choice.share.seed + 1, cut.number) % FURTHEST + 1
        again = product.folder.with_suffix(".again")

        def met(second: Cut) -> None:
            if second.number == countdown:
                self.cuts.is_watching = False
                shutil.copytree(product.folder, again)
                subject = f"{cut}, then {second.kind}: {second.what}"
                conclude(subject, product.folder, lambda _: self._killed_again(again, cut, second, subject))

        product.transport.watch = self.cuts.call
        self.cuts.begin_anew(product.folder, met)

    def _killed_again(self, place: Path, cut: Cut, second: Cut, subject: str) -> Verdict:
        self._send_late(second)
        product = Product(place, self.month, DirectTransport(self.month.emulation))
        verdict = self._go_on(product, cut, subject, is_late=second.on_its_way is not None)
        return replace(verdict, outcome=verdict.outcome.replace("same", "same after two kills"))

    def _send_late(self, cut: Cut) -> None:
        if cut.on_its_way is not None:
            vendor, request = cut.on_its_way
            self.month.emulation.hold(vendor, request, seconds=LATE.total_seconds(), trigger=None)

    def _go_on(self, product: Product, cut: Cut, subject: str, *, is_late: bool = False) -> Verdict:
        product.start()
        product.live(cut.day)
        if is_late or cut.on_its_way is not None:  # quiet before it arrived is not the end of it
            self.month.advance(seconds=LATE.total_seconds())
            product.live(cut.day)
        self.cuts.is_watching = False
        last = self.stretch.last if self._choice.goes_to_the_end(cut) else cut.day
        allowed = Allowed(mails=2 if self._choice.twice else 1)
        return Judging(subject, product, self._rehearsed, allowed).judge(cut.day, last)


def main() -> int:
    options = _options()
    choice = Choice(
        share=share_of(options),
        to_the_end=options.to_the_end,
        repeat=options.repeat,
        uniqueness=options.uniqueness,
        twice=options.twice,
        only=options.only,
    )
    if options.plant:
        PLANTS[options.plant]()
    began = time.monotonic()
    stretch = stretch_of(options)
    rehearsal = Rehearsal(ROOM / "rehearsal", stretch, uniqueness=choice.uniqueness)
    rehearsal.live()
    rehearsal.settle()
    rehearsed = time.monotonic() - began
    forks = Forks(ROOM, options.processes)
    killing = Killing(ROOM / "killing", rehearsal, choice, forks)
    spare_collector()
    with killing.cuts.watching():
        killing.live()
    verdicts = forks.finish()
    counted = killing.cuts.counted
    figures = killing.figures(verdicts)
    tell(
        f"the {stretch.name} without kills: {rehearsed:.1f} s",
        f"cuts met: {figures.met} ({', '.join(f'{counted[kind]} {kind}' for kind in KINDS)})",
        f"{figures.distinct} of them leave something new behind",
        f"lived as a kill: {figures.lived} ({choice.share}), one in {choice.to_the_end} to the end",
        f"seconds of a processor: {figures.processor:.0f}",
        verdicts=verdicts,
        seconds=time.monotonic() - began,
    )
    if options.figures:
        figures.keep(options.figures)
    return 1 if figures.wrong or killing.ends != rehearsal.ends else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    shared_options(parser)
    stretch_option(parser)
    parser.add_argument("--repeat", action="store_true", help="also cuts that leave what another left")
    parser.add_argument("--uniqueness", default="start", choices=("start", "row", "inner", "none"))
    parser.add_argument("--twice", action="store_true", help="kill the next process, too, some cuts later")
    parser.add_argument("--only", default="", help="cuts whose words hold this, as: left: POST")
    parser.add_argument("--plant", choices=tuple(PLANTS), help="a defect that must be found")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
