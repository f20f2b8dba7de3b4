"""Dating at a period's close and for the next period (design section 8, R13, R16, R28, R30, W13)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.kit.periods import Period
from psabridge.rules.findings import Severity
from psabridge.rules.plans.closing import Figure, Hole, close_figure, closing_of, posting_day
from psabridge.rules.plans.plan import Plan
from psabridge.rules.settings import CloseFigure, CloseRest, DatingPolicy, PairingSettings, Rounding
from psabridge.rules.wanted.desired import DayFigure
from tests.builders import a_mapping_row, a_payg_contract, settings
from tests.rules.planning_cast import (
    Line,
    an_intent,
    codes,
    figures_for,
    history_of,
    plan_of,
    same_figures,
    the_change,
    the_step,
)

JANUARY = date(2026, 1, 1)
MARCH = date(2026, 3, 1)
APRIL = date(2026, 4, 1)
LAST = date(2026, 3, 31)
LAST_BUT_ONE = date(2026, 3, 30)
CLOSE = settings(policy=DatingPolicy.PERIOD_CLOSE)
NEXT = settings(policy=DatingPolicy.NEXT_PERIOD)
TEN = [(JANUARY, 10)]
MARCH_PERIOD = Period(MARCH, APRIL)


def march(*units: int) -> tuple[DayFigure, ...]:
    """Figures for all of March up to its last complete day; the last given goes on."""
    return figures_for([*units, *[units[-1]] * (30 - len(units))], MARCH)


def closed(
    line: Line,
    units: int,
    figures: tuple[DayFigure, ...],
    today: date = LAST,
    decided: PairingSettings = CLOSE,
) -> Plan:
    return plan_of(line, units, today=today, decided=decided, figures=figures)


def test_before_the_chosen_day_usage_is_collected_and_shown() -> None:
    plan = closed(Line(TEN), 14, march(14), today=date(2026, 3, 30))

    assert plan.steps == ()
    assert [(w.due, w.now, w.wanted) for w in plan.wishes] == [(LAST, 10, 14)]


def test_the_close_is_dated_the_first_day_of_its_period() -> None:
    change = the_change(closed(Line(TEN), 14, march(14)))

    assert (change.day, change.before, change.after, change.is_fenced) == (MARCH, 10, 14, False)


def test_the_close_prints_the_days_it_covers() -> None:
    """R30."""
    reason = the_step(closed(Line(TEN), 14, march(14))).reason

    assert reason.endswith("(last figure of 2026-03-01 to 2026-03-30; 2026-03-31 left out)")


def test_a_close_that_changes_nothing_is_right() -> None:
    plan = closed(Line(TEN), 10, march(10))

    assert (plan.steps, plan.wishes, plan.findings) == ((), (), ())
    assert plan.completeness.lines_right == 1


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


def test_an_earlier_chosen_day_closes_with_the_days_before_it() -> None:
    """R30: the rest is left out of this figure."""
    decided = settings(policy=DatingPolicy.PERIOD_CLOSE, close_day=5)
    figures = (*same_figures(12, MARCH, date(2026, 3, 26)), DayFigure(date(2026, 3, 27), 30))

    change = the_change(closed(Line(TEN), 30, figures, today=date(2026, 3, 28), decided=decided))

    assert change.after == 12


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


def test_after_the_close_the_same_figure_stands_until_the_next() -> None:
    line = Line([*TEN, (MARCH, 4)])
    history = history_of(an_intent(MARCH, 10, 14))

    plan = plan_of(line, 15, today=date(2026, 4, 2), decided=CLOSE, figures=march(14), history=history)

    assert plan.steps == ()
    assert [(w.due, w.wanted) for w in plan.wishes] == [(date(2026, 4, 30), 15)]


def test_a_close_missed_on_its_day_is_made_up_while_its_period_is_open() -> None:
    change = the_change(closed(Line(TEN), 14, march(14), today=date(2026, 4, 3)))

    assert (change.day, change.after) == (MARCH, 14)


def test_a_close_missed_until_its_period_was_posted_begins_the_next_and_lists_the_amount() -> None:
    """R13, R28: 4 units of March at 5 each are listed, never added."""
    plan = closed(Line(TEN, posted_until=APRIL), 14, march(14), today=date(2026, 4, 3))

    assert (the_change(plan).day, the_change(plan).after) == (APRIL, 14)
    assert codes(plan) == {"R13", "R28"}
    (missed,) = [f for f in plan.findings if f.code == "R28"]
    assert "20.00 EUR" in missed.problem


def test_a_decrease_at_the_close_waits_for_the_next_period() -> None:
    """R16."""
    plan = closed(Line(TEN), 7, march(7))

    assert plan.steps == ()
    assert [(w.due, w.wanted) for w in plan.wishes] == [(APRIL, 7)]


@pytest.mark.parametrize("today", [APRIL, date(2026, 4, 2)])
def test_a_decrease_from_the_close_begins_the_next_period(today: date) -> None:
    change = the_change(closed(Line(TEN), 7, march(7), today=today))

    assert (change.day, change.after) == (APRIL, 7)


def test_a_decrease_at_the_close_is_dated_back_where_decreases_do_not_wait() -> None:
    decided = settings(policy=DatingPolicy.PERIOD_CLOSE, decreases_wait=False)

    change = the_change(closed(Line(TEN), 7, march(7), decided=decided))

    assert (change.day, change.after) == (MARCH, 7)


def test_a_first_report_does_not_wait_for_the_close() -> None:
    """R15: first report at once, then the close."""
    change = the_change(plan_of(Line(), 5, decided=CLOSE))

    assert (change.day, change.is_first_report) == (MARCH, True)


def test_the_close_of_a_period_that_began_with_the_first_report_is_dated_a_day_later() -> None:
    """W7: a first day is used by us once; the first legal day is the second."""
    line = Line([(MARCH, 5)])
    history = history_of(an_intent(MARCH, 0, 5))

    plan = plan_of(line, 9, today=LAST, decided=CLOSE, figures=march(9), history=history)

    change = the_change(plan)
    assert (change.day, change.before, change.after) == (date(2026, 3, 2), 5, 9)
    assert change.is_fenced


def test_a_colleagues_change_in_the_period_pushes_the_close_behind_it() -> None:
    """W7."""
    change = the_change(closed(Line([*TEN, (date(2026, 3, 12), 1)]), 14, march(14)))

    assert (change.day, change.before) == (date(2026, 3, 13), 11)


def test_a_colleagues_change_in_the_new_period_leaves_the_old_close_alone() -> None:
    line = Line([*TEN, (MARCH, 4), (date(2026, 4, 2), 3)])
    history = history_of(an_intent(MARCH, 10, 14))

    plan = plan_of(line, 14, today=date(2026, 4, 5), decided=CLOSE, figures=march(14), history=history)

    assert plan.steps == ()
    assert [(w.due, w.wanted) for w in plan.wishes] == [(date(2026, 4, 30), 14)]


def test_a_later_standing_change_stops_the_close() -> None:
    """W5."""
    plan = closed(Line([*TEN, (APRIL, 2)]), 14, march(14))

    assert plan.steps == ()
    assert codes(plan) == {"W5"}


def test_a_contract_that_began_within_the_period_is_closed_from_its_start() -> None:
    line = Line([(date(2026, 3, 5), 2)], contract=a_payg_contract(starts=date(2026, 3, 5)))
    figures = same_figures(6, date(2026, 3, 5), date(2026, 4, 3))

    change = the_change(closed(line, 6, figures, today=date(2026, 4, 4)))

    assert (change.day, change.after) == (date(2026, 3, 5), 6)


def test_the_next_period_policy_collects_until_its_day() -> None:
    plan = closed(Line(TEN), 14, march(14), today=LAST_BUT_ONE, decided=NEXT)

    assert plan.steps == ()
    assert [(w.due, w.wanted) for w in plan.wishes] == [(APRIL, 14)]


@pytest.mark.parametrize("units", [14, 7])
def test_the_next_period_begins_with_the_figure_up_or_down(units: int) -> None:
    change = the_change(closed(Line(TEN), units, march(units), decided=NEXT))

    assert (change.day, change.before, change.after, change.is_fenced) == (APRIL, 10, units, False)


def test_the_next_period_gets_no_first_report_at_once() -> None:
    plan = plan_of(Line(), 5, decided=NEXT)

    assert plan.steps == ()
    assert plan.wishes[0].due == APRIL


def test_what_was_posted_ahead_is_not_posted_again() -> None:
    line = Line([*TEN, (APRIL, 4)])
    history = history_of(an_intent(APRIL, 10, 14))

    plan = plan_of(line, 20, today=LAST, decided=NEXT, figures=march(14), history=history)

    assert plan.steps == ()


def test_a_used_first_day_with_another_level_is_no_ground_for_calling_the_line_right() -> None:
    """Found by tests/model: +4 for 1 April stands, then a person added 5 in March; nobody was told."""
    line = Line([*TEN, (APRIL, 4), (LAST_BUT_ONE, 5)])
    history = history_of(an_intent(APRIL, 10, 14))

    plan = plan_of(line, 14, today=LAST, decided=NEXT, figures=march(14), history=history)

    assert plan.steps == ()
    assert codes(plan) == {"W7"}
    assert "2026-04-01 begins with 19" in plan.findings[0].problem
    assert plan.completeness.lines_right == 0


def test_a_missed_day_of_the_next_period_is_made_up_on_its_first_day() -> None:
    change = the_change(closed(Line(TEN), 14, march(14), today=date(2026, 4, 3), decided=NEXT))

    assert (change.day, change.after) == (APRIL, 14)


def test_the_last_period_of_a_contract_has_no_next_one() -> None:
    line = Line(TEN, contract=a_payg_contract(ends=LAST))

    plan = closed(line, 14, march(14), decided=NEXT)

    assert plan.steps == ()
    assert codes(plan) == {"R13"}


def test_a_row_may_be_dated_by_another_policy_than_the_pairing() -> None:
    row = a_mapping_row(policy=DatingPolicy.NEXT_PERIOD)

    plan = plan_of(Line(TEN), 14, today=LAST, rows=(row,), figures=march(14))

    assert the_change(plan).day == APRIL


@pytest.mark.parametrize("policy", [CLOSE, NEXT])
def test_a_later_standing_change_is_no_ground_for_collecting(policy: PairingSettings) -> None:
    plan = closed(
        Line([*TEN, (date(2026, 3, 20), 2)]), 14, march(14), today=date(2026, 3, 10), decided=policy
    )

    assert plan.wishes == ()
    assert codes(plan) == {"W5"}


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


def test_a_first_report_on_the_day_of_the_close_takes_the_figure_of_the_close() -> None:
    """Otherwise the close of the next day would take it back."""
    change = the_change(plan_of(Line(), 9, today=LAST, decided=CLOSE, figures=march(4)))

    assert (change.day, change.after, change.is_first_report) == (MARCH, 4, True)


@pytest.mark.parametrize(
    ("decided", "due"),
    [(replace(CLOSE, close_day=3), date(2026, 4, 28)), (replace(NEXT, close_day=3), date(2026, 5, 1))],
    ids=["period close", "next period"],
)
def test_usage_that_moves_after_the_close_is_shown_with_the_day_of_the_next_one(
    decided: PairingSettings, due: date
) -> None:
    """Found by lives of the simulation: the line was called right, and showed 10 of 14 (promise 1, R30)."""
    plan = closed(Line(TEN), 14, figures_for([10] * 29, MARCH), today=LAST_BUT_ONE, decided=decided)

    assert (plan.steps, plan.completeness.lines_right) == ((), 0)
    assert [(wish.due, wish.now, wish.wanted) for wish in plan.wishes] == [(due, 10, 14)]


def test_usage_that_moves_after_the_last_close_of_a_contract_is_told() -> None:
    contract = a_payg_contract(ends=LAST)
    line = Line(TEN, contract=contract)
    plan = closed(
        line, 14, figures_for([10] * 29, MARCH), today=LAST_BUT_ONE, decided=replace(CLOSE, close_day=3)
    )

    assert (plan.steps, plan.wishes) == ((), ())
    assert "R30" in codes(plan)


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
