"""What a new customer gets: storage, account, second factor, and trial or production."""

from dataclasses import replace

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans.guard import NEW_CUSTOMER
from psabridge.rules.words import StepKind
from tests.arriving.conftest import OpenHost
from tests.arriving.town import STORAGE, WORKSTATIONS, Host, codes_of, open_town

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

    assert storages_on(host) == {town.storages[0]}
    assert host.town.quotas()[STORAGE] == 20 * 1024**3


def test_of_several_storages_the_operator_chooses_the_default(open_host: OpenHost) -> None:
    """ACR-STO-06: until then nothing is guessed."""
    town = open_town(storages=2)
    host = open_host(town).open_for_business()
    company = host.town.arrives()
    assert codes_of(host.until_quiet(), company) == {"ACR-STO-06"}
    assert host.town.tenants() == []

    host.decide(new_customers={"default_storage": town.storages[1]})
    host.until_quiet()

    assert storages_on(host) == {town.storages[1]}


def test_a_default_storage_that_is_gone_stops_the_customer(open_host: OpenHost) -> None:
    """ERR-11: no other one is picked silently."""
    host = open_host(new_customers={"default_storage": "a storage that was"}).open_for_business()
    company = host.town.arrives()

    report = host.until_quiet()

    assert codes_of(report, company) == {"ERR-11"}
    assert host.town.tenants() == []


def test_a_storage_that_is_not_free_gets_nothing_where_what_is_not_sold_gets_nothing(
    open_host: OpenHost,
) -> None:
    """ACR-STO-06, ACR-MAP-08."""
    host = open_host(set_quotas_to_zero=True).open_for_business()
    host.town.arrives()

    host.cycle()

    assert host.town.quotas() == {WORKSTATIONS: 5, STORAGE: 0}


def storages_on(host: Host) -> set[str | None]:
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

    assert codes_of(report, company) == {"R36"}
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
