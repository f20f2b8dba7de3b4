"""Somebody at a shell who may read the database and neither write it nor read the keys (ROL-04).

The commands run in a process of their own. Where the tests run as root its capabilities are dropped first,
which makes it a user like others (capabilities(7)).
"""

import ctypes
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

NOBODY = 65534
CAPABILITIES = 0x20080522  # version 3 of the header of capset(2)


@dataclass(frozen=True, slots=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  JSON
        return json.loads(self.out)


def run_as_onlooker(commands: Iterable[Sequence[str]], environment: Mapping[str, str]) -> list[Said]:
    """All in one process, one after the other."""
    words = json.dumps([list(command) for command in commands])
    done = subprocess.run(
        [sys.executable, "-m", "tests.onlookers", words],
        env={**os.environ, "COLUMNS": "250", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Said(*one) for one in json.loads(done.stdout.splitlines()[-1])]


@contextmanager
def closed_to_others(folder: Path, *, closed: Iterable[str] = ("keys",)) -> Iterator[None]:
    """Everything in the folder is another user's: it may be read, and what is named not even that."""
    everything = [folder, *folder.rglob("*")]
    is_root = os.geteuid() == 0
    for place in everything:
        if is_root:
            os.chown(place, NOBODY, NOBODY)
        place.chmod(_mode(place, is_closed=place.name in set(closed), is_others=is_root))
    try:
        yield
    finally:
        for place in everything:
            if os.access(place, os.F_OK):
                place.chmod(0o700)


def _mode(place: Path, *, is_closed: bool, is_others: bool) -> int:
    """Of another's file the last digit counts; of one's own, where the tests are not root's, the first."""
    if is_closed:
        return 0o700 if is_others else 0o000
    if place.is_dir():
        return 0o755 if is_others else 0o555
    return 0o644 if is_others else 0o444


def copy_at_rest(database: Path, to: Path) -> None:
    """As a bridge leaves it that was stopped: with the write-ahead log on, and without its file."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(database) as connection:
        connection.execute(f"VACUUM INTO '{to}'")
    copied = sqlite3.connect(to)
    assert copied.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    copied.close()


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _answer(commands: list[list[str]]) -> None:
    from psabridge.jobs.main import app  # noqa: PLC0415  what it opens, it opens as this user

    said = []
    for words in commands:
        done = CliRunner().invoke(app, words)
        said.append((done.exit_code, done.stdout, f"{done.stderr}{_defect(done.exception)}"))
    sys.stdout.write(json.dumps(said) + "\n")


def _defect(error: BaseException | None) -> str:
    return "" if error is None or isinstance(error, SystemExit) else f"{error!r}"


if __name__ == "__main__":
    if os.geteuid() == 0:
        _drop_capabilities()
    _answer(json.loads(sys.argv[1]))
