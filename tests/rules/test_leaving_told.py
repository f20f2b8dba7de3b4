"""What is said of those who leave, and what the plan holds of them (ACR-DEP-07, ACR-DEP-08, R5, R21)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.due import DueTenant, Leavers
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans import guard as bounds
from psabridge.rules.plans.fingerprint import Target, is_stale
from psabridge.rules.plans.guard import guard
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.settings import Bounds, Confirmation, Exemption, PairingSettings
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import CompanyId, StepKind, TenantId
from tests.builders import (
    NOW,
    a_contract,
    a_customer,
    a_tenant,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)
from tests.rules.asking import desired, quotas
from tests.rules.leaving_cast import (
    BOTH,
    COMPANY,
    DELETED,
    DISABLED,
    ENABLED,
    NOT_READ,
    TENANT,
    Firm,
    codes,
    disabled_firm,
    due,
)
from tests.rules.planning_cast import SNAPSHOT

RULE = "ACR-DEP-03"


# ---- what is said before


def test_a_person_is_told_seven_days_before() -> None:
    """ACR-DEP-07."""
    firm = Firm()
    assert "ACR-DEP-07" not in codes(firm.left(2))
    found = firm.pass_days(1)
    (said,) = [one for one in found.findings if one.code == "ACR-DEP-07"]
    assert "disabled in 7 days" in said.problem
    assert "--exempt 1" in said.next_act
    (listed,) = found.listed
    assert (listed.is_soon, listed.left, listed.wanted) == (True, 7, DISABLED)


def test_before_deletion_too() -> None:
    firm = disabled_firm()
    assert "ACR-DEP-07" not in codes(firm.pass_days(12))
    found = firm.pass_days(1)
    assert "deleted in 7 days" in next(one.problem for one in found.findings if one.code == "ACR-DEP-07")


def test_the_list_names_what_pauses_and_who_is_exempt() -> None:
    firm = Firm()
    firm.left(5)
    (listed,) = firm.look(gaps=[NOT_READ]).listed
    assert "garbled" in listed.pause
    firm.decided = replace(firm.decided, exempt_customers=(Exemption(COMPANY, "archive"),))
    found = firm.look()
    (listed,) = found.listed
    assert (listed.exempt, listed.is_soon) == ("archive", False)
    assert codes(found) == set()


# ---- zeroing


def no_live_line(**changes: object) -> dict[str, int | None]:
    chosen = replace(settings(set_quotas_to_zero=True), **changes)  # type: ignore[arg-type]
    return quotas(desired(chosen, psa_snapshot(), platform_snapshot(items=[an_item()])))


def test_a_confirmed_customer_is_set_to_zero_and_an_exempt_one_never() -> None:
    """R5, R21, ACR-DEP-01, ACR-DEP-02: the exemption covers zeroing."""
    confirmed = (Confirmation(COMPANY, NOW.date()),)
    exempt = (Exemption(COMPANY, "archive"),)
    assert no_live_line() == {}
    assert no_live_line(leaving_confirmed=confirmed) == {"pw_base_workstations": 0}
    assert no_live_line(leaving_confirmed=confirmed, exempt_customers=exempt) == {}


# ---- the plan


def a_due(number: int = 1, wanted: TenantState = DISABLED) -> DueTenant:
    return DueTenant(
        a_tenant(number), CompanyId(number), f"Company {number}", wanted, "it left", "ACR-DEP-03"
    )


def plan_with(
    *wanted: DueTenant,
    mapped: int = 1,
    chosen: PairingSettings | None = None,
    desired: Desired | None = None,
    told: frozenset[TenantId] = frozenset(),
) -> Plan:
    customers = tuple(a_customer(number, number) for number in range(1, mapped + 1))
    decided = replace(chosen or settings(), customers=customers)
    plan = make_plan(
        settings=decided,
        psa=psa_snapshot(contracts=[a_contract()]),
        platform=platform_snapshot(),
        desired=desired or Desired(),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
        leavers=Leavers(due=wanted, told=told),
    )
    return guard(plan, decided, is_first_sync=False, known_lines=frozenset())


DISABLED_ONE = Finding("R34", Severity.NOTE, "Company 1, tenant 'Tenant 1'", "it is disabled", "Enable it")


@pytest.mark.parametrize(("told", "said"), [(frozenset({TENANT}), ()), (frozenset(), (DISABLED_ONE,))])
def test_that_somebody_may_enable_it_is_said_only_where_nothing_else_is_said_of_the_tenant(
    told: frozenset[TenantId], said: tuple[Finding, ...]
) -> None:
    """R34, ACR-DEP-07."""
    wanted = Desired(disabled=((TENANT, DISABLED_ONE),))
    assert plan_with(desired=wanted, told=told).findings == said


def test_of_each_disabled_tenant_one_thing_is_said_day_by_day_until_it_is_deleted() -> None:
    """R34, ACR-DEP-07: what becomes of it; coming back and touched it stops, and nothing is noted beside."""
    firm = disabled_firm()
    for _ in range(25):
        found = firm.pass_days(1)
        [said] = [one for one in found.findings if one.code in {"R34", "ACR-DEP-07"}]
        assert "the bridge disabled it" in said.problem
        assert found.told == {TENANT}
    back = firm.returns().look()
    assert (due(back), back.told) == ([ENABLED], {TENANT})
    touched = firm.touched().look()
    assert [one.severity for one in touched.findings] == [Severity.STOPS]
    assert touched.told == {TENANT}


def test_one_that_somebody_else_disabled_is_told_as_such_until_it_is_due_for_deletion() -> None:
    """R34: the bridge does not delete it, and says so once that is due."""
    firm = Firm().touched(is_enabled=False)
    assert firm.left(10).told == frozenset()
    assert firm.pass_days(13).told == {TENANT}


def test_a_step_says_why_and_carries_what_it_was_decided_from() -> None:
    (step,) = plan_with(a_due()).steps
    assert (step.kind, step.subject, step.evidence) == (
        StepKind.DISABLE_TENANT,
        "Company 1",
        Evidence(rule=RULE),
    )
    assert "it left" in step.reason


def test_enabling_comes_first_and_deletion_last() -> None:
    order = list(StepKind)
    assert order.index(StepKind.ENABLE_TENANT) < order.index(StepKind.SET_ITEM)
    assert order[-2:] == [StepKind.DISABLE_TENANT, StepKind.DELETE_TENANT]


def test_deletion_is_held_until_that_is_switched_off_by_name() -> None:
    """R61, ACR-DEP-04."""
    unasked = settings(leaving=replace(BOTH, deletes_unasked=True))
    held = plan_with(a_due(wanted=DELETED))
    assert [hold.bound for hold in held.holds] == [bounds.DELETION]
    assert plan_with(a_due(wanted=DELETED), chosen=unasked).holds == ()
    assert plan_with(a_due()).holds == ()


def test_many_that_leave_at_once_look_like_contracts_out_of_sight() -> None:
    """Promise 4."""
    two = (a_due(1), a_due(2))
    assert {hold.bound for hold in plan_with(*two, mapped=19).holds} == {bounds.MANY_LEAVE}
    assert plan_with(*two, mapped=20).holds == ()
    assert plan_with(a_due(1), mapped=1).holds == ()
    wide = settings(bounds=Bounds(share_of_lines=Decimal(1)))
    assert plan_with(*two, mapped=2, chosen=wide).holds == ()


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"is_enabled": False}, {"is_deleted": True}, {"parent": TENANT}], ids=str
)
def test_a_tenant_changed_since_the_plan_makes_its_step_stale(change: dict[str, object]) -> None:
    """R34: refused as stale if anybody touched it."""
    plan = plan_with(a_due())
    (step,) = plan.steps
    now = replace(a_tenant(), **change)  # type: ignore[arg-type]
    same = is_stale(step, plan=plan, today=plan.today, settings_version=1, target=Target(tenant=a_tenant()))
    moved = is_stale(step, plan=plan, today=plan.today, settings_version=1, target=Target(tenant=now))
    gone = is_stale(step, plan=plan, today=plan.today, settings_version=1, target=Target())
    assert same is None
    assert moved is not None
    assert gone is not None
