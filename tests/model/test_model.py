"""Every order of events on one line, to the end of what is reachable (docs/model.md, protocol.md 3 and 6)."""

from collections.abc import Callable

import pytest

from tests.model.fault_sets import DEFAULT, STARTS, TODAY, FaultSet
from tests.model.state import Faults

Record = Callable[[str, object], None]
HOLDS = {"start": True, "row": False, "inner": True, "none": False}


@pytest.mark.parametrize("faults", DEFAULT, ids=str)
def test_the_rules_hold_in_every_order_of_events(faults: FaultSet, record_property: Record) -> None:
    states, depth = 0, 0
    for world in faults.worlds():
        for day in STARTS:
            found = faults.search(world, day)
            assert found.is_exhausted, f"uniqueness {world.uniqueness}, from day {day}:\n{found.story}"
            states, depth = states + found.states, max(depth, found.depth)

    record_property("model", f"{faults}: {states} states, depth {depth}")


def test_requests_delayed_without_end_are_safe_only_where_the_date_is_unique(record_property: Record) -> None:
    """protocol.md 3, the row "delays without end": C11 under `row`, C7 under `none`."""
    faults = FaultSet(TODAY, Faults(delayed=1, foreign=1))

    for world in faults.worlds(endless=True):
        found = faults.search(world, 1)
        assert found.is_exhausted == HOLDS[world.uniqueness], found.story
        record_property(
            "model", f"delays without end, uniqueness {world.uniqueness}: {found}\n{found.story}".rstrip()
        )
