"""When a decrease is dated, while usage changes and days are missed (R16, W7)."""

from datetime import date

from psabridge.rules.findings import Severity
from tests.builders import TODAY, a_payg_contract, settings
from tests.rules.planning_cast import (
    APRIL,
    JANUARY,
    Line,
    an_intent,
    history_of,
    plan_of,
    same_figures,
    the_change,
)


def test_a_decrease_waits_for_the_next_period() -> None:
    """R16, W8: kept here, not posted ahead."""
    plan = plan_of(Line([(JANUARY, 10)]), 8)

    assert plan.steps == ()
    (wish,) = plan.wishes
    assert (wish.due, wish.now, wish.wanted) == (APRIL, 10, 8)
    assert plan.completeness.lines_right == 0


def test_a_waiting_decrease_is_written_on_its_own_day() -> None:
    change = the_change(plan_of(Line([(JANUARY, 10)]), 8, today=APRIL))

    assert (change.day, change.after) == (APRIL, 8)
    assert not change.is_fenced


def test_a_decrease_that_waited_is_written_late_with_its_own_day() -> None:
    """The bridge was down on the first day; the figures tell that it was wanted before."""
    figures = same_figures(8, date(2026, 3, 20), date(2026, 3, 31))

    change = the_change(plan_of(Line([(JANUARY, 10)]), 8, today=date(2026, 4, 3), figures=figures))

    assert (change.day, change.after) == (APRIL, 8)


def test_a_late_decrease_goes_no_lower_than_what_waited() -> None:
    figures = same_figures(8, date(2026, 3, 20), date(2026, 3, 31))

    plan = plan_of(Line([(JANUARY, 10)]), 5, today=date(2026, 4, 3), figures=figures)

    assert (the_change(plan).day, the_change(plan).after) == (APRIL, 8)
    assert [(wish.due, wish.now, wish.wanted) for wish in plan.wishes] == [(date(2026, 5, 1), 8, 5)]


def test_the_rest_of_a_late_decrease_is_told_where_the_contract_has_no_next_period() -> None:
    """Found by lives of the simulation: the line showed 8 of 5, and nothing was said of it."""
    figures = same_figures(8, date(2026, 3, 20), date(2026, 3, 31))
    line = Line([(JANUARY, 10)], contract=a_payg_contract(ends=date(2026, 4, 30)))

    plan = plan_of(line, 5, today=date(2026, 4, 3), figures=figures)

    assert (the_change(plan).day, the_change(plan).after) == (APRIL, 8)
    assert plan.wishes == ()
    assert ["the decrease to 5" in finding.problem for finding in plan.findings] == [True]


def test_a_decrease_after_usage_came_back_on_the_first_day_waits_again() -> None:
    """R16; found by the quarter of msp-25, where 46 were used for a week and 45 were billed."""
    figures = (
        *same_figures(8, date(2026, 3, 31), date(2026, 3, 31)),
        *same_figures(10, APRIL, date(2026, 4, 7)),
    )

    plan = plan_of(Line([(JANUARY, 10)]), 8, today=date(2026, 4, 8), figures=figures)

    assert plan.steps == ()
    assert [(wish.due, wish.now, wish.wanted) for wish in plan.wishes] == [(date(2026, 5, 1), 10, 8)]


def test_a_late_decrease_follows_usage_that_came_back() -> None:
    figures = same_figures(6, date(2026, 3, 20), date(2026, 3, 31))

    change = the_change(plan_of(Line([(JANUARY, 10)]), 8, today=date(2026, 4, 3), figures=figures))

    assert change.after == 8


def test_usage_that_came_back_whole_leaves_nothing_to_do() -> None:
    """C8: the waiting decrease was never posted, so nothing has to be taken back."""
    figures = same_figures(6, date(2026, 3, 20), date(2026, 3, 31))

    plan = plan_of(Line([(JANUARY, 10)]), 10, today=date(2026, 4, 3), figures=figures)

    assert (plan.steps, plan.wishes) == ((), ())


def test_a_decrease_first_seen_inside_a_period_waits_for_the_next() -> None:
    figures = same_figures(10, date(2026, 3, 20), date(2026, 3, 31))

    plan = plan_of(Line([(JANUARY, 10)]), 8, today=date(2026, 4, 3), figures=figures)

    assert plan.steps == ()
    assert plan.wishes[0].due == date(2026, 5, 1)


def test_a_decrease_on_a_first_day_that_we_used_waits_for_the_next() -> None:
    """W7: a first day is used by us once."""
    history = history_of(an_intent(APRIL, 8, 10))
    line = Line([(JANUARY, 8), (APRIL, 2)])

    plan = plan_of(line, 9, today=APRIL, history=history)

    assert plan.steps == ()
    assert plan.wishes[0].due == date(2026, 5, 1)


def test_decreases_are_dated_today_where_the_provider_chose_so() -> None:
    change = the_change(plan_of(Line([(JANUARY, 10)]), 8, decided=settings(decreases_wait=False)))

    assert (change.day, change.after) == (TODAY, 8)


def test_a_decrease_after_the_contract_has_ended_is_only_told() -> None:
    line = Line([(JANUARY, 10)], contract=a_payg_contract(ends=date(2026, 3, 31)))

    plan = plan_of(line, 8)

    assert (plan.steps, plan.wishes) == ((), ())
    assert [finding.severity for finding in plan.findings] == [Severity.NOTE]
