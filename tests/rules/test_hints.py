"""Hints: how old one may be, and when one ends a wait (issue 5 item 7)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.hints import LEAST_BETWEEN, REMEMBERED, Hint, HintOf, brings_forward, is_fresh
from tests.builders import NOW

HOUR = timedelta(hours=1)


def told(ago: timedelta) -> Hint:
    return Hint(HintOf.TICKET, 7, NOW - ago, "guid 1")


@pytest.mark.parametrize(("ago", "fresh"), [(0, True), (24, True), (25, False), (-24, True), (-25, False)])
def test_a_hint_of_another_day_is_not_taken_on_either_side_of_a_wrong_clock(ago: int, fresh: bool) -> None:
    assert is_fresh(told(ago * HOUR), NOW) is fresh


@given(happened=st.timedeltas(-5 * HOUR, 60 * HOUR), heard=st.timedeltas(-30 * HOUR, 30 * HOUR))
def test_what_may_be_forgotten_is_never_fresh_again(happened: timedelta, heard: timedelta) -> None:
    """Replay: it was fresh when it was heard, so once it is forgotten it is too old."""
    hint = told(happened)
    heard_at = hint.happened_at + heard
    if is_fresh(hint, heard_at) and NOW - heard_at > REMEMBERED:
        assert not is_fresh(hint, NOW)


@pytest.mark.parametrize("of", HintOf)
def test_a_storm_of_hints_is_one_cycle_in_so_long(of: HintOf) -> None:
    least = LEAST_BETWEEN[of]
    assert not brings_forward(of, [7, 8, 9], least - timedelta(seconds=1))
    assert brings_forward(of, [7], least)
    assert not brings_forward(of, [], 99 * least)
