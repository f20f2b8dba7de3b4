"""Futures in processes of their own: the vendors' world goes with the fork, the product's folder is copied.

A program prints what it met and what came of it; nothing else here writes to the terminal.
"""

import json
import os
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

DATABASE = ("psabridge.sqlite3", "psabridge.sqlite3-wal")
# A future that takes longer than this hangs, also where many others use the machine.
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Verdict:
    subject: str
    outcome: str  # "same", "same after a person decided", …; "wrong" fails the run
    detail: str = ""


class Forks:
    """At most `processes` futures at a time; each tells its verdict and ends without tidying up."""

    def __init__(self, room: Path, processes: int) -> None:
        self._room = room
        self._processes = processes
        self._running: dict[int, tuple[str, Path]] = {}
        self._made = 0
        self.verdicts: list[Verdict] = []

    def split(
        self, subject: str, folder: Path, live: Callable[[Path], Verdict], *, backup: Path | None = None
    ) -> None:
        """`live` goes on from a copy of `folder` as it is now, in a world of its own.

        With a backup the database is the one of that folder.
        """
        self._made += 1
        place = self._room / f"future{self._made}"
        shutil.copytree(folder, place)
        if backup is not None:
            for name in DATABASE:
                (place / name).unlink(missing_ok=True)
            shutil.copytree(backup, place, dirs_exist_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            conclude(subject, place, live)
        self._running[pid] = (subject, place)
        while len(self._running) >= self._processes:
            self._collect()

    def finish(self) -> list[Verdict]:
        while self._running:
            self._collect()
        return self.verdicts

    def _collect(self) -> None:
        pid, status = os.wait()
        subject, place = self._running.pop(pid)
        told = _verdict_file(place)
        if told.exists():
            self.verdicts.append(Verdict(**json.loads(told.read_text())))
            told.unlink()
        else:
            self.verdicts.append(Verdict(subject, "wrong", f"ended with {status} and no verdict"))
        shutil.rmtree(place)
        shutil.rmtree(place.with_suffix(".again"), ignore_errors=True)  # left by a second kill


def _verdict_file(place: Path) -> Path:
    return place.with_suffix(".verdict")


def conclude(subject: str, place: Path, live: Callable[[Path], Verdict]) -> NoReturn:
    """In the child: no `finally` of the killed process may run, so it ends hard."""
    signal.alarm(LONGEST)
    try:
        verdict = live(place)
    except BaseException:  # noqa: BLE001  whatever happened belongs into the verdict
        verdict = Verdict(subject, "wrong", traceback.format_exc(limit=-12))
    _verdict_file(place).write_text(json.dumps(asdict(verdict)))
    os._exit(0)


def tell(*lines: str, verdicts: list[Verdict], seconds: float) -> None:
    """What was met and run, how it ended, and everything that went wrong."""
    counted = sorted(Counter(one.outcome for one in verdicts).items())
    told = [*lines, *(f"  {count:6} {outcome}" for outcome, count in counted)]
    told += [f"WRONG {one.subject}\n      {one.detail}" for one in verdicts if one.outcome == "wrong"]
    sys.stdout.write("\n".join([*told, f"{seconds:.0f} s", ""]))
