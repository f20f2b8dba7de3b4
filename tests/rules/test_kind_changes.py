# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""The field of a contract is switched: everything that follows is listed and held first (ACR-PAY-10, R24)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.guard import KIND_CHANGED, guard
from psabridge.rules.plans.plan import KindChange, Plan, SetItem, SetUnits
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Quota, Usage
from psabridge.rules.psa import DefinitionState, PaygDefinition, PsaSnapshot
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.words import BillingKind, ContractId, ServiceId, StepKind
from tests.builders import (
    SOUND,
    TODAY,
    a_contract,
    a_mapping_row,
    a_payg_contract,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    settings,
)
from tests.rules.asking import desired
from tests.rules.planning_cast import SNAPSHOT, Line, an_intent, history_of, pictures_of, snapshot_of

JANUARY = date(2026, 1, 1)
CONTRACT = ContractId(10)
PREPAID, PAYG = BillingKind.PREPAID, BillingKind.PAYG
SERVERS = a_mapping_row("pw_base_servers", 1001)
DECIDED = settings(a_mapping_row(), SERVERS)
SERVERS_USED = a_usage("servers", 3)


def servers(quota: int) -> OfferingItem:
    return an_item("pw_base_servers", "servers", quota=Quota(quota, 0))


def now_payg(units: int = 20, **changes: Any) -> Line:
    return Line([(JANUARY, units)], contract=a_payg_contract(**changes))


def now_prepaid(units: int = 20, **changes: Any) -> Line:
    return Line([(JANUARY, units)], contract=a_contract(**changes))


def acronis(
    quota: int | None, used: int | None, *, others: Iterable[OfferingItem] = (), usages: Iterable[Usage] = ()
) -> PlatformSnapshot:
    item = an_item(quota=Quota(quota, 0))
    return platform_snapshot(items=[item, *others], usages=[a_usage(quantity=used), *usages])


def plan_for(
    lines: Line | Iterable[Line],
    platform: PlatformSnapshot,
    settled: BillingKind | None,
    *intents: Intent,
    payg: PaygDefinition = SOUND,
    today: date = TODAY,
    waits: bool = True,
) -> Plan:
    """A guarded plan of a pairing that has long been running."""
    all_lines = [lines] if isinstance(lines, Line) else list(lines)
    psa: PsaSnapshot = replace(snapshot_of(all_lines, today), payg=payg)
    decided = replace(DECIDED, decreases_wait=waits)
    found = desired(decided, psa, platform)
    plan = make_plan(
        settings=decided,
        psa=psa,
        platform=platform,
        desired=found,
        pictures=pictures_of(all_lines, decided, psa, found),
        histories={line_id(100): history_of(*intents)},
        figures={},
        snapshot=SNAPSHOT,
        made_at=psa.read_at,
        kinds={} if settled is None else {CONTRACT: settled},
    )
    return guard(plan, decided, is_first_sync=False, known_lines=frozenset(line.id for line in all_lines))


def held(plan: Plan) -> set[str]:
    return {hold.step for hold in plan.holds if hold.bound == KIND_CHANGED}


def the_list(plan: Plan) -> Finding:
    (found,) = [one for one in plan.findings if one.code == "ACR-PAY-10" and "What follows" in one.problem]
    return found


def the_change(plan: Plan) -> KindChange:
    (change,) = plan.kind_changes
    return change


def test_prepaid_turned_pay_as_you_go_holds_the_quota_and_the_units() -> None:
    plan = plan_for(now_payg(20), acronis(quota=20, used=24), PREPAID)

    assert {type(step.change) for step in plan.steps} == {SetItem, SetUnits}
    assert held(plan) == {step.id for step in plan.steps}
    assert "was prepaid and is pay as you go now" in plan.holds[0].text


def test_pay_as_you_go_turned_prepaid_holds_the_quota() -> None:
    """The units standing there become quotas, and a last reading is rarely what was bought."""
    plan = plan_for(now_prepaid(20), acronis(quota=None, used=24), PAYG)

    assert held(plan) == {step.id for step in plan.steps}
    assert len(plan.steps) == 1


def test_a_field_that_was_cleared_is_prepaid() -> None:
    """R22: empty is prepaid while the definition is sound."""
    plan = plan_for(now_prepaid(20, payg_value=""), acronis(quota=None, used=24), PAYG)

    assert held(plan) == {step.id for step in plan.steps} != set()


def test_the_list_names_the_contract_and_every_consequence_of_pay_as_you_go() -> None:
    found = the_list(plan_for(now_payg(20), acronis(quota=20, used=24), PREPAID))

    assert found.severity is Severity.STOPS
    assert found.subject == "Company 1, contract 'Contract 10'"
    assert found.problem == (
        "it was prepaid and is pay as you go now. What follows: "
        "Service 1000: 20 → 24 units from 2026-03-10; "
        "Workstations: on with a quota of 20 → on with no limit"
    )


def test_the_list_names_the_units_that_become_quotas() -> None:
    found = the_list(plan_for(now_prepaid(20), acronis(quota=None, used=24), PAYG))

    assert found.problem == (
        "it was pay as you go and is prepaid now. What follows: "
        "Service 1000: 20 units stay, and are what was sold; "
        "Workstations: on with no limit → on with a quota of 20"
    )


def test_a_decrease_that_waits_is_on_the_list_too() -> None:
    """R16."""
    plan = plan_for(now_payg(20), acronis(quota=20, used=14), PREPAID)

    assert "Service 1000: 20 → 14 units, due 2026-04-01" in the_list(plan).problem
    assert the_change(plan).waits


def test_a_decrease_that_waited_is_still_held_when_its_day_comes() -> None:
    plan = plan_for(now_payg(20), acronis(quota=None, used=14), PREPAID, today=date(2026, 4, 1))

    assert held(plan) == {step.id for step in plan.steps} != set()


def test_the_kind_that_was_settled_holds_nothing() -> None:
    plan = plan_for(now_payg(20), acronis(quota=20, used=21), PAYG)

    assert plan.kind_changes == ()
    assert held(plan) == set()


def test_a_new_contract_is_no_change_of_kind() -> None:
    plan = plan_for(now_payg(20), acronis(quota=20, used=21), None)

    assert held(plan) == set()
    assert not the_change(plan).is_change
    assert not any("What follows" in finding.problem for finding in plan.findings)


@pytest.mark.parametrize("state", [state for state in DefinitionState if state is not DefinitionState.SOUND])
def test_an_unsound_field_tells_no_kind_and_lowers_nothing(state: DefinitionState) -> None:
    """R22, ERR-14."""
    plan = plan_for(now_prepaid(20), acronis(quota=None, used=24), PAYG, payg=PaygDefinition(state, id=500))

    assert plan.kind_changes == ()
    finishing = [StepKind.CREATE_DEFINITION] if state is DefinitionState.UNFINISHED else []
    assert [step.kind for step in plan.steps] == finishing


def test_a_value_that_is_neither_yes_nor_no_tells_no_kind() -> None:
    plan = plan_for(now_prepaid(20, payg_value="Maybe"), acronis(quota=None, used=24), PAYG)

    assert plan.kind_changes == ()
    assert plan.steps == ()


def test_a_change_that_changes_nothing_is_only_said() -> None:
    plan = plan_for(now_payg(20), acronis(quota=None, used=20), PREPAID)

    assert plan.steps == ()
    assert the_list(plan).severity is Severity.NOTE
    assert "20 units stay, as used" in the_list(plan).problem
    assert the_change(plan).is_told
    assert not the_change(plan).waits


def test_usage_that_cannot_be_read_leaves_the_change_open() -> None:
    plan = plan_for(now_payg(20), acronis(quota=20, used=None), PREPAID)

    assert "20 units, not known yet what is used" in the_list(plan).problem
    assert the_list(plan).severity is Severity.STOPS
    assert not the_change(plan).is_told


def test_a_change_on_its_way_leaves_the_change_of_kind_open() -> None:
    intent = an_intent(TODAY - timedelta(days=1), 20, 24, IntentState.IN_DOUBT)

    plan = plan_for(now_payg(20), acronis(quota=None, used=24), PREPAID, intent)

    assert plan.steps == ()
    assert the_change(plan).waits
    assert "20 units, a change is on its way" in the_list(plan).problem


def other_contract() -> Line:
    """Servers, prepaid as ever, on another contract of the same company."""
    return Line([(JANUARY, 5)], contract=a_contract(11), number=200)


def with_servers(plan_lines: list[Line]) -> PsaSnapshot:
    psa = snapshot_of(plan_lines)
    lines = {
        key: replace(line, service=ServiceId(1001)) if key == line_id(200) else line
        for key, line in psa.lines.items()
    }
    return replace(psa, lines=lines)


def plan_beside(quota_of_servers: int, *, sets_to_zero: bool = False, bought: bool = True) -> Plan:
    """Contract 10 is switched to prepaid; servers are sold on contract 11, or not at all."""
    lines = [now_prepaid(20), *([other_contract()] if bought else [])]
    decided = replace(DECIDED, set_quotas_to_zero=sets_to_zero)
    psa = with_servers(lines)
    platform = acronis(quota=None, used=24, others=[servers(quota_of_servers)], usages=[SERVERS_USED])
    found = desired(decided, psa, platform)
    plan = make_plan(
        settings=decided,
        psa=psa,
        platform=platform,
        desired=found,
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=psa.read_at,
        kinds={CONTRACT: PAYG, ContractId(11): PREPAID},
    )
    return guard(plan, decided, is_first_sync=False, known_lines=frozenset())


def items_held(plan: Plan) -> dict[str, bool]:
    return {
        step.change.wanted.key.name: step.id in held(plan)
        for step in plan.steps
        if isinstance(step.change, SetItem)
    }


def test_what_another_contract_sells_is_not_held() -> None:
    assert items_held(plan_beside(4)) == {"pw_base_workstations": True, "pw_base_servers": False}


def test_what_is_taken_away_beside_it_is_held_too() -> None:
    """ACR-DEP-01: whether unsold items go to 0 depends on what else is sold."""
    plan = plan_beside(4, sets_to_zero=True, bought=False)

    assert items_held(plan) == {"pw_base_workstations": True, "pw_base_servers": True}


def test_an_ended_contract_is_let_be() -> None:
    line = now_payg(20, ends=TODAY - timedelta(days=1))

    assert plan_for(line, acronis(quota=20, used=24), PREPAID).kind_changes == ()
