"""Carries out quotas and item status: absolute values, asked about before and after (design section 7)."""

from collections.abc import Callable, Mapping, Sequence

from psabridge.engine.absolutes import one_by_one, verified
from psabridge.engine.outcomes import StepOutcome, StepState, asked
from psabridge.engine.ports import Platform
from psabridge.kit.errors import Busy, NotSent, Unreadable
from psabridge.rules.plans.plan import SetItem, Step
from psabridge.rules.platform import OfferingItem
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import TenantId

Items = Mapping[TenantId, tuple[OfferingItem, ...]]


def set_items(
    steps: Sequence[Step],
    platform: Platform,
    *,
    before_each: Callable[[], None],
    after_each: Callable[[], None],
) -> tuple[StepOutcome, ...]:
    return one_by_one(
        steps,
        SetItem,
        lambda step, change: set_one(step, change, platform),
        before_each=before_each,
        after_each=after_each,
    )


def set_one(step: Step, change: SetItem, platform: Platform) -> StepOutcome:
    """Once, and once more where the answer was lost or stale and the item still is not as wanted."""
    outcome = _ask(step, change.wanted, change.before, platform)
    if outcome.state is not StepState.UNKNOWN:
        return outcome
    now = read_item(change.wanted, platform)
    if now is not None and is_as_wanted(now, change.wanted):
        return StepOutcome(step, StepState.APPLIED, "the answer was lost; read back, it stands")
    if now is None:
        return outcome
    return _ask(step, change.wanted, now, platform)


def _ask(step: Step, wanted: DesiredItem, before: OfferingItem | None, platform: Platform) -> StepOutcome:
    return asked(step, lambda: platform.set_item(wanted, before))


def verify_items(outcomes: Sequence[StepOutcome], platform: Platform) -> tuple[StepOutcome, ...]:
    return verified(outcomes, SetItem, platform.items, _shows)


def _shows(items: Items, change: SetItem) -> bool:
    now = find_item(items, change.wanted)
    return now is not None and is_as_wanted(now, change.wanted)


def read_item(wanted: DesiredItem, platform: Platform) -> OfferingItem | None:
    try:
        return find_item(platform.items([wanted.tenant]), wanted)
    except (Busy, NotSent, Unreadable):
        return None  # not read: the outcome stays unknown and the next cycle looks again


def find_item(items: Items, wanted: DesiredItem) -> OfferingItem | None:
    return next((item for item in items.get(wanted.tenant, ()) if item.key == wanted.key), None)


def is_as_wanted(now: OfferingItem, wanted: DesiredItem) -> bool:
    """An item that is off has no quota worth comparing."""
    if now.is_on != wanted.is_on:
        return False
    if not wanted.has_quota or not wanted.is_on:
        return True
    return now.quota is not None and (now.quota.value, now.quota.overage) == (wanted.quota, wanted.overage)
