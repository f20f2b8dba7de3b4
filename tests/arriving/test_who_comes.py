"""Who gets a tenant, and who is asked about first (behaviour section 6)."""

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.rules.plans.guard import MANY_CUSTOMERS, NEW_CUSTOMER
from psabridge.rules.words import StepKind
from psabridge.store.models import CustomerRow, Pairing
from psabridge_proof.installation import LOOSE, PAIRING, Installation
from tests.arriving.conftest import OpenHost
from tests.arriving.town import WORKSTATIONS


def _kinds(report: CycleReport) -> list[StepKind]:
    return [step.kind for step in report.plan.steps]


# ---- who


def test_with_automatic_creation_off_nothing_is_made_and_nothing_more_is_asked(open_host: OpenHost) -> None:
    """ACR-PRV-02, ACR-PRV-12: the operator maps by hand; a cycle costs what it cost before."""
    host = open_host(creates_customers=False).open_for_business()
    quiet = host.cycle().calls
    host.town.arrives()

    report = host.cycle()

    assert (report.plan.steps, host.town.tenants()) == ((), [])
    assert (report.calls.psa, report.calls.platform) == (quiet.psa, quiet.platform)


def test_looking_for_new_customers_costs_a_call_for_each_kind_of_row(open_host: OpenHost) -> None:
    """Contracts, companies, units, contacts: by the page, not by the company."""
    host = open_host(modes={"billing": "automatic", "provisioning": "observe"}).open_for_business()
    quiet = host.cycle().calls.psa
    for number in range(6):
        host.town.arrives(f"Firm {number}")

    assert host.cycle().calls.psa - quiet == 4


@pytest.mark.parametrize(
    "fields",
    [
        {"status": 0},
        {"endDate": "2026-02-28T00:00:00Z"},
        {"startDate": "2026-05-01T00:00:00Z"},
        {"contractType": 1},
    ],
    ids=["inactive", "ended", "not begun", "not recurring"],
)
def test_without_a_live_recurring_contract_no_tenant_is_made(
    open_host: OpenHost, fields: dict[str, object]
) -> None:
    """ACR-PRV-01, ACR-PRV-13, R19."""
    host = open_host().open_for_business()
    host.town.arrives(**fields)

    host.until_quiet()

    assert host.town.tenants() == []


def test_an_inactive_company_and_one_without_a_mapped_service_get_none(open_host: OpenHost) -> None:
    """ACR-PRV-01: a bare account would otherwise be an empty tenant for every prospect."""
    host = open_host().open_for_business()
    inactive = host.town.arrives("Closed Ltd")
    host.town.autotask.database.change("Companies", inactive, isActive=False)
    host.town.autotask.add_company("Prospect Ltd")

    host.until_quiet()

    assert host.town.tenants("Closed Ltd") == host.town.tenants("Prospect Ltd") == []


def test_pay_as_you_go_gives_items_without_limit_and_reports_from_the_next_cycle(open_host: OpenHost) -> None:
    """ACR-PRV-12, ACR-PAY-04."""
    host = open_host().open_for_business()
    company = host.town.arrives(payg="Yes", units=0)
    host.cycle()
    tenant = host.town.tenant()
    assert host.town.quotas()[WORKSTATIONS] is None
    host.town.acronis.set_usage(tenant.id, "workstations", 7)
    host.town.advance(minutes=11)

    host.until_quiet()

    (line,) = [
        one["id"]
        for one in host.town.autotask.database["ContractServices"].all()
        if one["contractID"] == host.town.contracts[company]
    ]
    assert host.town.autotask.units_on(line, host.town.today) == 7


def test_a_contract_that_came_before_its_services_were_mapped_is_picked_up(open_host: OpenHost) -> None:
    """ACR-PRV-03: any order of setup is tolerated, and nothing is lost."""
    host = open_host(services=[]).open_for_business()
    host.town.arrives()
    host.until_quiet()
    assert host.town.tenants() == []

    host.decide(services=Installation.wanted(host)["pairings"][PAIRING]["services"])
    host.until_quiet()

    assert host.town.quotas()[WORKSTATIONS] == 5


# ---- asked first


def test_those_found_when_creation_is_switched_on_wait_for_a_person_and_later_ones_do_not(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-04, R61."""
    host = open_host(creates_customers=False).open_for_business()
    host.town.arrives("Early & Co")
    host.decide(creates_customers=True)

    first = host.cycle()
    host.town.arrives("Late & Co")
    second = host.cycle()

    assert {hold.bound for hold in first.plan.holds} == {NEW_CUSTOMER}
    assert host.town.tenants("Early & Co") == []
    assert {one.state for one in first.outcomes} == {StepState.HELD}
    assert host.company_of(host.town.tenant("Late & Co").id) is not None
    assert second.count(StepState.HELD) > 0

    host.approve(host.cycle())

    assert host.company_of(host.town.tenant("Early & Co").id) is not None


def test_a_company_that_another_pairing_has_a_tenant_for_waits_for_a_person(open_host: OpenHost) -> None:
    """ACR-PRV-15, R31: two partners of Acronis and one Autotask; the second tenant is never made unasked."""
    host = open_host().open_for_business()
    company = host.town.arrives("Twice & Co")
    here = Pairing.objects.get(pk=host.pairing)
    other = Pairing.objects.create(name="other", platform=here.platform, psa=here.psa)
    CustomerRow.objects.create(pairing=other, tenant="beyond-our-reach", company=company)

    report = host.cycle()

    assert {hold.bound for hold in report.plan.holds} == {NEW_CUSTOMER}
    assert any("pairing other" in hold.text for hold in report.plan.holds)
    assert host.town.tenants("Twice & Co") == []
    host.approve(host.cycle())
    assert host.company_of(host.town.tenant("Twice & Co").id) == company


def test_switched_off_and_on_again_the_list_is_asked_again(open_host: OpenHost) -> None:
    """ACR-PRV-04."""
    host = open_host().open_for_business()
    host.decide(creates_customers=False)
    host.cycle()
    host.town.arrives()
    host.decide(creates_customers=True)

    host.cycle()

    assert host.town.tenants() == []


def test_a_list_that_was_only_observed_was_not_asked(open_host: OpenHost) -> None:
    """ACR-PRV-04: nobody could have answered it."""
    host = open_host().open_for_business()
    host.decide(modes={"billing": "automatic", "provisioning": "observe"})
    host.cycle()
    host.town.arrives()
    host.cycle()
    host.decide(modes={"billing": "automatic", "provisioning": "automatic"})

    report = host.cycle()

    assert {hold.bound for hold in report.plan.holds} == {NEW_CUSTOMER}
    assert host.town.tenants() == []


def test_more_than_ten_new_customers_in_one_run_are_held_and_ten_are_not(open_host: OpenHost) -> None:
    """R61: one service mapped by mistake must not make a tenant for everyone who buys it."""
    host = open_host(bounds={**LOOSE, "new_customers": 2}).open_for_business()
    for number in range(3):
        host.town.arrives(f"Firm {number}", contact=("Kim", "Firm", f"kim@firm{number}.example"))

    report = host.cycle()

    assert {hold.bound for hold in report.plan.holds} == {MANY_CUSTOMERS}
    assert report.count(StepState.APPLIED) == 0
    host.decide(bounds={**LOOSE, "new_customers": 3})
    host.cycle()
    assert [len(host.town.users(f"Firm {number}")) for number in range(3)] == [1, 1, 1]


def test_a_company_that_was_unmapped_is_not_mapped_again_by_itself(open_host: OpenHost) -> None:
    """R32, R34: unmapping was a person's decision."""
    host = open_host().open_for_business()
    host.town.arrives()
    host.until_quiet()
    tenant = host.town.tenant().id
    known = {"tenant": host.town.known.tenant_id, "company": host.town.known.company_id}
    host.decide(customers=[known])

    report = host.cycle()

    assert host.company_of(tenant) is None
    assert {hold.bound for hold in report.plan.holds} == {NEW_CUSTOMER}
    host.approve(report)
    assert host.company_of(tenant) is not None
    assert len(host.town.tenants()) == len(host.town.users()) == 1


def test_with_a_lost_database_a_tenant_is_known_by_its_mark_and_not_made_again(
    open_host: OpenHost,
) -> None:
    """R32: state that matters can be rebuilt from the vendors."""
    host = open_host().open_for_business()
    host.town.arrives()
    host.until_quiet()
    tenant = host.town.tenant().id

    other = open_host(host.town)
    other.until_quiet(takes_over=True)

    assert other.company_of(tenant) is not None
    assert len(host.town.tenants()) == len(host.town.users()) == len(host.town.acronis.mails) == 1
