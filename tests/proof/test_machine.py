"""The machine of lives: it finds nothing in the product, and every bug that is planted in it (I1 to I10)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from psabridge_proof.kept import read_kept
from psabridge_proof.provider import Opening
from tests.proof.mutants import FOUND_FROM, MUTANTS
from tests.proof.programs import Prepared

PARTS = 2
EXAMPLES = 40


def _hunt(lives: Prepared, *options: str) -> tuple[int, str]:
    return lives.start("tests.proof.hunt", *options)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_order_of_events_makes_the_bridge_wrong(
    lives: Prepared, part: int, tell: Callable[[str], None]
) -> None:
    """Usage, contracts, people, approvals, modes, time, faults, kills, restores: new ones in each run."""
    code, told = _hunt(
        lives, "--examples", str(EXAMPLES), "--seed", str(int(os.environ["PROOF_SEED"]) + part)
    )

    tell(told if code else told.splitlines()[-1])
    assert code == 0, told


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_found(lives: Prepared, bug: str, tell: Callable[[str], None]) -> None:
    """`FOUND_FROM` shortens the search: where the machine changes, it goes on until the bug is found."""
    code, told = _hunt(lives, "--plant", bug, "--examples", "2000", "--seed", str(FOUND_FROM[bug]))

    tell(told.splitlines()[-1])
    assert code == 0, told


def test_what_it_finds_is_kept_as_a_short_life_that_is_right_without_the_bug(
    lives: Prepared, tmp_path: Path
) -> None:
    code, told = _hunt(lives, "--plant", "wrong_period_boundary", "--seed", "1", "--keep", str(tmp_path))

    file = tmp_path / "machine-1.json"
    kept = read_kept(file, Opening)
    assert code == 0, told
    assert kept.found.startswith("R16")
    assert len(kept.script) < 12
    assert lives.start("psabridge_proof.__main__", "--replay", str(file))[0] == 0
