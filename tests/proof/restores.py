"""Puts back the database as it was at each commit of the reference month, and compares the ledger.

    python -m tests.proof.restores [--share N] [--seed N] [--age N] [--to-the-end N] [--processes N]

Each copy is a fork: after the day on which it was made (and for one in `--age` copies a week later) the run's
database is replaced by it; the state file outside the backup stays. The bridge must see the restore and write
nothing until a person approves the first plan; then it goes on, and the vendors must look as without restore.
"""

import argparse
import gc
import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.proof.ready import ROOM  # isort: skip  Django is made ready first

from psabridge.rules.units.proof import Standing
from psabridge_proof.direct import DirectTransport
from tests.proof.cuts import Cut, Cuts
from tests.proof.ending import Ending
from tests.proof.forks import DATABASE, Forks, Verdict, tell
from tests.proof.month import DAYS
from tests.proof.product import Product
from tests.proof.rehearsal import LAST, Rehearsal, drawn, judged

# A backup that nobody looked at for this long.
OLD = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """Which copies are put back."""

    share: int = 1
    seed: int = 0
    age: int = 8  # one in n copies is put back a week later, too
    to_the_end: int = 10

    def takes(self, cut: Cut) -> bool:
        return drawn(self.seed, cut.state) % self.share == 0

    def grows_old(self, cut: Cut) -> bool:
        return drawn(self.seed + 1, cut.state) % self.age == 0

    def goes_to_the_end(self, cut: Cut) -> bool:
        return drawn(self.seed + 2, cut.state) % self.to_the_end == 0


@dataclass(frozen=True, slots=True)
class Backup:
    cut: Cut
    folder: Path


class Restoring(Rehearsal):
    """The same month once more, with a copy of the database at every commit."""

    def __init__(self, folder: Path, ends: list[Ending], choice: Choice, forks: Forks) -> None:
        super().__init__(folder)
        self._wanted = ends
        self._choice = choice
        self._forks = forks
        self._backups: list[Backup] = []
        self._seen: set[int] = set()
        self.run = 0
        self.cuts = Cuts(folder, self.month.written, self._met)

    def _met(self, cut: Cut) -> None:
        if cut.kind != "committed" or cut.state in self._seen:
            return
        self._seen.add(cut.state)
        if self._choice.takes(cut):
            folder = ROOM / f"backup{cut.number}"
            folder.mkdir()
            for name in DATABASE:
                if (self.folder / name).exists():
                    shutil.copyfile(self.folder / name, folder / name)
            self._backups.append(Backup(cut, folder))

    @property
    def folder(self) -> Path:
        return self.product.folder

    @property
    def copies(self) -> int:
        return len(self._seen)

    def live_day(self, day: int) -> None:
        """The day, and then what would happen if a backup were put back before the next one."""
        self.cuts.day = day
        super().live_day(day)
        self.cuts.is_watching = False
        kept = []
        for backup in self._backups:
            age = day - backup.cut.day
            if age in {0, OLD} and day < LAST:
                self._put_back(backup, day)
            if age < OLD and self._choice.grows_old(backup.cut) and day < DAYS:
                kept.append(backup)
            else:
                shutil.rmtree(backup.folder)
        self._backups = kept
        self.cuts.is_watching = True

    def _put_back(self, backup: Backup, day: int) -> None:
        self.run += 1
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
        product.until_quiet()
        last = LAST if self._choice.goes_to_the_end(backup.cut) else day
        verdict = judged(subject, product, self._wanted, day, last)
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
    choice = Choice(options.share, options.seed, options.age, options.to_the_end)
    began = time.monotonic()
    rehearsal = Rehearsal(ROOM / "rehearsal")
    rehearsal.live()
    forks = Forks(ROOM, options.processes)
    restoring = Restoring(ROOM / "restoring", rehearsal.ends, choice, forks)
    gc.freeze()
    with restoring.cuts.watching():
        restoring.live()
    verdicts = forks.finish()
    part = "every one" if choice.share == 1 else f"one in {choice.share}, drawn with seed {choice.seed}"
    tell(
        f"copies of the database: {restoring.copies}, one at each commit that left something new behind",
        f"put back: {restoring.run} ({part}; one in {choice.age} also a week later)",
        verdicts=verdicts,
        seconds=time.monotonic() - began,
    )
    is_same = restoring.ends == rehearsal.ends
    return 0 if is_same and not any(one.outcome == "wrong" for one in verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=1, help="put back one in n copies only")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 1000, help="which ones")
    parser.add_argument("--age", type=int, default=8, help="one in n also a week later")
    parser.add_argument("--to-the-end", type=int, default=10, help="one in n goes on to the month's end")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
