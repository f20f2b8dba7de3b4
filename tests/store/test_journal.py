"""Intents are committed before a request leaves, one open for each line, only by who holds the lease."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from psabridge.rules.lease import Lease, LeaseLost, ProofOfCurrent
from psabridge.rules.units.intent import IntentState
from psabridge.rules.words import LineKind, PlanId
from psabridge.store.journal import DatabaseJournal
from psabridge.store.models import Connection, Installation, IntentRecord, StepRecord
from psabridge.store.records import DatabaseRecords
from tests.builders import NOW, line_id, platform_snapshot, psa_snapshot, settings
from tests.databases import Database
from tests.store.cast import a_lease, a_pairing, a_plan, a_step, an_intent, psa_of


@pytest.fixture
def journal(database: Database, tmp_path: Path) -> DatabaseJournal:
    return DatabaseJournal(tmp_path / "state" / "current")


def test_an_armed_intent_is_there_with_its_number(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)

    assert armed.id > 0
    assert armed == replace(an_intent(pairing), id=armed.id)
    assert journal.intent(armed.id) == armed
    assert journal.open_intents(pairing) == (armed,)


def test_an_intent_cannot_hide_in_an_outer_transaction(journal: DatabaseJournal) -> None:
    """Style habit 4: what is rolled back outside would be forgotten after its request has left."""
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            journal.arm(an_intent(pairing, 101), lease)
        with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
            journal.save(armed, lease)

    assert journal.open_intents(pairing) == (armed,)


@pytest.mark.parametrize("state", [state for state in IntentState if not state.is_final])
def test_an_open_intent_closes_its_line_for_another(journal: DatabaseJournal, state: IntentState) -> None:
    """I2 and W2, held by the database itself, also against a second pairing."""
    pairing = a_pairing()
    other = a_pairing("second", psa=psa_of())
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)
        journal.save(replace(armed, state=state), lease)
        for one in (pairing, other):
            with pytest.raises(IntegrityError):
                journal.arm(an_intent(one), lease)

    assert [found.id for found in journal.open_intents(pairing)] == [armed.id]


@pytest.mark.parametrize("state", [state for state in IntentState if state.is_final])
def test_a_closed_intent_lets_the_next_one_go(journal: DatabaseJournal, state: IntentState) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        first = replace(journal.arm(an_intent(pairing), lease), state=state)
        journal.save(first, lease)
        second = journal.arm(an_intent(pairing), lease)

    assert journal.open_intents(pairing) == (second,)
    assert journal.histories([first.line], pairing)[first.line].intents == (first, second)


def test_a_bundle_line_of_the_same_number_is_another_line(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    bundle = line_id(100, LineKind.BUNDLE)
    with a_lease(pairing) as lease:
        journal.arm(an_intent(pairing, 100), lease)
        journal.arm(replace(an_intent(pairing), line=bundle), lease)

    assert len(journal.open_intents(pairing)) == 2
    assert len(journal.histories([bundle], pairing)[bundle].intents) == 1


def test_an_intent_that_was_never_armed_cannot_be_saved(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease, pytest.raises(LookupError, match="not in the journal"):
        journal.save(an_intent(pairing), lease)


def test_who_lost_the_lease_writes_nothing(journal: DatabaseJournal) -> None:
    """W1 and I10: the fence is proved in the transaction that would write."""
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)
        before = journal.proof()
        Connection.objects.filter(pk=psa_of()).update(lease_fence=lease.fence + 1)
        with pytest.raises(LeaseLost, match="no longer ours"):
            journal.arm(an_intent(pairing, 101), lease)
        with pytest.raises(LeaseLost, match="no longer ours"):
            journal.save(replace(armed, state=IntentState.CONFIRMED), lease)

    assert IntentRecord.objects.count() == 1
    assert journal.intent(armed.id) == armed
    assert journal.proof() == before


def test_who_overran_the_lease_writes_nothing_even_if_nobody_took_it(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        pass
    with pytest.raises(LeaseLost, match="no longer ours"):
        journal.arm(an_intent(pairing), lease)

    assert not IntentRecord.objects.exists()


def test_a_lease_of_another_connection_is_no_leave_to_write(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    other = a_pairing("elsewhere")
    with a_lease(other) as lease, pytest.raises(LeaseLost, match="no longer ours"):
        journal.arm(an_intent(pairing), Lease(psa_of(), lease.fence))


def test_the_counter_moves_with_each_intent_and_with_nothing_else(journal: DatabaseJournal) -> None:
    """Protocol 2.6: the counter is how far the journal went."""
    pairing = a_pairing()
    start = journal.proof()
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)
        journal.save(replace(armed, state=IntentState.CONFIRMED), lease)
        journal.arm(an_intent(pairing), lease)
        with pytest.raises(IntegrityError):
            journal.arm(an_intent(pairing), lease)

    assert (start.counter, journal.proof().counter) == (0, 2)
    assert journal.proof().installation == start.installation
    assert Installation.objects.count() == 1


def test_a_person_decides_a_parked_intent_only_as_it_was_shown(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        parked = replace(journal.arm(an_intent(pairing), lease), state=IntentState.PARKED)
        journal.save(parked, lease)
    decided = replace(parked, state=IntentState.CLOSED, why="a person left it")
    journal.decide(decided)

    assert journal.intent(parked.id) == decided
    with pytest.raises(LookupError, match="no longer parked"):
        journal.decide(replace(parked, state=IntentState.CONFIRMED))
    assert journal.intent(parked.id) == decided


def test_histories_tell_of_all_pairings_of_a_connection_and_of_no_other(journal: DatabaseJournal) -> None:
    """W2, W7: a date used by the other pairing is used."""
    pairing = a_pairing()
    second = a_pairing("second", psa=psa_of())
    elsewhere = a_pairing("elsewhere")
    line = line_id(100)
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing), lease)
    with a_lease(elsewhere) as lease:
        journal.arm(an_intent(elsewhere), lease)

    assert journal.histories([line], second)[line].intents == (armed,)
    assert journal.histories([line_id(999)], second) == {}


def test_histories_of_thousands_of_lines_are_read_whole(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        armed = journal.arm(an_intent(pairing, 1999), lease)

    found = journal.histories([line_id(number) for number in range(2000)], pairing)

    assert {line: history.intents for line, history in found.items()} == {armed.line: (armed,)}


def test_an_unknown_intent_is_absent(journal: DatabaseJournal) -> None:
    pairing = a_pairing()

    assert journal.intent(an_intent(pairing).id) is None
    assert journal.open_intents(pairing) == ()


# ---- proof of being current (protocol 2.6)


def test_the_file_outside_the_backup_says_what_the_database_says(journal: DatabaseJournal) -> None:
    assert journal.proof_in_file() is None
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        journal.arm(an_intent(pairing), lease)
    journal.write_proof_file()

    assert journal.proof_in_file() == journal.proof()
    assert journal.proof().counter == 1


@pytest.mark.parametrize("text", ["", "\n", "abc", "abc 1", "abc one 2", "abc 1 2 3 4", "\x00\x00\x00"])
def test_a_spoilt_file_proves_nothing(journal: DatabaseJournal, tmp_path: Path, text: str) -> None:
    """After a power cut it may be empty: that is no reason to stop, and no proof."""
    journal.write_proof_file()
    (tmp_path / "state" / "current").write_text(text)

    assert journal.proof_in_file() is None


def test_a_restore_raises_the_epoch_and_the_file_shows_it(journal: DatabaseJournal) -> None:
    journal.write_proof_file()
    before = journal.proof()
    journal.raise_epoch()

    assert journal.proof() == ProofOfCurrent(before.installation, before.epoch + 1, before.counter)
    assert journal.proof_in_file() == before


# ---- claims, canary, steps


def test_a_line_belongs_to_the_first_pairing_that_claims_it(journal: DatabaseJournal) -> None:
    """R27: refused with the other's name."""
    first = a_pairing("first")
    second = a_pairing("second", psa=psa_of("first"))
    lines = [line_id(1), line_id(2)]

    assert journal.claim_lines(lines, first) == {}
    assert journal.claim_lines(lines, first) == {}
    assert journal.claim_lines([line_id(2), line_id(3)], second) == {line_id(2): "first"}
    assert journal.claim_lines([line_id(3)], first) == {line_id(3): "second"}
    assert journal.claim_lines([], second) == {}


def test_lines_of_different_autotask_databases_do_not_meet(journal: DatabaseJournal) -> None:
    first, second = a_pairing("first"), a_pairing("second")

    assert journal.claim_lines([line_id(1)], first) == {}
    assert journal.claim_lines([line_id(1)], second) == {}


def test_a_connection_remembers_its_canary(journal: DatabaseJournal) -> None:
    """Protocol 2.2.5."""
    pairing, other = a_pairing(), a_pairing("other")
    with a_lease(pairing) as lease, a_lease(other) as others:
        assert not journal.canary_passed(lease)
        journal.remember_canary(lease, NOW)

        assert journal.canary_passed(lease)
        assert not journal.canary_passed(others)


def test_what_became_of_a_step_is_noted_with_its_plan(journal: DatabaseJournal) -> None:
    pairing = a_pairing()
    records = DatabaseRecords()
    snapshot = records.keep_snapshot(settings(pairing=pairing), psa_snapshot(), platform_snapshot())
    plan = records.keep_plan(a_plan(pairing, snapshot, steps=1))
    journal.record_step(plan, a_step(), "applied", "made as 29690001", NOW)

    noted = StepRecord.objects.get()
    assert (PlanId(noted.plan_id), noted.step, noted.outcome) == (plan, "step-1", "applied")
