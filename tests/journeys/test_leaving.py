"""Customers leave: counted, disabled, deleted, and back again (ACR-DEP-01 to -08), asked at Acronis."""

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans import guard
from psabridge.rules.words import StepKind
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.leavers import (
    AUTOMATIC,
    LATER,
    LEAVING,
    PUT,
    days_pass,
    disabled,
    ends,
    left,
    running,
    state,
    tenant,
    tenant_writes,
)


def test_while_it_is_off_nothing_happens_and_nothing_is_kept(open_shop: OpenShop) -> None:
    """ACR-DEP-03, ACR-DEP-04: off by default."""
    journey, firm, _, report = left(open_shop, 40, leaving={})
    assert state(journey, firm) == "enabled"
    assert journey.ports.leaving.kept(journey.pairing) == {}
    assert not codes(report.findings) & {"ACR-DEP-07", "R21"}


def test_a_customer_that_left_is_disabled_after_its_days_and_the_other_lives(open_shop: OpenShop) -> None:
    """ACR-DEP-03, ACR-DEP-05, R21."""
    journey, firm, other, _ = left(open_shop, 1)
    assert state(journey, firm) == "enabled"
    report = days_pass(journey, 1)
    assert (state(journey, firm), state(journey, other)) == ("disabled", "enabled")
    (outcome,) = [one for one in report.outcomes if one.step.kind is StepKind.DISABLE_TENANT]
    assert outcome.state is StepState.APPLIED
    assert "2 whole days" in outcome.step.reason


def test_every_step_stands_in_the_audit_with_its_reason(open_shop: OpenShop) -> None:
    """ACR-DEP-07."""
    disabled(open_shop)
    told = list(AuditEntry.objects.filter(what__startswith="tenant").order_by("pk"))
    assert [one.what for one in told] == ["tenant is to be disabled", "tenant was disabled"]
    assert {one.subject for one in told} == {"Meadow Dental"}
    assert all("2 whole days" in one.detail for one in told)


def test_a_second_cycle_asks_nothing_again(open_shop: OpenShop) -> None:
    journey, _, _ = disabled(open_shop)
    before = tenant_writes(journey)
    journey.cycle(waits=False)
    assert tenant_writes(journey) == before == ["PUT"]


@pytest.mark.parametrize("mode", ["observe", "approve"])
def test_in_other_modes_it_is_only_shown(open_shop: OpenShop, mode: str) -> None:
    journey, firm, _, report = left(open_shop, 5, modes={**AUTOMATIC, "deprovisioning": mode})
    assert [one.kind for one in report.plan.steps] == [StepKind.DISABLE_TENANT]
    assert state(journey, firm) == "enabled"


def test_a_configuration_without_the_mode_only_observes(open_shop: OpenShop) -> None:
    journey, firm, _, report = left(open_shop, 5, modes={"billing": "automatic", "provisioning": "automatic"})
    assert report.plan.steps
    assert state(journey, firm) == "enabled"


def test_deletion_waits_for_a_person_in_automatic_mode_too(open_shop: OpenShop) -> None:
    """R61, ACR-DEP-04, R37."""
    journey, firm, other = disabled(open_shop)
    report = days_pass(journey, 2)
    assert [hold.bound for hold in report.plan.holds] == [guard.DELETION]
    assert state(journey, firm) == "disabled"

    journey.approve(report)

    assert (state(journey, firm), state(journey, other)) == ("deleted", "enabled")
    assert tenant_writes(journey) == ["PUT", "DELETE"]


def test_it_is_deleted_unasked_only_where_that_is_said_by_name(open_shop: OpenShop) -> None:
    """ACR-DEP-04; not on the day it was disabled (R37)."""
    journey, firm, _ = disabled(open_shop, leaving={**LEAVING, "deletes_unasked": True})
    journey.advance(hours=5).cycle(waits=False)
    assert state(journey, firm) == "disabled"
    days_pass(journey, 2)
    assert state(journey, firm) == "deleted"


def about_the_tenant(report: CycleReport) -> list[Finding]:
    return [one for one in report.findings if one.code in {"R34", "ACR-DEP-07"}]


def test_of_a_disabled_tenant_one_finding_says_what_comes_of_it(open_shop: OpenShop) -> None:
    """ACR-DEP-07, R34: not "to be deleted now" beside "enable it if it should work again"."""
    journey, firm, _ = disabled(open_shop)
    [told] = about_the_tenant(days_pass(journey, 2))
    assert (told.code, told.severity) == ("ACR-DEP-07", Severity.WARNING)
    assert "the bridge disabled it, and it is to be deleted now" in told.problem
    assert f"psabridge leaving --exempt {firm.customer.company_id}" in told.next_act


def test_of_a_disabled_tenant_that_is_not_deleted_it_is_said_who_disabled_it(open_shop: OpenShop) -> None:
    """R34: by the bridge, and what enables it again."""
    journey, _, _ = disabled(open_shop, leaving={"disables": True, "disable_after": 2})
    [told] = about_the_tenant(days_pass(journey, 2))
    assert (told.code, told.severity) == ("R34", Severity.NOTE)
    assert "the bridge disabled it" in told.problem
    assert "the bridge does not delete it" in told.problem
    assert "sell it a service" in told.next_act


def test_of_a_customer_that_came_back_to_a_touched_tenant_one_finding_asks_for_a_person(
    open_shop: OpenShop,
) -> None:
    """R34: the finding that stops, and no note beside it."""
    journey, firm, _ = disabled(open_shop)
    journey.cycle(waits=False)
    journey.control("tenant/edit", {"tenant": firm.tenant, "fields": {"name": "Meadow"}}, vendor="acronis")
    ends(journey, firm, LATER)
    [told] = about_the_tenant(journey.cycle(waits=False))
    assert told.severity is Severity.STOPS


def test_while_nobody_leaves_a_disabled_tenant_is_told_as_one_that_somebody_may_enable(
    open_shop: OpenShop,
) -> None:
    """R34: with leaving off again, or for an exempt customer, enabling by hand is what helps."""
    journey, firm, _ = disabled(open_shop)
    journey.configure(exempt_customers=[{"company": firm.customer.company_id, "reason": "they will be back"}])
    exempt = about_the_tenant(days_pass(journey, 1))
    journey.configure(exempt_customers=[], leaving={})
    off = about_the_tenant(days_pass(journey, 1))
    for [told] in (exempt, off):
        assert (told.code, told.severity) == ("R34", Severity.NOTE)
        assert "Enable it in Acronis" in told.next_act


def test_coming_back_it_is_enabled_at_the_next_cycle(open_shop: OpenShop) -> None:
    """ACR-DEP-08, R34."""
    journey, firm, _ = disabled(open_shop)
    ends(journey, firm, LATER)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"
    days_pass(journey, 4)
    assert state(journey, firm) == "enabled"


def test_coming_back_it_stays_disabled_where_a_person_touched_it(open_shop: OpenShop) -> None:
    """R34: nobody touched it since."""
    journey, firm, _ = disabled(open_shop)
    journey.cycle(waits=False)
    journey.control("tenant/edit", {"tenant": firm.tenant, "fields": {"name": "Meadow"}}, vendor="acronis")
    ends(journey, firm, LATER)
    report = journey.cycle(waits=False)
    assert state(journey, firm) == "disabled"
    assert any(one.code == "R34" and "somebody changed" in one.problem for one in report.findings)


def test_coming_back_after_deletion_nothing_is_done_and_both_ways_are_offered(open_shop: OpenShop) -> None:
    """R34, ACR-DEP-08: restore or new, never automatic."""
    journey, firm, _ = disabled(open_shop)
    journey.approve(days_pass(journey, 2))
    ends(journey, firm, LATER)
    writes = tenant_writes(journey)
    report = days_pass(journey, 2)
    assert state(journey, firm) == "deleted"
    assert tenant_writes(journey) == writes
    assert any(one.code == "R34" and "Restore" in one.next_act for one in report.findings)


def _forgotten_by_acronis(journey: Journey, sale: Sale) -> None:
    """What was deleted long ago is not even listed among the deleted."""
    acronis = journey.vendors.acronis

    def forget() -> None:
        found = acronis.tenants.pop(sale.tenant)
        acronis.children[found.parent_id].remove(found.id)

    journey.vendors.do(forget)


@pytest.mark.parametrize("is_listed", [True, False])
def test_what_the_bridge_deleted_is_told_once_and_is_no_trouble(
    open_shop: OpenShop, *, is_listed: bool
) -> None:
    """R34, R38, ERR-22: one finding with the next act, however Acronis shows what is deleted."""
    journey, firm, _ = disabled(open_shop)
    journey.approve(days_pass(journey, 2))
    days_pass(journey, 1)
    if not is_listed:
        _forgotten_by_acronis(journey, firm)

    report = days_pass(journey, 1)

    [told] = report.findings
    assert (told.code, told.severity) == ("R34", Severity.NOTE)
    assert f"psabridge customers unmap {firm.customer.company_id}" in told.next_act
    assert report.plan.steps == ()


def test_a_tenant_that_somebody_else_deleted_is_still_a_trouble(open_shop: OpenShop) -> None:
    """R34, R38: it is billed and no longer measured, and nobody of ours did it."""
    journey, firm, _ = running(open_shop)
    found = tenant(journey, firm)
    journey.vendors.do(lambda: setattr(found, "deleted_at", journey.vendors.clock.now))

    [listed] = [one for one in days_pass(journey, 1).findings if "Meadow" in one.subject]
    _forgotten_by_acronis(journey, firm)
    [unseen] = [one for one in days_pass(journey, 1).findings if one.severity is Severity.STOPS]

    assert (listed.code, listed.severity) == ("R34", Severity.STOPS)
    assert unseen.code == "R38"


def test_a_tenant_touched_since_the_plan_is_not_deleted(open_shop: OpenShop) -> None:
    """Refused as stale, by the plan and by the platform's own version."""
    journey, firm, _ = disabled(open_shop)
    report = days_pass(journey, 2)
    journey.control("tenant/edit", {"tenant": firm.tenant, "fields": {"name": "Meadow"}}, vendor="acronis")
    applied = journey.approve(report)
    assert [one.state for one in applied.outcomes] == [StepState.STALE]
    assert state(journey, firm) == "disabled"


def test_a_tenant_touched_right_before_the_request_is_not_disabled(open_shop: OpenShop) -> None:
    """The request carries the version that was read; the platform refuses it."""
    journey, firm, _, _ = left(open_shop, 1)
    edit = {"path": "tenant/edit", "body": {"tenant": firm.tenant, "fields": {"name": "Meadow"}}}
    journey.vendors.faults.add("pass", before=[edit], **PUT)
    report = days_pass(journey, 1)
    assert report.count(StepState.STALE) == 1
    assert state(journey, firm) == "enabled"


def test_a_contract_that_comes_back_between_plan_and_apply_stops_the_deletion(open_shop: OpenShop) -> None:
    journey, firm, _ = disabled(open_shop)
    report = days_pass(journey, 2)
    ends(journey, firm, LATER)
    journey.approve(report)
    assert state(journey, firm) != "deleted"
