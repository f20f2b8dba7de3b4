"""What a new customer gets is decided purely; the settings are checked before they are kept."""

import pytest

from psabridge.rules.settings import AccountFrom, NewCustomers, NewMode


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
