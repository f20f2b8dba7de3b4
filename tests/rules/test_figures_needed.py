"""Which figures of days are read for a plan: no more than a verdict may ask for, and none less (W13)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.periods import PeriodGrid, PeriodType
from psabridge.rules.plans.closing import closing_of, with_rest
from psabridge.rules.plans.looking import figures_needed
from psabridge.rules.settings import DatingPolicy
from psabridge.rules.wanted.desired import DayFigure, Desired
from tests.builders import TODAY, settings
from tests.rules.planning_cast import Line, wanted, wanted_units

CLOSES = (DatingPolicy.PERIOD_CLOSE, DatingPolicy.NEXT_PERIOD)
AS_IT_CHANGES = settings(policy=DatingPolicy.AS_IT_CHANGES)
TEN = [(date(2026, 1, 1), 10)]


def test_a_line_that_stands_right_needs_none() -> None:
    """Most lines of most cycles; a year of their days was read each time."""
    line = Line(TEN)

    assert figures_needed(AS_IT_CHANGES, line.snapshot(), wanted(10, line)) == {}


def test_a_line_that_changes_needs_the_period_before_the_running_one() -> None:
    """R16: what was wanted when it ended; R28: what was wanted since."""
    line = Line(TEN)

    assert figures_needed(AS_IT_CHANGES, line.snapshot(), wanted(7, line)) == {line.id: date(2026, 1, 10)}


def test_a_line_that_nobody_measures_needs_none() -> None:
    """R33."""
    line = Line(TEN)
    left = replace(wanted_units(0, line), zero_after=TODAY)

    assert figures_needed(AS_IT_CHANGES, line.snapshot(), Desired(units=(left,))) == {}


@pytest.mark.parametrize("policy", CLOSES)
@given(
    starts=st.dates(date(2023, 1, 1), date(2025, 12, 31)),
    length=st.sampled_from(PeriodType),
    day=st.integers(0, 400),
    close_day=st.integers(1, 28),
)
def test_a_close_finds_all_of_its_days_and_the_rest_of_the_one_before(
    policy: DatingPolicy, starts: date, length: PeriodType, day: int, close_day: int
) -> None:
    """R30: also of a close that is late, from whatever day its periods step."""
    today = starts + timedelta(days=day)
    line = Line([(starts, 10)], length=length)
    line.contract = replace(line.contract, starts=starts, ends=date(2030, 1, 1), period_type=length)
    chosen = settings(policy=policy, close_day=close_day)
    grid = PeriodGrid(starts, length)
    late = closing_of(grid.before(grid.holding(today)), close_day)
    before = grid.before(late.period)
    rest = with_rest(late, before, close_day, [DayFigure(before.start, 10)])

    reach = figures_needed(chosen, line.snapshot(today), wanted(10, line))[line.id]

    assert reach <= min(late.since, rest.since, before.start)


@pytest.mark.parametrize("set_to", [None, PeriodType.MONTHLY])
def test_a_service_billed_by_longer_periods_than_its_contract_reaches_further(
    set_to: PeriodType | None,
) -> None:
    """R12: of the two that are set, the longer one; with none set it may be a year."""
    line = Line(TEN, length=PeriodType.QUARTERLY)
    line.contract = replace(line.contract, period_type=set_to)
    psa = line.snapshot()

    assert figures_needed(AS_IT_CHANGES, psa, wanted(7, line))[line.id] == date(2025, 9, 10)
    unset = replace(psa, services={key: replace(one, period_type=None) for key, one in psa.services.items()})
    without = figures_needed(AS_IT_CHANGES, unset, wanted(7, line))[line.id]
    assert without == (date(2024, 3, 10) if set_to is None else date(2026, 1, 10))
