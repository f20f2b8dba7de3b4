"""R63: how good suggestions are, on pairs the rules were tuned on and on pairs held out."""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal

import pytest

from psabridge.rules.matching.suggestion import Confidence
from tests.matching.making_pairs import make
from tests.matching.pairs import FILE, HALVES, labelled, quality

PRECISION, RECALL = Decimal("0.995"), Decimal("0.80")


def test_the_labelled_set_has_a_thousand_pairs_with_every_hard_case() -> None:
    """R63: near names, branches, merged firms, namesakes, umlauts, abbreviations, no match at all."""
    cases = {half: set(labelled(half).cases.values()) for half in HALVES}

    assert sum(len(labelled(half).cases) for half in HALVES) == 1000
    assert cases["tuned"] == cases["held out"]
    assert {"near names", "branch", "merged", "two towns", "accents", "abbreviation", "no match"} <= cases[
        "tuned"
    ]
    assert all(len(labelled(half).same) < len(labelled(half).cases) - 40 for half in HALVES)


def test_the_set_is_what_its_script_makes() -> None:
    made = [json.loads(json.dumps(asdict(row))) for row in make()]

    assert made == [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("half", HALVES)
def test_sure_is_nearly_always_right_and_finds_most(half: str, tell: Callable[[str], None]) -> None:
    """R63: precision of "sure" at least 99.5 %, recall at least 80 %, in each half by itself."""
    found = quality(half)
    tell(f"{half}: {found.text}")

    assert Decimal(found.right) / found.sure >= PRECISION, found.wrong
    assert Decimal(found.right) / found.pairs >= RECALL, found.missed


@pytest.mark.parametrize("half", HALVES)
def test_no_tie_is_sure_and_no_firm_is_surely_two(half: str) -> None:
    """R63: whatever has a rival as good, or nearly, is shown as a tie."""
    found = labelled(half).suggestions()
    sure = [one for one in found if one.confidence is Confidence.SURE]

    assert any(one.is_tie for one in found)
    assert not any(one.is_tie for one in sure)
    assert len({one.company for one in sure}) == len({one.tenant for one in sure}) == len(sure)
    assert not {one.company for one in sure} & {one.company for one in found if one not in sure}


@pytest.mark.parametrize("half", HALVES)
def test_every_suggestion_tells_why(half: str) -> None:
    assert all(one.reasons for one in labelled(half).suggestions())
