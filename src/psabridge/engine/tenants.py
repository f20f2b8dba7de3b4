"""Disables, enables and deletes tenants: absolute, with the version that was read (design 7, R34, R37).

What is about to be asked is committed before its request leaves, so that after a kill the tenant's own state
says whose doing it was. A lost answer is settled by reading the tenant.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from psabridge.engine.absolutes import one_by_one
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge.rules.lease import Lease
from psabridge.rules.leaving.kept import Disabling, Kept, Noted, TenantState
from psabridge.rules.plans.plan import ChangeTenant, Step
from psabridge.rules.platform import Tenant
from psabridge.rules.words import PairingId, TenantId

CHANGED_SINCE = frozenset({RefusalKind.STALE, RefusalKind.DUPLICATE})
MISSING = "it is not there any more, or out of sight"


@dataclass(frozen=True, slots=True)
class Acting:
    """What the changes of one cycle go through. `renew` proves the lease before each (W1)."""

    ports: Ports
    pairing: PairingId
    lease: Lease
    who: str
    kept: Mapping[TenantId, Kept]
    renew: Callable[[], None]
    done: Callable[[], None]

    def before(self, tenant: TenantId) -> Disabling | None:
        found = self.kept.get(tenant)
        return None if found is None else found.disabling

    def keep(self, tenant: TenantId, disabling: Disabling | None, noted: Noted | None = None) -> None:
        self.ports.leaving.note(self.pairing, tenant, disabling, self.lease, noted)

    def noted(self, step: Step, what: str) -> Noted:
        return Noted(self.ports.clock.now(), self.who, what, step.subject, step.reason)


def change_tenants(steps: Sequence[Step], acting: Acting) -> tuple[StepOutcome, ...]:
    return one_by_one(
        steps,
        ChangeTenant,
        lambda step, change: _change(step, change, acting),
        before_each=acting.renew,
        after_each=acting.done,
    )


def _change(step: Step, change: ChangeTenant, acting: Acting) -> StepOutcome:
    """Only a refusal or a request that never left takes the note back."""
    tenant, before = change.tenant, acting.before(change.tenant.id)
    meant = _meant(change, before, acting)
    acting.keep(tenant.id, meant, acting.noted(step, f"tenant is to be {change.wanted}"))
    try:
        now = _ask(change, acting)
    except (Busy, NotSent) as error:
        return _not_done(step, before, StepState.WAITING, error, acting)
    except Refused as error:
        state = StepState.STALE if error.kind in CHANGED_SINCE else StepState.REJECTED
        return _not_done(step, before, state, error, acting)
    except OutcomeUnknown as error:
        return _read_back(step, change, meant, error, acting)
    return _done(step, change, meant, now, acting)


def _meant(change: ChangeTenant, before: Disabling | None, acting: Acting) -> Disabling | None:
    """What is kept while the request is on its way."""
    now = acting.ports.clock.now()
    if change.wanted is TenantState.DISABLED:
        days = acting.kept[change.tenant.id].count.days
        return Disabling(now, days=days, asked_version=change.tenant.version)
    if change.wanted is TenantState.DELETED and before is not None:
        return replace(before, deletion_sent_at=now)
    return before


def _ask(change: ChangeTenant, acting: Acting) -> Tenant | None:
    tenant, platform = change.tenant, acting.ports.platform
    if change.wanted is TenantState.DELETED:
        platform.delete_tenant(tenant.id, version=tenant.version)
        return None
    is_on = change.wanted is TenantState.ENABLED
    return platform.switch_tenant(tenant.id, is_on=is_on, version=tenant.version)


def _not_done(
    step: Step,
    before: Disabling | None,
    state: StepState,
    error: Busy | NotSent | Refused,
    acting: Acting,
) -> StepOutcome:
    change = step.change
    if isinstance(change, ChangeTenant):
        acting.keep(change.tenant.id, before, acting.noted(step, f"tenant was not {change.wanted}: {state}"))
    text = "the tenant was changed by somebody since it was read" if state is StepState.STALE else str(error)
    return StepOutcome(step, state, text, error.code)


def _read_back(
    step: Step, change: ChangeTenant, meant: Disabling | None, error: OutcomeUnknown, acting: Acting
) -> StepOutcome:
    """A state that shows is proof; one that does not show may still come, and the next cycle looks again."""
    try:
        now = acting.ports.platform.tenant(change.tenant.id)
    except (Busy, NotSent, Refused, Unreadable):
        return StepOutcome(step, StepState.UNKNOWN, str(error), error.code)
    if state_of(now) is not change.wanted:
        return StepOutcome(step, StepState.UNKNOWN, f"{error}; read back, it does not show yet", error.code)
    outcome = _done(step, change, meant, now, acting)
    return replace(outcome, text="the answer was lost; read back, it stands")


def _done(
    step: Step, change: ChangeTenant, meant: Disabling | None, now: Tenant | None, acting: Acting
) -> StepOutcome:
    if change.wanted is TenantState.DELETED and meant is not None:
        kept = replace(meant, gone_at=acting.ports.clock.now())
    elif change.wanted is TenantState.DISABLED and meant is not None and now is not None:
        kept = replace(meant, version=now.version)
    else:
        kept = None  # enabled again: nothing of ours is left to undo
    acting.keep(change.tenant.id, kept, acting.noted(step, f"tenant was {change.wanted}"))
    return StepOutcome(step, StepState.APPLIED)


def state_of(tenant: Tenant) -> TenantState:
    if tenant.is_deleted:
        return TenantState.DELETED
    return TenantState.ENABLED if tenant.is_enabled else TenantState.DISABLED
