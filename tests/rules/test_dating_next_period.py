"""Dating for the next period (design section 8, R13, R16, R28)."""

from datetime import date

import pytest

from psabridge.rules.settings import DatingPolicy, PairingSettings
from tests.builders import a_mapping_row, a_payg_contract
from tests.rules.closing_cast import CLOSE, LAST, LAST_BUT_ONE, NEXT, closed, march
from tests.rules.planning_cast import APRIL, TEN, Line, an_intent, codes, history_of, plan_of, the_change


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
