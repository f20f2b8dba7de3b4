"""Contracts for tickets come from the snapshot kept last (ACR-TKT-14, R50)."""

from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.words import CompanyId, ContractId, PairingId
from psabridge.store.models import SnapshotRecord
from psabridge.store.records import DatabaseRecords
from psabridge.store.ticket_contracts import DatabaseTicketContracts
from tests.builders import a_contract, a_line, platform_snapshot, psa_snapshot, settings
from tests.databases import Database
from tests.store.cast import a_pairing


def keep(pairing: PairingId, psa: PsaSnapshot) -> None:
    DatabaseRecords().keep_snapshot(settings(pairing=pairing), psa, platform_snapshot())


def test_the_latest_snapshot_tells(database: Database) -> None:
    assert database.url
    pairing, contracts = a_pairing(), DatabaseTicketContracts()
    assert contracts.contracts(pairing) == ({}, frozenset())
    keep(pairing, psa_snapshot(contracts=[a_contract()], lines=[a_line()]))
    for asked in (contracts, contracts, DatabaseTicketContracts()):
        assert asked.contracts(pairing) == ({CompanyId(1): ContractId(10)}, frozenset())
    keep(pairing, psa_snapshot(contracts=[a_contract(is_active=False)], lines=[a_line()]))
    assert contracts.contracts(pairing) == ({}, {ContractId(10)})
    assert contracts.contracts(a_pairing("second")) == ({}, frozenset())


def test_names_of_companies_come_from_it_too(database: Database) -> None:
    assert database.url
    pairing, contracts = a_pairing(), DatabaseTicketContracts()
    assert contracts.names(pairing) == {}
    keep(pairing, psa_snapshot(contracts=[a_contract()], lines=[a_line()]))
    assert list(contracts.names(pairing)) == [CompanyId(1)]
    assert contracts.contracts(pairing) == ({CompanyId(1): ContractId(10)}, frozenset())


def test_of_a_snapshot_of_another_version_nothing_is_known(sqlite_database: Database) -> None:
    """A ticket without a contract is right; one that waits for a billing cycle is not (decision 0017)."""
    assert sqlite_database.url
    pairing = a_pairing()
    keep(pairing, psa_snapshot(contracts=[a_contract()], lines=[a_line()]))
    SnapshotRecord.objects.update(psa=b"of another version")
    assert DatabaseTicketContracts().contracts(pairing) == ({}, frozenset())
