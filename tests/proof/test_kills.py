"""The month's kills and restores, as programs of their own: they fork, which no test process should.

Each run takes a share drawn with a new seed and prints it; `make prove-kills` takes every one.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")  # noqa: S108  a folder in memory, where there is one
SEED = os.environ.get("PROOF_SEED") or str(int(time.time()) % 100_000)


def _run(program: str, *options: str) -> tuple[int, str]:
    environment = dict(os.environ)
    if MEMORY.is_dir():
        environment["PROOF_ROOM"] = str(MEMORY)
    ended = subprocess.run(
        [sys.executable, "-m", f"tests.proof.{program}", *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("uniqueness", "more"),
    [("start", ()), ("none", ("--twice",))],
    ids=["killed once, a second adjustment of a date is refused", "killed twice, it is taken"],
)
def test_killed_anywhere_the_month_ends_as_if_nothing_had_happened(
    uniqueness: str, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """I9, protocol 2.3 and 2.6: at every call and commit."""
    code, told = _run("kills", "--share", "25", "--seed", SEED, "--uniqueness", uniqueness, *more)

    with capsys.disabled():
        sys.stdout.write(f"\nkills, seed {SEED}, uniqueness {uniqueness} {' '.join(more)}\n{told}")
    assert code == 0, told


def test_a_database_put_back_after_any_commit_bills_nothing_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Protocol 2.6: the restore is seen, nothing is written unasked, and the ledger ends the same."""
    code, told = _run("restores", "--share", "25", "--seed", SEED)

    with capsys.disabled():
        sys.stdout.write(f"\nrestores, seed {SEED}\n{told}")
    assert code == 0, told


def test_the_kills_find_a_bridge_that_takes_what_was_open_for_never_sent() -> None:
    """A defect planted on purpose: what was on its way when the process died would be billed twice."""
    only = "left: POST autotask /ATServicesRest/v1.0/ContractServiceAdjustments"
    planted = ("--plant", "forget", "--uniqueness", "none", "--only", only, "--share", "10", "--seed", "1")

    code, told = _run("kills", *planted)

    assert code == 1
    assert "landed besides: +1" in told
