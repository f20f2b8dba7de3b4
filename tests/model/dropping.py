"""Which faults show that a rule is needed, and how a rule is switched off."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psabridge.rules.units import permission
from tests.model.fault_sets import TODAY, FaultSet
from tests.model.state import Faults

# Planned without judgement, so that the rule alone stands before the request.
SHOWN_BY: Mapping[str, FaultSet] = {
    "W1": FaultSet(TODAY, Faults(delayed=1, restore=1)),
    "W2": FaultSet(TODAY, Faults(delayed=1), rash=True),
    "W3": FaultSet(TODAY, Faults(back=1, restore=1)),
    "W4": FaultSet(TODAY, Faults(stale=1), rash=True),
    "W5": FaultSet(TODAY, Faults(foreign=1), rash=True),
    "W6": FaultSet(TODAY, Faults(), rash=True),
    "W7": FaultSet(TODAY, Faults(target=1), rash=True),
    "W8": FaultSet(TODAY, Faults(), rash=True),
    "W9": FaultSet(TODAY, Faults(posting=1), rash=True),
    "W10": FaultSet(TODAY, Faults(blank=1), rash=True),
    "W11": FaultSet(TODAY, Faults(ahead=1), rash=True),
    "W12": FaultSet(TODAY, Faults(), rash=True),
}
# A line's figures are collected outside of it: nothing here can have a hole.
SHOWN_ELSEWHERE: Mapping[str, str] = {
    "W13": "tests/protocol/test_rash_plans.py::test_w13_from_days_with_holes",
}


@contextmanager
def without(rule: str) -> Iterator[None]:
    """The product with one rule that never objects."""
    (name,) = [one for one in permission.RULES if one.startswith(f"{rule.lower()}_")]
    kept = permission.RULES[name]
    permission.RULES[name] = lambda _: None
    try:
        yield
    finally:
        permission.RULES[name] = kept
