"""Who gets a tenant, who is asked about first, and for whom nothing is made (behaviour section 6)."""

from dataclasses import replace

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.rules.plans.guard import MANY_CUSTOMERS, NEW_CUSTOMER
from psabridge.rules.words import StepKind
from psabridge.store.models import CustomerRow, Pairing
from psabridge_proof.installation import LOOSE, PAIRING, Installation
from tests.arriving.conftest import OpenHost
from tests.arriving.town import STORAGE, WORKSTATIONS, Host, open_town


def _codes(report: CycleReport, company: int) -> set[str]:
    return {one.code for one in report.findings if one.company == company}


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


# ---- stopped


def test_a_tenant_of_the_same_name_stops_the_creation_until_somebody_maps(open_host: OpenHost) -> None:
    """ACR-PRV-15, ERR-13: two tenants of one customer split its backups."""
    host = open_host().open_for_business()
    there = host.town.acronis.add_tenant("meadow  DENTAL")
    company = host.town.arrives()

    report = host.until_quiet()

    assert _codes(report, company) == {"ERR-13"}
    assert host.town.tenants() == []
    assert host.company_of(there) is None


def test_two_companies_of_one_name_do_not_get_two_tenants(open_host: OpenHost) -> None:
    """ACR-PRV-15."""
    host = open_host().open_for_business()
    first, second = host.town.arrives(), host.town.arrives()

    report = host.until_quiet()

    assert host.company_of(host.town.tenant().id) == first
    assert _codes(report, second) == {"ERR-13"}


@pytest.mark.parametrize("contact", [None, ("Kim", "Meadow", "")], ids=["no contact", "no e-mail"])
def test_without_a_contact_and_its_address_the_company_waits_and_the_others_do_not(
    open_host: OpenHost, contact: tuple[str, str, str] | None
) -> None:
    """ERR-12, ACR-PRV-05, ACR-PRV-14: tried again in each cycle, and no silent fall-back."""
    host = open_host().open_for_business()
    company = host.town.arrives(contact=contact)
    host.town.arrives("Other Ltd", contact=("Pat", "Other", "pat@other.example"))

    report = host.until_quiet()

    assert _codes(report, company) == {"ERR-12"}
    assert host.town.tenants() == []
    assert host.town.user("Other Ltd").login == "pat@other.example"
    host.town.autotask.database.change("Contacts", _contact(host, company), emailAddress="kim@meadow.example")
    host.until_quiet()
    assert host.town.user().login == "kim@meadow.example"


def _contact(host: Host, company: int) -> int:
    contacts = host.town.autotask.database["Contacts"].all()
    found = [one["id"] for one in contacts if one["companyID"] == company]
    return found[0] if found else host.town.autotask.add_contact(company, "Kim", "Meadow", "", primary=True)


def test_while_nobody_can_tell_the_kind_of_contracts_no_tenant_is_made(open_host: OpenHost) -> None:
    """R22: the field is inactive."""
    host = open_host().open_for_business()
    (definition,) = host.town.autotask.database["UserDefinedFieldDefinitions"].all()
    host.town.autotask.database.change("UserDefinedFieldDefinitions", definition["id"], isActive=False)
    host.town.arrives()

    report = host.cycle()

    assert "ERR-14" in {one.code for one in report.findings}
    assert host.town.tenants() == []


# ---- storage


def test_who_buys_no_storage_gets_the_only_one_there_is(open_host: OpenHost) -> None:
    """ACR-STO-06."""
    host = open_host().open_for_business()
    host.town.arrives()

    host.until_quiet()

    assert host.town.quotas() == {WORKSTATIONS: 5, STORAGE: None}


def test_who_buys_a_storage_gets_that_one_alone(open_host: OpenHost) -> None:
    """ACR-STO-06: with units in GB."""
    town = open_town(storages=2)
    host = open_host(town, new_customers={"default_storage": town.storages[1]}).open_for_business()
    host.town.arrives(sold="storage", units=20)

    host.until_quiet()

    assert _storages(host) == {town.storages[0]}
    assert host.town.quotas()[STORAGE] == 20 * 1024**3


def test_of_several_storages_the_operator_chooses_the_default(open_host: OpenHost) -> None:
    """ACR-STO-06: until then nothing is guessed."""
    town = open_town(storages=2)
    host = open_host(town).open_for_business()
    company = host.town.arrives()
    assert _codes(host.until_quiet(), company) == {"ACR-STO-06"}
    assert host.town.tenants() == []

    host.decide(new_customers={"default_storage": town.storages[1]})
    host.until_quiet()

    assert _storages(host) == {town.storages[1]}


def test_a_default_storage_that_is_gone_stops_the_customer(open_host: OpenHost) -> None:
    """ERR-11: no other one is picked silently."""
    host = open_host(new_customers={"default_storage": "a storage that was"}).open_for_business()
    company = host.town.arrives()

    report = host.until_quiet()

    assert _codes(report, company) == {"ERR-11"}
    assert host.town.tenants() == []


def test_a_storage_that_is_not_free_gets_nothing_where_what_is_not_sold_gets_nothing(
    open_host: OpenHost,
) -> None:
    """ACR-STO-06, ACR-MAP-08."""
    host = open_host(set_quotas_to_zero=True).open_for_business()
    host.town.arrives()

    host.cycle()

    assert host.town.quotas() == {WORKSTATIONS: 5, STORAGE: 0}


def _storages(host: Host) -> set[str | None]:
    return {one.infra_id for one in host.town.tenant().items.values() if one.status == 1 and one.infra_id}


# ---- account, factor, mode


def test_an_account_by_company_name_has_its_login_from_the_name_and_one_address_for_all(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-05, ACR-PRV-07, R36."""
    new = {"account_from": "company name", "activation_email": "backup@provider.example"}
    host = open_host(new_customers=new).open_for_business()
    host.town.arrives("Straße & Söhne", contact=None)
    host.town.arrives("STRASSE Sohne", contact=None)

    host.until_quiet()

    logins = {host.town.user(name).login for name in ("Straße & Söhne", "STRASSE Sohne")}
    assert logins == {"strasse.sohne", "strasse.sohne.2"}
    assert [mail["to"] for mail in host.town.acronis.mails] == ["backup@provider.example"] * 2


def test_a_customer_may_have_an_activation_address_of_its_own(open_host: OpenHost) -> None:
    """ACR-PRV-07: the address for all is overridden for one; the login stays the company's name."""
    host = open_host().open_for_business()
    own = host.town.arrives("Own Ltd", contact=None)
    host.town.arrives("Other Ltd", contact=None)
    host.decide(
        new_customers={
            "account_from": "company name",
            "activation_email": "backup@provider.example",
            "activation_emails": [{"company": own, "address": "it@own.example"}],
        }
    )

    host.until_quiet()

    assert {mail["to"] for mail in host.town.acronis.mails} == {"backup@provider.example", "it@own.example"}
    assert host.town.user("Own Ltd").login == "own.ltd"


def test_a_login_that_is_taken_gets_a_number_before_the_at_sign(open_host: OpenHost) -> None:
    """R36, ACR-PRV-06: the activation mail goes to the address itself."""
    host = open_host().open_for_business()
    host.town.arrives("One Ltd")
    host.town.arrives("Two Ltd")

    host.until_quiet()

    assert {host.town.user(name).login for name in ("One Ltd", "Two Ltd")} == {
        "kim@meadow.example",
        "kim.2@meadow.example",
    }
    assert [mail["to"] for mail in host.town.acronis.mails] == ["kim@meadow.example"] * 2


def test_an_address_that_cannot_be_a_login_stops_before_a_tenant_is_made(open_host: OpenHost) -> None:
    """R36."""
    host = open_host().open_for_business()
    company = host.town.arrives(contact=("Kim", "O'Neil", "kim.o'neil@meadow.example"))

    report = host.until_quiet()

    assert _codes(report, company) == {"R36"}
    assert host.town.tenants() == []


def test_with_two_factor_ticked_the_new_customer_has_it_and_existing_ones_are_not_touched(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-08."""
    host = open_host(new_customers={"two_factor": True}).open_for_business()
    host.town.arrives()

    host.until_quiet()

    assert (host.town.tenant().mfa, host.town.user().mfa) == (True, True)
    assert host.town.acronis.tenants[host.town.known.tenant_id].mfa is False


def test_a_second_factor_that_acronis_refuses_is_said_and_the_customer_is_not_complete(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-08, ACR-PRV-14."""
    host = open_host(new_customers={"two_factor": True}).open_for_business()
    host.town.arrives()
    host.town.fault("refuse", "PUT", "/mfa/status$", status=403)

    report = host.cycle()

    (refused,) = [one for one in report.outcomes if one.state is StepState.REJECTED]
    assert refused.step.kind is StepKind.REQUIRE_SECOND_FACTOR
    assert host.company_of(host.town.tenant().id) is None
    host.until_quiet()
    assert host.company_of(host.town.tenant().id) is not None


def test_where_acronis_does_not_let_the_second_factor_be_changed_it_is_not_tried(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-08: `update_allowed` is asked first."""
    host = open_host(new_customers={"two_factor": True}).open_for_business()
    host.town.arrives()
    host.town.fault("refuse", "POST", "/users$", status=403)
    host.cycle()
    host.town.tenant().mfa_update_allowed = False

    report = host.cycle()

    assert [one.code for one in report.outcomes if one.state is StepState.REJECTED] == ["ACR-PRV-08"]
    assert host.town.writes("/mfa/status") == 0


def test_where_acronis_is_strict_about_applications_and_roles_a_customer_is_made_as_well(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-01: items need their application first, roles every key."""
    host = open_host().open_for_business()
    switches = host.town.acronis.switches
    host.town.acronis.switches = replace(switches, items_need_binding=True, policies_need_full_rows=True)
    host.town.arrives()

    host.cycle()

    assert host.town.quotas()[WORKSTATIONS] == 5
    assert len(host.town.user().policies) == 1
    assert host.company_of(host.town.tenant().id) is not None


def test_a_customer_ordered_as_trial_stays_one_until_acronis_ends_it_and_is_billed_meanwhile(
    open_host: OpenHost,
) -> None:
    """ACR-PRV-09, ACR-PRV-10, ACR-PRV-11: billed with a mark; the bridge changes no mode."""
    host = open_host(new_customers={"mode": "trial"}).open_for_business()
    company = host.town.arrives(payg="Yes", units=0)
    host.cycle()
    tenant = host.town.tenant()
    assert (tenant.mode, host.company_of(tenant.id)) == ("trial", company)
    host.town.acronis.set_usage(tenant.id, "workstations", 7)
    host.town.advance(minutes=11)

    report = host.cycle()

    (step,) = [one for one in report.plan.steps if one.kind is StepKind.SET_UNITS]
    assert "trial" in step.reason
    host.until_quiet()
    host.town.emulation.clock.set(host.town.emulation.now.replace(month=5))
    host.until_quiet()
    assert host.town.tenant().mode == "production"
    assert host.town.writes("/pricing") == 0


def test_production_ordered_and_left_in_trial_is_finished_in_the_same_month(open_host: OpenHost) -> None:
    """R35."""
    host = open_host().open_for_business()
    host.town.arrives()
    host.town.fault("refuse", "PUT", "/pricing$", status=403)
    host.cycle()
    assert host.town.tenant().mode == "trial"

    host.cycle()

    assert host.town.tenant().mode == "production"


def test_production_that_would_begin_in_a_later_month_waits_for_a_person(open_host: OpenHost) -> None:
    """R35, LIM-14: it bills the whole month and cannot be undone."""
    host = open_host().open_for_business()
    host.town.arrives()
    host.town.fault("refuse", "PUT", "/pricing$", status=403)
    host.cycle()
    host.town.emulation.clock.set(host.town.emulation.now.replace(month=4, day=2))

    report = host.cycle()

    assert {hold.bound for hold in report.plan.holds} == {NEW_CUSTOMER}
    assert host.town.tenant().mode == "trial"
    host.approve(report)
    assert (host.town.tenant().mode, host.company_of(host.town.tenant().id) is None) == ("production", False)


# ---- by hand


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
    host.town.autotask.database.change("Contacts", _contact(host, company), emailAddress="new@meadow.example")

    report = host.apply(shown.plan_id, shown.plan)

    assert report.is_stale
    assert host.town.users() == []


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
