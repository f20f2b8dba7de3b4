"""A change that Autotask refused: asked again another day, by the day of the request."""

from dataclasses import replace
from datetime import date, timedelta

from psabridge.rules.units.intent import IntentState
from tests.builders import NOW
from tests.rules.planning_cast import Line, an_intent, codes, history_of, plan_of, the_change


def test_a_first_report_that_was_refused_is_asked_again_the_next_day_with_the_same_date() -> None:
    """Its date stays the period's first day: waiting for another one would be waiting for ever (ERR-21)."""
    first = date(2026, 3, 1)
    refused = an_intent(first, 0, 12, IntentState.REJECTED)
    line = Line([(first, 0)])

    same_day = plan_of(line, 12, history=history_of(refused))
    next_day = plan_of(line, 12, history=history_of(replace(refused, armed_at=NOW - timedelta(days=1))))

    assert same_day.steps == ()
    assert "ERR-21" in codes(same_day)
    assert (the_change(next_day).day, the_change(next_day).after) == (first, 12)
