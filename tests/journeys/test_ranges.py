"""Range items over month ends: what a month used, in its own period, once (behaviour section 9, R17)."""

from datetime import date, timedelta

import pytest

from psabridge.engine.explaining import explain_lines
from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge_emulators.scenes.furnishing import Mapping, Sold
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes

POINTS, HOUR = "pw_base_adv_dr_compute_points", 3600
MARCH, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (3, 4, 5, 6))
MARCH_10 = date(2026, 3, 10)


def a_recovery_firm(firms: Firms) -> tuple[Sale, Sale]:
    """Disaster recovery by the hour, and workstations on the same contract."""
    furnishing = firms.furnishing
    site = furnishing.storage("Recovery site", "Recovery")
    service = furnishing.autotask.add_service("Recovery hours", "3.00")
    furnishing.services.append(Mapping(POINTS, "usage", service, site, unit_size=HOUR))
    points = Sold(service, POINTS, "compute_points", "usage", site, HOUR)
    firm = firms.sale("Meadow Dental", units=0, used=0, sold=points)
    return firm, firms.second_line(firm, firms.workstations, units=10, used=10)


def open_recovery(open_shop: OpenShop, **reporting: object) -> tuple[Journey, Sale, Sale]:
    """Today is 10 March, and 2 hours were used in March so far."""
    journey, (firm, desks) = open_shop(a_recovery_firm)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    for row in rows:
        row["is_range"] = row["item"] == POINTS
    journey.configure(services=rows, **({"usage_reporting": reporting} if reporting else {}))
    journey.use(firm, 2 * HOUR)
    journey.settle()
    return journey, firm, desks


def days(journey: Journey, until: date) -> None:
    """Cycles at midnight in UTC, every few days and on the last one; held steps stay held."""
    day = journey.today
    while day < until:
        day = min(day + timedelta(days=4), until)
        journey.go_to(day, hour=0)
        journey.cycle()


def approve_what_is_held(journey: Journey) -> None:
    report = journey.cycle()
    assert report.count(StepState.HELD)
    journey.approve(report)


def test_two_months_are_written_each_whole_into_its_own_period(open_shop: OpenShop) -> None:
    """ACR-USE-05 (day 1), ACR-USE-07, R17: not before the month is over, then once, over a restart too."""
    journey, firm, _ = open_recovery(open_shop)
    days(journey, date(2026, 3, 20))
    journey.use(firm, 30 * HOUR)
    days(journey, date(2026, 3, 31))
    assert journey.landed(firm.line) == []

    days(journey, APRIL)
    approve_what_is_held(journey)  # the line is billed for the first time
    journey.start()
    days(journey, date(2026, 4, 3))
    journey.use(firm, 4 * HOUR)
    days(journey, date(2026, 4, 30))

    assert journey.landed(firm.line) == [(MARCH, 30)]
    days(journey, MAY)
    assert journey.landed(firm.line) == [(MARCH, 30), (APRIL, -26)]
    days(journey, date(2026, 5, 3))
    assert [journey.units(firm.line, day) for day in (date(2026, 2, 28), MARCH, APRIL, MAY)] == [0, 30, 4, 4]
    assert journey.cycle().count(StepState.HELD) == 0


def test_a_month_without_use_restarts_at_0_and_no_person_is_asked(open_shop: OpenShop) -> None:
    """R17: a planned restart is not a drop for the guard."""
    journey, firm, _ = open_recovery(open_shop)
    days(journey, APRIL)
    approve_what_is_held(journey)

    days(journey, MAY)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, -2)]


def test_a_custom_month_from_the_15th(open_shop: OpenShop) -> None:
    """ACR-USE-05: on 15 April 15 March to 14 April, in the period of 14 April."""
    journey, firm, _ = open_recovery(open_shop, month="custom month", start_day=15)
    days(journey, date(2026, 3, 15))
    approve_what_is_held(journey)
    journey.use(firm, 7 * HOUR)
    days(journey, APRIL)
    journey.use(firm, 1 * HOUR)
    days(journey, date(2026, 4, 14))
    assert journey.landed(firm.line) == [(MARCH, 2)]

    days(journey, date(2026, 4, 15))
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 4)]  # 5 hours of March, 1 of April
    assert journey.units(firm.line, date(2026, 4, 20)) == 6


def test_an_edge_nobody_read_is_err_22_and_level_items_go_on(open_shop: OpenShop) -> None:
    """ERR-22, ACR-USE-06, R17: never interpolated."""
    journey, firm, desks = open_recovery(open_shop, month="custom month", start_day=15)
    days(journey, date(2026, 4, 14))
    landed = journey.landed(firm.line)
    journey.use(firm, 9 * HOUR)
    journey.use(desks, 11)

    journey.go_to(date(2026, 4, 15), hour=8)
    report = journey.go()

    assert "ERR-22" in codes(report.findings)
    assert journey.landed(firm.line) == landed
    assert journey.units(desks.line) == 11


def test_the_running_month_is_shown_each_day_and_written_when_it_is_over(open_shop: OpenShop) -> None:
    """ACR-USE-03, TIM-04: on 10 April the 9 days before it; Autotask takes one change on a first day (W7)."""
    journey, firm, _ = open_recovery(open_shop, month="current month")
    days(journey, APRIL)
    approve_what_is_held(journey)
    days(journey, date(2026, 4, 9))
    journey.use(firm, 6 * HOUR)
    days(journey, date(2026, 4, 10))
    journey.advance(minutes=5)
    journey.use(firm, 8 * HOUR)

    [wish] = journey.cycle().plan.wishes

    assert (wish.line.number, wish.now, wish.wanted, wish.due) == (firm.line, 2, 6, MAY)
    found = explain_lines("Meadow", "Recovery", on=None, settings=journey.settings, ports=journey.ports)
    (told,) = found.lines
    so_far = "6 units since 2026-04-01, whole UTC days; written when 2026-04-01 to 2026-04-30 is over"
    assert ("month so far", so_far) in told.chain()
    assert journey.landed(firm.line) == [(MARCH, 2)]


def test_months_that_were_only_observed_are_made_up_for_each_in_its_place(open_shop: OpenShop) -> None:
    """ACR-USE-07: reported at the next run, for the periods that should have been, once."""
    journey, firm, _ = open_recovery(open_shop)
    days(journey, APRIL)
    approve_what_is_held(journey)
    journey.modes("observe")
    journey.use(firm, 5 * HOUR)
    days(journey, date(2026, 5, 2))
    journey.use(firm, 3 * HOUR)
    days(journey, date(2026, 6, 5))
    assert journey.landed(firm.line) == [(MARCH, 2)]

    journey.modes("automatic")
    journey.settle()
    journey.settle()

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 3), (MAY, -2)]
    days(journey, date(2026, 6, 8))
    assert journey.units(firm.line, JUNE) == 3


@pytest.mark.parametrize(("zone", "hour"), [("Australia/Sydney", 20), ("America/Los_Angeles", 3)])
def test_a_month_ends_at_midnight_utc_in_every_billing_zone(
    open_shop: OpenShop, zone: str, hour: int
) -> None:
    """ACR-USE-08, R29: in Sydney it is the 1st long before, in Los Angeles still the 31st."""
    journey, firm, _ = open_recovery(open_shop)
    journey.connection("autotask", billing_zone=zone)
    days(journey, date(2026, 3, 31))
    journey.go_to(date(2026, 3, 31), hour=20)
    journey.cycle()
    journey.use(firm, 5 * HOUR)  # the last use of March
    assert journey.landed(firm.line) == []

    journey.go_to(APRIL, hour=hour)
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 5)]


def a_missed_edge(open_shop: OpenShop) -> tuple[Journey, Sale]:
    """Custom months from the 15th; on 15 April nothing was read in the first hour. 4 hours were used."""
    journey, firm, _ = open_recovery(open_shop, month="custom month", start_day=15)
    days(journey, date(2026, 3, 15))
    approve_what_is_held(journey)
    journey.use(firm, 5 * HOUR)
    days(journey, APRIL)
    journey.use(firm, 1 * HOUR)
    days(journey, date(2026, 4, 13))
    journey.go_to(date(2026, 4, 15), hour=3)
    journey.use(firm, 2 * HOUR)
    return journey, firm


def test_a_month_own_readings_do_not_tell_comes_from_a_daily_report(open_shop: OpenShop) -> None:
    """R17: ordered when the history is ready, taken in when its file is there, exact to the day."""
    journey, firm = a_missed_edge(open_shop)
    assert "ERR-22" in codes(journey.cycle().findings)
    assert report_orders(journey) == 0  # between 01:00 and 06:00 the history is not ready
    journey.go_to(date(2026, 4, 15), hour=7)
    journey.cycle()
    waiting = journey.cycle()
    assert "on its way" in err_22(waiting)

    journey.advance(minutes=10)
    journey.cycle()
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 2)]  # 3 hours of March, 1 of April
    assert report_orders(journey) == 1
    journey.start()
    assert journey.cycle().count(StepState.APPLIED) == 0
    assert report_orders(journey) == 1


def test_a_report_that_fails_leaves_err_22_with_the_reason_and_is_asked_for_again(
    open_shop: OpenShop,
) -> None:
    """R17, ERR-22: reports arrive late or fail."""
    journey, firm = a_missed_edge(open_shop)
    journey.control("switches", {"report_history_missing": True}, vendor="acronis")
    journey.go_to(date(2026, 4, 15), hour=7)
    journey.cycle()

    assert "could not be ordered" in err_22(journey.cycle())
    assert journey.landed(firm.line) == [(MARCH, 2)]
    journey.control("switches", {"report_history_missing": False}, vendor="acronis")
    journey.advance(hours=1)
    journey.cycle()
    journey.advance(minutes=10)
    journey.cycle()
    approve_what_is_held(journey)

    assert journey.landed(firm.line) == [(MARCH, 2), (APRIL, 2)]


def test_no_report_is_ordered_in_observe(open_shop: OpenShop) -> None:
    """An order is a write, if a small one."""
    journey, _ = a_missed_edge(open_shop)
    journey.modes("observe")
    journey.go_to(date(2026, 4, 15), hour=7)
    journey.cycle()

    assert report_orders(journey) == 0


def report_orders(journey: Journey) -> int:
    return journey.vendors.do(lambda: len(journey.vendors.acronis.reports))


def err_22(report: CycleReport) -> str:
    (told,) = [found.problem for found in report.findings if found.code == "ERR-22"]
    return told
