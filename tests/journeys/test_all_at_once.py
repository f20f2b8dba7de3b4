"""Two-way sync, new customers and leaving ones together, over real HTTP, with faults among every write.

Each morning the book of `all_at_once.py` is compared with what both vendors hold.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from tests.journeys.all_at_once import (
    ADJUSTMENT,
    BEGINS,
    CREATION,
    DELETE_AFTER,
    DELETION,
    DISABLE_AFTER,
    ITEMS,
    LINE,
    READS,
    SERVERS,
    TENANT,
    USER,
    Event,
    Street,
    deleted_on,
    disabled_on,
    first_book,
    furnish,
)
from tests.journeys.conftest import OpenShop
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

MODES = {"billing": "automatic", "provisioning": "automatic", "deprovisioning": "automatic"}
SETTINGS: dict[str, Any] = {
    **LOOSE,
    "modes": MODES,
    "two_way": {"is_on": True, "billing_code": 1, "period_type": 1},
    "creates_customers": True,
    "writes_tags": True,
    "leaving": {
        "disables": True,
        "disable_after": DISABLE_AFTER,
        "deletes": True,
        "delete_after": DELETE_AFTER,
    },
}
DAYS = 16
# By days after the 10th: what people do before the first cycle of that day.
EVENTS: Mapping[int, tuple[Event, ...]] = {
    1: (lambda at: at.uses("Meadow Dental", 15), lambda at: at.sets_quota("Fixed Ltd", 14)),
    2: (lambda at: at.arrives("New Prepaid", "No", 5),),
    3: (lambda at: at.sets_quota("Fixed Ltd", 3, SERVERS), lambda at: at.ends("Gone Bakery")),
    4: (lambda at: at.ends("Back Again"),),
    5: (lambda at: at.sets_quota("New Prepaid", 8), lambda at: at.uses("Meadow Dental", 18)),
    6: (lambda at: at.arrives("Fresh Payg", "Yes", 0),),
    8: (lambda at: at.sells("Fixed Ltd", 4), lambda at: at.uses("Fresh Payg", 7)),
    9: (lambda at: at.comes_back("Back Again"),),
    11: (lambda at: at.uses("Other & Sons", 30), lambda at: at.sells("New Prepaid", 2)),
    13: (lambda at: at.uses("Back Again", 9), lambda at: at.uses("Fresh Payg", 8)),
}
# Which answers are lost or refused on that day, each at the first such request.
FAULTS: Mapping[int, tuple[tuple[str, Mapping[str, str]], ...]] = {
    1: (("reset_after", ADJUSTMENT),),
    2: (("reset_after", CREATION), ("error_applied", USER)),
    3: (("error_applied", LINE),),
    5: (("reset_before", ADJUSTMENT),),
    6: (("error_not_applied", CREATION), ("reset_after", USER)),
    7: (("reset_after", TENANT),),
    8: (("busy", READS), ("empty", ITEMS)),
    9: (("truncated", TENANT),),
    10: (("reset_after", DELETION),),
    11: (("lost_before", ADJUSTMENT),),
    13: (("error_applied", ADJUSTMENT), ("html", ADJUSTMENT)),
}
CYCLES, MINUTES = 6, 30


def _opened(open_shop: OpenShop) -> Street:
    journey, (firms, sales) = open_shop(furnish, **SETTINGS)
    journey.settle()
    return Street(journey, firms, sales, first_book())


def _a_day(street: Street, number: int, *, with_faults: bool) -> CycleReport:
    journey = street.journey
    journey.go_to(BEGINS + timedelta(days=number))
    for event in EVENTS.get(number, ()):
        event(street)
    lost = [
        journey.vendors.faults.add(kind, **where, text="An unexpected error occurred.")
        for kind, where in (FAULTS.get(number, ()) if with_faults else ())
    ]
    report = _let_go(journey)
    for _ in range(CYCLES - 1):
        report = _let_go(journey.advance(minutes=MINUTES))
    assert [journey.vendors.faults.met(fault) for fault in lost] == [1] * len(lost), f"day {number}"
    journey.vendors.faults.clear()
    return report


def _let_go(journey: Journey) -> CycleReport:
    """A timer's cycle; a person reads what is held and lets it go."""
    report = journey.cycle(waits=False)
    return journey.approve(report) if report.count(StepState.HELD) else report


def _turn_the_page(street: Street, day: date) -> None:
    """What the calendar alone does to those that left, if they have not come back."""
    gone, back = BEGINS + timedelta(days=3), BEGINS + timedelta(days=4)
    if day > gone:
        street.book["Gone Bakery"].units.clear()
    if day >= disabled_on(gone):
        street.book["Gone Bakery"].tenant = "deleted" if day >= deleted_on(gone) else "disabled"
    if back < day < BEGINS + timedelta(days=9):
        street.book["Back Again"].units.clear()
    if disabled_on(back) <= day < BEGINS + timedelta(days=9):
        street.book["Back Again"].tenant = "disabled"


@pytest.mark.parametrize("with_faults", [False, True], ids=["quiet", "faults"])
def test_arriving_changing_on_both_sides_and_leaving_at_once(open_shop: OpenShop, with_faults: bool) -> None:
    """ACR-PRV-01, ACR-PRV-12, ACR-TWO-04, ACR-TWO-06, ACR-DEP-03, ACR-DEP-04, ACR-DEP-08, R21, R32, R34."""
    street = _opened(open_shop)
    assert street.held() == street.book

    for number in range(1, DAYS):
        report = _a_day(street, number, with_faults=with_faults)
        _turn_the_page(street, BEGINS + timedelta(days=number))

        assert street.held() == street.book, f"day {number}"
        assert (street.strangers(), street.doubled_lines()) == ([], []), f"day {number}"
        assert report.open_intents == (), f"day {number}"

    assert {name: street.welcome(name) for name in street.arrived} == {
        "New Prepaid": (1, 1, "production"),
        "Fresh Payg": (1, 1, "production"),
    }
    assert street.journey.cycle(waits=False).plan.steps == ()
