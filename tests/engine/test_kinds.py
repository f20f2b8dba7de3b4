"""A billing kind is settled once nothing of its contract was left to do (R24)."""

from dataclasses import replace

import pytest

from psabridge.engine.kinds import settled_kinds
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.prepare import Observed, Prepared
from psabridge.rules.plans.plan import KindChange
from psabridge.rules.psa import Contract, DefinitionState, PaygDefinition
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import BillingKind, ContractId, PairingId, PlanId, SnapshotId, StepId
from tests.builders import a_contract, a_payg_contract, platform_snapshot, psa_snapshot, settings
from tests.store.cast import a_plan, a_step

CONTRACT = ContractId(10)
PREPAID, PAYG = BillingKind.PREPAID, BillingKind.PAYG
CHANGED = KindChange(CONTRACT, PREPAID, PAYG, (StepId("step-0"),), is_told=True, waits=False)
NOT_APPLIED = [state for state in StepState if state is not StepState.APPLIED]


def prepared(
    change: KindChange,
    contract: Contract | None = None,
    told: frozenset[ContractId] = frozenset({CONTRACT}),
    payg: PaygDefinition | None = None,
) -> Prepared:
    plan = replace(a_plan(PairingId(1), SnapshotId(1), steps=2), kind_changes=(change,))
    psa = psa_snapshot(contracts=[contract or a_payg_contract()])
    if payg is not None:
        psa = replace(psa, payg=payg)
    observed = Observed(settings(), psa, platform_snapshot(), Desired(told=told), SnapshotId(1), {})
    return Prepared(PlanId(1), plan, observed, {}, {})


def outcome(state: StepState, number: int = 0) -> StepOutcome:
    return StepOutcome(a_step(number), state)


def test_it_is_settled_when_every_step_of_the_contract_was_applied() -> None:
    outcomes = [outcome(StepState.APPLIED), outcome(StepState.HELD, 1)]

    assert settled_kinds(prepared(CHANGED), outcomes) == {CONTRACT: PAYG}


@pytest.mark.parametrize("state", NOT_APPLIED)
def test_it_is_not_settled_while_a_step_was_left(state: StepState) -> None:
    two = replace(CHANGED, steps=(StepId("step-0"), StepId("step-1")))

    assert settled_kinds(prepared(two), [outcome(StepState.APPLIED), outcome(state, 1)]) == {}


def test_it_is_not_settled_while_part_of_what_follows_is_unknown() -> None:
    assert settled_kinds(prepared(replace(CHANGED, is_told=False)), [outcome(StepState.APPLIED)]) == {}


def test_what_only_waits_for_its_day_has_not_been_released() -> None:
    assert settled_kinds(prepared(replace(CHANGED, steps=(), waits=True)), []) == {}


def test_what_waits_was_released_with_the_steps_beside_it() -> None:
    assert settled_kinds(prepared(replace(CHANGED, waits=True)), [outcome(StepState.APPLIED)]) == {
        CONTRACT: PAYG
    }


def test_a_change_from_which_nothing_follows_is_settled_at_once() -> None:
    assert settled_kinds(prepared(replace(CHANGED, steps=())), []) == {CONTRACT: PAYG}


def test_a_new_contract_is_settled_with_its_first_steps() -> None:
    new = replace(CHANGED, before=None, waits=True)

    assert settled_kinds(prepared(new), [outcome(StepState.HELD)]) == {}
    assert settled_kinds(prepared(replace(new, steps=())), []) == {CONTRACT: PAYG}


def test_a_field_switched_back_after_the_plan_was_shown_settles_nothing() -> None:
    found = prepared(replace(CHANGED, steps=()), a_contract())

    assert settled_kinds(found, []) == {}


def test_an_unsound_field_settles_nothing() -> None:
    """R22."""
    found = prepared(replace(CHANGED, steps=()), payg=PaygDefinition(DefinitionState.INACTIVE, id=500))

    assert settled_kinds(found, []) == {}


def test_a_customer_who_cannot_be_told_any_more_settles_nothing() -> None:
    assert settled_kinds(prepared(replace(CHANGED, steps=()), told=frozenset()), []) == {}
