"""A tenant that a person has made for one company."""

from psabridge.engine.outcomes import StepState
from tests.arriving.conftest import OpenHost
from tests.arriving.town import contact_of


def test_a_person_may_have_a_tenant_made_for_one_company_with_the_same_settings(open_host: OpenHost) -> None:
    """ACR-ORG-03, ACR-PRV-02: also without a contract; nobody else gets one."""
    host = open_host(creates_customers=False, new_customers={"two_factor": True}).open_for_business()
    host.town.arrives("Other Ltd")
    company = host.town.arrives(startDate="2027-01-01T00:00:00Z", endDate="2027-12-31T00:00:00Z")

    report = host.make_for(company)

    tenant = host.town.tenant()
    assert {one.state for one in report.outcomes} == {StepState.APPLIED}
    assert (tenant.mode, tenant.mfa, host.company_of(tenant.id)) == ("production", True, company)
    assert host.town.tenants("Other Ltd") == []


def test_one_made_by_hand_and_cut_off_is_finished_by_the_next_cycle(open_host: OpenHost) -> None:
    """ACR-ORG-03."""
    host = open_host(creates_customers=False).open_for_business()
    company = host.town.arrives()
    host.town.fault("busy", "POST", "/users$")
    host.make_for(company)
    assert host.town.users() == []

    host.until_quiet()

    assert host.company_of(host.town.tenant().id) == company
    assert len(host.town.users()) == 1


def test_a_plan_made_by_hand_is_refused_when_the_contact_has_changed_since(open_host: OpenHost) -> None:
    """W12: what is applied is what was shown."""
    host = open_host(creates_customers=False).open_for_business()
    company = host.town.arrives()
    shown = host.plan_for(company)
    host.town.autotask.database.change(
        "Contacts", contact_of(host, company), emailAddress="new@meadow.example"
    )

    report = host.apply(shown.plan_id, shown.plan)

    assert report.is_stale
    assert host.town.users() == []
