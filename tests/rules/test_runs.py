"""Three failed runs in a row name the side and since when (TIM-08, ERR-20)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.kit.errors import Side
from psabridge.rules.runs import ALERT_AFTER, Run, Trouble, alert, following
from tests.builders import NOW

EVERY = timedelta(minutes=5)


def _run(number: int, *, side: Side | None = Side.PSA, is_away: bool | None = True) -> Run:
    """The n-th run; `is_away` None: it came to its end."""
    began = NOW + number * EVERY
    trouble = None if is_away is None else Trouble("it", "is not there", "Look", side=side, is_away=is_away)
    return Run(began, began, trouble=trouble)


def _after(*runs: Run) -> Run:
    last: Run | None = None
    for run in runs:
        last = following(last, run)
    assert last is not None
    return last


def test_the_third_failure_in_a_row_is_an_alert_and_the_second_is_none() -> None:
    """TIM-08."""
    assert alert(_after(_run(0), _run(1))) is None

    told = alert(_after(_run(0), _run(1), _run(2)))

    assert told is not None
    assert (told.code, told.subject) == ("ERR-20", "Autotask")
    assert f"{NOW:%Y-%m-%d %H:%M}" in told.problem
    assert told.next_act == "Look"


@pytest.mark.parametrize("between", [_run(2, is_away=None), _run(2, is_away=False)])
def test_a_run_that_failed_for_no_want_of_a_side_begins_the_count_anew(between: Run) -> None:
    """ERR-20: only what is away is told as away."""
    assert alert(_after(_run(0), _run(1), between, _run(3), _run(4))) is None


def test_the_last_good_end_stays_known_while_runs_fail() -> None:
    """ERR-25."""
    good = _run(0, is_away=None)

    assert _after(good, _run(1), _run(2), _run(3)).last_done_at == good.ended_at


@pytest.mark.parametrize(("side", "name"), [(Side.PSA, "Autotask"), (Side.PLATFORM, "Acronis")])
def test_the_side_is_named(side: Side, name: str) -> None:
    """ERR-20: which side."""
    told = alert(_after(*(_run(number, side=side) for number in range(3))))

    assert told is not None
    assert told.subject == name


def test_where_both_sides_failed_in_turn_both_are_named_and_a_good_run_forgets_them() -> None:
    """ERR-20: three runs that Autotask refused and one that Acronis did were told as four of Acronis."""
    turns = [_run(0), _run(1), _run(2, side=Side.PLATFORM)]

    told = alert(_after(*turns))
    later = alert(_after(*turns, _run(3, is_away=None), *(_run(n, side=Side.PSA) for n in (4, 5, 6))))

    assert told is not None
    assert told.subject == "Autotask and Acronis"
    assert later is not None
    assert later.subject == "Autotask"


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=20))
def test_an_alert_stands_exactly_while_the_newest_runs_are_away(ends: list[bool | None]) -> None:
    """TIM-08: however runs went before."""
    runs = [_run(number, is_away=end) for number, end in enumerate(ends)]
    away = 0
    while away < len(ends) and ends[-1 - away] is True:
        away += 1

    last = _after(*runs)

    assert (alert(last) is not None) == (away >= ALERT_AFTER)
    assert last.away_since == (runs[-away].began_at if away else None)
