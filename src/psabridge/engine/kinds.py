"""Which contracts are settled under the billing kind they have now (R24, ACR-PAY-10)."""

from collections.abc import Iterable, Mapping

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.prepare import Observed, Prepared
from psabridge.rules.plans.plan import KindChange
from psabridge.rules.wanted.contract_state import kind_of
from psabridge.rules.words import BillingKind, ContractId, StepId


def settled_kinds(prepared: Prepared, outcomes: Iterable[StepOutcome]) -> Mapping[ContractId, BillingKind]:
    """Those of which the plan was carried out and nothing was left: held, waiting, refused or in doubt."""
    applied = frozenset(one.step.id for one in outcomes if one.state is StepState.APPLIED)
    return {
        change.contract: change.now
        for change in prepared.plan.kind_changes
        if _is_settled(change, applied) and _still_stands(change, prepared.observed)
    }


def _is_settled(change: KindChange, applied: frozenset[StepId]) -> bool:
    """A change of kind that only waits for its day has shown nobody anything to release yet."""
    if not change.is_told or not applied.issuperset(change.steps):
        return False
    return bool(change.steps) or not (change.is_change and change.waits)


def _still_stands(change: KindChange, observed: Observed) -> bool:
    """A plan may be older than what was read before it was applied."""
    contract = observed.psa.contracts.get(change.contract)
    return (
        contract is not None
        and kind_of(contract, observed.psa.payg) is change.now
        and change.contract in observed.desired.told
    )
