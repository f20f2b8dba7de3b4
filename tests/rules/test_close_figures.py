"""Which figure a close bills, and of which days (R30)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.kit.periods import Period
from psabridge.rules.findings import Severity
from psabridge.rules.plans.closing import Figure, Hole, close_figure, closing_of, posting_day
from psabridge.rules.settings import CloseFigure, CloseRest, DatingPolicy, Rounding
from psabridge.rules.wanted.desired import DayFigure
from tests.builders import settings
from tests.rules.closing_cast import CLOSE, LAST, LAST_BUT_ONE, closed, march
from tests.rules.planning_cast import (
    APRIL,
    MARCH,
    TEN,
    Line,
    codes,
    figures_for,
    same_figures,
    the_change,
    the_step,
)

MARCH_PERIOD = Period(MARCH, APRIL)


@pytest.mark.parametrize(
    ("figure", "units"), [(CloseFigure.LAST, 11), (CloseFigure.HIGHEST, 20), (CloseFigure.AVERAGE, 12)]
)
def test_the_chosen_figure_is_billed(figure: CloseFigure, units: int) -> None:
    """W13: from complete days; 20 on two days, 11 on the others; an average is rounded up."""
    decided = settings(policy=DatingPolicy.PERIOD_CLOSE, close_figure=figure)

    change = the_change(closed(Line(TEN), 11, march(20, 20, 11), decided=decided))

    assert change.after == units


def test_the_figure_of_today_is_not_complete_and_does_not_count() -> None:
    figures = (*march(14), DayFigure(LAST, 99))

    assert the_change(closed(Line(TEN), 99, figures)).after == 14


@pytest.mark.parametrize("figure", [CloseFigure.HIGHEST, CloseFigure.AVERAGE])
def test_a_hole_in_the_days_parks_the_line(figure: CloseFigure) -> None:
    """P13: the value would come out too low."""
    decided = settings(policy=DatingPolicy.PERIOD_CLOSE, close_figure=figure)
    holed = tuple(f for f in march(14) if f.day != date(2026, 3, 12))

    plan = closed(Line(TEN), 14, holed, decided=decided)

    assert plan.steps == ()
    assert codes(plan) == {"W13"}
    assert "2026-03-12" in plan.findings[0].problem


def test_the_last_figure_needs_only_the_last_complete_day() -> None:
    assert the_change(closed(Line(TEN), 14, figures_for([14], LAST_BUT_ONE))).after == 14


def test_the_last_complete_day_missing_parks_the_line() -> None:
    plan = closed(Line(TEN), 14, figures_for([14], date(2026, 3, 29)))

    assert plan.steps == ()
    assert codes(plan) == {"W13"}


def test_nothing_collected_at_the_close_parks_the_line() -> None:
    plan = closed(Line(TEN), 14, ())

    assert plan.steps == ()
    assert [(f.code, f.severity) for f in plan.findings] == [("W13", Severity.STOPS)]


CARRIED = replace(CLOSE, close_day=5, close_figure=CloseFigure.HIGHEST, close_rest=CloseRest.NEXT_FIGURE)
APRIL_CLOSE = date(2026, 4, 26)
# 12 up to the close on 27 March, 30 in the days it leaves over, 15 in April.
REST = (
    *same_figures(12, MARCH, date(2026, 3, 26)),
    *same_figures(30, date(2026, 3, 27), LAST),
    *same_figures(15, APRIL, date(2026, 4, 25)),
)


@pytest.mark.parametrize(("rest", "units"), [(CloseRest.LEFT_OUT, 15), (CloseRest.NEXT_FIGURE, 30)])
def test_the_rest_of_a_period_is_left_out_or_goes_to_the_next_figure(rest: CloseRest, units: int) -> None:
    """R30."""
    decided = replace(CARRIED, close_rest=rest)

    change = the_change(closed(Line(TEN), 15, REST, today=APRIL_CLOSE, decided=decided))

    assert (change.day, change.after) == (APRIL, units)


def test_every_day_is_in_one_figure_when_the_rest_is_carried_over() -> None:
    reason = the_step(closed(Line(TEN), 15, REST, today=APRIL_CLOSE, decided=CARRIED)).reason

    covered = "2026-03-27 to 2026-04-25; 2026-04-26 to 2026-04-30 for the next figure"
    assert reason.endswith(f"(highest figure of {covered})")


def test_the_rest_counts_in_an_average_too() -> None:
    """Five days of 30 and 25 of 15 are 17.5 a day, rounded up."""
    decided = replace(CARRIED, close_figure=CloseFigure.AVERAGE)

    assert the_change(closed(Line(TEN), 15, REST, today=APRIL_CLOSE, decided=decided)).after == 18


def test_a_last_figure_is_the_same_either_way() -> None:
    decided = replace(CARRIED, close_figure=CloseFigure.LAST)

    assert the_change(closed(Line(TEN), 15, REST, today=APRIL_CLOSE, decided=decided)).after == 15


def test_a_hole_in_the_rest_parks_the_line() -> None:
    """W13."""
    holed = tuple(figure for figure in REST if figure.day != date(2026, 3, 29))

    plan = closed(Line(TEN), 15, holed, today=APRIL_CLOSE, decided=CARRIED)

    assert plan.steps == ()
    assert "2026-03-29" in plan.findings[0].problem


def test_a_period_in_which_nothing_was_collected_leaves_no_rest() -> None:
    begun = tuple(figure for figure in REST if figure.day >= APRIL)

    assert the_change(closed(Line(TEN), 15, begun, today=APRIL_CLOSE, decided=CARRIED)).after == 15


@pytest.mark.parametrize(
    ("close_day", "day"),
    [(1, LAST), (2, LAST_BUT_ONE), (30, date(2026, 3, 2)), (31, date(2026, 3, 2)), (99, date(2026, 3, 2))],
)
def test_at_least_one_complete_day_lies_before_the_posting_day(close_day: int, day: date) -> None:
    assert posting_day(MARCH_PERIOD, close_day) == day


@pytest.mark.parametrize(
    ("rounding", "units"), [(Rounding.UP, 11), (Rounding.NEAREST, 11), (Rounding.DOWN, 10)]
)
def test_an_average_is_rounded_as_its_row_is(rounding: Rounding, units: int) -> None:
    figures = figures_for([10, 11] * 15, MARCH)

    figure = close_figure(figures, closing_of(MARCH_PERIOD, 1), CloseFigure.AVERAGE, rounding)

    assert isinstance(figure, Figure)
    assert figure.units == units
    assert (figure.first_day, figure.last_day) == (MARCH, LAST_BUT_ONE)


def test_a_hole_names_its_first_day_and_counts_the_others() -> None:
    figures = figures_for([10] * 10, MARCH)

    hole = close_figure(figures, closing_of(MARCH_PERIOD, 1), CloseFigure.HIGHEST, Rounding.UP)

    assert isinstance(hole, Hole)
    assert str(hole) == "2026-03-11 and 19 more days"


# ---- figures of two meters


def test_figures_of_two_meters_make_no_figure_together() -> None:
    """R7, W13: the last day says which meter counts; days by another are holes."""
    old = tuple(replace(one, meter="GB") for one in march(500)[:20])
    new = tuple(replace(one, meter="100 GB") for one in march(5)[20:])

    for which in (CloseFigure.HIGHEST, CloseFigure.AVERAGE):
        found = close_figure((*old, *new), closing_of(MARCH_PERIOD, 1), which, Rounding.UP)
        assert found == Hole(tuple(one.day for one in old))


def test_the_last_figure_and_figures_of_one_meter_know_nothing_of_others() -> None:
    """R7: those kept before meters were told go with any."""
    old = tuple(replace(one, meter="GB") for one in march(500)[:20])
    new = tuple(replace(one, meter="100 GB") for one in march(5)[20:])
    told = (*march(5)[:20], *new)

    last = close_figure((*old, *new), closing_of(MARCH_PERIOD, 1), CloseFigure.LAST, Rounding.UP)
    highest = close_figure(told, closing_of(MARCH_PERIOD, 1), CloseFigure.HIGHEST, Rounding.UP)

    assert isinstance(last, Figure)
    assert isinstance(highest, Figure)
    assert (last.units, highest.units) == (5, 5)
