"""The contract on a ticket (ACR-TKT-14), and contracts that are over (R50)."""

from datetime import date, timedelta

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.psa import Contract, ContractLine, Gap, PsaSnapshot
from psabridge.rules.settings import NewService, ServiceMapping
from psabridge.rules.tickets.contracts import contracts_on_tickets, contracts_over
from psabridge.rules.words import CompanyId, ContractId
from tests.builders import (
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_customer,
    a_line,
    a_mapping_row,
    psa_snapshot,
    settings,
)

A_DAY = timedelta(days=1)
FIRST = {CompanyId(1): ContractId(10)}


def chosen(
    psa: PsaSnapshot, *rows: ServiceMapping, companies: tuple[int, ...] = (1,)
) -> dict[CompanyId, ContractId]:
    customers = [a_customer(number, number) for number in companies]
    return dict(contracts_on_tickets(settings(*rows, customers=customers), psa))


def sold(
    *contracts: Contract, lines: tuple[ContractLine, ...] = (), gaps: tuple[Gap, ...] = ()
) -> PsaSnapshot:
    own = lines or tuple(a_line(100 + number, one.id) for number, one in enumerate(contracts))
    return psa_snapshot(contracts=contracts, lines=own, bundles=[a_bundle(services=(1000, 1))], gaps=gaps)


def test_a_ticket_carries_the_contract_that_sells_a_mapped_service() -> None:
    """ACR-TKT-14."""
    assert chosen(sold(a_contract(), a_contract(20, company=2)), companies=(1, 2)) == {
        **FIRST,
        CompanyId(2): ContractId(20),
    }


def test_of_two_that_fit_none_is_chosen() -> None:
    assert chosen(sold(a_contract(), a_contract(11))) == {}


def test_one_without_a_mapped_service_is_in_nobodys_way() -> None:
    lines = (a_line(100, 10), a_line(101, 11, service=9999))
    assert chosen(sold(a_contract(), a_contract(11), lines=lines)) == FIRST


def test_two_lines_of_one_contract_are_one() -> None:
    assert chosen(sold(a_contract(), lines=(a_line(100, 10), a_line(101, 10)))) == FIRST


def test_a_service_inside_a_bundle_counts() -> None:
    assert chosen(sold(a_contract(), lines=(a_bundle_line(100, 10),))) == FIRST
    assert chosen(sold(a_contract(), lines=(a_bundle_line(100, 10),)), a_mapping_row(service=5)) == {}


@pytest.mark.parametrize(
    "row", [a_mapping_row(service=None), a_mapping_row(service=7)], ids=["none", "other"]
)
def test_without_a_mapped_service_on_it_there_is_none(row: ServiceMapping) -> None:
    assert chosen(sold(a_contract()), row) == {}


def test_a_service_that_is_still_to_be_made_is_on_no_contract() -> None:
    row = a_mapping_row(service=None)
    new = ServiceMapping(row.item, service=NewService("Backup", 1, PeriodType.MONTHLY))
    assert chosen(sold(a_contract(), lines=(a_bundle_line(100, 10),)), new) == {}


def test_a_company_without_a_mapped_tenant_has_none() -> None:
    assert chosen(sold(a_contract(20, company=2))) == {}


def test_where_something_of_the_company_could_not_be_read_none_is_chosen() -> None:
    """The row that is missing may be the other contract."""
    gap = Gap("a contract", "its end is no date", CompanyId(1))
    assert chosen(sold(a_contract(), gaps=(gap,))) == {}
    elsewhere = Gap("a contract", "its end is no date", CompanyId(2))
    assert chosen(sold(a_contract(), gaps=(elsewhere,))) == FIRST


@pytest.mark.parametrize(
    ("contract", "is_chosen", "is_over"),
    [
        (a_contract(ends=TODAY), True, False),
        (a_contract(ends=TODAY - A_DAY), False, True),
        (a_contract(starts=TODAY), True, False),
        (a_contract(starts=TODAY + A_DAY), False, False),
        (a_contract(is_active=False), False, True),
    ],
    ids=["its last day", "ended", "its first day", "not begun", "not active"],
)
def test_only_a_contract_in_force_is_on_tickets(
    contract: Contract, *, is_chosen: bool, is_over: bool
) -> None:
    """R50: a ticket whose contract is over is not reopened."""
    psa = sold(contract)
    assert bool(chosen(psa)) is is_chosen
    assert bool(contracts_over(psa)) is is_over


def test_a_renewal_takes_the_place_of_the_contract_before_it() -> None:
    before = a_contract(ends=date(2026, 2, 28))
    after = a_contract(11, starts=date(2026, 3, 1), renews=ContractId(10))
    assert chosen(sold(before, after)) == {CompanyId(1): ContractId(11)}
    assert contracts_over(sold(before, after)) == {10}
