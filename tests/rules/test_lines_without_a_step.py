"""What a plan says of a line instead of a step."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.units.intent import IntentState
from psabridge.rules.wanted.desired import Desired
from tests.builders import NOW, TODAY, a_payg_contract, line_id, platform_snapshot, settings
from tests.rules.planning_cast import (
    SNAPSHOT,
    TEN,
    Line,
    an_intent,
    codes,
    history_of,
    plan_for,
    plan_of,
    the_change,
    wanted,
    wanted_units,
)

OPEN = [state for state in IntentState if not state.is_final]


@pytest.mark.parametrize("state", OPEN)
def test_a_line_with_a_change_on_its_way_gets_no_step(state: IntentState) -> None:
    """W2."""
    plan = plan_of(Line(TEN), 12, history=history_of(an_intent(TODAY, 10, 12, state)))

    assert plan.steps == ()
    assert plan.wishes == ()
    assert codes(plan) == {"W2"}
    assert str(state) in plan.findings[0].problem


def test_a_parked_change_asks_a_person() -> None:
    plan = plan_of(Line(TEN), 12, history=history_of(an_intent(TODAY, 10, 12, IntentState.PARKED)))

    assert plan.findings[0].severity is Severity.STOPS
    assert "Decide it" in plan.findings[0].next_act


def test_a_line_with_an_open_change_is_not_called_right() -> None:
    plan = plan_of(Line(TEN), 10, history=history_of(an_intent(TODAY, 10, 12, IntentState.IN_DOUBT)))

    assert plan.completeness.lines_right == 0


def test_a_line_never_to_be_written_shows_its_difference() -> None:
    """R57."""
    plan = plan_of(Line(TEN), 12, decided=settings(never_write=frozenset({line_id(100)})))

    assert plan.steps == ()
    assert "shows 10 units; usage says 12" in plan.findings[0].problem


def test_a_line_we_gave_up_is_named_when_another_moves_it() -> None:
    line = Line([*TEN, (date(2026, 3, 2), 5)])
    chosen = settings(never_write=frozenset({line.id}))

    plan = make_plan(
        settings=chosen,
        psa=line.snapshot(),
        platform=platform_snapshot(),
        desired=Desired(),
        pictures={},
        histories={line.id: history_of(an_intent(date(2026, 2, 2), 8, 10))},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert [finding.code for finding in plan.findings] == ["R57"]
    assert "left it at 10 and it shows 15" in plan.findings[0].problem


def test_a_line_that_autotask_would_not_take_to_zero_is_not_asked_again() -> None:
    """R25, D3: the value and the way by hand."""
    refused = replace(
        an_intent(date(2026, 3, 1), 10, 0, IntentState.REJECTED), vendor_text="units cannot be 0"
    )

    plan = plan_of(Line(TEN), 0, decided=settings(decreases_wait=False), history=history_of(refused))

    assert plan.steps == ()
    assert codes(plan) == {"R25"}
    assert "stays at 10, worth 50.00 EUR a period" in plan.findings[0].problem
    assert "by hand" in plan.findings[0].next_act


def test_a_line_refused_at_zero_is_asked_for_another_number() -> None:
    refused = an_intent(date(2026, 3, 1), 10, 0, IntentState.REJECTED)

    plan = plan_of(Line(TEN), 3, decided=settings(decreases_wait=False), history=history_of(refused))

    assert the_change(plan).after == 3


def test_a_refused_change_is_not_sent_twice_on_one_day() -> None:
    refused = replace(an_intent(TODAY, 10, 12, IntentState.REJECTED), vendor_text="no rights here")

    plan = plan_of(Line(TEN), 12, history=history_of(refused))

    assert plan.steps == ()
    assert codes(plan) == {"ERR-21"}
    assert "no rights here" in plan.findings[0].problem


def test_a_refused_change_is_asked_again_on_another_day() -> None:
    refused = an_intent(date(2026, 3, 9), 10, 12, IntentState.REJECTED)

    assert the_change(plan_of(Line(TEN), 12, history=history_of(refused))).day == TODAY


def test_a_refusal_before_a_later_success_is_history() -> None:
    history = history_of(
        an_intent(date(2026, 2, 3), 10, 0, IntentState.REJECTED),
        an_intent(date(2026, 2, 9), 8, 10, number=2),
    )
    decided = settings(decreases_wait=False)

    assert the_change(plan_of(Line(TEN), 0, decided=decided, history=history)).after == 0


def test_a_line_that_is_gone_is_told_and_others_go_on() -> None:
    line = Line(TEN)

    plan = plan_for(Desired(units=(wanted_units(3, Line(number=999)), wanted_units(12, line))), [line])

    assert len(plan.steps) == 1
    assert codes(plan) == {"W9"}


def test_an_inactive_contract_takes_nothing_new() -> None:
    """R19."""
    plan = plan_of(Line(TEN, contract=a_payg_contract(is_active=False)), 12)

    assert plan.steps == ()
    assert codes(plan) == {"R19"}


def test_a_line_whose_rows_were_not_read_whole_gets_no_step() -> None:
    line = Line(TEN)
    plan = make_plan(
        settings=settings(),
        psa=line.snapshot(),
        platform=platform_snapshot(),
        desired=wanted(12, line),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert plan.steps == ()
    assert codes(plan) == {"W10"}


def test_a_line_without_rows_starts_from_zero_in_a_computed_period() -> None:
    """R12: only here the period is computed; W10: the guard holds it."""
    line = Line(contract=a_payg_contract(starts=date(2026, 1, 17)))
    psa = replace(line.snapshot(), rows={})
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=wanted(5, line),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    change = the_change(plan)
    assert (change.day, change.before, change.after) == (date(2026, 2, 17), 0, 5)
    assert change.is_first_report
    assert change.picture.rows == ()


def test_a_line_that_lost_its_rows_is_never_written_from_zero() -> None:
    """P10, W4: no rows taken for 0 would post the whole target again."""
    line = Line(TEN)
    psa = replace(line.snapshot(), rows={})
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=wanted(12, line),
        pictures={},
        histories={line.id: history_of(an_intent(date(2026, 2, 2), 8, 10))},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert plan.steps == ()
    assert codes(plan) == {"W4"}
