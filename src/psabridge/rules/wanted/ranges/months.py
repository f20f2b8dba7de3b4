"""Which month of a range item is reported, in UTC days from its start up to, not including, its end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from psabridge.kit.periods import Period, PeriodGrid, PeriodType
from psabridge.rules.wanted.ranges.reporting import ChangedReporting, ReportingMonth, UsageReporting

A_DAY = timedelta(days=1)
_ANY_YEAR = 2000


def reported_days(reporting: UsageReporting, day: date) -> Period | None:
    """The days whose effective usage is reported on a day (ACR-USE-03 to -05)."""
    if reporting.month is ReportingMonth.CURRENT:
        return Period(month_holding(reporting, day).start, day)
    return closed_month(reporting, day)


def month_holding(reporting: UsageReporting, day: date) -> Period:
    changed = reporting.changed
    if changed is None or day >= changed.first.end:
        return _grid(reporting).holding(day)
    return changed.first if day >= changed.first.start else changed.last


def closed_month(reporting: UsageReporting, day: date) -> Period | None:
    """The last month that is over; None where only the one before a change of the choice is known."""
    return month_before(reporting, month_holding(reporting, day))


def month_before(reporting: UsageReporting, month: Period) -> Period | None:
    changed = reporting.changed
    if changed is None or month.start > changed.first.end:
        return _grid(reporting).before(month)
    if month.start == changed.first.end:
        return changed.first
    return changed.last if month == changed.first else None


def months_before(reporting: UsageReporting, month: Period, most: int) -> Iterator[Period]:
    """Earlier months, the latest first."""
    before = month_before(reporting, month)
    for _ in range(most):
        if before is None:
            return
        yield before
        before = month_before(reporting, before)


def months_within(reporting: UsageReporting, days: Period) -> Iterator[Period]:
    """The months that the days lie in, the first and the last one cut to them."""
    start = days.start
    while start < days.end:
        end = min(month_holding(reporting, start).end, days.end)
        yield Period(start, end)
        start = end


def next_report(reporting: UsageReporting, day: date) -> tuple[date, Period]:
    """The first day on which a month that still runs will be reported, and that month (ACR-USE-09)."""
    running = month_holding(reporting, day)
    return running.end, running


def changed_reporting(before: UsageReporting, after: UsageReporting, day: date) -> UsageReporting:
    """The new choice, beginning where the months reported under the old one end (ACR-USE-09)."""
    last = closed_month(before, day)
    if before.first_day == after.first_day or last is None:
        return replace(after, changed=before.changed)
    first = Period(last.end, _first_end(after, last, day))
    return replace(after, changed=ChangedReporting(last, first))


def _first_end(reporting: UsageReporting, last: Period, day: date) -> date:
    """Not over yet, and not in the calendar month that was reported last: a period takes one report (W7)."""
    month = _grid(reporting).holding(max(day, last.end))
    while _number(month.last_day) <= _number(last.last_day):
        month = _grid(reporting).after(month)
    return month.end


def _number(day: date) -> int:
    return day.year * 12 + day.month


def _grid(reporting: UsageReporting) -> PeriodGrid:
    return PeriodGrid(date(_ANY_YEAR, 1, reporting.first_day), PeriodType.MONTHLY)
