"""What holds of every plan, whatever landed on the line before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.plans.guard import guard
from psabridge.rules.plans.plan import Plan, SetUnits
from psabridge.rules.settings import (
    Bounds,
    CloseFigure,
    CloseRest,
    DatingPolicy,
    MeterExpression,
    PairingSettings,
)
from psabridge.rules.units.intent import Intent, LineHistory
from psabridge.rules.units.picture import RowReading
from psabridge.rules.wanted.desired import DayFigure
from tests.builders import a_mapping_row, a_payg_contract, settings
from tests.rules.planning_cast import Line, an_intent, plan_of

A_DAY = timedelta(days=1)
UNITS = st.integers(0, 60)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, date]:
    """A running contract with a few landed changes, some ahead of today, and some posted periods."""
    starts = draw(st.dates(date(2024, 1, 1), date(2026, 6, 30)))
    length = draw(st.sampled_from(PeriodType))
    lasts = draw(st.integers(20, 900))
    contract = a_payg_contract(starts=starts, ends=starts + timedelta(days=lasts))
    today = starts + timedelta(days=draw(st.integers(0, lasts)))
    days = draw(st.lists(st.integers(0, (today - starts).days + 40), max_size=4, unique=True))
    levels = draw(st.lists(UNITS, min_size=len(days), max_size=len(days)))
    changes, level = [], 0
    for day, units in zip(sorted(days), levels, strict=True):
        on = starts + timedelta(days=day)
        if on <= contract.ends and units != level:
            changes.append((on, units - level))
            level = units
    posted = draw(st.sampled_from([date.min, date.min, today - timedelta(days=40), today, today + A_DAY]))
    grid = PeriodGrid(starts, length)
    until = grid.holding(posted).start if posted > starts else date.min
    reading = draw(st.sampled_from(RowReading))
    return Line(changes, contract, length, until, reading, ends_on_boundary=draw(st.booleans())), today


@st.composite
def decisions(draw: st.DrawFn) -> PairingSettings:
    return settings(
        policy=draw(st.sampled_from(DatingPolicy)),
        decreases_wait=draw(st.booleans()),
        close_day=draw(st.integers(1, 31)),
        close_figure=draw(st.sampled_from(CloseFigure)),
        close_rest=draw(st.sampled_from(CloseRest)),
    )


@st.composite
def figures_before(draw: st.DrawFn, today: date) -> tuple[DayFigure, ...]:
    """A figure for most of the last days, in runs."""
    runs = draw(st.lists(st.tuples(st.integers(1, 60), UNITS), max_size=6))
    units = [value for length, value in runs for _ in range(length)]
    first = today - timedelta(days=len(units) - 1)
    return tuple(DayFigure(first + timedelta(days=n), value) for n, value in enumerate(units))


@st.composite
def used_days(draw: st.DrawFn, line: Line) -> LineHistory:
    """Some of the landed changes were ours."""
    ours: list[Intent] = []
    for number, (day, change) in enumerate(line.changes):
        if draw(st.booleans()):
            before = line.level(day - A_DAY)
            ours.append(an_intent(day, before, before + change, number=number))
    return LineHistory(line.id, tuple(ours))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Line, date, int, PairingSettings, tuple[DayFigure, ...], LineHistory]:
    line, today = draw(lines())
    return (
        line,
        today,
        draw(UNITS),
        draw(decisions()),
        draw(figures_before(today)),
        draw(used_days(line)),
    )


CASES = cases()
Case = tuple[Line, date, int, PairingSettings, tuple[DayFigure, ...], LineHistory]


def planned(case: Case) -> Plan:
    line, today, units, decided, figures, history = case
    return plan_of(line, units, today=today, decided=decided, figures=figures, history=history)


def changes_of(plan: Plan) -> list[SetUnits]:
    return [step.change for step in plan.steps if isinstance(step.change, SetUnits)]


@given(CASES)
def test_planning_twice_gives_the_same_plan(case: Case) -> None:
    assert planned(case) == planned(case)


@given(CASES)
def test_a_plan_that_was_applied_leaves_no_step(case: Case) -> None:
    line, today, units, decided, figures, history = case
    for change in changes_of(planned(case)):
        applied = replace_changes(line, [*line.changes, (change.day, change.change)])
        ours = an_intent(change.day, change.before, change.after, number=99)
        remembered = LineHistory(line.id, (*history.intents, ours))

        assert planned((applied, today, units, decided, figures, remembered)).steps == ()
        lost = LineHistory(line.id)  # with the database the figures are lost too
        assert planned((applied, today, units, decided, (), lost)).steps == ()


def replace_changes(line: Line, changes: Iterable[tuple[date, int]]) -> Line:
    return replace(line, changes=sorted(changes))


@given(CASES)
def test_every_date_lies_in_the_contract_and_after_what_is_posted(case: Case) -> None:
    """R13, W9."""
    line = case[0]
    for change in changes_of(planned(case)):
        assert line.contract.starts <= change.day <= line.contract.ends
        assert all(row.posted_at is None for row in line.rows() if row.starts >= change.day)
        standing = [row for row in line.rows() if row.starts <= change.day]
        assert standing
        assert max(standing).posted_at is None


@given(CASES)
def test_only_the_next_period_policy_dates_ahead_of_today(case: Case) -> None:
    """W8."""
    _, today, _, decided, _, _ = case
    for change in changes_of(planned(case)):
        assert change.day <= today or decided.policy is DatingPolicy.NEXT_PERIOD


@given(CASES)
def test_a_decrease_that_waits_begins_a_period(case: Case) -> None:
    """R16: never dated inside the running period, so never prorated."""
    line, today, units, decided, figures, history = case
    waiting = replace(decided, decreases_wait=True)
    plan = planned((line, today, units, waiting, figures, history))
    grid = PeriodGrid(line.contract.starts, line.length)
    for change in changes_of(plan):
        if change.change < 0:
            assert grid.is_first_day(change.day)
            assert change.day >= grid.holding(today).start


@given(CASES)
def test_a_decrease_never_goes_below_everything_that_was_wanted(case: Case) -> None:
    """Promise 3: no reading, no lower number."""
    _, _, units, _, figures, _ = case
    for change in changes_of(planned(case)):
        assert change.after >= min([units, *(figure.units for figure in figures)])


@given(CASES)
def test_a_change_starts_from_the_level_at_its_day(case: Case) -> None:
    """W6."""
    line = case[0]
    for change in changes_of(planned(case)):
        assert change.before == line.level(change.day)
        assert change.change == change.after - change.before != 0


@given(CASES)
def test_no_change_is_planned_over_a_later_standing_one(case: Case) -> None:
    """W5."""
    line = case[0]
    for change in changes_of(planned(case)):
        assert not [day for day, _ in line.changes if day > change.day and day <= change.picture.covers_to]


@given(CASES)
def test_no_day_is_used_twice(case: Case) -> None:
    """W7: later than every day we used and every row inside a period."""
    line, _, _, _, _, history = case
    grid = PeriodGrid(line.contract.starts, line.length)
    for change in changes_of(planned(case)):
        assert all(intent.day < change.day for intent in history.intents)
        inside = [row.starts for row in change.picture.rows if not grid.is_first_day(row.starts)]
        assert all(start < change.day for start in inside)


@given(CASES)
def test_a_fence_stands_only_inside_a_period(case: Case) -> None:
    line = case[0]
    grid = PeriodGrid(line.contract.starts, line.length)
    for change in changes_of(planned(case)):
        assert change.is_fenced == (not grid.is_first_day(change.day))


@given(CASES)
def test_a_first_report_is_never_prorated_unless_the_period_is_cut(case: Case) -> None:
    """R14."""
    line, today, _, decided, _, _ = case
    for change in changes_of(planned(case)):
        if change.is_first_report and decided.policy is not DatingPolicy.NEXT_PERIOD:
            assert change.day == PeriodGrid(line.contract.starts, line.length).holding(today).start


@given(CASES)
def test_a_line_is_right_or_says_why_not(case: Case) -> None:
    """Promise 7: a step, a wish, a finding, or right."""
    plan = planned(case)

    said = len(plan.steps) + len(plan.wishes) + len(plan.findings)
    assert (plan.completeness.lines_right == 1) or said > 0


@given(CASES)
def test_a_wish_has_its_day_ahead_and_inside_the_contract(case: Case) -> None:
    line, today, _, _, _, _ = case
    for wish in planned(case).wishes:
        assert wish.due > today
        assert wish.now != wish.wanted
        assert wish.due <= line.contract.ends or case[3].policy is not DatingPolicy.AS_IT_CHANGES


@given(CASES, st.integers(0, 30), st.booleans())
def test_tighter_bounds_never_let_more_through(case: Case, limit: int, is_first: bool) -> None:
    plan, decided = planned(case), case[3]
    share = Decimal(limit) / 100
    tight = Bounds(share, share, limit)
    wide = Bounds(share * 2, share * 2, limit + 5)

    held = {
        bounds: {
            hold.step
            for hold in guard(
                plan, replace(decided, bounds=bounds), is_first_sync=is_first, known_lines=frozenset()
            ).holds
        }
        for bounds in (tight, wide)
    }

    assert held[wide] <= held[tight]


@given(CASES, st.booleans())
def test_guarding_twice_adds_nothing(case: Case, is_first: bool) -> None:
    once = guard(planned(case), case[3], is_first_sync=is_first, known_lines=frozenset())

    assert guard(once, case[3], is_first_sync=is_first, known_lines=frozenset()) == once
    assert once.steps == planned(case).steps


@given(CASES, st.sampled_from(CloseFigure))
def test_the_figure_of_a_row_goes_before_that_of_the_pairing(case: Case, figure: CloseFigure) -> None:
    """R7: a row's highest day is what the pairing's would have been."""
    line, today, units, decided, figures, history = case
    metered = (a_mapping_row(meter=MeterExpression(figure=figure)),)
    plain = (a_mapping_row(),)
    chosen = replace(decided, close_figure=figure)

    by_row = plan_of(
        line, units, today=today, decided=decided, rows=metered, figures=figures, history=history
    )
    by_pairing = plan_of(
        line, units, today=today, decided=chosen, rows=plain, figures=figures, history=history
    )

    assert changes_of(by_row) == changes_of(by_pairing)
    assert by_row.wishes == by_pairing.wishes
