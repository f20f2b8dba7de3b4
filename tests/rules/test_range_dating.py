"""When a month of a range item is written: whole, once, on a period's first day (R17, ACR-USE-07)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import PeriodType
from psabridge.rules.findings import Severity
from psabridge.rules.plans.guard import guard
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.settings import Bounds, DatingPolicy
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.ranges.months import closed_month
from psabridge.rules.wanted.ranges.reports import MonthFigure, RangeReport
from tests.builders import NOW, a_mapping_row, a_payg_contract, platform_snapshot, settings
from tests.rules.planning_cast import (
    SNAPSHOT,
    Line,
    an_intent,
    codes,
    history_of,
    pictures_of,
    the_change,
    wanted_units,
)
from tests.rules.test_range_months import custom, days

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))
ROW = a_mapping_row(is_range=True)
A_DAY = timedelta(days=1)


def report(due: tuple[str, str], **changes: object) -> RangeReport:
    return replace(RangeReport(days(*due), PeriodType.MONTHLY), **changes)


IN_FEBRUARY = report(("2026-02-01", "2026-02-28"))
IN_MARCH = report(("2026-03-01", "2026-03-31"))


def plan_for(
    line: Line,
    units: int,
    told: RangeReport | None,
    today: date,
    intents: Iterable[Intent] = (),
    **decided: object,
) -> Plan:
    chosen = settings(ROW, **decided)
    wish = replace(wanted_units(units, line, (ROW,)), report=told)
    psa, desired = line.snapshot(today), Desired(units=(wish,), checked_customers=1)
    return make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures_of([line], chosen, psa, desired),
        histories={line.id: history_of(*intents)},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )


def reported(day: date, before: int, after: int, on: date) -> Intent:
    """What we wrote on a day, just after it began."""
    return replace(
        an_intent(day, before, after), armed_at=datetime(on.year, on.month, on.day, 0, 5, tzinfo=UTC)
    )


@pytest.mark.parametrize("policy", list(DatingPolicy))
@pytest.mark.parametrize("today", [MARCH, date(2026, 3, 10), date(2026, 3, 31)])
def test_a_closed_month_is_written_whole_into_the_period_of_its_last_day(
    today: date, policy: DatingPolicy
) -> None:
    """R17: never prorated, whatever the pairing's policy; a missed day is made up for (ACR-USE-07)."""
    line = Line([(JANUARY, 10)])
    plan = plan_for(line, 14, IN_FEBRUARY, today, [reported(JANUARY, 0, 10, FEBRUARY)], policy=policy)

    change = the_change(plan)
    assert (change.day, change.before, change.after) == (FEBRUARY, 10, 14)
    money = plan.steps[0].money
    assert money is not None
    assert money.prorated_days == 0


def test_a_custom_month_stands_in_the_period_that_holds_its_last_day() -> None:
    """ACR-USE-05, day 15: 15 February to 14 March on 15 March, dated 1 March."""
    plan = plan_for(Line([(JANUARY, 10)]), 14, report(("2026-02-15", "2026-03-14")), date(2026, 3, 15))

    assert (the_change(plan).day, the_change(plan).after) == (MARCH, 14)


def test_a_posted_period_leaves_the_month_to_the_next_one_and_says_so() -> None:
    """R17: the next unposted one. So it goes with services billed in advance."""
    plan = plan_for(Line([(JANUARY, 10)], posted_until=MARCH), 14, IN_FEBRUARY, date(2026, 3, 2))

    assert (the_change(plan).day, the_change(plan).after) == (MARCH, 14)
    assert codes(plan) == {"R17"}


def test_where_the_next_period_is_posted_too_the_month_waits_for_its_day() -> None:
    plan = plan_for(Line([(JANUARY, 10)], posted_until=APRIL), 14, IN_FEBRUARY, date(2026, 3, 2))

    assert plan.steps == ()
    assert [(wish.due, wish.wanted) for wish in plan.wishes] == [(APRIL, 14)]


def test_a_lower_month_does_not_wait_like_a_decrease() -> None:
    """R17 over R16: it is another month, not less of the same."""
    line = Line([(JANUARY, 10)])
    plan = plan_for(line, 3, IN_FEBRUARY, MARCH, [reported(JANUARY, 0, 10, FEBRUARY)])

    assert (the_change(plan).day, the_change(plan).after) == (FEBRUARY, 3)


def test_a_month_is_written_once_and_what_comes_late_is_listed() -> None:
    """ACR-USE-04, ACR-USE-07: a second change on a first day might bill twice (W7)."""
    line = Line([(JANUARY, 10), (FEBRUARY, 4)])
    ours = reported(FEBRUARY, 10, 14, MARCH)

    again = plan_for(line, 14, IN_FEBRUARY, date(2026, 3, 2), [ours])
    late = plan_for(line, 16, IN_FEBRUARY, date(2026, 3, 2), [ours])

    assert (again.steps, again.findings, again.completeness.lines_right) == ((), (), 1)
    assert late.steps == ()
    (told,) = late.findings
    assert (told.code, told.severity) == ("R17", Severity.STOPS)
    assert "16" in told.problem


def test_a_month_that_was_reported_stays_reported_when_its_period_is_posted() -> None:
    """Else a late figure of February would take the day that March needs."""
    line = Line([(JANUARY, 10), (FEBRUARY, 4)], posted_until=MARCH)

    plan = plan_for(line, 16, IN_FEBRUARY, date(2026, 3, 9), [reported(FEBRUARY, 10, 14, MARCH)])

    assert plan.steps == ()
    assert codes(plan) == {"R17"}


def test_without_a_journal_what_stands_decides() -> None:
    """A lost database: the level is absolute for the period, so nothing is written twice."""
    line = Line([(JANUARY, 10), (FEBRUARY, 4)])

    assert plan_for(line, 14, IN_FEBRUARY, date(2026, 3, 9)).steps == ()


def test_a_refused_report_is_no_report() -> None:
    ours = replace(reported(FEBRUARY, 10, 14, MARCH), state=IntentState.REJECTED)

    plan = plan_for(Line([(JANUARY, 10)]), 14, IN_FEBRUARY, date(2026, 3, 2), [ours])

    assert the_change(plan).day == FEBRUARY


def test_a_missed_month_comes_before_the_one_that_is_due() -> None:
    """ACR-USE-07: the bridge stood still in March; February first, then March, each once."""
    line = Line([(JANUARY, 10)])
    told = replace(
        IN_MARCH, earlier=_earlier((14, "2026-02-01", "2026-02-28"), (10, "2026-01-01", "2026-01-31"))
    )
    january = reported(JANUARY, 0, 10, FEBRUARY)
    today = date(2026, 4, 5)

    first = the_change(plan_for(line, 20, told, today, [january]))
    line.changes.append((FEBRUARY, 4))
    february = reported(FEBRUARY, 10, 14, today)
    second = the_change(plan_for(line, 20, told, today, [january, february]))
    line.changes.append((MARCH, 6))
    rest = plan_for(line, 20, told, today, [january, february, reported(MARCH, 14, 20, today)])

    assert (first.day, first.after) == (FEBRUARY, 14)
    assert (second.day, second.after) == (MARCH, 20)
    assert (rest.steps, rest.findings) == ((), ())


def test_a_missed_month_whose_place_is_taken_by_the_due_one_is_listed_with_its_value() -> None:
    """R28: listed, never added."""
    line = Line([(JANUARY, 10)], posted_until=MARCH)
    told = replace(
        IN_MARCH, earlier=_earlier((14, "2026-02-01", "2026-02-28"), (10, "2026-01-01", "2026-01-31"))
    )

    plan = plan_for(line, 20, told, date(2026, 4, 5), [reported(JANUARY, 0, 10, FEBRUARY)])

    assert (the_change(plan).day, the_change(plan).after) == (MARCH, 20)
    (missed,) = [found for found in plan.findings if found.code == "R28"]
    assert "20.00 EUR" in missed.problem


def test_a_missed_month_that_nobody_knows_is_named_and_the_next_one_is_written() -> None:
    """ERR-22."""
    told = replace(
        IN_MARCH, earlier=_earlier((None, "2026-02-01", "2026-02-28"), (10, "2026-01-01", "2026-01-31"))
    )

    plan = plan_for(Line([(JANUARY, 10)]), 20, told, date(2026, 4, 5), [reported(JANUARY, 0, 10, FEBRUARY)])

    assert (the_change(plan).day, the_change(plan).after) == (MARCH, 20)
    assert "ERR-22" in codes(plan)


def test_months_before_the_first_report_are_nobodys() -> None:
    told = replace(IN_MARCH, earlier=_earlier((14, "2026-02-01", "2026-02-28")))

    assert the_change(plan_for(Line([(JANUARY, 10)]), 20, told, date(2026, 4, 5))).day == MARCH


def test_a_month_before_the_contract_is_not_written_to_it() -> None:
    """R23: the earlier contract's, if there was one."""
    line = Line(contract=a_payg_contract(starts=MARCH))

    plan = plan_for(line, 14, IN_FEBRUARY, date(2026, 3, 2))

    assert plan.steps == ()
    assert codes(plan) == {"R23"}


def test_the_running_month_is_shown_with_the_day_it_will_be_written() -> None:
    """ACR-USE-03: on 10 March 1 to 9 March; 1 April closes it."""
    line = Line([(JANUARY, 10), (FEBRUARY, 4)])
    told = replace(IN_FEBRUARY, running=MonthFigure(days("2026-03-01", "2026-03-31"), 5))

    plan = plan_for(line, 14, told, date(2026, 3, 10), [reported(FEBRUARY, 10, 14, MARCH)])

    assert plan.steps == ()
    assert [(wish.now, wish.wanted, wish.due) for wish in plan.wishes] == [(14, 5, APRIL)]


def test_a_line_that_shows_other_periods_than_its_service_takes_no_month() -> None:
    """ERR-19."""
    line = Line([(JANUARY, 10)], length=PeriodType.QUARTERLY)

    plan = plan_for(line, 14, IN_FEBRUARY, date(2026, 3, 2))

    assert plan.steps == ()
    assert codes(plan) == {"ERR-19"}


def test_rows_of_both_kinds_on_one_line_stop_it() -> None:
    """R15, ACR-USE-06: a level and a month have no day in common."""
    chosen = settings(ROW)
    line = Line([(JANUARY, 10)])
    wish = wanted_units(12, line, (ROW, a_mapping_row("pw_base_servers")))
    psa, desired = line.snapshot(), Desired(units=(wish,))
    plan = make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures_of([line], chosen, psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert plan.steps == ()
    assert codes(plan) == {"R15"}


# ---- the guard


def held(plan: Plan) -> set[str]:
    known = frozenset(step.change.line for step in plan.steps if hasattr(step.change, "line"))
    tight = settings(ROW, bounds=Bounds(lines=0))
    return {hold.bound for hold in guard(plan, tight, is_first_sync=False, known_lines=known).holds}


def test_a_planned_restart_is_no_drop_for_the_guard() -> None:
    """R17."""
    line, ours = Line([(JANUARY, 10)]), [reported(JANUARY, 0, 10, FEBRUARY)]

    assert held(plan_for(line, 0, IN_FEBRUARY, MARCH, ours)) == set()
    assert held(plan_for(line, 40, IN_FEBRUARY, MARCH, ours)) == {"mass change"}


def test_the_first_report_on_a_line_is_guarded_like_any_change() -> None:
    """What stood there before us was no month of ours: 10 to 0 is a drop."""
    assert "drop to 0" in held(plan_for(Line([(JANUARY, 10)]), 0, IN_FEBRUARY, MARCH))


# ---- months on end


@given(
    start_day=st.integers(1, 28),
    used=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    runs=st.lists(st.integers(0, 119), min_size=1, max_size=40),
)
def test_whenever_the_bridge_runs_each_period_holds_at_most_its_own_month(
    start_day: int, used: list[int], runs: list[int]
) -> None:
    """ACR-USE-07: runs on any days, twice or never; no month is written twice, none into another's place."""
    line, intents = Line([(JANUARY, 0)]), list[Intent]()
    choice = custom(start_day)
    for run in sorted(runs):
        today = date(2026, 2, 1) + A_DAY * run
        due = closed_month(choice, today)
        assert due is not None
        figure = used[due.last_day.month % 4]
        plan = plan_for(line, figure, RangeReport(due, PeriodType.MONTHLY), today, intents)
        if plan.steps:
            change = the_change(plan)
            assert change.day == due.last_day.replace(day=1)
            line.changes.append((change.day, change.change))
            intents.append(reported(change.day, change.before, change.after, today))
        assert line.level(due.last_day) == figure

    assert len({day for day, _ in line.changes[1:]}) == len(line.changes[1:])


def _earlier(*months: tuple[int | None, str, str]) -> tuple[MonthFigure, ...]:
    return tuple(MonthFigure(days(first, last), units) for units, first, last in months)
