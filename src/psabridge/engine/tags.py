"""Carries out tags of tenants: absolute, asked about before and after (design section 7, R32)."""

from collections.abc import Callable, Mapping, Sequence

from psabridge.engine.outcomes import StepOutcome, StepState, asked
from psabridge.engine.ports import Platform
from psabridge.kit.errors import Busy, NotSent, Unreadable
from psabridge.rules.plans.plan import SetTag, Step
from psabridge.rules.platform import Tenant
from psabridge.rules.words import TenantId


def set_tags(
    steps: Sequence[Step],
    platform: Platform,
    *,
    before_each: Callable[[], None],
    after_each: Callable[[], None],
) -> tuple[StepOutcome, ...]:
    """One tenant after the other; `before_each` proves the lease (W1)."""
    outcomes = []
    for step in steps:
        if isinstance(step.change, SetTag):
            before_each()
            outcomes.append(_set(step, step.change, platform))
            after_each()
    return tuple(outcomes)


def _set(step: Step, change: SetTag, platform: Platform) -> StepOutcome:
    """Once, and once more where the answer was lost or stale and the tag still is what it was."""
    outcome = _ask(step, change, change.version, platform)
    if outcome.state is not StepState.UNKNOWN:
        return outcome
    now = _read(change.wanted.tenant, platform)
    if now is None:
        return outcome
    if says(now, change.wanted.tag):
        return StepOutcome(step, StepState.APPLIED, "the answer was lost; read back, it stands")
    if not says(now, change.before):
        return StepOutcome(step, StepState.STALE, "somebody else wrote the tag meanwhile", "R32")
    return _ask(step, change, now.version, platform)


def _ask(step: Step, change: SetTag, version: int, platform: Platform) -> StepOutcome:
    return asked(step, lambda: platform.set_tag(change.wanted.tenant, change.wanted.tag, version))


def verify_tags(outcomes: Sequence[StepOutcome], platform: Platform) -> tuple[StepOutcome, ...]:
    """Read the tenants that were changed once more; what does not show as set is unknown."""
    changed = [
        outcome.step.change.wanted.tenant
        for outcome in outcomes
        if outcome.state is StepState.APPLIED and isinstance(outcome.step.change, SetTag)
    ]
    try:
        now = platform.tenants(changed)
    except (Busy, NotSent, Unreadable) as error:
        return tuple(_verified(outcome, {}, f"set, and not read back: {error}") for outcome in outcomes)
    return tuple(_verified(outcome, now, "the platform does not show it yet") for outcome in outcomes)


def _verified(outcome: StepOutcome, now: Mapping[TenantId, Tenant], otherwise: str) -> StepOutcome:
    change = outcome.step.change
    if outcome.state is not StepState.APPLIED or not isinstance(change, SetTag):
        return outcome
    tenant = now.get(change.wanted.tenant)
    if tenant is not None and says(tenant, change.wanted.tag):
        return outcome
    return StepOutcome(outcome.step, StepState.UNKNOWN, otherwise)


def _read(tenant: TenantId, platform: Platform) -> Tenant | None:
    try:
        return platform.tenants([tenant]).get(tenant)
    except (Busy, NotSent, Unreadable):
        return None  # not read: the outcome stays unknown and the next cycle looks again


def says(tenant: Tenant, tag: str | None) -> bool:
    """An empty tag is none."""
    return (tenant.internal_tag or None) == (tag or None)
