from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import Period, PeriodGrid, PeriodType, months_after, period_holding, periods_from

DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
LENGTHS = st.sampled_from(PeriodType)


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2026, 1, 17), 1, date(2026, 2, 17)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_step_of_months_keeps_the_day_or_takes_the_last_of_a_short_month(
    anchor: date, months: int, day: date
) -> None:
    assert months_after(anchor, months) == day


def test_a_contract_from_the_17th_has_periods_from_the_17th_to_the_16th() -> None:
    """Autotask reference 5.1."""
    first, second = islice(periods_from(date(2026, 1, 17), PeriodType.MONTHLY), 2)

    assert (first.start, first.last_day) == (date(2026, 1, 17), date(2026, 2, 16))
    assert second.start == date(2026, 2, 17)


def test_the_31st_comes_back_after_february() -> None:
    starts = [period.start for period in islice(periods_from(date(2026, 1, 31), PeriodType.MONTHLY), 3)]

    assert starts == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)]


def test_a_leap_day_lies_in_its_period() -> None:
    """R29."""
    assert period_holding(date(2024, 2, 29), date(2024, 1, 1), PeriodType.MONTHLY) == Period(
        date(2024, 2, 1), date(2024, 3, 1)
    )


def test_before_the_anchor_there_is_no_period() -> None:
    assert period_holding(date(2025, 12, 31), date(2026, 1, 1), PeriodType.MONTHLY) is None


def test_a_period_says_its_days_both_included() -> None:
    assert str(Period(date(2026, 1, 1), date(2026, 2, 1))) == "2026-01-01 to 2026-01-31"


def test_first_days_are_listed_within_both_ends() -> None:
    grid = PeriodGrid(date(2026, 1, 1), PeriodType.QUARTERLY)

    assert list(grid.first_days(date(2025, 10, 1), date(2026, 4, 1))) == [
        date(2025, 10, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
    ]


@given(DAYS, LENGTHS, DAYS)
def test_every_day_lies_in_exactly_one_period(anchor: date, length: PeriodType, day: date) -> None:
    grid = PeriodGrid(anchor, length)
    period = grid.holding(day)

    assert period.holds(day)
    assert grid.holding(period.start) == period
    assert grid.holding(period.last_day) == period


@given(DAYS, LENGTHS, DAYS)
def test_periods_tile_time_without_gap(anchor: date, length: PeriodType, day: date) -> None:
    grid = PeriodGrid(anchor, length)
    period = grid.holding(day)

    assert grid.after(period).start == period.end
    assert grid.before(period).end == period.start
    assert grid.is_first_day(period.start)
    assert not grid.is_first_day(period.start + timedelta(days=1))


@given(DAYS, LENGTHS)
def test_the_grid_steps_as_the_endless_list_does(anchor: date, length: PeriodType) -> None:
    grid = PeriodGrid(anchor, length)

    assert [grid.holding(p.start) for p in islice(periods_from(anchor, length), 30)] == list(
        islice(periods_from(anchor, length), 30)
    )
