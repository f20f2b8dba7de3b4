"""Makes services and the PAYG field: looked for by exact name before and after (design section 7)."""

from collections.abc import Callable, Sequence

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Decisions, Psa
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, Refused, Unreadable
from psabridge.rules.plans.plan import CreateDefinition, CreateService, Step
from psabridge.rules.words import PairingId


def create(
    steps: Sequence[Step], *, psa: Psa, decisions: Decisions, pairing: PairingId
) -> tuple[StepOutcome, ...]:
    return tuple(
        outcome
        for step in steps
        for outcome in (_create(step, psa=psa, decisions=decisions, pairing=pairing),)
        if outcome is not None
    )


def _create(step: Step, *, psa: Psa, decisions: Decisions, pairing: PairingId) -> StepOutcome | None:
    change = step.change
    if isinstance(change, CreateDefinition):
        return _attempt(step, lambda: _definition(step, psa, decisions, pairing))
    if isinstance(change, CreateService):
        return _attempt(step, lambda: _service(step, change, psa))
    return None


def _attempt(step: Step, act: Callable[[], StepOutcome]) -> StepOutcome:
    try:
        return act()
    except (Busy, NotSent, Unreadable) as error:
        return StepOutcome(step, StepState.WAITING, str(error), error.code)
    except Refused as error:
        return StepOutcome(step, StepState.REJECTED, str(error), error.code)
    except OutcomeUnknown as error:
        # The next cycle looks by name before it makes anything, so nothing is made twice.
        return StepOutcome(step, StepState.UNKNOWN, str(error), error.code)


def _definition(step: Step, psa: Psa, decisions: Decisions, pairing: PairingId) -> StepOutcome:
    decisions.remember_definition(pairing, psa.create_payg_definition())
    return StepOutcome(step, StepState.APPLIED)


def _service(step: Step, change: CreateService, psa: Psa) -> StepOutcome:
    name = change.service.name
    found = psa.find_services(name)
    if len(found) > 1:
        text = f'{len(found)} services are named "{name}". Choose one in the mapping'
        return StepOutcome(step, StepState.REJECTED, text, "R45")
    if found:
        return StepOutcome(step, StepState.APPLIED, "it was there already")
    psa.create_service(change.service)
    return StepOutcome(step, StepState.APPLIED, "made at price 0.00: give it a price in Autotask")
