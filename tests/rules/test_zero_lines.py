"""Lines of unmapped customers that a person set to 0 from the next period (R33)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from psabridge.kit.money import Money
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.zeroing import companies_to_zero, lines_done, zeroing
from psabridge.rules.findings import Severity
from psabridge.rules.plans.guard import DROP_TO_ZERO, guard
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.psa import Gap, PsaSnapshot
from psabridge.rules.settings import DatingPolicy, PairingSettings
from psabridge.rules.units.intent import IntentState, LineHistory
from psabridge.rules.words import CompanyId, ServiceId
from tests.builders import (
    NOW,
    TODAY,
    a_company,
    a_customer,
    a_mapping_row,
    a_payg_contract,
    line_id,
    platform_snapshot,
    settings,
)
from tests.rules.asking import desired
from tests.rules.planning_cast import (
    SNAPSHOT,
    Line,
    an_intent,
    codes,
    history_of,
    pictures_of,
    the_change,
)

FIRST = date(2026, 4, 1)  # of the period after TODAY's
JANUARY = date(2026, 1, 1)


def left(said: date | None = TODAY) -> LeftLine:
    worth = Money("EUR", Decimal(60))
    return LeftLine(line_id(100), CompanyId(1), "Kern, Contract 10, Service", 12, worth, TODAY, said)


def unmapped(said: date | None = TODAY, **changes: object) -> PairingSettings:
    chosen = replace(settings(a_mapping_row()), customers=(), left_lines=(left(said),))
    return replace(chosen, **changes)


def a_plan(
    today: date,
    line: Line,
    decided: PairingSettings | None = None,
    history: LineHistory | None = None,
    psa: PsaSnapshot | None = None,
) -> Plan:
    chosen = decided or unmapped()
    side = psa or with_company(line, today)
    found, past = desired(chosen, side, platform_snapshot()), history or LineHistory(line.id)
    return make_plan(
        settings=chosen,
        psa=side,
        platform=platform_snapshot(),
        desired=found,
        pictures=pictures_of([line], chosen, side, found, past),
        histories={line.id: past},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )


def with_company(line: Line, today: date = TODAY) -> PsaSnapshot:
    return replace(line.snapshot(today), companies={CompanyId(1): a_company(1, "Kern")})


def twelve() -> Line:
    return Line([(JANUARY, 12)])


def test_a_line_goes_to_0_on_the_first_day_of_the_next_period_and_not_before() -> None:
    """R33: until then it is a wish with its day; then a step that is dated that day."""
    [wish] = a_plan(TODAY, twelve()).wishes
    due = the_change(a_plan(FIRST, twelve()))

    assert (wish.now, wish.wanted, wish.due) == (12, 0, FIRST)
    assert (due.day, due.before, due.after) == (FIRST, 12, 0)
    assert not a_plan(TODAY, twelve()).steps


@pytest.mark.parametrize("policy", list(DatingPolicy))
def test_no_dating_policy_and_no_setting_of_decreases_moves_the_day(policy: DatingPolicy) -> None:
    """R33: "from the next period" is a person's word on the line."""
    decided = unmapped(policy=policy, decreases_wait=False)

    assert not a_plan(TODAY, twelve(), decided).steps
    assert the_change(a_plan(FIRST, twelve(), decided)).day == FIRST


def test_said_on_a_periods_first_day_it_begins_with_the_next() -> None:
    """R33: the period that begins on that day is not the next one."""
    decided = unmapped(FIRST)

    [wish] = a_plan(FIRST, twelve(), decided).wishes

    assert wish.due == date(2026, 5, 1)


@pytest.mark.parametrize("days_late", [1, 13, 29])
def test_late_it_is_dated_back_to_the_periods_first_day(days_late: int) -> None:
    """R33, W8: whoever releases the step late does not pay for the month."""
    change = the_change(a_plan(FIRST + timedelta(days=days_late), twelve()))

    assert (change.day, change.after) == (FIRST, 0)


def test_a_posted_period_is_not_touched() -> None:
    """R13: it waits for the next one."""
    line = replace(twelve(), posted_until=date(2026, 5, 1))

    [wish] = a_plan(FIRST + timedelta(days=2), line).wishes

    assert wish.due == date(2026, 5, 1)


def test_a_period_in_which_the_line_moved_is_not_touched() -> None:
    """W5, W7: a person changed the units on 5 April, so the day before is not free."""
    line = Line([(JANUARY, 12), (date(2026, 4, 5), 1)])

    [wish] = a_plan(date(2026, 4, 10), line).wishes

    assert (wish.now, wish.due) == (13, date(2026, 5, 1))


def test_after_the_contracts_end_there_is_nothing_to_do() -> None:
    line = replace(twelve(), contract=a_payg_contract(ends=date(2026, 3, 31)))

    plan = a_plan(TODAY, line)

    assert (plan.steps, plan.wishes) == ((), ())
    assert any(found.code == "R33" and "after the contract's end" in found.problem for found in plan.findings)


def test_the_guard_holds_it_as_a_drop_to_0() -> None:
    """R33, R61: whatever the mode."""
    plan = a_plan(FIRST, twelve())
    guarded = guard(plan, unmapped(), is_first_sync=False, known_lines=frozenset({line_id(100)}))

    assert [hold.bound for hold in guarded.holds] == [DROP_TO_ZERO]


def test_a_refused_0_is_told_with_its_value_and_not_asked_again() -> None:
    """R25."""
    refused = history_of(an_intent(FIRST, 12, 0, IntentState.REJECTED))

    plan = a_plan(FIRST + timedelta(days=1), twelve(), history=refused)

    assert not plan.steps
    assert "R25" in codes(plan)


def test_mapping_the_company_again_takes_the_word_back() -> None:
    """R33: its lines are measured again."""
    again = unmapped(customers=(a_customer(1, 1),))

    assert companies_to_zero(unmapped()) == {CompanyId(1)}
    assert not companies_to_zero(again)
    assert not zeroing(again, with_company(twelve(), FIRST)).units


def test_an_undecided_line_is_neither_read_nor_changed() -> None:
    undecided = unmapped(None)

    assert not companies_to_zero(undecided)
    assert not a_plan(FIRST, twelve(), undecided).steps


PREPAID = a_payg_contract(payg_value="No")


@pytest.mark.parametrize(
    "changes",
    [
        {"gaps": (Gap("contract 11", "could not be read", CompanyId(1)),)},
        {"gaps": (Gap("contracts", "could not be read"),)},
        {"lines": {}},
        {"contracts": {}},
        {"contracts": {PREPAID.id: PREPAID}},
        {"contracts": {PREPAID.id: a_payg_contract(company=2)}},
    ],
)
def test_what_is_not_surely_its_line_is_left_and_told(changes: dict[str, object]) -> None:
    """R20, R22, R33: unknown is not zero, and another's contract is not written."""
    psa = replace(with_company(twelve(), FIRST), **changes)

    plan = a_plan(FIRST, twelve(), psa=psa)

    assert (plan.steps, plan.wishes) == ((), ())
    [found] = [one for one in plan.findings if one.code == "R33"]
    assert found.severity is Severity.STOPS
    assert not lines_done(unmapped(), psa, {})


def test_a_line_is_done_when_it_shows_0_with_nothing_on_its_way_or_its_contract_is_over() -> None:
    """R33: afterwards it is nobody's, and what is sold on it again is left alone."""
    ended = Line([(JANUARY, 12), (FIRST, -12)])
    on_its_way = {line_id(100): history_of(an_intent(FIRST, 12, 0, IntentState.ACCEPTED))}
    over = replace(twelve(), contract=a_payg_contract(ends=date(2026, 3, 31)))

    assert lines_done(unmapped(), with_company(ended, FIRST), {}) == {line_id(100)}
    assert lines_done(unmapped(), with_company(over, FIRST), {}) == {line_id(100)}
    assert not lines_done(unmapped(), with_company(ended, FIRST), on_its_way)
    assert not lines_done(unmapped(), with_company(twelve(), FIRST), {})
    assert not lines_done(unmapped(), with_company(ended, TODAY), {})


def test_the_units_are_named_as_nothing_that_was_used() -> None:
    """Promise 5: the reason says whose word it was."""
    [step] = a_plan(FIRST, twelve()).steps

    assert step.evidence.rule == "R33"
    assert f"a person said on {TODAY}" in step.reason
    assert desired(unmapped(), with_company(twelve()), platform_snapshot()).units[0].service == ServiceId(
        1000
    )
