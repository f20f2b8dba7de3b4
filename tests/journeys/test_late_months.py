"""What is counted after a month was written: listed, and decided by a person (ACR-USE-04)."""

from datetime import date

import pytest

from psabridge.engine.deciding import NotParked, decide_month
from psabridge.engine.explaining import explain_lines
from psabridge.rules.plans.plan import LateMonth
from psabridge.rules.words import IntentId
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale
from tests.journeys.journey import PERSON, Journey, codes
from tests.journeys.test_ranges import APRIL, HOUR, MARCH, MAY, approve_what_is_held, days, open_recovery


def a_month_that_counts_more(open_shop: OpenShop) -> tuple[Journey, Sale, LateMonth]:
    """March was written with 5 hours; on 3 April Acronis says that it was 9."""
    journey, firm, _ = open_recovery(open_shop)
    journey.use(firm, 5 * HOUR)
    days(journey, APRIL)
    approve_what_is_held(journey)
    journey.go_to(date(2026, 4, 3))
    sold, acronis = firm.sold, journey.vendors.acronis
    journey.vendors.do(
        lambda: acronis.set_usage(firm.tenant, sold.usage_name, 0, sold.infra_id, absolute_value=9 * HOUR)
    )
    (late,) = journey.cycle().plan.late_months
    return journey, firm, late


def decide(journey: Journey, late: LateMonth, *, is_added: bool) -> LateMonth:
    return decide_month(
        late.change, is_added=is_added, settings=journey.settings, ports=journey.ports, who=PERSON
    )


def test_what_was_counted_late_is_listed_with_its_value_and_goes_with_the_next_month(
    open_shop: OpenShop,
) -> None:
    """ACR-USE-04, W7: April has 3 hours of its own and takes 4 of March, once."""
    journey, firm, late = a_month_that_counts_more(open_shop)
    assert (late.written, late.counted, late.units, str(late.value)) == (5, 9, 4, "12.00")
    (told,) = [found for found in journey.cycle().findings if found.code == "R17"]
    assert f"psabridge decide {late.change} add-to-next-month" in told.next_act

    assert decide(journey, late, is_added=True).units == 4

    assert "R17" not in codes(journey.cycle().findings)
    journey.use(firm, 3 * HOUR)
    days(journey, MAY)
    (step,) = journey.plan().plan.steps
    assert "+4 units of 2026-03-01 to 2026-03-31, as decided" in step.reason
    found = explain_lines("Meadow", "Recovery", on=None, settings=journey.settings, ports=journey.ports)
    (told,) = found.lines
    assert ("correction", "+4 units of 2026-03-01 to 2026-03-31, as decided") in told.chain()
    approve_what_is_held(journey)
    assert journey.landed(firm.line) == [(MARCH, 5), (APRIL, 2)]
    assert journey.units(firm.line, APRIL) == 3 + 4
    journey.start()
    days(journey, date(2026, 6, 1))
    assert journey.units(firm.line, MAY) == 0
    assert [day for day, _ in journey.landed(firm.line)] == [MARCH, APRIL, MAY]


def test_what_is_left_is_not_listed_again_and_never_billed(open_shop: OpenShop) -> None:
    """ACR-USE-04."""
    journey, firm, late = a_month_that_counts_more(open_shop)
    decide(journey, late, is_added=False)

    assert journey.cycle().plan.late_months == ()
    journey.use(firm, 3 * HOUR)
    days(journey, MAY)

    assert journey.units(firm.line, APRIL) == 3


def test_what_was_decided_is_not_decided_twice_and_nothing_else_is(open_shop: OpenShop) -> None:
    journey, _, late = a_month_that_counts_more(open_shop)
    decide(journey, late, is_added=True)

    with pytest.raises(NotParked, match="all of it was decided"):
        decide(journey, late, is_added=True)
    with pytest.raises(NotParked, match="wrote no month"):
        decide_month(IntentId(999), is_added=True, settings=journey.settings, ports=journey.ports, who=PERSON)
