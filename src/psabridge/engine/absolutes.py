"""Absolute values are set one after the other and read back together (design section 7)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.kit.errors import Busy, NotSent, Unreadable
from psabridge.rules.plans.plan import ChangeTenant, SetItem, SetTag, Step
from psabridge.rules.words import TenantId

Change = TypeVar("Change", SetItem, SetTag, ChangeTenant)
Wanted = TypeVar("Wanted", SetItem, SetTag)
Now = TypeVar("Now")


def one_by_one(
    steps: Sequence[Step],
    kind: type[Change],
    carry_out: Callable[[Step, Change], StepOutcome],
    *,
    before_each: Callable[[], None],
    after_each: Callable[[], None],
) -> tuple[StepOutcome, ...]:
    """One's failure stays its own (ACR-PRV-14).

    `before_each` proves the lease, so that a process that slept through its end writes nothing more (W1).
    """
    outcomes = []
    for step in steps:
        if isinstance(step.change, kind):
            before_each()
            outcomes.append(carry_out(step, step.change))
            after_each()
    return tuple(outcomes)


def verified(
    outcomes: Sequence[StepOutcome],
    kind: type[Wanted],
    read: Callable[[set[TenantId]], Now],
    shows: Callable[[Now, Wanted], bool],
) -> tuple[StepOutcome, ...]:
    """The tenants that were changed are read once more; what does not show as set is unknown."""
    changes = [_applied(one, kind) for one in outcomes]
    try:
        now = read({one.wanted.tenant for one in changes if one is not None})
    except (Busy, NotSent, Unreadable) as error:
        why, shown = f"set, and not read back: {error}", [False for _ in changes]
    else:
        why = "the platform does not show it yet"
        shown = [one is not None and shows(now, one) for one in changes]
    return tuple(
        outcome if change is None or is_shown else StepOutcome(outcome.step, StepState.UNKNOWN, why)
        for outcome, change, is_shown in zip(outcomes, changes, shown, strict=True)
    )


def _applied(outcome: StepOutcome, kind: type[Wanted]) -> Wanted | None:
    change = outcome.step.change
    return change if outcome.state is StepState.APPLIED and isinstance(change, kind) else None
