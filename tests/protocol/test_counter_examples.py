"""C1 to C13 of protocol.md, each under the four meanings of uniqueness. The judge is the vendor's ledger."""

from datetime import UTC, date, datetime, timedelta

import pytest

from psabridge.rules.settings import DatingPolicy
from psabridge.rules.units.intent import IntentState
from tests.protocol.bridge import CYCLE, FIRST, LAMBDA, MU, UNIQUENESS, Bridge, a_bridge, copy_of
from tests.protocol.journal import MemoryJournal
from tests.protocol.vendor import Fate

every_uniqueness = pytest.mark.parametrize("uniqueness", UNIQUENESS)
DAY = timedelta(days=1)
D1, D2 = date(2026, 3, 10), date(2026, 3, 11)
APRIL = date(2026, 4, 1)
BEFORE_MIDNIGHT = datetime(2026, 3, 10, 23, 57, tzinfo=UTC)


def changes_landed(bridge: Bridge) -> list[int]:
    return [landed.unit_change for landed in bridge.psa.landed()]


@every_uniqueness
def test_c01_a_clone_of_the_database_stops_at_the_marker(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    clone = copy_of(bridge)
    clone.writes = False
    clone.run(LAMBDA)
    clone.writes = True
    bridge.psa.lag = timedelta(minutes=2)

    bridge.cycle()
    clone.cycle()
    bridge.clock.wait(DAY)
    clone.run(2 * LAMBDA)

    assert changes_landed(bridge) == [5]
    assert clone.intents == ()
    assert any("restored or copied" in text for text in clone.said)


@every_uniqueness
def test_c01_another_installation_stops_at_a_foreign_marker(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    other = copy_of(bridge)
    other.journal = MemoryJournal("other")
    bridge.cycle()

    other.run(MU + 2 * LAMBDA)
    other.to(20)
    other.run(DAY)

    assert changes_landed(bridge) == [5]
    assert any("another bridge writes here" in text for text in other.said)


@every_uniqueness
def test_c02_an_accepted_change_not_yet_shown_is_not_planned_again_after_midnight(uniqueness: str) -> None:
    bridge = a_bridge(at=BEFORE_MIDNIGHT, uniqueness=uniqueness)
    bridge.psa.lag = timedelta(minutes=8)

    bridge.run(timedelta(hours=1))

    assert changes_landed(bridge) == [5]
    assert bridge.last.state is IntentState.CONFIRMED
    assert bridge.is_right


def next_period(**more: object) -> dict[str, object]:
    return {"policy": DatingPolicy.NEXT_PERIOD, **more}


def a_bridge_that_reports_ahead(*fates: Fate, uniqueness: str) -> Bridge:
    """On 31 March it posts what is to hold from 1 April."""
    at = datetime(2026, 3, 31, 9, tzinfo=UTC)
    bridge = a_bridge(*fates, at=at, uniqueness=uniqueness, settings=next_period())
    bridge.figures = {date(2026, 3, day): 15 for day in range(1, 31)}
    return bridge


@every_uniqueness
def test_c03_a_change_ahead_is_settled_at_its_date_not_by_todays_level(uniqueness: str) -> None:
    bridge = a_bridge_that_reports_ahead(Fate.APPLIED_LOST, uniqueness=uniqueness)

    bridge.run(timedelta(hours=3))

    assert bridge.psa.posts == [(bridge.psa.line, APRIL, 5)]
    assert bridge.psa.shown(date(2026, 3, 31)) == 10
    assert bridge.psa.shown(APRIL) == 15
    assert bridge.last.state is IntentState.CONFIRMED


@every_uniqueness
def test_c04_nothing_is_called_done_over_a_colleagues_change_dated_ahead(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.run(LAMBDA)
    assert not bridge.is_listed
    assert bridge.psa.person(D2, 5)

    bridge.run(LAMBDA)

    assert changes_landed(bridge) == [5]
    assert any("a later change already stands" in text for text in bridge.said)
    bridge.clock.wait(DAY)
    bridge.run(2 * LAMBDA)
    assert changes_landed(bridge) == [5]
    assert bridge.is_listed


@every_uniqueness
@pytest.mark.parametrize("minutes", [12, 30, 55])
def test_c05_a_read_that_lags_for_long_does_not_send_again(uniqueness: str, minutes: int) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness)
    bridge.psa.lag = timedelta(minutes=minutes)

    bridge.run(timedelta(hours=4))

    assert changes_landed(bridge) == [5]
    assert bridge.is_right or bridge.is_listed


@every_uniqueness
@pytest.mark.parametrize("days_back", [0, 1, 9])
def test_c06_a_persons_edit_that_cancels_ours_is_not_taken_for_absence(
    uniqueness: str, days_back: int
) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness)
    bridge.cycle()
    bridge.psa.person(D1 - days_back * DAY, -5)

    bridge.run(timedelta(hours=4))

    assert changes_landed(bridge) == [5]
    assert bridge.is_right or bridge.is_listed


@every_uniqueness
def test_c06_a_cancelling_edit_on_a_first_day_is_left_to_a_person(uniqueness: str) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, at=FIRST, uniqueness=uniqueness)
    bridge.cycle()
    cancelled = bridge.psa.person(APRIL, -5)

    bridge.run(timedelta(hours=4))

    assert changes_landed(bridge) == [5]
    assert bool(bridge.parked) == cancelled


@every_uniqueness
@pytest.mark.parametrize("held_minutes", [5, 55, 600])
def test_c07_on_a_first_day_nothing_is_sent_twice(uniqueness: str, held_minutes: int) -> None:
    bridge = a_bridge(Fate.DELAYED, at=FIRST, uniqueness=uniqueness)
    bridge.psa.held_for = timedelta(minutes=held_minutes)

    bridge.run(timedelta(hours=12))

    assert len(bridge.psa.posts) == 1
    assert changes_landed(bridge) == [5]
    assert bridge.psa.shown(APRIL) == 15
    assert bool(bridge.parked) == (held_minutes > 60)


@every_uniqueness
def test_c07_a_first_day_change_that_never_arrived_is_parked_and_shown(uniqueness: str) -> None:
    bridge = a_bridge(Fate.LOST, at=FIRST, uniqueness=uniqueness)

    bridge.run(timedelta(hours=4))

    assert len(bridge.psa.posts) == 1
    assert "first day" in bridge.parked[0].why
    assert bridge.is_listed


@every_uniqueness
def test_c08_a_waiting_decrease_is_kept_here_until_its_own_day(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness, target=8)
    bridge.run(LAMBDA)
    assert bridge.psa.posts == []
    assert any("waits until 2026-04-01" in text for text in bridge.said)

    bridge.to(12)
    bridge.run(LAMBDA)

    assert changes_landed(bridge) == [2]
    assert bridge.psa.shown(APRIL) == 12


@every_uniqueness
def test_c09_a_restore_that_nobody_noticed_waits_until_late_requests_are_dead(uniqueness: str) -> None:
    """The copy is as old as the marker, and the file outside is lost: nothing proves it current."""
    bridge = a_bridge(Fate.ANSWERED, Fate.DELAYED, uniqueness=uniqueness, lines=2)
    bridge.targets = {0: 15, 1: 15}
    bridge.psa.held_for = timedelta(minutes=50)
    backups: list[MemoryJournal] = []
    bridge.psa.before_post = lambda: backups.append(bridge.journal.copy())
    bridge.cycle()
    bridge.journal, bridge.journal.file = backups[0], None
    bridge.restart()

    bridge.run(timedelta(hours=5))

    for line in (0, 1):
        assert [landed.unit_change for landed in bridge.psa.landed(line)] == [5]


@every_uniqueness
def test_c09_a_restored_database_is_noticed_and_a_person_approves(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    backup = bridge.journal.copy()
    bridge.cycle()
    bridge.journal.put_back(backup)
    bridge.restart()
    bridge.psa.lag = timedelta(minutes=30)

    bridge.run(MU)
    assert any("restored or copied" in text for text in bridge.said)
    assert bridge.take_back() is not None
    bridge.clock.wait(LAMBDA)
    assert bridge.take_back() is None
    bridge.run(timedelta(hours=2))

    assert changes_landed(bridge) == [5]
    assert not bridge.is_listed


@every_uniqueness
def test_c10_a_stale_read_after_a_confirmation_does_not_post_again(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    stale = bridge.clock.now() - CYCLE
    bridge.run(LAMBDA)
    bridge.clock.wait(DAY)
    bridge.psa.shown_as_of = stale

    bridge.cycle()
    assert changes_landed(bridge) == [5]
    bridge.run(timedelta(hours=2))

    assert changes_landed(bridge) == [5]
    assert [intent.state for intent in bridge.intents] == [IntentState.PARKED]
    assert "a confirmed change is gone" in bridge.last.why


@every_uniqueness
def test_c10_one_stale_read_between_fresh_ones_leaves_no_trace(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    stale = bridge.clock.now() - CYCLE
    bridge.run(LAMBDA)
    bridge.psa.shown_as_of = stale
    bridge.cycle()
    bridge.psa.shown_as_of = None

    bridge.run(LAMBDA)

    assert changes_landed(bridge) == [5]
    assert not bridge.is_listed


@every_uniqueness
def test_c11_a_late_request_and_an_edit_of_another_date(uniqueness: str) -> None:
    bridge = a_bridge(Fate.DELAYED, uniqueness=uniqueness)
    bridge.psa.held_for = timedelta(minutes=58)
    bridge.run(timedelta(minutes=30))
    bridge.psa.person(D2, 2)

    bridge.run(timedelta(hours=4))

    assert changes_landed(bridge) == [5]


@every_uniqueness
def test_c11_without_automatic_retry_even_endless_delays_are_safe(uniqueness: str) -> None:
    bridge = a_bridge(Fate.DELAYED, uniqueness=uniqueness, settings={"retry_on": False})
    bridge.run(timedelta(hours=4))
    assert bridge.parked
    bridge.psa.person(D2, 2)

    bridge.psa.let_go()
    bridge.run(timedelta(hours=4))

    assert changes_landed(bridge) == [5]
    assert bridge.is_listed


@every_uniqueness
@pytest.mark.parametrize("held_minutes", [20, 59])
def test_c12_a_late_request_is_not_planned_anew_with_another_date(uniqueness: str, held_minutes: int) -> None:
    bridge = a_bridge(Fate.DELAYED, at=BEFORE_MIDNIGHT, uniqueness=uniqueness)
    bridge.psa.held_for = timedelta(minutes=held_minutes)

    bridge.run(timedelta(hours=5))

    assert changes_landed(bridge) == [5]
    assert len(bridge.psa.posts) == 1
    assert bridge.is_right


@pytest.mark.parametrize("uniqueness", ["start", "row", "inner"])
def test_c12_a_request_delayed_for_days_meets_its_own_date_taken(uniqueness: str) -> None:
    bridge = a_bridge(Fate.DELAYED, at=BEFORE_MIDNIGHT, uniqueness=uniqueness)

    bridge.run(timedelta(hours=5))
    assert changes_landed(bridge) == [5]
    bridge.clock.wait(3 * DAY)
    bridge.psa.let_go()
    bridge.run(timedelta(hours=1))

    assert changes_landed(bridge) == [5]
    assert bridge.is_right
    assert {day for _, day, _ in bridge.psa.posts} == {D1}


@every_uniqueness
@pytest.mark.parametrize("held_minutes", [5, 40])
def test_c13_the_line_stays_closed_until_no_request_of_ours_can_arrive(
    uniqueness: str, held_minutes: int
) -> None:
    bridge = a_bridge(Fate.DELAYED, at=BEFORE_MIDNIGHT, uniqueness=uniqueness)
    bridge.psa.held_for = timedelta(minutes=held_minutes)
    bridge.run(timedelta(minutes=held_minutes))
    bridge.to(18)

    bridge.run_until(BEFORE_MIDNIGHT + MU - CYCLE)
    assert bridge.last.state is IntentState.LANDED
    assert len(bridge.psa.posts) == 1
    bridge.run(timedelta(hours=2))

    assert changes_landed(bridge) == [5, 3]
    assert bridge.is_right


@every_uniqueness
def test_c12_mirrored_a_decrease_is_not_taken_twice(uniqueness: str) -> None:
    bridge = a_bridge(Fate.DELAYED, uniqueness=uniqueness, target=5, settings={"decreases_wait": False})
    bridge.psa.held_for = timedelta(minutes=50)

    bridge.run(DAY)

    assert changes_landed(bridge) == [-5]
    assert bridge.psa.shown(D2) == 5
