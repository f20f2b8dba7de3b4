"""What both sides last agreed on is kept per tenant and mapping row (ACR-TWO-06)."""

from dataclasses import replace

from psabridge.rules.wanted.two_way import Agreed, RowOfTenant
from psabridge.rules.words import TenantId
from psabridge.store.records import DatabaseRecords
from tests.databases import Database
from tests.store.cast import a_pairing

RECORDS = DatabaseRecords()
STATIONS = Agreed(RowOfTenant(TenantId("a"), "pw_base_workstations/usage"), "service 1, 1 up from 0", 10, 10)
SERVERS = Agreed(RowOfTenant(TenantId("a"), "pw_base_servers/usage"), "service 2, 1 up from 0", None, None)
OTHERS = replace(STATIONS, at=RowOfTenant(TenantId("b"), STATIONS.at.row), source=0, contract=0)


def test_the_last_agreement_of_each_row_is_kept(database: Database) -> None:
    assert database.url
    pairing, other = a_pairing(), a_pairing("second")

    RECORDS.remember_agreed(pairing, [STATIONS, SERVERS, OTHERS])
    RECORDS.remember_agreed(other, [OTHERS])
    moved = replace(STATIONS, source=15, contract=15)
    RECORDS.remember_agreed(pairing, [moved, SERVERS])
    RECORDS.remember_agreed(pairing, [])

    assert RECORDS.agreed(pairing) == {one.at: one for one in (moved, SERVERS, OTHERS)}
    assert RECORDS.agreed(other) == {OTHERS.at: OTHERS}


def test_on_without_a_number_is_not_0(database: Database) -> None:
    assert database.url
    pairing = a_pairing()

    RECORDS.remember_agreed(pairing, [SERVERS])

    assert RECORDS.agreed(pairing)[SERVERS.at].source is None


def test_units_on_their_way_are_kept_until_both_agree_anew(database: Database) -> None:
    """ACR-TWO-06; a row on which nothing was ever agreed has no change to compare them with."""
    assert database.url
    pairing = a_pairing()
    RECORDS.remember_agreed(pairing, [STATIONS, SERVERS])

    RECORDS.remember_sent(pairing, {STATIONS.at: 12, OTHERS.at: 5})
    assert RECORDS.agreed(pairing) == {STATIONS.at: replace(STATIONS, sent=12), SERVERS.at: SERVERS}
    RECORDS.remember_agreed(pairing, [STATIONS])

    assert RECORDS.agreed(pairing)[STATIONS.at] == STATIONS
