"""Every start is a possible restore (protocol.md 2.6)."""

from datetime import date, timedelta

import pytest

from psabridge.rules.lease import ProofOfCurrent
from psabridge.rules.units.intent import IntentState
from psabridge.rules.units.proof import Standing, prove_current
from tests.protocol.bridge import CYCLE, LAMBDA, MU, UNIQUENESS, a_bridge
from tests.protocol.vendor import Fate
from tests.rules.unit_rows import NOW, WAITS

D1 = date(2026, 3, 10)
HOME = ProofOfCurrent("home", 1, 7)


def standing(
    proof: ProofOfCurrent = HOME, in_file: ProofOfCurrent | None = HOME, marker: str | None = str(HOME)
) -> Standing:
    return prove_current(proof=proof, in_file=in_file, marker=marker, started_at=NOW, waits=WAITS).standing


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
def test_after_any_start_two_equal_reads_come_before_the_first_post(uniqueness: str) -> None:
    """2.6.1, W3."""
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.run(CYCLE)
    bridge.clock.wait(timedelta(days=1))
    bridge.to(18)
    bridge.restart()

    bridge.run(CYCLE)
    assert len(bridge.psa.posts) == 1
    assert any("W3" in text for text in bridge.said)
    bridge.run(CYCLE)

    assert len(bridge.psa.posts) == 2
    assert bridge.is_right


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
def test_a_line_that_changed_between_the_two_reads_is_read_again(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.restart()
    bridge.run(CYCLE)
    bridge.psa.person(date(2026, 3, 9), 1)

    bridge.run(CYCLE)
    assert bridge.psa.posts == []
    bridge.run(2 * CYCLE)

    assert [change for _, _, change in bridge.psa.posts] == [4]


def test_without_proof_the_first_post_waits_until_requests_are_dead() -> None:
    """2.6.1: μ and then λ, not λ alone."""
    bridge = a_bridge()
    bridge.run(CYCLE)
    bridge.clock.wait(timedelta(days=1))
    bridge.to(18)
    bridge.journal.file = None
    bridge.restart()

    bridge.run(MU + LAMBDA - CYCLE)
    assert len(bridge.psa.posts) == 1
    bridge.run(2 * CYCLE)

    assert bridge.is_right


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
@pytest.mark.parametrize("is_noticed", [True, False])
def test_a_request_of_the_lost_time_that_arrives_at_the_last_moment_is_seen_before_the_first_post(
    uniqueness: str, *, is_noticed: bool
) -> None:
    """2.6.1, found by tests/model: dead after μ is not yet shown; μ and then λ must be over."""
    bridge = a_bridge(Fate.DELAYED, uniqueness=uniqueness)
    bridge.psa.held_for, bridge.psa.lag = MU - timedelta(minutes=1), LAMBDA - timedelta(minutes=1)
    backup = bridge.journal.copy()
    bridge.cycle()
    bridge.journal.put_back(backup)
    if not is_noticed:  # copied after the cycle's marker was written, for another line's change
        bridge.journal._proof = ProofOfCurrent("home", 1, 1)
        bridge.journal.file = None
    bridge.restart()

    for _ in range(40):
        bridge.cycle()
        bridge.take_back()
        bridge.clock.wait(CYCLE)

    assert [landed.unit_change for landed in bridge.psa.landed()] == [5]
    assert bridge.is_right


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
@pytest.mark.parametrize("fate", [Fate.APPLIED_LOST, Fate.LOST, Fate.DELAYED])
def test_a_crash_between_commit_and_answer_is_settled_like_a_lost_answer(uniqueness: str, fate: Fate) -> None:
    """2.6.5: in doubt, μ counted from the start."""
    bridge = a_bridge(fate, uniqueness=uniqueness)
    bridge.psa.held_for = timedelta(minutes=50)
    bridge.cycle()
    bridge.journal.save(bridge.journal.armed_as(bridge.last), bridge.lease)
    bridge.clock.wait(timedelta(minutes=40))
    bridge.restart()

    bridge.run(MU - CYCLE)
    assert bridge.last.state in {IntentState.IN_DOUBT, IntentState.LANDED}
    bridge.run(2 * CYCLE + LAMBDA)

    assert len(bridge.psa.landed()) == 1
    assert bridge.is_right
    assert bridge.last.state is IntentState.CONFIRMED


def test_where_database_file_and_marker_agree_the_database_is_current() -> None:
    assert standing() is Standing.CURRENT
    assert standing(ProofOfCurrent("home", 1, 8)) is Standing.CURRENT  # a crash before the file was written
    assert standing(marker="psabridge home e1 n5") is Standing.CURRENT  # at its first post


@pytest.mark.parametrize(
    ("proof", "in_file", "marker"),
    [
        (HOME, ProofOfCurrent("home", 1, 9), str(HOME)),
        (HOME, HOME, "psabridge home e1 n8"),
        (HOME, HOME, "psabridge home e2 n7"),
        (ProofOfCurrent("home", 2, 7), HOME, str(HOME)),
        (HOME, ProofOfCurrent("other", 1, 7), str(HOME)),
        (HOME, HOME, None),
        (HOME, HOME, "Set to Yes for usage billing"),
    ],
)
def test_any_disagreement_is_a_recovery(
    proof: ProofOfCurrent, in_file: ProofOfCurrent, marker: str | None
) -> None:
    """2.6.2: observe only, until a person approves."""
    assert standing(proof, in_file, marker) is Standing.RECOVERING


def test_another_installations_marker_is_another_bridge() -> None:
    assert standing(marker="psabridge elsewhere e1 n1") is Standing.FOREIGN


def test_where_nobody_wrote_before_the_read_bound_is_enough() -> None:
    new = ProofOfCurrent("home", 1, 0)
    currency = prove_current(proof=new, in_file=None, marker=None, started_at=NOW, waits=WAITS)

    assert currency.standing is Standing.FIRST_EVER
    assert currency.writes_from == NOW + LAMBDA


@pytest.mark.parametrize("in_file", [None, ProofOfCurrent("home", 1, 3)])
def test_a_missing_or_old_file_proves_nothing(in_file: ProofOfCurrent | None) -> None:
    currency = prove_current(proof=HOME, in_file=in_file, marker=str(HOME), started_at=NOW, waits=WAITS)

    assert currency.standing is Standing.UNPROVED
    assert currency.writes_from == NOW + MU + LAMBDA


@pytest.mark.parametrize("uniqueness", UNIQUENESS)
def test_restore_drill(uniqueness: str) -> None:
    """Test idea 2: a copy of every commit is put back later; the ledger ends the same."""
    plain = a_bridge(uniqueness=uniqueness)
    copies = [plain.journal.copy()]
    for units in (15, 18, 22):
        plain.to(units)
        plain.cycle()
        copies.append(plain.journal.copy())
        plain.run(timedelta(days=1))

    for number in range(len(copies)):
        bridge = a_bridge(uniqueness=uniqueness)
        for units in (15, 18, 22):
            bridge.to(units)
            bridge.run(timedelta(days=1))
        bridge.journal.put_back(copies[number])
        bridge.restart()
        bridge.run(timedelta(hours=2))
        assert bridge.take_back() is None
        bridge.run(timedelta(hours=3))

        assert [a.unit_change for a in bridge.psa.landed()] == [5, 3, 4]
        assert bridge.is_right


def test_a_restored_database_adopts_our_own_steps_as_what_stands() -> None:
    """2.6.6: no step of the lost time is repeated or called missing."""
    bridge = a_bridge()
    backup = bridge.journal.copy()
    bridge.run(CYCLE)
    bridge.journal.put_back(backup)
    bridge.restart()
    bridge.run(MU + LAMBDA + CYCLE)
    assert bridge.take_back() is None
    bridge.clock.wait(timedelta(days=1))
    bridge.to(17)

    bridge.run(timedelta(hours=1))

    assert [a.unit_change for a in bridge.psa.landed()] == [5, 2]
    assert bridge.is_right
