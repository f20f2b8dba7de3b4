"""The machine of lives: it finds nothing in the product, and every bug that is planted in it (I1 to I10)."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PARTS = 2
EXAMPLES = 40


def _hunt(*options: str) -> tuple[int, str]:
    """In a process of its own: a planted bug must not outlive its test."""
    command = [sys.executable, "-m", "tests.proof.hunt", *options]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("part", range(PARTS))
def test_no_order_of_events_makes_the_bridge_wrong(part: int, tell: Callable[[str], None]) -> None:
    """Usage, contracts, people, approvals, modes, time, faults, kills, restores: new ones in each run."""
    code, told = _hunt("--examples", str(EXAMPLES), "--seed", str(int(os.environ["PROOF_SEED"]) + part))

    tell(told if code else told.splitlines()[-1])
    assert code == 0, told


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_found(bug: str, tell: Callable[[str], None]) -> None:
    code, told = _hunt("--plant", bug, "--examples", "2000", "--seed", "1")

    tell(told.splitlines()[-1])
    assert code == 0, told
