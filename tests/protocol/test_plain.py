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


@pytest.mark.parametrize("fate", [Fate.LOST, Fate.BUSY])
def test_a_change_of_a_line_that_is_not_measured_any_more_ends_and_is_planned_anew_when_it_is(
    fate: Fate,
) -> None:
    """I3, found by lives of the simulation: it stayed open for ever, and no person was told."""
    bridge = a_bridge(fate)
    bridge.cycle()
    bridge.targets.clear()

    bridge.run(2 * MU + 2 * CYCLE)

    assert bridge.last.state in {IntentState.CLOSED, IntentState.NOT_SENT}
    bridge.targets[0] = 15
    bridge.run(timedelta(hours=24))
    assert bridge.is_right
    assert len(bridge.psa.landed()) == 1


def test_a_change_that_is_wanted_again_within_the_hour_keeps_its_day() -> None:
    """A reading that is missing for a while gives nothing up (I6)."""
    bridge = a_bridge(Fate.LOST)
    bridge.run(MU)
    bridge.targets.clear()
    bridge.run(3 * CYCLE)
    bridge.targets[0] = 15

    bridge.run(3 * CYCLE)

    assert [(a.effective_date, a.unit_change) for a in bridge.psa.landed()] == [(TODAY, 5)]
