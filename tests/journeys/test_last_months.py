"""The last month of range items on a contract that ends (R17, R23)."""

from collections.abc import Callable
from datetime import date

from psabridge.engine.outcomes import StepState
from psabridge_emulators.scenes.furnishing import Mapping, Sold
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_ranges import APRIL, HOUR, JUNE, MARCH, MAY, POINTS, approve_what_is_held, days


def a_firm_that_leaves(last: date) -> Callable[[Firms], Sale]:
    """Disaster recovery by the hour, on a contract from 1 January to the day."""

    def furnish(firms: Firms) -> Sale:
        furnishing = firms.furnishing
        site = furnishing.storage("Recovery site", "Recovery")
        service = furnishing.autotask.add_service("Recovery hours", "3.00")
        furnishing.services.append(Mapping(POINTS, "usage", service, site, unit_size=HOUR))
        points = Sold(service, POINTS, "compute_points", "usage", site, HOUR)
        firm = firms.sale("Meadow Dental", units=0, used=0, sold=points)
        firms.running.autotask.life.move_end(firm.contract, last)
        firms.sale("Stays Bakery", units=10, used=10)
        return firm

    return furnish


def open_firm(open_shop: OpenShop, last: date, **reporting: object) -> tuple[Journey, Sale]:
    """2 hours in March; today is 10 April."""
    journey, firm = open_shop(a_firm_that_leaves(last))
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    for row in rows:
        row["is_range"] = row["item"] == POINTS
    journey.configure(services=rows, **({"usage_reporting": reporting} if reporting else {}))
    journey.use(firm, 2 * HOUR)
    journey.settle()
    days(journey, date(2026, 3, 15))
    days(journey, APRIL)
    if journey.cycle().count(StepState.HELD):
        approve_what_is_held(journey)
    journey.go_to(date(2026, 4, 10))
    return journey, firm


def renew(journey: Journey, firm: Sale, starts: date) -> int:
    """The line of the contract that follows."""
    life = journey.vendors.autotask.life
    new = journey.vendors.do(lambda: life.renew(firm.contract, starts=starts, ends=date(2027, 12, 31)))
    return journey.lines(new)["Recovery hours"]


def test_the_last_month_goes_into_the_last_period_of_a_contract_that_is_over(open_shop: OpenShop) -> None:
    """R17, R23: it ended on 30 April, and April is known on 1 May."""
    journey, firm = open_firm(open_shop, date(2026, 4, 30))
    journey.use(firm, 7 * HOUR)
    days(journey, MAY)
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 5)]
    assert journey.units(firm.line, date(2026, 4, 30)) == 7
    days(journey, date(2026, 5, 20))
    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 5)]
    assert {"R23", "R28", "ERR-22"}.isdisjoint(codes(journey.cycle().findings))


def test_a_renewal_does_not_get_the_month_again(open_shop: OpenShop) -> None:
    """R23: April is the old contract's, May the new one's; nobody is told to bill April by hand."""
    journey, firm = open_firm(open_shop, date(2026, 4, 30))
    line = renew(journey, firm, MAY)
    journey.use(firm, 7 * HOUR)
    days(journey, MAY)
    approve_what_is_held(journey)
    journey.use(firm, 4 * HOUR)
    days(journey, date(2026, 5, 10))
    assert "R23" not in codes(journey.cycle().findings)
    days(journey, JUNE)
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 5)]
    assert [journey.units(line, day) for day in (MAY, JUNE)] == [4, 4]
    assert [day for day, _ in journey.landed(line)] == [MAY]


def test_what_a_posted_period_lacks_is_listed_with_its_value_and_the_way_by_hand(
    open_shop: OpenShop,
) -> None:
    """R28: April was posted with the 2 units of March; 5 are missing, 3.00 each."""
    journey, firm = open_firm(open_shop, date(2026, 4, 30))
    journey.use(firm, 7 * HOUR)
    days(journey, date(2026, 4, 30))
    journey.control("post-period", {"contract": firm.contract, "through": "2026-04-30"})
    days(journey, date(2026, 5, 20))

    report = journey.cycle()

    (told,) = [found for found in report.findings if found.code == "R28"]
    assert "Recovery hours" in told.subject
    assert "5 units of 2026-04-01 to 2026-04-30 were not on the contract, worth 15.00" in told.problem
    assert "posted" in told.problem
    assert journey.landed(firm.line) == [(MARCH, 2)]
    assert report.plan.completeness.lines_right == report.plan.completeness.lines_checked - 1


def test_the_days_of_a_month_up_to_the_end_of_the_contract_are_its_own(open_shop: OpenShop) -> None:
    """R17: it ended on 14 April; 4 hours more were used after it, and are told as billed to nobody (R23)."""
    journey, firm = open_firm(open_shop, date(2026, 4, 14))
    journey.use(firm, 5 * HOUR)
    days(journey, date(2026, 4, 15))
    journey.use(firm, (5 + 4) * HOUR)
    days(journey, MAY)
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 3)]
    (told,) = [found for found in journey.cycle().findings if found.code == "R23"]
    assert "(4)" in told.problem


def test_a_contract_that_is_renewed_inside_a_month_leaves_the_month_to_the_new_one(
    open_shop: OpenShop,
) -> None:
    """R17: the last day of April lies in the new contract, which takes April whole."""
    journey, firm = open_firm(open_shop, date(2026, 4, 14))
    line = renew(journey, firm, date(2026, 4, 15))
    journey.use(firm, 7 * HOUR)
    days(journey, MAY)
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2)]
    assert [day for day, _ in journey.landed(line)] == [date(2026, 4, 15)]
    assert journey.units(line, date(2026, 4, 15)) == 7


def test_days_beyond_the_last_custom_month_are_listed_where_the_period_is_taken(open_shop: OpenShop) -> None:
    """R17, R28: 15 to 30 April, after 15 March to 14 April in the same period."""
    journey, firm = open_firm(open_shop, date(2026, 4, 30), month="custom month", start_day=15)
    days(journey, date(2026, 4, 12))
    journey.use(firm, 5 * HOUR)
    days(journey, date(2026, 4, 15))
    journey.settle()
    assert journey.landed(firm.line)[-1][0] == APRIL
    journey.use(firm, (5 + 7) * HOUR)
    days(journey, MAY)
    days(journey, date(2026, 5, 15))

    (told,) = [found for found in journey.cycle().findings if found.code == "R28"]

    assert "7 units of 2026-04-01 to 2026-04-30" in told.problem
    assert "worth 21.00" in told.problem
    assert "2026-04-15 to 2026-04-30" in told.problem
