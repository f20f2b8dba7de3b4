"""Each rule of protocol.md 2.4 is needed: without it the model finds a shortest way to a wrong line."""

from collections.abc import Callable

import pytest

from psabridge.rules.units.permission import RULES
from tests.model.dropping import SHOWN_BY, SHOWN_ELSEWHERE, without
from tests.model.fault_sets import STARTS
from tests.model.search import Found

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
