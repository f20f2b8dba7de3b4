"""Which month of a range item is reported on a day (behaviour section 9)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import Period, PeriodType
from psabridge.rules.wanted.ranges.months import (
    changed_reporting,
    closed_month,
    month_before,
    month_holding,
    months_before,
    next_report,
    reported_days,
)
from psabridge.rules.wanted.ranges.reporting import ReportingMonth, UsageReporting
from psabridge.rules.wanted.ranges.reports import due_on

A_DAY = timedelta(days=1)
CURRENT, PREVIOUS = UsageReporting(ReportingMonth.CURRENT), UsageReporting(ReportingMonth.PREVIOUS)
CHOICES = st.sampled_from((CURRENT, PREVIOUS)) | st.integers(1, 28).map(
    lambda day: UsageReporting(start_day=day)
)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def custom(day: int) -> UsageReporting:
    return UsageReporting(ReportingMonth.CUSTOM, day)


def days(first: str, last: str) -> Period:
    """First and last day, as people say it."""
    return Period(date.fromisoformat(first), date.fromisoformat(last) + A_DAY)


WORKED_EXAMPLES = [
    ("ACR-USE-03: 10 March shows 1 to 9 March", CURRENT, "2026-03-10", days("2026-03-01", "2026-03-09")),
    ("ACR-USE-03: the last day of March", CURRENT, "2026-03-31", days("2026-03-01", "2026-03-30")),
    ("ACR-USE-03: 1 April starts again", CURRENT, "2026-04-01", days("2026-04-01", "2026-03-31")),
    ("ACR-USE-04: 1 March shows February", PREVIOUS, "2026-03-01", days("2026-02-01", "2026-02-28")),
    ("ACR-USE-04: 31 March still does", PREVIOUS, "2026-03-31", days("2026-02-01", "2026-02-28")),
    ("ACR-USE-05: day 1, on 1 March", custom(1), "2026-03-01", days("2026-02-01", "2026-02-28")),
    ("ACR-USE-05: day 15, on 15 March", custom(15), "2026-03-15", days("2026-02-15", "2026-03-14")),
    ("ACR-USE-05: day 15, the day before", custom(15), "2026-03-14", days("2026-01-15", "2026-02-14")),
    ("ACR-USE-05: day 28, on 28 March", custom(28), "2026-03-28", days("2026-02-28", "2026-03-27")),
    ("ACR-USE-05: day 28, leap year", custom(28), "2028-03-28", days("2028-02-28", "2028-03-27")),
    ("ACR-USE-05: day 1, leap day", custom(1), "2028-03-01", days("2028-02-01", "2028-02-29")),
    ("ACR-USE-07: the day was missed", custom(15), "2026-03-20", days("2026-02-15", "2026-03-14")),
    ("ACR-USE-05: over the end of a year", custom(15), "2026-01-15", days("2025-12-15", "2026-01-14")),
]


@pytest.mark.parametrize(("what", "choice", "on", "expected"), WORKED_EXAMPLES)
def test_the_worked_examples(what: str, choice: UsageReporting, on: str, expected: Period) -> None:
    """ACR-USE-03, ACR-USE-04, ACR-USE-05, ACR-USE-07, each named beside its example."""
    assert reported_days(choice, date.fromisoformat(on)) == expected, what


def test_the_preset_is_the_custom_month_from_the_first() -> None:
    """ACR-USE-05."""
    assert UsageReporting() == custom(1)


@given(choice=CHOICES, day=DAYS)
def test_months_follow_each_other_without_a_gap_and_none_is_reported_before_it_is_over(
    choice: UsageReporting, day: date
) -> None:
    """ACR-USE-08: start included, end excluded."""
    running, closed = month_holding(choice, day), closed_month(choice, day)

    assert running.holds(day)
    assert closed is not None
    assert closed.end == running.start <= day
    assert next_report(choice, day) == (running.end, running)


@given(first=st.integers(1, 28), second=st.integers(1, 28), day=DAYS, later=st.integers(0, 400))
def test_no_day_is_in_two_months_and_none_is_left_out_where_the_choice_changes(
    first: int, second: int, day: date, later: int
) -> None:
    """ACR-USE-09: it applies from the next report, whose days begin where the last one ended."""
    before = custom(first)
    after = changed_reporting(before, custom(second), day)
    last = closed_month(before, day)
    assert last is not None

    assert closed_month(after, day) == last
    on, month = next_report(after, day)
    assert month.start == last.end
    assert on > day
    due = closed_month(after, day + timedelta(days=later))
    assert due is not None
    months = [due, *months_before(after, due, 40)]
    assert all(earlier.end == month.start for month, earlier in pairwise(months))
    assert (months[-1] == last) is (first != second)
    assert (month_before(after, last) is None) is (first != second)


@given(first=st.integers(1, 28), second=st.integers(1, 28), day=DAYS)
def test_a_new_choice_ends_no_second_month_in_the_calendar_month_last_reported(
    first: int, second: int, day: date
) -> None:
    """W7: a period's first day takes one change, so two months must not end in one period."""
    after = changed_reporting(custom(first), custom(second), day)
    months = [month_holding(after, day)]
    months += [before for before in [month_before(after, months[0])] if before]

    ends = [(month.last_day.year, month.last_day.month) for month in months]
    assert len(set(ends)) == len(ends) == 2


def test_calendar_choices_and_the_custom_month_from_the_first_count_the_same_months() -> None:
    """ACR-USE-09: between them nothing has to be cut."""
    assert changed_reporting(CURRENT, custom(1), date(2026, 3, 10)) == custom(1)


@pytest.mark.parametrize(
    ("on", "day", "expected"),
    [
        ("2026-04-01", 1, days("2026-01-01", "2026-03-31")),
        ("2026-06-30", 1, days("2026-01-01", "2026-03-31")),
        ("2026-04-14", 15, days("2025-12-15", "2026-03-14")),
        ("2026-03-15", 15, days("2025-12-15", "2026-03-14")),
        ("2026-03-14", 15, None),
        ("2026-03-31", 1, None),
    ],
)
def test_on_a_quarterly_line_the_months_that_end_in_the_quarter_add_up(
    on: str, day: int, expected: Period | None
) -> None:
    """R17: nothing is due before the first quarter's last month is over."""
    due = due_on(custom(day), date.fromisoformat(on), length=PeriodType.QUARTERLY, starts=date(2026, 1, 1))

    assert due == expected
