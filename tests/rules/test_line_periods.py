"""Periods of a line are read from the first days of its rows (R12)."""

from datetime import date, timedelta

import pytest

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.plans.line_periods import periods_of_line
from psabridge.rules.psa import UnitRow
from psabridge.rules.units.picture import Picture
from tests.builders import NOW, a_payg_contract, line_id
from tests.rules.planning_cast import Line

JANUARY = date(2026, 1, 1)


def a_picture(*starts: date, until: date) -> Picture:
    rows = tuple(UnitRow(line_id(100), start, start + timedelta(days=30), 1) for start in starts)
    return Picture(line_id(100), rows, NOW, starts[0], until)


@pytest.mark.parametrize("length", PeriodType)
@pytest.mark.parametrize("expected", [None, *PeriodType])
def test_the_rows_decide_whatever_the_service_says(length: PeriodType, expected: PeriodType | None) -> None:
    contract = a_payg_contract(ends=date(2029, 12, 31))
    picture = Line(contract=contract, length=length).picture(JANUARY, date(2028, 3, 31))

    assert periods_of_line(picture, contract, expected) == PeriodGrid(JANUARY, length)


def test_changes_inside_periods_are_no_first_days() -> None:
    line = Line([(JANUARY, 5), (date(2026, 1, 10), 1), (date(2026, 2, 20), 1), (date(2026, 3, 5), 1)])

    grid = periods_of_line(line.picture(JANUARY, date(2026, 4, 30)), line.contract, PeriodType.MONTHLY)

    assert grid == PeriodGrid(JANUARY, PeriodType.MONTHLY)


def test_a_change_on_the_same_day_of_every_month_of_a_quarter_makes_no_months() -> None:
    line = Line(
        [(JANUARY, 5), (date(2026, 1, 15), 1), (date(2026, 2, 15), 1), (date(2026, 3, 15), 1)],
        length=PeriodType.QUARTERLY,
    )

    grid = periods_of_line(line.picture(JANUARY, date(2026, 9, 30)), line.contract, PeriodType.QUARTERLY)

    assert grid == PeriodGrid(JANUARY, PeriodType.QUARTERLY)


def test_rows_that_step_from_another_day_than_the_contract_are_believed() -> None:
    contract = a_payg_contract(starts=date(2025, 12, 31))
    picture = a_picture(*(date(2026, month, 28) for month in (2, 3, 4)), until=date(2026, 5, 20))

    grid = periods_of_line(picture, contract, PeriodType.MONTHLY)

    assert grid is not None
    assert grid.holding(date(2026, 3, 10)).start == date(2026, 2, 28)
    assert grid.holding(date(2026, 4, 1)).start == date(2026, 3, 28)


def test_one_row_tells_a_period_only_if_the_service_says_its_length() -> None:
    contract = a_payg_contract()
    picture = a_picture(JANUARY, until=date(2026, 1, 20))

    assert periods_of_line(picture, contract, PeriodType.YEARLY) == PeriodGrid(JANUARY, PeriodType.YEARLY)
    assert periods_of_line(picture, contract, None) is None


def test_rows_without_any_order_tell_no_period() -> None:
    contract = a_payg_contract(starts=date(2025, 11, 7))
    picture = a_picture(date(2026, 2, 3), date(2026, 2, 20), date(2026, 3, 9), until=date(2026, 6, 30))

    assert periods_of_line(picture, contract, PeriodType.MONTHLY) is None


def test_a_line_without_rows_steps_from_its_contract() -> None:
    contract = a_payg_contract(starts=date(2026, 1, 17))
    empty = Picture(line_id(100), (), NOW, JANUARY, JANUARY)

    assert periods_of_line(empty, contract, PeriodType.YEARLY) == PeriodGrid(
        date(2026, 1, 17), PeriodType.YEARLY
    )
    assert periods_of_line(empty, contract, None) == PeriodGrid(date(2026, 1, 17), PeriodType.MONTHLY)
