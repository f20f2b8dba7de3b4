"""For whom no tenant is made, and what is told instead (behaviour section 6)."""

import pytest

from tests.arriving.conftest import OpenHost
from tests.arriving.town import codes_of, contact_of

# ---- stopped


def test_a_tenant_of_the_same_name_stops_the_creation_until_somebody_maps(open_host: OpenHost) -> None:
    """ACR-PRV-15, ERR-13: two tenants of one customer split its backups."""
    host = open_host().open_for_business()
    there = host.town.acronis.add_tenant("meadow  DENTAL")
    company = host.town.arrives()

    report = host.until_quiet()

    assert codes_of(report, company) == {"ERR-13"}
    assert host.town.tenants() == []
    assert host.company_of(there) is None


def test_two_companies_of_one_name_do_not_get_two_tenants(open_host: OpenHost) -> None:
    """ACR-PRV-15."""
    host = open_host().open_for_business()
    first, second = host.town.arrives(), host.town.arrives()

    report = host.until_quiet()

    assert host.company_of(host.town.tenant().id) == first
    assert codes_of(report, second) == {"ERR-13"}


@pytest.mark.parametrize("contact", [None, ("Kim", "Meadow", "")], ids=["no contact", "no e-mail"])
def test_without_a_contact_and_its_address_the_company_waits_and_the_others_do_not(
    open_host: OpenHost, contact: tuple[str, str, str] | None
) -> None:
    """ERR-12, ACR-PRV-05, ACR-PRV-14: tried again in each cycle, and no silent fall-back."""
    host = open_host().open_for_business()
    company = host.town.arrives(contact=contact)
    host.town.arrives("Other Ltd", contact=("Pat", "Other", "pat@other.example"))

    report = host.until_quiet()

    assert codes_of(report, company) == {"ERR-12"}
    assert host.town.tenants() == []
    assert host.town.user("Other Ltd").login == "pat@other.example"
    host.town.autotask.database.change(
        "Contacts", contact_of(host, company), emailAddress="kim@meadow.example"
    )
    host.until_quiet()
    assert host.town.user().login == "kim@meadow.example"


def test_while_nobody_can_tell_the_kind_of_contracts_no_tenant_is_made(open_host: OpenHost) -> None:
    """R22: the field is inactive."""
    host = open_host().open_for_business()
    (definition,) = host.town.autotask.database["UserDefinedFieldDefinitions"].all()
    host.town.autotask.database.change("UserDefinedFieldDefinitions", definition["id"], isActive=False)
    host.town.arrives()

    report = host.cycle()

    assert "ERR-14" in {one.code for one in report.findings}
    assert host.town.tenants() == []


# ---- by hand


def test_a_tenant_whose_users_cannot_be_read_stops_only_its_own_company(open_host: OpenHost) -> None:
    """ACR-PRV-14."""
    host = open_host().open_for_business()
    host.town.arrives()
    host.town.fault("busy", "POST", "/users$")
    host.cycle()
    host.town.fault("refuse", "GET", "/users$", status=403)
    host.town.arrives("Other Ltd", contact=("Pat", "Other", "pat@other.example"))

    report = host.cycle()

    assert "ERR-22" in {one.code for one in report.findings}
    assert host.company_of(host.town.tenant("Other Ltd").id) is not None
