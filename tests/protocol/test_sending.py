"""How changes leave: committed first, one call each, alone where alone is safer (protocol.md 2.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.lease import Lease, LeaseLost
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.picture import RowReading
from tests.protocol.bridge import CYCLE, FIRST, LAMBDA, MU, Bridge, a_bridge
from tests.protocol.vendor import Fate

D1, APRIL = date(2026, 3, 10), date(2026, 4, 1)
LAST_DAY = datetime(2026, 3, 31, 9, tzinfo=UTC)


def posted_lines(bridge: Bridge) -> list[int]:
    return [bridge.psa.numbers.index(line.number) for line, _, _ in bridge.psa.posts]


def test_the_intent_is_committed_before_its_request_leaves() -> None:
    """2.2.1."""
    bridge = a_bridge()
    seen: list[Intent] = []
    bridge.psa.before_post = lambda: seen.extend(bridge.intents)

    bridge.cycle()

    assert [(i.state, i.day, i.change, i.before, i.wanted) for i in seen] == [
        (IntentState.ARMED, D1, 5, 10, 15)
    ]
    assert seen[0].picture.rows
    assert bridge.journal.file == bridge.journal.proof()


def test_a_process_without_the_lease_sends_nothing() -> None:
    """W1: the fence is proved in the commit of the intent."""
    bridge = a_bridge()
    side = bridge.psa.read(bridge.settings, bridge.today)
    channel = replace(bridge.channel(side), lease=Lease(1, 99))

    with pytest.raises(LeaseLost):
        bridge.send(channel)

    assert bridge.psa.posts == []
    assert bridge.intents == ()


def test_the_marker_stands_at_the_vendor_before_the_first_request() -> None:
    """2.6.3: with a number that no older copy of the database has."""
    bridge = a_bridge(lines=2)
    bridge.targets = {0: 15, 1: 15}
    seen: list[str | None] = []
    bridge.psa.before_post = lambda: seen.append(bridge.psa.marker)

    bridge.cycle()

    bridge.clock.wait(timedelta(days=1))
    bridge.targets = {0: 16, 1: 16}
    bridge.psa.before_post = lambda: seen.append(bridge.psa.marker)
    bridge.run(LAMBDA)

    assert seen == ["psabridge home e1 n1", "psabridge home e1 n3"]
    assert bridge.psa.marker_writes == 3  # one a cycle, and one before the first intent ever


def test_without_a_marker_nothing_is_sent() -> None:
    bridge = a_bridge(marker_fails=True)

    bridge.run(LAMBDA)
    assert bridge.psa.posts == []
    assert bridge.intents == ()
    assert any("our marker could not be written" in text for text in bridge.said)
    bridge.psa.marker_fails = False
    bridge.run(LAMBDA)

    assert bridge.is_right


def test_a_doubt_stops_all_posts_until_a_read_succeeds() -> None:
    """2.2.4."""
    bridge = a_bridge(Fate.APPLIED_LOST, lines=3)
    bridge.targets = {0: 15, 1: 15, 2: 15}
    bridge.psa.before_post = lambda: setattr(bridge.psa, "reads_fail", True)

    bridge.cycle()
    assert posted_lines(bridge) == [0]
    bridge.psa.reads_fail = False
    bridge.run(MU)

    assert sorted(posted_lines(bridge)) == [0, 1, 2]
    assert [bridge.psa.shown(D1, line) for line in (0, 1, 2)] == [15, 15, 15]


def test_an_outage_leaves_at_most_two_lines_in_doubt() -> None:
    bridge = a_bridge(*[Fate.LOST] * 9, lines=9)
    bridge.targets = dict.fromkeys(range(9), 15)

    bridge.cycle()

    assert len(bridge.psa.posts) == 2
    assert [one.state for one in bridge.outcomes] == [StepState.UNKNOWN] * 2 + [StepState.WAITING] * 7


@pytest.mark.parametrize("fate", [Fate.BUSY, Fate.NOT_SENT])
def test_a_busy_or_silent_vendor_is_left_alone_until_the_next_cycle(fate: Fate) -> None:
    bridge = a_bridge(fate, lines=3)
    bridge.targets = {0: 15, 1: 15, 2: 15}

    bridge.cycle()
    assert len(bridge.journal.all()) == 1
    bridge.run(3 * CYCLE)

    assert [len(bridge.psa.landed(line)) for line in (0, 1, 2)] == [1, 1, 1]
    assert not bridge.is_listed


def test_one_refused_line_does_not_hold_up_the_others() -> None:
    bridge = a_bridge(Fate.NO_RIGHTS, lines=2)
    bridge.targets = {0: 15, 1: 15}

    bridge.cycle()

    assert [one.state for one in bridge.outcomes] == [StepState.REJECTED, StepState.APPLIED]
    assert bridge.psa.shown(D1, 1) == 15


def test_the_first_change_inside_a_period_goes_alone_until_it_is_seen() -> None:
    """2.2.5, the canary."""
    bridge = a_bridge(lines=3, canary=False)
    bridge.targets = {0: 15, 1: 15, 2: 15}
    bridge.psa.lag = timedelta(minutes=7)

    bridge.cycle()
    assert posted_lines(bridge) == [0]
    bridge.run(2 * CYCLE)

    assert sorted(posted_lines(bridge)) == [0, 1, 2]


def test_the_others_follow_at_once_when_the_canary_is_seen_at_once() -> None:
    bridge = a_bridge(lines=3, canary=False, doubts={"rows": "overlays"})
    bridge.targets = {0: 15, 1: 15, 2: 15}

    bridge.run(CYCLE)

    assert [bridge.psa.shown(D1, line) for line in (0, 1, 2)] == [15, 15, 15]
    assert bridge.intents[0].told is RowReading.OVERLAYS


def test_on_the_last_day_of_a_period_the_first_change_says_that_it_waits_for_tomorrow() -> None:
    """D1, D9; found by the machine of the proof: it named another change to wait for, and there was none."""
    bridge = a_bridge(lines=2, canary=False, at=LAST_DAY)
    bridge.targets = {0: 15, 1: 15}

    bridge.run(3 * CYCLE)

    assert posted_lines(bridge) == []
    assert {(one.state, one.code) for one in bridge.outcomes} == {(StepState.WAITING, "D1")}
    assert all("it goes out tomorrow" in one.text for one in bridge.outcomes)
    bridge.run(timedelta(hours=20))
    assert posted_lines(bridge) == [0, 1]


def test_a_canary_in_doubt_keeps_the_others_waiting() -> None:
    bridge = a_bridge(Fate.LOST, lines=2, canary=False)
    bridge.targets = {0: 15, 1: 15}

    bridge.run(MU)
    assert posted_lines(bridge) == [0]
    bridge.run(3 * CYCLE)

    assert [bridge.psa.shown(D1, line) for line in (0, 1)] == [15, 15]


def test_first_days_need_no_canary() -> None:
    bridge = a_bridge(at=FIRST, lines=3, canary=False)
    bridge.targets = {0: 15, 1: 15, 2: 15}

    bridge.cycle()

    assert [bridge.psa.shown(APRIL, line) for line in (0, 1, 2)] == [15, 15, 15]


def test_a_second_change_of_a_day_waits_for_the_next() -> None:
    """W7, R18."""
    bridge = a_bridge()
    bridge.run(CYCLE)
    bridge.to(18)

    bridge.run(timedelta(hours=1))
    assert bridge.psa.shown(D1) == 15
    assert any("waits until 2026-03-11" in text for text in bridge.said)
    bridge.run(timedelta(days=1))

    assert [landed.unit_change for landed in bridge.psa.landed()] == [5, 3]


def test_the_read_bound_grows_with_the_lag_that_was_seen() -> None:
    """2.1: λ is four times the largest lag seen."""
    bridge = a_bridge()
    bridge.psa.lag = timedelta(minutes=8)
    bridge.run(3 * CYCLE)

    side = bridge.psa.read(bridge.settings, bridge.today)

    assert bridge.channel(side).waits.read_bound == timedelta(minutes=40)
