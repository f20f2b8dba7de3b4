"""The money effect of a change of units (R26)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from psabridge.kit.money import Money
from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.plans.plan import MoneyEffect
from psabridge.rules.plans.proration import money_effect, unit_price
from psabridge.rules.psa import UnitRow
from psabridge.rules.settings import DatingPolicy
from tests.builders import TODAY, line_id, settings
from tests.rules.planning_cast import Line, plan_of, same_figures, the_step

JANUARY = date(2026, 1, 1)
MARCH = date(2026, 3, 1)
GRID = PeriodGrid(JANUARY, PeriodType.MONTHLY)


def eur(amount: str) -> Money:
    return Money("EUR", Decimal(amount))


def effect_of(line: Line, units: int) -> MoneyEffect:
    money = the_step(plan_of(line, units)).money
    assert money is not None
    return money


def a_row(start: date, units: int, price: str | None) -> UnitRow:
    return UnitRow(line_id(100), start, start, units, price=None if price is None else Decimal(price))


def test_a_change_inside_a_period_is_prorated_for_the_days_left() -> None:
    """22 of 31 days from 10 March on."""
    effect = effect_of(Line([(JANUARY, 10)]), 12)

    assert effect == MoneyEffect(eur("10.00"), eur("7.10"), 22, 31, Decimal(5))


def test_a_change_on_a_first_day_is_not_prorated() -> None:
    effect = effect_of(Line(), 12)

    assert (effect.prorated_now, effect.prorated_days) == (eur("0.00"), 0)
    assert effect.each_period == eur("60.00")


def test_a_decrease_is_worth_less_than_nothing() -> None:
    plan = plan_of(Line([(JANUARY, 10)]), 8, decided=settings(decreases_wait=False))
    money = the_step(plan).money

    assert money is not None
    assert (money.each_period, money.prorated_now) == (eur("-10.00"), eur("-7.10"))


def test_the_price_of_a_row_is_for_all_its_units() -> None:
    """A total taken for a unit price shows thousands for hundreds (field.md 2.1)."""
    price = unit_price([a_row(MARCH, 11, "254.10")], TODAY, GRID, None)

    assert price == Decimal("23.10")


def test_the_rows_price_goes_before_the_list_price_of_the_line() -> None:
    assert unit_price([a_row(MARCH, 10, "40")], TODAY, GRID, Decimal(5)) == Decimal(4)


def test_a_row_of_no_units_tells_no_price() -> None:
    assert unit_price([a_row(MARCH, 0, "0")], TODAY, GRID, Decimal(5)) == Decimal(5)


def test_a_row_cut_short_tells_its_price_only_when_nothing_else_does() -> None:
    """Its amount may already be prorated."""
    cut = [a_row(MARCH, 10, "14.52"), a_row(TODAY, 12, "42.58")]

    assert unit_price(cut, TODAY, GRID, Decimal(5)) == Decimal(5)
    assert unit_price(cut, TODAY, GRID, None) == Decimal("42.58") / 12
    assert unit_price([*cut, a_row(date(2026, 4, 1), 12, "60")], TODAY, GRID, None) == Decimal(5)


def test_the_nearest_earlier_row_tells_the_price() -> None:
    rows = [a_row(JANUARY, 10, "30"), a_row(MARCH, 10, "50"), a_row(date(2026, 4, 1), 10, "60")]

    assert unit_price(rows, TODAY, GRID, None) == Decimal(5)
    assert unit_price(rows, date(2026, 2, 10), GRID, None) == Decimal(3)


def test_an_unknown_price_is_unknown_and_not_zero() -> None:
    effect = effect_of(Line([(JANUARY, 10)], rate=None), 12)

    assert (effect.each_period, effect.prorated_now, effect.unit_price) == (None, None, None)
    assert (effect.prorated_days, effect.period_days) == (22, 31)


def test_a_negative_price_is_a_discount() -> None:
    assert effect_of(Line([(JANUARY, 10)], rate=Decimal(-2)), 12).each_period == eur("-4.00")


@pytest.mark.parametrize(
    ("length", "day", "days", "of"),
    [
        (PeriodType.MONTHLY, date(2026, 2, 28), 1, 28),
        (PeriodType.MONTHLY, date(2024, 2, 29), 1, 29),
        (PeriodType.MONTHLY, date(2026, 2, 2), 27, 28),
        (PeriodType.QUARTERLY, date(2026, 2, 15), 45, 90),
        (PeriodType.SEMI_ANNUAL, date(2026, 1, 2), 180, 181),
        (PeriodType.YEARLY, date(2026, 12, 31), 1, 365),
        (PeriodType.YEARLY, date(2024, 1, 1), 0, 366),
    ],
)
def test_days_left_are_counted_with_the_day_itself(length: PeriodType, day: date, days: int, of: int) -> None:
    effect = money_effect(1, day, PeriodGrid(JANUARY, length), Decimal(365), "EUR")

    assert (effect.prorated_days, effect.period_days) == (days, of)
    assert effect.prorated_now == Money("EUR", Decimal(365) * days / of).rounded()


@pytest.mark.parametrize("ends", [TODAY, date(2026, 3, 20), date(2026, 3, 30)])
def test_what_falls_on_a_period_that_the_contracts_end_cuts_is_unknown(ends: date) -> None:
    """R26: Autotask bills no day after the end, and does not say what it takes as the whole (A50)."""
    effect = money_effect(3, TODAY, GRID, Decimal(2), "EUR", ends)

    assert effect.each_period == eur("6.00")
    assert effect.prorated_now is None
    assert effect.prorated_days == (ends - TODAY).days + 1


def test_a_contract_that_ends_with_its_period_is_prorated_as_ever() -> None:
    effect = money_effect(3, TODAY, GRID, Decimal(2), "EUR", date(2026, 3, 31))

    assert (effect.prorated_now, effect.prorated_days) == (eur("4.26"), 22)


def test_nothing_is_prorated_on_the_first_day_of_a_cut_period() -> None:
    effect = money_effect(3, date(2026, 3, 1), GRID, Decimal(2), "EUR", date(2026, 3, 20))

    assert (effect.prorated_now, effect.prorated_days) == (eur("0.00"), 0)


def test_a_plan_near_a_contracts_end_does_not_count_days_after_it() -> None:
    """R26"""
    line = Line([(JANUARY, 10)])
    line.contract = replace(line.contract, ends=date(2026, 3, 20))

    money = effect_of(line, 12)

    assert (money.prorated_now, money.prorated_days) == (None, 11)


def test_amounts_carry_the_contracts_currency() -> None:
    effect = money_effect(3, TODAY, GRID, Decimal("1.005"), "AUD")

    assert effect.each_period == Money("AUD", Decimal("3.02"))


def test_the_next_period_is_never_prorated() -> None:
    plan = plan_of(
        Line([(JANUARY, 10)]),
        14,
        today=date(2026, 3, 31),
        decided=settings(policy=DatingPolicy.NEXT_PERIOD),
        figures=same_figures(14, MARCH, date(2026, 3, 30)),
    )

    money = the_step(plan).money
    assert money is not None
    assert (money.prorated_days, money.period_days, money.each_period) == (0, 30, eur("20.00"))
