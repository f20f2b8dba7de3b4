"""What a plan holds, and in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.due import DueTenant
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans.plan import CreateDefinition, CreateService, CustomerUnits, Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.settings import NewService
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.wanted.desired import Desired, DesiredTag, NewLine, NewNote
from psabridge.rules.words import CompanyId, LineId, ServiceId, StepKind
from tests.builders import (
    NOW,
    a_company,
    a_payg_contract,
    a_tenant,
    an_item,
    platform_snapshot,
    settings,
    tenant_id,
)
from tests.rules.planning_cast import (
    JANUARY,
    SNAPSHOT,
    TEN,
    Line,
    a_wanted_item,
    pictures_of,
    plan_for,
    plan_of,
    snapshot_of,
    the_step,
    wanted,
    wanted_units,
)

# Made one company after the other (tests/arriving).
NEWCOMERS = {
    StepKind.CREATE_TENANT,
    StepKind.ENABLE_APPLICATION,
    StepKind.GIVE_ITEM,
    StepKind.CREATE_USER,
    StepKind.SEND_ACTIVATION,
    StepKind.REQUIRE_SECOND_FACTOR,
    StepKind.BEGIN_PRODUCTION,
    StepKind.MAP_CUSTOMER,
}


def test_steps_come_in_the_order_in_which_they_are_carried_out() -> None:
    line = Line(TEN)
    desired = Desired(
        units=(wanted_units(12, line),),
        items=(a_wanted_item(an_item(), quota=25),),
        new_services=(NewService("Acronis servers", 5, PeriodType.MONTHLY),),
        create_definition=True,
        tags=(DesiredTag(tenant_id(1), CompanyId(1), "psabridge:1:1", "it is mapped to this company"),),
        new_lines=(NewLine(line.contract.id, CompanyId(1), ServiceId(1000), 3, "switched on"),),
        new_notes=(NewNote(line.contract.id, CompanyId(1), "follows Acronis", "it is not in use"),),
    )

    states = (TenantState.DELETED, TenantState.DISABLED, TenantState.ENABLED)
    due = [DueTenant(a_tenant(), CompanyId(1), "Company 1", state, "why", "R34") for state in states]

    plan = plan_for(desired, [line], [an_item()], due=due)

    assert [step.kind for step in plan.steps] == [kind for kind in StepKind if kind not in NEWCOMERS]


def test_steps_of_one_kind_come_by_company_name() -> None:
    contracts = [a_payg_contract(n, n) for n in (1, 2, 3)]
    lines = [Line(TEN, contract=c, number=c.id) for c in contracts]
    names = {1: "beta", 2: "Alpha", 3: "Gamma"}
    psa = replace(
        snapshot_of(lines), companies={CompanyId(n): a_company(n, name) for n, name in names.items()}
    )
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures_of(lines, settings(), psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert [step.company for step in plan.steps] == [2, 1, 3]


def test_the_same_change_decided_again_has_the_same_id_and_print() -> None:
    one, two = the_step(plan_of(Line(TEN), 12)), the_step(plan_of(Line(TEN), 12))

    assert (one.id, one.fingerprint) == (two.id, two.fingerprint)


@pytest.mark.parametrize(
    "other",
    [
        plan_of(Line(TEN), 13),
        plan_of(Line(TEN), 12, today=date(2026, 3, 11)),
        plan_of(Line([(JANUARY, 9)]), 12),
        plan_of(Line(TEN, number=101), 12),
    ],
)
def test_another_change_has_another_id(other: Plan) -> None:
    assert the_step(plan_of(Line(TEN), 12)).id != the_step(other).id


def test_a_service_named_twice_is_created_once() -> None:
    service = NewService("Acronis servers", 5, PeriodType.MONTHLY)

    plan = plan_for(Desired(new_services=(service, service)))

    assert [step.change for step in plan.steps] == [CreateService(service)]


def test_the_missing_field_is_created_by_its_name() -> None:
    assert [step.change for step in plan_for(Desired(create_definition=True)).steps] == [
        CreateDefinition("Acronis PAYG")
    ]


def test_findings_of_the_desired_state_stay_and_the_gravest_comes_first() -> None:
    note = Finding("R9", Severity.NOTE, "a", "price 0", "Look")
    grave = Finding("ERR-15", Severity.STOPS, "b", "two kinds", "Choose")

    assert plan_for(Desired(findings=(note, grave, note))).findings == (grave, note)


def test_a_plan_says_how_much_was_checked() -> None:
    """Promise 7."""
    line = Line(TEN)
    older = replace(line.snapshot(), read_at=NOW - timedelta(minutes=1))
    desired = replace(
        wanted(12, line), items=(a_wanted_item(an_item()),), checked_customers=3, unmapped_tenants=2
    )
    plan = make_plan(
        settings=settings(),
        psa=older,
        platform=platform_snapshot(items=[an_item()]),
        desired=desired,
        pictures={line.id: line.picture(JANUARY, date(2026, 5, 31))},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    done = plan.completeness
    assert done.as_of == datetime(2026, 3, 10, 8, 59, tzinfo=UTC)
    assert (done.customers_checked, done.customers_mapped, done.tenants_unmapped) == (3, 1, 2)
    assert (done.lines_checked, done.lines_right, done.items_checked, done.items_right) == (1, 0, 1, 1)


def test_a_plan_knows_the_units_of_each_customer() -> None:
    lines = [Line(TEN, number=100), Line([(JANUARY, 4)], number=101)]

    plan = plan_for(Desired(units=tuple(wanted_units(10, line) for line in lines)), lines)

    assert plan.customer_units == (CustomerUnits(CompanyId(1), 14),)


def test_eight_thousand_lines_are_planned_and_only_the_moved_ones_get_a_step() -> None:
    """2,000 customers with 4 lines each; a quarter of the lines moved."""
    contracts = [a_payg_contract(n, n) for n in range(1, 2001)]
    lines = [Line(TEN, contract=c, number=c.id * 10 + k) for c in contracts for k in range(4)]
    desired = Desired(units=tuple(wanted_units(10 + (n % 4 == 0), line) for n, line in enumerate(lines)))
    psa, chosen = snapshot_of(lines), settings()
    pictures = pictures_of(lines, chosen, psa, desired)
    histories = {LineId(line.id.kind, line.id.number): LineHistory(line.id) for line in lines}

    plan = make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures,
        histories=histories,
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert len(plan.steps) == 2000
