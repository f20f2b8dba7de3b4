"""Customers leave: counted, told, disabled, deleted, and back again (ACR-DEP-01 to -08), asked at Acronis."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from psabridge.engine.outcomes import StepState
from psabridge.engine.ports import Ports
from psabridge.engine.report import CycleReport
from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.lease import Lease
from psabridge.rules.leaving.kept import Disabling, Kept, Noted
from psabridge.rules.plans import guard
from psabridge.rules.words import PairingId, StepKind, TenantId
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

LEAVING = {"disables": True, "disable_after": 2, "deletes": True, "delete_after": 3}
AUTOMATIC = {"billing": "automatic", "provisioning": "automatic", "deprovisioning": "automatic"}
PUT = {"vendor": "acronis", "method": "PUT", "path": "/tenants/[^/]+$"}
DELETE = {"vendor": "acronis", "method": "DELETE", "path": "/tenants/[^/]+$"}
LATER = date(2028, 12, 31)


def firms(shop: Firms) -> tuple[Sale, Sale]:
    """One that will leave, and one that stays."""
    return shop.sale("Meadow Dental", units=10, used=12), shop.sale("Other & Sons", units=20, used=21)


def running(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    """Both were reported, and seen with what is sold to them."""
    chosen = {**LOOSE, "modes": AUTOMATIC, "leaving": LEAVING, **settings}
    journey, (firm, other) = open_shop(firms, **chosen)
    journey.settle()
    return journey, firm, other


def ends(journey: Journey, sale: Sale, day: date | None = None) -> None:
    """A person dates the contract's end; without a day it was yesterday."""
    over = day or journey.today - timedelta(days=1)
    journey.vendors.do(lambda: journey.vendors.autotask.life.move_end(sale.contract, over))


def days_pass(journey: Journey, days: int) -> CycleReport:
    """A cycle each day."""
    report = None
    for _ in range(days):
        report = journey.go_to(journey.today + timedelta(days=1)).cycle(waits=False)
    assert report is not None
    return report


def left(open_shop: OpenShop, days: int, **settings: object) -> tuple[Journey, Sale, Sale, CycleReport]:
    """The first firm's contract is over, and so many whole days were counted."""
    journey, firm, other = running(open_shop, **settings)
    ends(journey, firm, journey.today)
    return journey, firm, other, days_pass(journey, days + 2)


def tenant(journey: Journey, sale: Sale) -> Any:  # noqa: ANN401  the emulator's own record
    return journey.vendors.do(lambda: journey.vendors.acronis.tenants[sale.tenant])


def state(journey: Journey, sale: Sale) -> str:
    found = tenant(journey, sale)
    if found.deleted_at is not None:
        return "deleted"
    return "enabled" if found.enabled else "disabled"


def tenant_writes(journey: Journey) -> list[str]:
    return [one["method"] for one in journey.acronis_writes() if "/offering_items" not in one["path"]]


def disabled(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    journey, firm, other, _ = left(open_shop, 2, **settings)
    assert state(journey, firm) == "disabled"
    return journey, firm, other


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


# ---- outages, lost databases


def test_days_on_which_autotask_could_not_be_read_do_not_count(open_shop: OpenShop) -> None:
    """ACR-DEP-05, R20: an outage must not delete customers."""
    leaving = {**LEAVING, "disable_after": 4, "delete_after": 5}
    journey, firm, _, _ = left(open_shop, 1, leaving=leaving)
    journey.control("user", {"hidden_contracts": [firm.contract]})
    days_pass(journey, 30)
    journey.control("user", {"hidden_contracts": []})
    days_pass(journey, 2)
    assert state(journey, firm) == "enabled"
    days_pass(journey, 2)
    assert state(journey, firm) == "disabled"


def test_days_on_which_nobody_looked_do_not_count(open_shop: OpenShop) -> None:
    journey, firm, _, _ = left(open_shop, 1, leaving={**LEAVING, "disable_after": 4, "delete_after": 5})
    journey.go_to(journey.today + timedelta(days=90))
    days_pass(journey, 1)
    assert state(journey, firm) == "enabled"


def test_contracts_out_of_sight_start_nothing(open_shop: OpenShop) -> None:
    """R20: seen once and now absent is unreadable."""
    journey, firm, other = running(open_shop)
    journey.control("user", {"hidden_contracts": [firm.contract, other.contract]})
    days_pass(journey, 10)
    assert (state(journey, firm), state(journey, other)) == ("enabled", "enabled")


def test_with_the_database_lost_nobody_is_disabled_or_deleted(open_shop: OpenShop) -> None:
    """ACR-DEP-05: counting begins at 0, and after a person confirmed it (R21)."""
    journey, firm, _, _ = left(open_shop, 1)
    _lose_what_is_kept(journey)
    days_pass(journey, 20)
    assert state(journey, firm) == "enabled"


def test_a_disabled_tenant_is_not_deleted_with_the_database_lost(open_shop: OpenShop) -> None:
    settings = {"leaving": {**LEAVING, "deletes_unasked": True}}
    journey, firm, _ = disabled(open_shop, **settings)
    _lose_what_is_kept(journey)
    journey.configure(leaving_confirmed=[{"company": firm.customer.company_id, "day": journey.today}])
    days_pass(journey, 20)
    assert state(journey, firm) == "disabled"


def _lose_what_is_kept(journey: Journey) -> None:
    with journey.ports.leases.hold(journey.pairing, length=timedelta(minutes=5)) as lease:
        journey.ports.leaving.keep(journey.pairing, {}, lease)


# ---- lost answers and kills


@pytest.mark.parametrize(("fault", "shown"), [("reset_after", "disabled"), ("reset_before", "enabled")])
def test_a_lost_answer_to_disabling_is_settled_by_reading_back(
    open_shop: OpenShop, fault: str, shown: str
) -> None:
    journey, firm, _, _ = left(open_shop, 1)
    journey.vendors.faults.add(fault, **PUT)
    days_pass(journey, 1)
    assert state(journey, firm) == shown
    days_pass(journey, 1)
    assert state(journey, firm) == "disabled"
    ends(journey, firm, LATER)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_lost_answer_to_deletion_is_settled_by_reading_back(open_shop: OpenShop, fault: str) -> None:
    journey, firm, _ = disabled(open_shop, leaving={**LEAVING, "deletes_unasked": True})
    journey.vendors.faults.add(fault, **DELETE)
    days_pass(journey, 2)
    days_pass(journey, 1)
    assert state(journey, firm) == "deleted"
    kept = journey.ports.leaving.kept(journey.pairing)[TenantId(firm.tenant)].disabling
    assert kept is not None
    assert kept.gone_at is not None


@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_a_lost_answer_to_enabling_is_settled_by_reading_back(open_shop: OpenShop, fault: str) -> None:
    journey, firm, _ = disabled(open_shop)
    ends(journey, firm, LATER)
    journey.vendors.faults.add(fault, **PUT)
    journey.cycle(waits=False)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


class Killed(BaseException):
    """The process is gone."""


@contextmanager
def killed_at_commit(journey: Journey, number: int) -> Iterator[None]:
    """The process dies before the commit of that number about a tenant."""
    real, count = journey.ports.leaving, [0]

    class Dying:
        def kept(self, pairing: PairingId) -> Mapping[TenantId, Kept]:
            return real.kept(pairing)

        def keep(self, pairing: PairingId, kept: Mapping[TenantId, Kept], lease: Lease) -> None:
            real.keep(pairing, kept, lease)

        def note(
            self,
            pairing: PairingId,
            tenant: TenantId,
            disabling: Disabling | None,
            lease: Lease,
            noted: Noted | None = None,
        ) -> None:
            count[0] += 1
            if count[0] == number:
                raise Killed
            real.note(pairing, tenant, disabling, lease, noted)

    alive: Ports = journey.ports
    journey._ports = replace(alive, leaving=Dying())
    with pytest.raises(Killed):
        yield
    journey.start()


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_disabling_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    """Between disabling and confirmation: the tenant is disabled once, and known as ours."""
    journey, firm, other, _ = left(open_shop, 1)
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.cycle(waits=False)
    assert (state(journey, firm), state(journey, other)) == ("disabled", "enabled")
    assert tenant_writes(journey) == ["PUT"]
    ends(journey, firm, LATER)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_disabling_and_down_for_days_nothing_is_deleted(open_shop: OpenShop, at: int) -> None:
    journey, firm, _, _ = left(open_shop, 1, leaving={**LEAVING, "deletes_unasked": True})
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.go_to(journey.today + timedelta(days=30))
    journey.cycle(waits=False)
    assert state(journey, firm) == "disabled"


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_deletion_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    journey, firm, other = disabled(open_shop, leaving={**LEAVING, "deletes_unasked": True})
    days_pass(journey, 1)
    with killed_at_commit(journey, at):
        days_pass(journey, 1)
    journey.cycle(waits=False)
    assert (state(journey, firm), state(journey, other)) == ("deleted", "enabled")
    assert tenant_writes(journey) == ["PUT", "DELETE"]


@pytest.mark.parametrize("at", [1, 2])
def test_killed_around_enabling_it_ends_as_if_not_killed(open_shop: OpenShop, at: int) -> None:
    journey, firm, _ = disabled(open_shop)
    ends(journey, firm, LATER)
    with killed_at_commit(journey, at):
        journey.cycle(waits=False)
    journey.cycle(waits=False)
    assert state(journey, firm) == "enabled"
    assert tenant_writes(journey) == ["PUT", "PUT"]


# ---- at the shell


def at_the_shell(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, code: int = Exit.DONE) -> str:
        done = CliRunner().invoke(app, ["leaving", *words])
        assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
        return done.stdout

    return run


def test_the_list_says_who_is_due_within_seven_days_and_why(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-DEP-07."""
    journey, firm, _, report = left(open_shop, 1)
    run = at_the_shell(journey, monkeypatch)
    (listed,) = json.loads(run("--json"))["leavers"]
    assert (listed["company"], listed["days"], listed["left"]) == (firm.customer.company_id, 1, 1)
    assert listed["is_soon"] is True
    shown = run()
    assert "Meadow Dental" in shown
    assert "1 of 2" in shown
    assert "Other & Sons" not in shown
    assert "ACR-DEP-07" in codes(report.findings)


def test_an_exempt_customer_lives_on_with_its_reason(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ACR-DEP-07, R5."""
    journey, firm, _, _ = left(open_shop, 1)
    company = str(firm.customer.company_id)
    run = at_the_shell(journey, monkeypatch)
    assert "archive" in run("--exempt", company, "--reason", "archive")
    days_pass(journey, 30)
    assert state(journey, firm) == "enabled"
    run("--end-exemption", company)
    assert journey.settings.exempt_customers == ()
    said = AuditEntry.objects.filter(what__contains="exempt").values_list("what", flat=True)
    assert len(said) == 2


def test_a_customer_that_a_person_confirms_is_counted(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R21: the bridge came when the contract was over already."""
    chosen = {**LOOSE, "modes": AUTOMATIC}
    journey, (firm, _) = open_shop(firms, **chosen)
    journey.settle()
    ends(journey, firm, journey.today)
    journey.configure(leaving=LEAVING)
    report = days_pass(journey, 10)
    assert "R21" in codes(report.findings)
    run = at_the_shell(journey, monkeypatch)
    assert f"--confirm {firm.customer.company_id}" in run()
    run("--confirm", str(firm.customer.company_id))
    days_pass(journey, 4)
    assert state(journey, firm) == "disabled"


@pytest.mark.parametrize(
    "words", [("--confirm", "1"), ("--exempt", "1", "--reason", "x"), ("--end-exemption", "1")], ids=str
)
def test_a_word_about_nobody_is_refused(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    journey, _, _ = running(open_shop)
    before = journey.settings
    at_the_shell(journey, monkeypatch)(*words, code=Exit.WRONG_INPUT)
    assert journey.settings == before


def test_an_exemption_needs_its_reason(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> None:
    journey, firm, _ = running(open_shop)
    run = at_the_shell(journey, monkeypatch)
    run("--exempt", str(firm.customer.company_id), code=Exit.WRONG_INPUT)
    assert journey.settings.exempt_customers == ()
