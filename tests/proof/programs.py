"""Starts the programs of the proof as processes of their own: they fork and plant bugs, as no test should."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108  a folder in memory, where there is one


# Sets have one order in every process: a program that needs it so does not have to start once more.
ORDERED = {"PYTHONHASHSEED": "0"}


def share(one_in: int) -> tuple[str, str]:
    """A share drawn with `PROOF_SEED`; `PROOF_MOMENTS=all` takes every one."""
    return "--share", "1" if os.environ.get("PROOF_MOMENTS") == "all" else f"{one_in}"


def start(module: str, *options: str, **environment: str) -> tuple[int, str]:
    """Its code and what it said, from a process of its own: a planted bug must not outlive its test."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def run(program: str, *options: str) -> tuple[int, str]:
    """One of the programs that fork. The machine is shared with the other test processes."""
    room = {"PROOF_ROOM": str(MEMORY)} if MEMORY.is_dir() else {}
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    processes = str(max((os.cpu_count() or 1) // workers, 1))
    seed = ("--seed", os.environ["PROOF_SEED"])
    return start(f"tests.proof.{program}", *seed, "--processes", processes, *options, **room)


@dataclass(frozen=True, slots=True)
class Prepared:
    """`prepared.py` at work, and the folder in which its children speak."""

    orders: IO[str]
    answers: IO[str]
    folder: Path

    def start(self, module: str, *options: str, **environment: str) -> tuple[int, str]:
        """Its code and what it said, as `start` tells them."""
        told = {"module": module, "options": options, "environment": environment}
        order = {**told, "folder": str(self.folder)}
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        code = int(self.answers.readline())
        return code, "".join((self.folder / name).read_text() for name in ("out", "err"))


@contextmanager
def prepared(folder: Path) -> Iterator[Prepared]:
    """It ends when nobody can ask it any more."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.proof.prepared"],
        cwd=ROOT,
        env={**os.environ, **ORDERED},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        yield Prepared(process.stdin, process.stdout, folder)
