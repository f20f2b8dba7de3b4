"""Each rule of protocol.md 2.4 is needed: without it the model finds a shortest way to a wrong line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from psabridge.rules.units.permission import RULES
from tests.model.dropping import SHOWN_BY, SHOWN_ELSEWHERE, without
from tests.model.fault_sets import DEFAULT, STARTS
from tests.model.search import Found

PAGE = Path(__file__).parents[2] / "docs" / "model.md"
Record = Callable[[str, object], None]


@pytest.mark.parametrize("rule", SHOWN_BY)
def test_without_one_rule_a_line_goes_wrong(rule: str, record_property: Record) -> None:
    with without(rule):
        found = shortest(rule, is_whole=False)

    assert found.trace, f"nothing goes wrong without {rule}: {found}"
    assert not shortest(rule, to=found.depth + 1).trace, "it goes wrong with the rule too"
    record_property("model", f"without {rule}, {SHOWN_BY[rule]}:\n{found.story}")


def test_every_rule_is_dropped_here_or_shown_elsewhere() -> None:
    rules = {name.split("_", 1)[0].upper() for name in RULES}

    assert SHOWN_BY.keys() | SHOWN_ELSEWHERE.keys() == rules
    assert not SHOWN_BY.keys() & SHOWN_ELSEWHERE.keys()


def shortest(rule: str, *, to: int = 99, is_whole: bool = True) -> Found:
    """Under the hardest meaning of uniqueness: none."""
    faults = SHOWN_BY[rule]
    world = faults.worlds(is_whole=is_whole)[-1]
    found = [faults.search(world, day, most=200_000, depth=to) for day in STARTS]
    return min(found, key=lambda one: len(one.trace) or 999)


def test_the_page_tells_every_search_and_every_rule() -> None:
    page = PAGE.read_text()

    assert [str(one) for one in DEFAULT if f"| {one} |" not in page] == []
    assert [rule for rule in (*SHOWN_BY, *SHOWN_ELSEWHERE) if f"| {rule} |" not in page] == []
    assert [test for test in SHOWN_ELSEWHERE.values() if test not in page] == []
