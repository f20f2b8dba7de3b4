"""The ordinary life of a change of units: sent, seen, done; refused, busy, lost (protocol.md 2.2, 2.3)."""

from datetime import date, timedelta

import pytest

from psabridge.rules.units.intent import IntentState
from tests.protocol.bridge import CYCLE, MU, UNIQUENESS, a_bridge
from tests.protocol.vendor import Fate

TODAY = date(2026, 3, 10)


def test_a_change_inside_a_period_is_sent_once_and_confirmed_when_it_is_seen() -> None:
    bridge = a_bridge()

    bridge.run(timedelta(hours=2))

    assert [(a.effective_date, a.unit_change) for a in bridge.psa.landed()] == [(TODAY, 5)]
    assert bridge.psa.shown(TODAY) == 15
    assert bridge.last.state is IntentState.CONFIRMED
    assert not bridge.is_listed


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
def test_a_lost_answer_that_landed_is_settled_from_the_step_and_never_sent_again(uniqueness: str) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness)

    bridge.run(timedelta(hours=4))

    assert len(bridge.psa.posts) == 1
    assert bridge.last.state is IntentState.CONFIRMED
    assert bridge.is_right


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
def test_after_a_plain_lost_answer_the_line_is_right_within_mu_and_two_cycles(uniqueness: str) -> None:
    """Liveness, without a person: the same line, date and amount, once more."""
    bridge = a_bridge(Fate.LOST, uniqueness=uniqueness)

    bridge.run(MU + 2 * CYCLE)

    assert bridge.is_right
    assert len(bridge.psa.posts) == 2
    assert bridge.psa.posts[0] == bridge.psa.posts[1]
    assert len(bridge.psa.landed()) == 1
    assert not bridge.parked
