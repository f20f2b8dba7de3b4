"""The close of a contract's last period (R23, R30, W13)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.settings import CloseFigure, DatingPolicy
from tests.builders import a_payg_contract, settings
from tests.rules.closing_cast import CLOSE, closed, march
from tests.rules.planning_cast import MARCH, TEN, Line, codes, figures_for, the_change, the_step

CUT = date(2026, 3, 20)  # the contract ends inside its period


def test_a_period_that_the_contracts_end_cuts_is_closed_on_the_contracts_last_day() -> None:
    """R23, R30: the close waited for a day after the end; the last period was billed with the old units."""
    line = Line(TEN, contract=a_payg_contract(ends=CUT))

    before = closed(line, 14, march(14), today=date(2026, 3, 19))
    on_the_day = closed(line, 14, march(14), today=CUT)

    assert [(wish.due, wish.now, wish.wanted) for wish in before.wishes] == [(CUT, 10, 14)]
    change = the_change(on_the_day)
    assert (change.day, change.before, change.after) == (MARCH, 10, 14)
    reason = the_step(on_the_day).reason
    assert reason.endswith("(last figure of 2026-03-01 to 2026-03-19; 2026-03-20 left out)")


def test_days_after_the_contracts_end_are_no_holes() -> None:
    """W13: an average is that of the days up to the contract's end."""
    line = Line(TEN, contract=a_payg_contract(ends=CUT))
    figures = figures_for([10] * 9 + [20] * 10, MARCH)
    average = replace(CLOSE, close_figure=CloseFigure.AVERAGE)

    assert the_change(closed(line, 20, figures, today=CUT, decided=average)).after == 16  # 290 / 19, up


@pytest.mark.parametrize("policy", [DatingPolicy.PERIOD_CLOSE, DatingPolicy.NEXT_PERIOD])
def test_what_no_close_will_take_is_not_promised_for_a_day_after_the_end(policy: DatingPolicy) -> None:
    """R30: a contract that ends on its period's first day is never closed again."""
    line = Line(TEN, contract=a_payg_contract(ends=MARCH))
    plan = closed(line, 14, figures_for([14], MARCH), today=MARCH, decided=settings(policy=policy))

    assert (plan.steps, plan.wishes) == ((), ())
    assert "R30" in codes(plan)
