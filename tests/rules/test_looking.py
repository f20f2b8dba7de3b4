"""Which lines are read whole, over which days, and which of them together."""

from datetime import date

import pytest

from psabridge.rules.plans.looking import lines_to_look_at, look_windows
from psabridge.rules.settings import DatingPolicy
from psabridge.rules.wanted.desired import Desired
from tests.builders import TODAY, a_payg_contract, line_id, settings
from tests.rules.planning_cast import JANUARY, TEN, Line, snapshot_of, wanted, wanted_units


def looked_at(line: Line, units: int, policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES) -> bool:
    chosen = settings(policy=policy)
    return bool(lines_to_look_at(chosen, line.snapshot(), wanted(units, line), frozenset()))


def test_a_line_that_is_right_today_and_tomorrow_is_not_read_whole() -> None:
    assert not looked_at(Line(TEN), 10)


@pytest.mark.parametrize(
    ("line", "units"),
    [
        (Line(TEN), 12),
        (Line(TEN), 8),
        (Line([*TEN, (date(2026, 3, 11), 5)]), 10),
        (Line([*TEN, (date(2026, 3, 11), 5)]), 15),
        (Line(), 0 + 1),
    ],
)
def test_a_line_that_differs_today_or_tomorrow_is_read_whole(line: Line, units: int) -> None:
    assert looked_at(line, units)


@pytest.mark.parametrize("policy", [DatingPolicy.PERIOD_CLOSE, DatingPolicy.NEXT_PERIOD])
def test_lines_dated_by_periods_are_always_read_whole(policy: DatingPolicy) -> None:
    assert looked_at(Line(TEN), 10, policy)


def test_a_line_on_its_contracts_last_day_is_not_missed_tomorrow() -> None:
    assert not looked_at(Line(TEN, contract=a_payg_contract(ends=TODAY)), 10)


def test_open_lines_are_read_whole_though_right() -> None:
    line = Line(TEN)

    assert lines_to_look_at(settings(), line.snapshot(), wanted(10, line), frozenset({line.id})) == (line.id,)


def window_of(line: Line, units: int, policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES) -> tuple[date, date]:
    chosen = settings(policy=policy)
    (window,) = look_windows(chosen, line.snapshot(), wanted(units, line), [line.id])
    return window.covers_from, window.covers_to


def test_a_picture_reaches_one_period_back_and_two_ahead() -> None:
    """Protocol 2.1."""
    assert window_of(Line(TEN), 12) == (date(2026, 2, 1), date(2026, 5, 31))


def test_a_close_looks_one_period_further_back() -> None:
    line = Line(TEN, contract=a_payg_contract(starts=date(2025, 1, 1)))

    assert window_of(line, 12, DatingPolicy.PERIOD_CLOSE) == (JANUARY, date(2026, 5, 31))


def test_a_line_at_zero_is_read_from_its_beginning() -> None:
    """R14: all rows, past and present, tell a first report."""
    line = Line(contract=a_payg_contract(starts=date(2024, 1, 1)))

    assert window_of(line, 5)[0] == date(2024, 1, 1)


def test_a_picture_ends_with_the_contract() -> None:
    assert window_of(Line(TEN, contract=a_payg_contract(ends=date(2026, 4, 10))), 12)[1] == date(2026, 4, 10)


def test_lines_of_one_window_are_read_together() -> None:
    lines = [Line(TEN, number=n) for n in (100, 101)]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    (window,) = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])

    assert window.lines == (line_id(100), line_id(101))


def windows_of(*starts: date) -> list[tuple[int, date, date]]:
    """How many lines are read together, and over which days, where contracts began on these days."""
    contracts = [a_payg_contract(n, starts=start) for n, start in enumerate(starts, start=10)]
    lines = [Line(TEN, contract=one, number=100 + one.id) for one in contracts]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))
    found = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])
    return [(len(one.lines), one.covers_from, one.covers_to) for one in found]


def test_lines_whose_contracts_began_on_different_days_of_the_month_are_read_together() -> None:
    """One call instead of one for each day (protocol 2.5): a row more per line at most."""
    found = windows_of(date(2025, 6, 1), date(2025, 9, 15), date(2025, 11, 17))

    assert found == [(3, date(2026, 1, 15), date(2026, 5, 31))]


def test_a_line_that_is_read_from_long_ago_is_read_alone() -> None:
    """Rows of years of one line are no reason to read years of the others (W10: one page)."""
    old = Line(contract=a_payg_contract(10, starts=date(2024, 1, 1)))
    lines = [old, Line(TEN, contract=a_payg_contract(11), number=101)]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    found = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])

    assert [(one.lines, one.covers_from) for one in found] == [
        ((old.id,), date(2024, 1, 1)),
        ((line_id(101),), date(2026, 2, 1)),
    ]
