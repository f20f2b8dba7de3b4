"""Carries out tags of tenants: absolute, asked about before and after (design section 7, R32)."""

from collections.abc import Callable, Mapping, Sequence

from psabridge.engine.absolutes import one_by_one, verified
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
    return one_by_one(
        steps,
        SetTag,
        lambda step, change: _set(step, change, platform),
        before_each=before_each,
        after_each=after_each,
    )


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
    return verified(outcomes, SetTag, platform.tenants, _shows)


def _shows(tenants: Mapping[TenantId, Tenant], change: SetTag) -> bool:
    now = tenants.get(change.wanted.tenant)
    return now is not None and says(now, change.wanted.tag)


def _read(tenant: TenantId, platform: Platform) -> Tenant | None:
    try:
        return platform.tenants([tenant]).get(tenant)
    except (Busy, NotSent, Unreadable):
        return None  # not read: the outcome stays unknown and the next cycle looks again


def says(tenant: Tenant, tag: str | None) -> bool:
    """An empty tag is none."""
    return (tenant.internal_tag or None) == (tag or None)
