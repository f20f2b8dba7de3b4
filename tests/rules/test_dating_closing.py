"""Dating at a period's close (design section 8, R13, R16, R28, W13)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.settings import DatingPolicy, PairingSettings
from psabridge.rules.wanted.desired import DayFigure
from tests.builders import a_payg_contract, settings
from tests.rules.closing_cast import CLOSE, LAST, LAST_BUT_ONE, NEXT, closed, march
from tests.rules.planning_cast import (
    APRIL,
    MARCH,
    TEN,
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


def test_an_earlier_chosen_day_closes_with_the_days_before_it() -> None:
    """R30: the rest is left out of this figure."""
    decided = settings(policy=DatingPolicy.PERIOD_CLOSE, close_day=5)
    figures = (*same_figures(12, MARCH, date(2026, 3, 26)), DayFigure(date(2026, 3, 27), 30))

    change = the_change(closed(Line(TEN), 30, figures, today=date(2026, 3, 28), decided=decided))

    assert change.after == 12


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
