"""Lives of customers that come, change and go: nothing is found in the product, every planted bug is.

Provisioning, two-way sync and deprovisioning among faults, kills, people and restores: no second tenant,
user, service or line, and nothing disabled or deleted that should live (ACR-PRV-01, -06, -07, -12, -14,
ACR-TWO-04, ACR-DEP-03 to -08, R20, R21, R32, R34, R35, R37, R38, R61).
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.market_mutants import FOUND_FROM, MUTANTS
from tests.proof.programs import ROOT, Prepared, start

KEPT = sorted((ROOT / "tests" / "seeds" / "market").glob("*.json"))
LIVES = 6
HUNT = "tests.proof.market_hunt"


def _hunt(lives: Prepared, *options: str) -> tuple[int, str]:
    return lives.start(HUNT, *options)


def test_customers_come_and_go_and_none_is_doubled_or_lost(
    lives: Prepared, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """New lives in each run; one that goes wrong prints its seed and is lived again by `--replay`."""
    first = int(os.environ["PROOF_SEED"]) * 1000
    code, told = _hunt(lives, "--examples", str(LIVES), "--seed", str(first), "--keep", str(tmp_path))

    tell(told)
    assert code == 0, told


@pytest.mark.parametrize("bug", MUTANTS)
def test_a_planted_bug_is_found(lives: Prepared, bug: str, tell: Callable[[str], None]) -> None:
    """`FOUND_FROM` shortens the search: where the script changes, the lives after it are searched."""
    code, told = _hunt(lives, "--plant", bug, "--examples", "200", "--seed", str(FOUND_FROM[bug]))

    tell(told.splitlines()[-1])
    assert code == 0, told


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_a_life_of_customers_that_once_went_wrong_is_right(lives: Prepared, file: Path) -> None:
    code, told = _hunt(lives, "--replay", str(file))

    assert code == 0, told


def test_the_same_seed_is_the_same_life_to_the_second() -> None:
    """Whatever order its sets have when it is started."""
    first, second = (start(HUNT, "--replay", "3") for _ in range(2))

    assert first == second
    assert "at rest" in first[1]


def test_what_it_finds_is_kept_as_a_short_life_that_is_right_without_the_bug(
    lives: Prepared, tmp_path: Path
) -> None:
    code, told = _hunt(lives, "--plant", "deleted_unasked", "--seed", "2", "--keep", str(tmp_path))

    file = tmp_path / "market-2.json"
    assert code == 0, told
    assert len(file.read_text().splitlines()) < 40
    assert _hunt(lives, "--replay", str(file))[0] == 0
