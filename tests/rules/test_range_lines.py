# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Which month a line of range items is due for, with how many units, and why it may have none."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.explaining.mapping_rows import mapping_rows
from psabridge.rules.findings import Severity
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import MeterExpression, PairingSettings, ServiceMapping
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.ranges.daily import DayUse, ReportOrder
from psabridge.rules.wanted.ranges.readings import RangeReading, range_readings
from psabridge.rules.wanted.ranges.reporting import ReportingMonth, UsageReporting
from psabridge.rules.wanted.ranges.reports import MonthFigure
from tests.builders import (
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired, finding, units
from tests.rules.test_range_months import custom, days

ITEM, HOUR = "pw_base_adv_dr_compute_points", 3600
ROW = a_mapping_row(ITEM, is_range=True, unit_size=HOUR)
JANUARY = date(2026, 1, 1)
FEBRUARY = days("2026-02-01", "2026-02-28")


def sold(units_there: int = 0, period_type: PeriodType = PeriodType.MONTHLY) -> PsaSnapshot:
    return psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100)],
        rows=[a_unit_row(100, units_there)],
        services=[a_service(period_type=period_type)],
    )


def counted(hours: int, since: int, start: date) -> Any:
    began = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return a_usage(
        "compute_points", value=since * HOUR, absolute_value=hours * HOUR, unit="seconds", range_start=began
    )


def read(moment: str, hours: int, since: int, *, is_on: bool = True) -> Any:
    """The platform as read at a moment: so many hours ever, so many since the first of the month."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    item = an_item(ITEM, "compute_points", unit="seconds", is_on=is_on)
    used = counted(hours, since, at.date().replace(day=1))
    platform = platform_snapshot(items=[item, an_item()], usages=[used, a_usage()])
    return replace(platform, read_at=at)


def kept(*platforms: Any) -> Iterable[RangeReading]:
    return [reading for platform in platforms for reading in range_readings([ROW], platform)]


def wanted(
    *platforms: Any, row: ServiceMapping = ROW, psa: PsaSnapshot | None = None, **decided: Any
) -> Desired:
    """What is wanted at the last of these reads."""
    chosen: PairingSettings = settings(row, **decided)
    return desired(chosen, psa or sold(), platforms[-1], ranges=kept(*platforms))


def test_a_line_gets_the_units_of_the_month_that_is_over() -> None:
    """ACR-USE-05: on 10 March February stands, not what March counted so far."""
    (line,) = wanted(read("2026-02-10", 50, 10), read("2026-03-10", 97, 5)).units

    assert (line.units, line.evidence.rule) == (52, "R17")
    assert line.report is not None
    assert line.report.due == FEBRUARY
    (reading,) = line.evidence.parts[0].readings
    assert reading.quantity == 52 * HOUR
    assert "2026-02-01 to 2026-02-28" in reading.note


def test_level_items_keep_their_interval_whatever_is_chosen() -> None:
    """ACR-USE-06."""
    for choice in (
        UsageReporting(ReportingMonth.CURRENT),
        UsageReporting(ReportingMonth.PREVIOUS),
        custom(15),
    ):
        platform = platform_snapshot(items=[an_item()], usages=[a_usage(quantity=12, value=3)])
        found = desired(settings(usage_reporting=choice), sold(), platform)

        assert units(found) == {line_id(100): 12}
        assert found.units[0].report is None


def test_an_unknown_edge_stops_the_line_alone_with_err_22() -> None:
    """ERR-22, ACR-USE-06: level items of the customer go on."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100), a_line(101, service=2000)],
        rows=[a_unit_row(100, 0), a_unit_row(101, 5)],
        services=[a_service(), a_service(2000)],
    )
    platforms = read("2026-02-20", 50, 10), read("2026-03-15 08:00", 97, 5)
    rows = ROW, a_mapping_row(service=2000)

    found = desired(settings(*rows, usage_reporting=custom(15)), psa, platforms[-1], ranges=kept(*platforms))

    assert units(found) == {line_id(101): 7}
    stopped = finding(found, "ERR-22")
    assert stopped.severity is Severity.STOPS
    assert "2026-02-15" in stopped.problem


def test_the_first_month_of_a_bridge_is_announced_and_nothing_is_lowered() -> None:
    """ACR-USE-07: nothing was missed, for nobody counted."""
    found = wanted(read("2026-03-10", 97, 5), psa=sold(units_there=9))

    assert found.units == ()
    told = finding(found, "ACR-USE-07")
    assert told.severity is Severity.NOTE
    assert "2026-04-01 for 2026-03-01 to 2026-03-31" in told.problem


@pytest.mark.parametrize("read_in_february", [True, False])
def test_an_item_that_is_off_and_not_in_use_counts_0_only_where_it_was_looked_for(
    *, read_in_february: bool
) -> None:
    """Unknown is not zero: a month in which nobody looked says nothing."""
    off = read("2026-03-10", 0, 0, is_on=False)
    off = replace(off, usages={tenant: (a_usage(),) for tenant in off.usages})
    earlier = replace(off, read_at=datetime(2026, 2, 10, tzinfo=UTC))

    found = wanted(*([earlier] if read_in_february else []), off, psa=sold(units_there=9))

    assert units(found) == ({line_id(100): 0} if read_in_february else {})


def test_what_was_switched_off_during_the_month_is_not_taken_for_unused() -> None:
    off = read("2026-03-10", 0, 0, is_on=False)
    off = replace(off, usages={tenant: (a_usage(),) for tenant in off.usages})

    found = wanted(read("2026-02-10", 50, 10), off, psa=sold(units_there=9))

    assert found.units == ()
    assert "ERR-22" in codes(found)


def test_the_month_so_far_is_told_beside_the_one_that_is_over() -> None:
    """ACR-USE-03: on 10 March 1 to 9 March."""
    platforms = read("2026-02-10", 50, 10), read("2026-03-10 00:04", 97, 5)

    (line,) = wanted(*platforms, usage_reporting=UsageReporting(ReportingMonth.CURRENT)).units

    assert line.report is not None
    assert line.report.running == MonthFigure(days("2026-03-01", "2026-03-31"), 5)
    assert line.units == 52


@pytest.mark.parametrize("month", [ReportingMonth.PREVIOUS, ReportingMonth.CUSTOM])
def test_no_other_choice_shows_the_month_that_runs(month: ReportingMonth) -> None:
    """ACR-USE-04, -05."""
    platforms = read("2026-02-10", 50, 10), read("2026-03-10 00:04", 97, 5)

    (line,) = wanted(*platforms, usage_reporting=UsageReporting(month)).units

    assert line.report is not None
    assert line.report.running is None


def test_a_line_whose_period_is_no_month_is_refused_with_err_19() -> None:
    """ERR-19, R17."""
    platforms = read("2026-02-10", 50, 10), read("2026-03-10", 97, 5)

    found = wanted(*platforms, psa=sold(period_type=PeriodType.QUARTERLY))

    assert found.units == ()
    assert finding(found, "ERR-19").severity is Severity.STOPS


def test_the_months_of_a_longer_period_add_up_where_the_row_says_so() -> None:
    """R17: January to March, on 1 April; nothing before."""
    row = replace(ROW, sum_of_months=True)
    psa = sold(period_type=PeriodType.QUARTERLY)
    reads = [read("2026-01-05", 20, 2), read("2026-03-20", 97, 5), read("2026-04-02", 130, 1)]

    assert wanted(*reads[:2], row=row, psa=psa).units == ()
    (line,) = wanted(*reads, row=row, psa=psa).units

    assert line.units == 129 - 18
    assert line.report is not None
    assert line.report.due == days("2026-01-01", "2026-03-31")


def test_an_allowance_counts_in_each_month_of_a_longer_period() -> None:
    """R7, R17: 20, 57 and 34 hours, of which 30 are included each month."""
    row = replace(ROW, sum_of_months=True, meter=MeterExpression(included=30 * HOUR))
    reads = [
        read("2026-01-20", 38, 20),
        read("2026-02-20", 95, 57),
        read("2026-03-20", 129, 34),
        read("2026-04-02", 130, 1),
    ]

    (line,) = wanted(*reads, row=row, psa=sold(period_type=PeriodType.QUARTERLY)).units

    assert line.units == 0 + 27 + 4
    assert [part.units for part in line.evidence.parts] == [0, 27, 4]
    assert (line.evidence.rule, line.rows) == ("R17", (row,))


def test_a_month_of_a_longer_period_may_be_told_by_a_report() -> None:
    """R17: nobody read in January, and Acronis's daily report tells of it; own readings tell the others."""
    reads = [
        read("2025-12-20", 10, 5),
        read("2026-02-10", 50, 4),
        read("2026-03-20", 97, 5),
        read("2026-04-02", 130, 1),
    ]
    uses = [DayUse(tenant_id(1), ITEM, None, JANUARY + timedelta(days=day), HOUR) for day in range(31)]
    row, psa = replace(ROW, sum_of_months=True), sold(period_type=PeriodType.QUARTERLY)

    for told, hours in ((uses, 31 + 46 + 37), ((), None)):
        book = RangeBook.of(kept(*reads), told)
        found = desired_state(settings(row), psa, reads[-1], contracts_seen={}, ranges=book)
        assert units(found) == ({} if hours is None else {line_id(100): hours})


def test_the_months_so_far_of_a_longer_period_are_told_with_the_day_of_their_report() -> None:
    """ACR-USE-03, R17: on 20 May April and May up to the 19th, to be written on 1 July."""
    row = replace(ROW, sum_of_months=True)
    reads = [
        read("2026-01-05", 20, 2),
        read("2026-03-20", 97, 5),
        read("2026-04-02", 130, 1),
        read("2026-05-20 00:04", 170, 3),
    ]

    (line,) = wanted(
        *reads,
        row=row,
        psa=sold(period_type=PeriodType.QUARTERLY),
        usage_reporting=UsageReporting(ReportingMonth.CURRENT),
    ).units

    assert line.report is not None
    assert line.report.running == MonthFigure(days("2026-04-01", "2026-06-30"), 170 - 129)


def test_a_longer_period_that_was_missed_is_known_beside_the_one_that_is_due() -> None:
    """ACR-USE-07, R17: on 2 July the first quarter too."""
    row = replace(ROW, sum_of_months=True)
    reads = [
        read("2026-01-05", 20, 2),
        read("2026-03-20", 97, 5),
        read("2026-04-02", 130, 1),
        read("2026-06-20", 170, 3),
        read("2026-07-02", 175, 1),
    ]

    (line,) = wanted(*reads, row=row, psa=sold(period_type=PeriodType.QUARTERLY)).units

    assert (line.units, line.report and line.report.due) == (174 - 129, days("2026-04-01", "2026-06-30"))
    assert line.report is not None
    assert line.report.earlier[:1] == (MonthFigure(days("2026-01-01", "2026-03-31"), 129 - 18),)


def test_an_item_that_starts_again_and_is_not_marked_is_named() -> None:
    """ACR-USE-02: billed like a level, its units would never fall."""
    found = wanted(read("2026-03-10", 97, 5), row=replace(ROW, is_range=False))

    assert finding(found, "ACR-USE-02").severity is Severity.WARNING
    assert "ACR-USE-02" not in codes(wanted(read("2026-03-10", 97, 5)))


def test_an_allowance_counts_by_the_month() -> None:
    """R7, R17: 50 hours are included in each month, 2 are billed."""
    row = replace(ROW, meter=MeterExpression(included=50 * HOUR))

    (line,) = wanted(read("2026-02-10", 50, 10), read("2026-03-10", 97, 5), row=row).units

    assert line.units == 2


def test_the_mapping_rows_show_the_month_that_is_over() -> None:
    platforms = read("2026-02-10", 50, 10), read("2026-03-10", 97, 5)

    (shown,) = mapping_rows(settings(ROW), sold(), platforms[-1], ranges=RangeBook.of(kept(*platforms)))

    assert shown.figure == "52"


def test_the_mapping_rows_show_the_month_so_far_beside_it() -> None:
    """ACR-USE-03: on 10 March 1 to 9 March, where the current month is chosen."""
    platforms = read("2026-02-10", 50, 10), read("2026-03-10 00:04", 97, 5)
    chosen = settings(ROW, usage_reporting=UsageReporting(ReportingMonth.CURRENT))

    (shown,) = mapping_rows(chosen, sold(), platforms[-1], ranges=RangeBook.of(kept(*platforms)))

    assert shown.figure == "52; 5 so far this month"


@pytest.mark.parametrize(
    ("told", "hours"), [(range(28), 28), (range(5, 28), 23), (range(27), None), ((), None)]
)
def test_a_report_tells_a_month_only_with_every_day_from_its_first(
    told: Iterable[int], hours: int | None
) -> None:
    """R17: a counter may begin inside the month; a hole, or a last day that lacks, says nothing."""
    month = days("2026-02-15", "2026-03-14")
    uses = [DayUse(tenant_id(1), ITEM, None, month.start + timedelta(days=day), HOUR) for day in told]
    platforms = read("2026-02-20", 50, 10), read("2026-03-15 08:00", 97, 5)
    book = RangeBook.of(kept(*platforms), uses)

    found = desired_state(
        settings(ROW, usage_reporting=custom(15)), sold(), platforms[-1], contracts_seen={}, ranges=book
    )

    assert units(found) == ({} if hours is None else {line_id(100): hours})
    assert book.lacks(month) is (told == ())


def test_own_readings_at_both_edges_need_no_report() -> None:
    book = RangeBook.of(kept(read("2026-02-10", 50, 10), read("2026-03-10", 97, 5)))

    assert not book.lacks(FEBRUARY)
    assert not book.lacks(days("2026-01-01", "2026-01-31"))  # before the first reading: nobody's


def test_an_order_that_stands_too_long_is_made_anew() -> None:
    """R17: reports arrive late or fail."""
    asked = datetime(2026, 3, 15, 7, tzinfo=UTC)
    taken, refused = (ReportOrder(FEBRUARY, report, asked, "") for report in ("r1", ""))

    assert [taken.is_over(asked + timedelta(hours=hours)) for hours in (1, 23, 24)] == [False, False, True]
    assert [refused.is_over(asked + timedelta(minutes=minutes)) for minutes in (59, 60)] == [False, True]
