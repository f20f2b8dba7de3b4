"""Puts back the database as it was at each commit of the reference month or another stretch, and
compares what becomes of it.

    python -m tests.proof.restores [--share N] [--seed N] [--part K/N] [--age N] [--to-the-end N]
                                   [--stretch month|customers] [--processes N] [--figures FILE]

Each copy is a fork: after the day on which it was made (and for one in `--age` copies a week later) the run's
database is replaced by it; the state file outside the backup stays. The bridge must see the restore and write
nothing until a person approves the first plan; then it goes on, and the vendors must look as without restore.
"""

import argparse
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from psabridge_proof.ready import ROOM, spare_collector  # isort: skip  Django is made ready first

from psabridge.rules.units.proof import Standing
from psabridge_proof.direct import DirectTransport
from tests.proof.cuts import Cut, Cuts
from tests.proof.forks import DATABASE, Forks, Verdict, tell
from tests.proof.judging import Allowed, Judging
from tests.proof.product import Product
from tests.proof.rehearsal import Rehearsal, drawn
from tests.proof.shares import Figures, Share, processor_seconds, share_of, shared_options
from tests.proof.stretches import stretch_of, stretch_option

# A backup that nobody looked at for this long.
OLD = 7
# With the database goes what it knew of mails, of customers that leave, and of what both sides agreed on.
LOST = Allowed(mails=1, later=True, conflicts=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which copies are put back."""

    share: Share
    age: int  # one in n copies is put back a week later, too
    to_the_end: int

    def grows_old(self, cut: Cut) -> bool:
        return drawn(self.share.seed + 1, cut.state) % self.age == 0

    def goes_to_the_end(self, cut: Cut) -> bool:
        return drawn(self.share.seed + 2, cut.state) % self.to_the_end == 0


@dataclass(frozen=True, slots=True)
class Backup:
    cut: Cut
    folder: Path


class Restoring(Rehearsal):
    """The same days once more, with a copy of the database at every commit."""

    def __init__(self, folder: Path, rehearsed: Rehearsal, choice: Choice, forks: Forks) -> None:
        super().__init__(folder, rehearsed.stretch)
        self._rehearsed = rehearsed
        self._choice = choice
        self._forks = forks
        self._backups: list[Backup] = []
        self._seen: set[int] = set()
        self.taken = self.old = 0
        self.cuts = Cuts(folder, self.month.written, self._met)

    def _met(self, cut: Cut) -> None:
        if cut.kind != "committed" or cut.state in self._seen or cut.day == self.stretch.last:
            return  # after the last day comes none to compare
        self._seen.add(cut.state)
        if self._choice.share.takes(cut.state):
            folder = ROOM / f"backup{cut.number}"
            folder.mkdir()
            for name in DATABASE:
                if (self.folder / name).exists():
                    shutil.copyfile(self.folder / name, folder / name)
            self._backups.append(Backup(cut, folder))

    @property
    def folder(self) -> Path:
        return self.product.folder

    def figures(self, verdicts: list[Verdict]) -> Figures:
        return Figures(
            course=self.cuts.course,
            met=self.cuts.counted["committed"],
            distinct=len(self._seen),
            lived=self.taken,
            wrong=sum(one.outcome == "wrong" for one in verdicts),
            processor=processor_seconds(),
        )

    def live_day(self, day: int) -> None:
        """The day, and then what would happen if a backup were put back before the next one."""
        self.cuts.day = day
        super().live_day(day)
        self.cuts.is_watching = False
        kept = []
        for backup in self._backups:
            age = day - backup.cut.day
            if age in {0, OLD} and day < self.stretch.last:
                self._put_back(backup, day)
                self.taken += age == 0
                self.old += age == OLD
            if age < OLD and self._choice.grows_old(backup.cut) and day < self.stretch.days:
                kept.append(backup)
            else:
                shutil.rmtree(backup.folder)
        self._backups = kept
        self.cuts.is_watching = True

    def _put_back(self, backup: Backup, day: int) -> None:
        subject = f"{backup.cut}, put back after day {day}"
        self._forks.split(
            subject,
            self.folder,
            lambda place: self._restored(subject, place, backup, day + 1),
            backup=backup.folder,
        )

    def _restored(self, subject: str, place: Path, backup: Backup, day: int) -> Verdict:
        """In the child: the backup stands in place of the database; a new process, a person who approves."""
        self.month.begin(day)
        product = Product(place, self.month, DirectTransport(self.month.emulation))
        product.start()
        unasked = _unasked(product)
        product.live(day)
        last = self.stretch.last if self._choice.goes_to_the_end(backup.cut) else day
        verdict = Judging(subject, product, self._rehearsed, LOST).judge(day, last)
        return Verdict(subject, "wrong", unasked) if unasked else verdict


def _unasked(product: Product) -> str:
    """Why the first cycle was wrong; "" where it noticed the restore and only looked, or nothing was lost."""
    journal, month = product.ports.journal, product.month
    is_behind = journal.proof() != journal.proof_in_file()
    before = month.written()[:3]
    standing = product.first_standing()
    if is_behind and standing is not Standing.RECOVERING:
        return f"a restore was not noticed: {standing}"
    if is_behind and month.written()[:3] != before:
        return "something was written before a person approved"
    return ""


def main() -> int:
    options = _options()
    choice = Choice(share_of(options), options.age, options.to_the_end)
    began = time.monotonic()
    stretch = stretch_of(options)
    rehearsal = Rehearsal(ROOM / "rehearsal", stretch)
    rehearsal.live()
    rehearsal.settle()
    forks = Forks(ROOM, options.processes)
    restoring = Restoring(ROOM / "restoring", rehearsal, choice, forks)
    spare_collector()
    with restoring.cuts.watching():
        restoring.live()
    verdicts = forks.finish()
    figures = restoring.figures(verdicts)
    tell(
        f"commits: {figures.met}; {figures.distinct} of them left something new behind before the last day",
        f"put back: {figures.lived} ({choice.share}), one in {choice.to_the_end} to the end",
        f"put back a week later, too: {restoring.old}, one in {choice.age}",
        f"seconds of a processor: {figures.processor:.0f}",
        verdicts=verdicts,
        seconds=time.monotonic() - began,
    )
    if options.figures:
        figures.keep(options.figures)
    return 1 if figures.wrong or restoring.ends != rehearsal.ends else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    shared_options(parser)
    stretch_option(parser)
    parser.add_argument("--age", type=int, default=8, help="put back one in n a week later, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
