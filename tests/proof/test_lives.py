"""Lives of months, new ones in each run; those that once went wrong for ever; and the same one twice."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.programs import ROOT, Prepared, start

KEPT = sorted((ROOT / "tests" / "seeds").glob("*.json"))
PARTS = 2
LIVES = 24
PROVE = ("--processes", "1")
WIDE = {"COLUMNS": "160"}


def _prove(lives: Prepared, *options: str) -> tuple[int, str]:
    return lives.start("psabridge_proof.__main__", *PROVE, *options, **WIDE)


@pytest.mark.parametrize("part", range(PARTS))
def test_in_new_lives_nothing_is_billed_twice_or_lost(
    lives: Prepared, part: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    first = int(os.environ["PROOF_SEED"]) * 1000 + part * LIVES
    seeds = ("--seeds", str(LIVES), "--first", str(first), "--keep", str(tmp_path))
    code, told = _prove(lives, *seeds)

    tell(told if code else "\n".join(one for one in told.splitlines() if "Seeds" in one or "checks" in one))
    kept = [file.read_text() for file in tmp_path.glob("*.json")]
    assert code == 0, "\n".join([told, *kept])


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.stem)
def test_a_life_that_once_went_wrong_is_right(lives: Prepared, file: Path) -> None:
    code, told = _prove(lives, "--replay", str(file))

    assert code == 0, told


def test_the_same_seed_is_the_same_life_to_the_second() -> None:
    """Whatever order its sets have when it is started."""
    replayed = (*PROVE, "--replay", "11", "--months", "1")
    first, second = (start("psabridge_proof", *replayed, **WIDE) for _ in range(2))

    assert first == second
    assert "at rest" in first[1]


def test_a_life_that_goes_wrong_is_kept_and_goes_wrong_again(lives: Prepared, tmp_path: Path) -> None:
    """A script that asks for what no vendor has breaks the program, and that is told."""
    file = tmp_path / "wrong.json"
    file.write_text(WRONG)

    code, told = _prove(lives, "--replay", str(file))

    assert code == 1
    assert "found once: on purpose" in told
    assert "1 violations" in told


WRONG = """{"found": "on purpose", "opening": {"start": "2026-03-10T08:00:00+00:00"},
 "script": [["quota", {"customer": "nobody", "item": "pw_base_mobiles", "units": 1}]]}"""
