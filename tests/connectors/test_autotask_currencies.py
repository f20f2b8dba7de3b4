"""R26: in which currency the contracts of a tenant are, told by Autotask and never guessed (A49)."""

from dataclasses import replace
from decimal import Decimal
from typing import cast

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.connectors.autotask.currencies import read_currencies
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.kit.money import Money, totals
from psabridge.rules.psa import Company, Currencies, PsaSnapshot
from psabridge.rules.reading import Carried
from psabridge.rules.units.proof import Standing
from psabridge.rules.words import CompanyId
from tests.connectors.bench import Bench

USD, EUR = 1, 2
ROUTE = "POST /ATServicesRest/v1.0/Currencies/query"


def read(bench: Bench, before: PsaSnapshot | None = None) -> PsaSnapshot:
    carried = None if before is None else Carried.of(bench.settings, before, Standing.CURRENT)
    return bench.psa.read(bench.settings, bench.today, carried)


def with_currencies(bench: Bench, *, euro_is_active: bool = True) -> tuple[int, ...]:
    """Every mapped customer is billed in dollars, the tenant's own."""
    bench.running.do(lambda: bench.running.autotask.add_currency("EUR", isActive=euro_is_active))
    customers = tuple(sorted({mapping.company for mapping in bench.settings.customers}))
    for company in customers:
        bench.edit("Companies", company, currencyID=USD)
    return customers


def currencies(psa: PsaSnapshot, company: int) -> set[str]:
    return {one.currency for one in psa.contracts.values() if one.company == company}


def asked(bench: Bench) -> int:
    routes: dict[str, int] = bench.running.calls()["autotask"]["routes"]
    return routes.get(ROUTE, 0)


def test_a_contract_is_in_the_currency_of_its_customer(guide: Bench) -> None:
    """R26"""
    first, *others = with_currencies(guide)
    guide.edit("Companies", first, currencyID=EUR)

    psa = read(guide)

    assert currencies(psa, first) == {"EUR"}
    assert {name for other in others for name in currencies(psa, other)} == {"USD"}
    assert psa.currencies.internal == "USD"


def test_where_no_company_names_a_currency_nothing_is_asked(guide: Bench) -> None:
    """R26, and the call budget: all money is in the tenant's own currency."""
    psa = read(guide)

    assert {one.currency for one in psa.contracts.values()} == {""}
    assert psa.currencies == Currencies()
    assert asked(guide) == 0


def test_a_company_without_a_currency_among_others_is_not_guessed(guide: Bench) -> None:
    """R26: its contract has an unknown currency of its own, which adds up with no other."""
    first, *_ = with_currencies(guide)
    guide.edit("Companies", first, currencyID=None)

    psa = read(guide)

    own = [one for one in psa.contracts.values() if one.company == first]
    assert own
    assert {one.currency for one in own} == {f"in an unknown currency (contract {one.id})" for one in own}


def test_amounts_are_never_added_across_currencies_that_may_differ(guide: Bench) -> None:
    """R26: contracts paid by a company that was not read are two currencies until both are told."""
    with_currencies(guide)
    contracts = sorted(read(guide).contracts)[:2]
    for contract in contracts:
        guide.edit("Contracts", contract, billToCompanyID=0)

    psa = read(guide)

    sums = totals(Money(psa.contracts[one].currency, Decimal(10)) for one in contracts)
    assert [f"{one}" for one in sums] == [
        f"10.00 in an unknown currency (contract {one})" for one in contracts
    ]


def test_a_payer_with_the_same_currency_leaves_no_doubt(guide: Bench) -> None:
    """R26"""
    first, second, *_ = with_currencies(guide)
    for one in read(guide).contracts.values():
        if one.company == first:
            guide.edit("Contracts", one.id, billToCompanyID=second)

    assert currencies(read(guide), first) == {"USD"}

    guide.edit("Companies", second, currencyID=EUR)

    assert all(name.startswith("in an unknown currency") for name in currencies(read(guide), first))


def test_a_single_active_currency_is_the_one_of_every_contract(guide: Bench) -> None:
    """R26: whoever pays, and whether the company names it or not."""
    first, *_ = with_currencies(guide, euro_is_active=False)
    guide.edit("Companies", first, currencyID=None)

    assert {one.currency for one in read(guide).contracts.values()} == {"USD"}


def test_a_currency_that_is_not_listed_is_told_by_its_number(guide: Bench) -> None:
    """R26: the same number is the same currency, whatever its name."""
    first, *_ = with_currencies(guide)
    guide.edit("Companies", first, currencyID=77)

    assert currencies(read(guide), first) == {"in currency 77"}


def test_names_are_asked_for_once_a_full_read(guide: Bench) -> None:
    """The call budget: a read between two full ones asks again only for a currency that nobody named."""
    first, *_ = with_currencies(guide)
    psa = read(guide)
    again = read(guide, psa)
    assert asked(guide) == 1
    assert again.contracts == psa.contracts

    moment = guide.running.autotask.now.isoformat().replace("+00:00", "Z")
    guide.edit("Companies", first, currencyID=EUR, lastTrackedModifiedDateTime=moment)
    third = read(guide, again)

    assert asked(guide) == 2
    assert currencies(third, first) == {"EUR"}


def test_a_company_that_is_to_become_a_customer_has_its_currency_too(guide: Bench) -> None:
    """R26"""
    first, *_ = with_currencies(guide)
    guide.edit("Companies", first, currencyID=EUR)
    others = tuple(one for one in guide.settings.customers if one.company != first)
    settings = replace(guide.settings, customers=others)
    psa = guide.psa.read(settings, guide.today)

    arriving = guide.psa.newcomers(settings, psa, [CompanyId(first)])

    assert arriving.contracts
    assert {one.currency for one in arriving.contracts.values()} == {"EUR"}


class Closed:
    """An Autotask that does not let us read currencies."""

    def sift(self, *asked: object) -> None:
        raise Refused("Currencies", f"may not be read, {len(asked)}", "", kind=RefusalKind.OTHER)


def test_currencies_that_may_not_be_read_have_numbers_and_no_list_prices() -> None:
    """R26: the cycle goes on, amounts of two currencies stay apart, and it is not asked over and over."""
    client = cast("AutotaskClient", Closed())
    companies = {CompanyId(1): Company(CompanyId(1), "One", is_active=True, currency_id=EUR)}

    told = read_currencies(client, companies, Currencies())

    assert told == Currencies(internal=None, asked=frozenset({EUR}))
    assert read_currencies(client, companies, told) is told
