"""Which billing kind a contract was settled under is kept with the contract (R24)."""

from psabridge.rules.words import BillingKind, ContractId
from psabridge.store.records import BATCH, DatabaseRecords
from tests.builders import NOW, a_contract, platform_snapshot, psa_snapshot, settings
from tests.databases import Database
from tests.store.cast import a_pairing

RECORDS = DatabaseRecords()
PREPAID, PAYG = BillingKind.PREPAID, BillingKind.PAYG
TEN, ELEVEN = ContractId(10), ContractId(11)


def test_a_contract_only_seen_has_no_settled_kind(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    RECORDS.keep_snapshot(
        settings(pairing=pairing), psa_snapshot(contracts=[a_contract(10)]), platform_snapshot()
    )

    assert set(RECORDS.contracts_seen(pairing)) == {TEN}
    assert RECORDS.contract_kinds(pairing) == {}


def test_the_last_settled_kind_is_kept_through_later_reads(database: Database) -> None:
    assert database.url
    pairing, other = a_pairing(), a_pairing("second")
    for each in (pairing, other):
        psa = psa_snapshot(contracts=[a_contract(10), a_contract(11)])
        RECORDS.keep_snapshot(settings(pairing=each), psa, platform_snapshot())

    RECORDS.remember_kinds(pairing, {TEN: PREPAID, ELEVEN: PAYG})
    RECORDS.remember_kinds(pairing, {TEN: PAYG})
    RECORDS.keep_snapshot(
        settings(pairing=pairing), psa_snapshot(contracts=[a_contract(10)]), platform_snapshot()
    )
    RECORDS.forget_before(pairing, NOW)

    assert RECORDS.contract_kinds(pairing) == {TEN: PAYG, ELEVEN: PAYG}
    assert RECORDS.contract_kinds(other) == {}


def test_many_contracts_are_remembered_at_once(database: Database) -> None:
    assert database.url
    pairing = a_pairing()
    numbers = range(1, BATCH + 10)
    psa = psa_snapshot(contracts=[a_contract(number) for number in numbers])
    RECORDS.keep_snapshot(settings(pairing=pairing), psa, platform_snapshot())

    RECORDS.remember_kinds(pairing, {ContractId(number): PAYG for number in numbers})

    assert len(RECORDS.contract_kinds(pairing)) == len(numbers)
