"""Counts of customers that leave are kept under the lease, and nothing of them survives a lost database."""

from datetime import timedelta
from pathlib import Path

import pytest

from psabridge.engine.currency import check_current
from psabridge.rules.lease import LeaseLost
from psabridge.rules.leaving.kept import Addition, Disabling, Ground, Kept, LeavingCount, Noted
from psabridge.rules.settings import Waits
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import CompanyId, ContractId, TenantId
from psabridge.store.journal import DatabaseJournal
from psabridge.store.leaving import DatabaseLeaving
from psabridge.store.models import AuditEntry, Installation
from tests.builders import NOW, TODAY, line_id
from tests.databases import Database
from tests.store.cast import a_lease, a_pairing, an_intent

ONE, TWO = TenantId("tenant-1"), TenantId("tenant-2")
COUNT = LeavingCount(
    CompanyId(1),
    epoch=2,
    sold=(Addition(line_id(100), ContractId(10)),),
    live_on=TODAY,
    ground=Ground.CONFIRMED,
    days=4,
    day=TODAY,
    is_whole=True,
    pause="",
)
DONE = Disabling(NOW, days=4, version=7, confirmed_at=NOW, deletion_sent_at=NOW, gone_at=NOW)
NOTED = Noted(NOW, "somebody", "tenant was disabled", "Company 1", "it left")


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "current"


@pytest.fixture
def leaving(state_file: Path) -> DatabaseLeaving:
    return DatabaseLeaving(state_file)


@pytest.fixture
def journal(state_file: Path) -> DatabaseJournal:
    return DatabaseJournal(state_file)


def test_what_is_kept_reads_back_equal(database: Database, leaving: DatabaseLeaving) -> None:
    assert database.url
    pairing = a_pairing()
    kept = {ONE: Kept(COUNT, DONE), TWO: Kept(LeavingCount(CompanyId(2), epoch=1))}
    with a_lease(pairing) as lease:
        leaving.keep(pairing, kept, lease)
        assert leaving.kept(pairing) == kept
        leaving.keep(pairing, {TWO: kept[TWO]}, lease)
    assert leaving.kept(pairing) == {TWO: kept[TWO]}
    assert leaving.kept(a_pairing("second")) == {}


def test_an_act_is_noted_with_its_reason_and_the_count_stays(
    database: Database, leaving: DatabaseLeaving
) -> None:
    """ACR-DEP-07: every step is logged with the reason."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        leaving.keep(pairing, {ONE: Kept(COUNT)}, lease)
        leaving.note(pairing, ONE, DONE, lease, NOTED)
        assert leaving.kept(pairing) == {ONE: Kept(COUNT, DONE)}
        leaving.note(pairing, ONE, None, lease)
    assert leaving.kept(pairing) == {ONE: Kept(COUNT)}
    (entry,) = AuditEntry.objects.filter(what="tenant was disabled")
    assert (entry.who, entry.subject, entry.detail, entry.at) == ("somebody", "Company 1", "it left", NOW)


def test_a_process_that_lost_its_lease_keeps_nothing(database: Database, leaving: DatabaseLeaving) -> None:
    """W1: a count read long ago never comes over a newer one."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as old:
        leaving.keep(pairing, {ONE: Kept(COUNT)}, old)
    with a_lease(pairing, timedelta(minutes=5)):
        with pytest.raises(LeaseLost):
            leaving.keep(pairing, {}, old)
        with pytest.raises(LeaseLost):
            leaving.note(pairing, ONE, DONE, old, NOTED)
    assert leaving.kept(pairing) == {ONE: Kept(COUNT)}
    assert not AuditEntry.objects.filter(what="tenant was disabled").exists()


def test_a_backup_put_back_is_seen_although_nothing_was_sent_since(
    database: Database, leaving: DatabaseLeaving, journal: DatabaseJournal
) -> None:
    """ACR-DEP-05, protocol 2.6: what is kept of customers that leave is counted beside the intents."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        leaving.keep(pairing, {ONE: Kept(COUNT)}, lease)
        backup = Installation.objects.values("counter", "looks").get()
        leaving.note(pairing, ONE, DONE, lease)
        assert _standing(journal) is not Standing.RECOVERING

        Installation.objects.update(**backup)
        assert _standing(journal) is Standing.RECOVERING

        journal.raise_epoch()
        journal.write_proof_file()
        assert _standing(journal) is not Standing.RECOVERING


def _standing(journal: DatabaseJournal) -> Standing:
    marker = str(journal.proof())
    return check_current(journal=journal, marker=marker, started_at=NOW, waits=Waits()).standing


def test_nothing_new_is_no_look(
    database: Database, leaving: DatabaseLeaving, journal: DatabaseJournal
) -> None:
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        for _ in range(2):
            leaving.keep(pairing, {ONE: Kept(COUNT)}, lease)
    assert (journal.proof().looks, journal.proof_in_file()) == (1, journal.proof())


def test_a_look_makes_no_proof_of_a_file_that_was_missing_or_behind(
    database: Database, leaving: DatabaseLeaving, journal: DatabaseJournal, state_file: Path
) -> None:
    """Protocol 2.6.1: without proof the first change of units waits for what may still arrive."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        journal.arm(an_intent(pairing), lease)
        leaving.keep(pairing, {ONE: Kept(COUNT)}, lease)
        assert not state_file.exists()
        journal.write_proof_file()
        for number in (101, 102):
            journal.arm(an_intent(pairing, number), lease)
        leaving.keep(pairing, {}, lease)
    assert _standing(journal) is Standing.UNPROVED
    assert state_file.read_text().split()[2:] == ["1", "2"]


def test_the_state_file_of_an_earlier_version_is_read(
    database: Database, leaving: DatabaseLeaving, journal: DatabaseJournal, state_file: Path
) -> None:
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        leaving.keep(pairing, {ONE: Kept(COUNT)}, lease)
    proof = journal.proof()
    state_file.write_text(f"{proof.installation} {proof.epoch} {proof.counter}\n")
    assert _standing(journal) is Standing.CURRENT
