"""What a new customer gets is decided purely; the settings are checked before they are kept."""

import pytest

from psabridge.rules.arriving.addresses import OwnAddress, address_for, with_address
from psabridge.rules.arriving.settings import AccountFrom, NewCustomers, NewMode
from psabridge.rules.words import CompanyId


def test_nothing_is_made_unless_it_was_ordered_and_then_for_the_primary_contact_in_production() -> None:
    """ACR-PRV-05, -08, -09: the presets."""
    assert NewCustomers() == NewCustomers(AccountFrom.PRIMARY_CONTACT, None, False, NewMode.PRODUCTION, None)


@pytest.mark.parametrize("address", [None, "", "  "])
def test_accounts_by_company_name_are_refused_without_an_activation_address(address: str | None) -> None:
    """LIM-10."""
    with pytest.raises(ValueError, match="activation_email"):
        NewCustomers(account_from=AccountFrom.COMPANY_NAME, activation_email=address)


def test_an_activation_address_is_an_address() -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        NewCustomers(activation_email="backup")


OWN = OwnAddress(CompanyId(175), "it@own.example")


def test_the_address_of_a_company_goes_before_the_one_for_all() -> None:
    """ACR-PRV-07: one for all, overridden for one."""
    assert address_for(CompanyId(175), (OWN,), "all@provider.example") == "it@own.example"
    assert address_for(CompanyId(176), (OWN,), "all@provider.example") == "all@provider.example"


def test_the_last_word_on_a_company_counts_and_the_others_stay() -> None:
    other = OwnAddress(CompanyId(12), "office@other.example")
    new = OwnAddress(CompanyId(175), "desk@own.example")

    assert with_address((OWN, other), new) == (other, new)


def test_an_address_of_its_own_is_an_address_and_there_once() -> None:
    """LIM-10."""
    with pytest.raises(ValueError, match="no e-mail address"):
        OwnAddress(CompanyId(175), "backup")
    with pytest.raises(ValueError, match="company 175 more than once"):
        NewCustomers(activation_emails=(OWN, OwnAddress(CompanyId(175), "desk@own.example")))
