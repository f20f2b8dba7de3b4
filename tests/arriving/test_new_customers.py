"""New customers, asked of Acronis itself: what it holds after real cycles (ACR-PRV-01 to -15, R31 to R36)."""

from psabridge.engine.outcomes import StepState
from tests.arriving.conftest import OpenHost
from tests.arriving.town import WORKSTATIONS


def test_a_company_with_a_live_contract_gets_a_tenant_with_items_user_mail_and_production(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-01, -05 to -09, -12; R32, R35, R36; TIM-01: one cycle does it."""
    host = open_host().open_for_business()
    company = host.town.arrives()

    report = host.cycle()

    tenant, user = host.town.tenant(), host.town.user()
    assert [one.text for one in report.outcomes if one.state is not StepState.APPLIED] == []
    assert tenant.internal_tag == f"psabridge:{host.town.autotask.zone.database_id}:{company}"
    assert (tenant.mode, tenant.mfa) == ("production", False)
    assert host.town.quotas()[WORKSTATIONS] == 5
    assert (user.login, user.contact["firstname"], user.contact["lastname"]) == (
        "kim@meadow.example",
        "Kim",
        "Meadow",
    )
    assert [policy["role_id"] for policy in user.policies] == ["company_admin"]
    assert [mail["to"] for mail in host.town.acronis.mails] == ["kim@meadow.example"]
    assert host.company_of(tenant.id) == company
    assert host.until_quiet().plan.steps == ()
