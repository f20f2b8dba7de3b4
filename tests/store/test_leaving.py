"""Counts of customers that leave are kept under the lease, and nothing of them survives a lost database."""

from datetime import timedelta

import pytest

from psabridge.rules.lease import LeaseLost
from psabridge.rules.leaving.kept import Addition, Disabling, Ground, Kept, LeavingCount, Noted
from psabridge.rules.words import CompanyId, ContractId, TenantId
from psabridge.store.leaving import DatabaseLeaving
from psabridge.store.models import AuditEntry
from tests.builders import NOW, TODAY, line_id
from tests.databases import Database
from tests.store.cast import a_lease, a_pairing

LEAVING = DatabaseLeaving()
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


def test_what_is_kept_reads_back_equal(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    kept = {ONE: Kept(COUNT, DONE), TWO: Kept(LeavingCount(CompanyId(2), epoch=1))}
    with a_lease(pairing) as lease:
        LEAVING.keep(pairing, kept, lease)
        assert LEAVING.kept(pairing) == kept
        LEAVING.keep(pairing, {TWO: kept[TWO]}, lease)
    assert LEAVING.kept(pairing) == {TWO: kept[TWO]}
    assert LEAVING.kept(a_pairing("second")) == {}


def test_an_act_is_noted_with_its_reason_and_the_count_stays(database: Database) -> None:
    """ACR-DEP-07: every step is logged with the reason."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as lease:
        LEAVING.keep(pairing, {ONE: Kept(COUNT)}, lease)
        LEAVING.note(pairing, ONE, DONE, lease, NOTED)
        assert LEAVING.kept(pairing) == {ONE: Kept(COUNT, DONE)}
        LEAVING.note(pairing, ONE, None, lease)
    assert LEAVING.kept(pairing) == {ONE: Kept(COUNT)}
    (entry,) = AuditEntry.objects.filter(what="tenant was disabled")
    assert (entry.who, entry.subject, entry.detail, entry.at) == ("somebody", "Company 1", "it left", NOW)


def test_a_process_that_lost_its_lease_keeps_nothing(database: Database) -> None:
    """W1: a count read long ago never comes over a newer one."""
    assert database.url
    pairing = a_pairing()
    with a_lease(pairing) as old:
        LEAVING.keep(pairing, {ONE: Kept(COUNT)}, old)
    with a_lease(pairing, timedelta(minutes=5)):
        with pytest.raises(LeaseLost):
            LEAVING.keep(pairing, {}, old)
        with pytest.raises(LeaseLost):
            LEAVING.note(pairing, ONE, DONE, old, NOTED)
    assert LEAVING.kept(pairing) == {ONE: Kept(COUNT)}
    assert not AuditEntry.objects.filter(what="tenant was disabled").exists()
