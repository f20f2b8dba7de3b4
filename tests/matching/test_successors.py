"""Who could go on with the tenants of a company that is inactive or gone (R38)."""

from collections.abc import Mapping
from dataclasses import replace

from psabridge.rules.customers.directory import ListedCompany
from psabridge.rules.matching.successors import Successor, gone, successors
from psabridge.rules.matching.suggestion import Confidence
from psabridge.rules.settings import CustomerMapping, KnownName, PairingSettings
from psabridge.rules.words import CompanyId, ContractId, TenantId
from tests.builders import settings
from tests.matching.cast import DATABASE, company, directory, tenant

OLD = CustomerMapping(TenantId("a"), CompanyId(1))
DECIDED = replace(settings(), customers=(OLD,))
DEAD = company(1, "Harbour Roofing Ltd", is_active=False, mail="harbour.example")
TENANT = tenant("a", "Harbour Roofing", tag=f"psabridge:{DATABASE}:1")
SEEN = {ContractId(10): CompanyId(1), ContractId(11): CompanyId(1), ContractId(12): CompanyId(9)}


def found(
    *companies: ListedCompany,
    owners: Mapping[int, int] | None = None,
    decided: PairingSettings = DECIDED,
) -> tuple[Successor, ...]:
    return successors(
        decided,
        directory(list(companies), [TENANT]),
        seen=SEEN,
        owners={ContractId(one): CompanyId(other) for one, other in (owners or {}).items()},
    )


def test_whoever_has_its_contracts_is_its_successor_whatever_it_is_called() -> None:
    """R38: a merge moves what was sold."""
    [one] = found(DEAD, company(2, "Anchor Group"), company(3, "Harbour Roofing"), owners={10: 2, 11: 2})

    assert (one.company, one.successor, one.confidence) == (1, 2, Confidence.SURE)
    assert one.reasons == ("2 of its 2 contracts are its by now",)


def test_contracts_with_two_companies_are_a_sure_sign_of_neither() -> None:
    """R63: a tie is never sure."""
    both = found(DEAD, company(2, "Anchor Group"), company(3, "Harbour Two"), owners={10: 2, 11: 3})

    assert [(one.successor, one.confidence) for one in both] == [
        (2, Confidence.LIKELY),
        (3, Confidence.LIKELY),
    ]
    assert [one.rivals for one in both] == [("Harbour Two",), ("Anchor Group",)]


def test_contracts_it_still_has_or_that_are_out_of_sight_say_nothing() -> None:
    """R20."""
    assert found(DEAD, company(2, "Anchor Group"), owners={10: 1, 12: 2}) == ()


def test_a_company_of_the_same_name_could_be_it_and_is_never_sure() -> None:
    """R38: nothing shows that they are one firm; the tag of the tenant names the old one and is no reason."""
    [one] = found(DEAD, company(2, "Harbour Roofing"), company(3, "Someone Else"))

    assert (one.name, one.successor, one.confidence) == ("Harbour Roofing Ltd", 2, Confidence.LIKELY)
    assert "tag" not in " ".join(one.reasons)


def test_a_shared_domain_finds_it_under_another_name() -> None:
    [one] = found(DEAD, company(2, "Anchor Group", mail="harbour.example"))

    assert one.successor == 2
    assert "harbour.example" in " ".join(one.reasons)


def test_inactive_ones_are_nobodys_successor() -> None:
    assert found(DEAD, company(2, "Harbour Roofing", is_active=False)) == ()


def test_a_company_that_is_not_shown_any_more_is_known_by_its_last_name() -> None:
    """R38: as it was called when a person last saw it."""
    known = replace(DECIDED, known_names=(KnownName("company 1", "Pier Works"),))

    [one] = found(company(2, "Pier Works"), decided=known)

    assert (one.name, one.successor) == ("Pier Works", 2)


def test_where_everybody_is_there_nothing_is_looked_for() -> None:
    active = company(1, "Harbour Roofing Ltd")

    assert gone(DECIDED, directory([active], [TENANT])) == ()
    assert found(active, company(2, "Harbour Roofing"), owners={10: 2}) == ()
