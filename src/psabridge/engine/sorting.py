"""Which steps of a plan may be carried out now: modes, holds, a person's release, what changed since."""

from collections.abc import Mapping
from dataclasses import dataclass

from psabridge.engine.channel import known_reading
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.prepare import Observed
from psabridge.rules.customers.mapping import find_one
from psabridge.rules.items.labels import Labels
from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.plans.fingerprint import Target, is_stale
from psabridge.rules.plans.guard import release
from psabridge.rules.plans.line_planning import LineGround, plan_line
from psabridge.rules.plans.plan import AddLine, AddNote, ChangeTenant, Plan, SetItem, SetTag, SetUnits, Step
from psabridge.rules.psa import Company
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.proof import Currency
from psabridge.rules.words import WORK_OF, LineId, Mode, StepId


@dataclass(frozen=True, slots=True)
class Approval:
    """Who asked for the plan to be applied. `released` None: every held step."""

    person: str | None
    released: frozenset[StepId] | None = frozenset()
    takes_over: bool = False  # from another bridge whose marker stands in Autotask
    only: str | None = None  # a company, by name or number: nothing is written for others (TIM-02)


Histories = Mapping[LineId, LineHistory]


def sort_steps(
    plan: Plan, observed: Observed, histories: Histories, approval: Approval, currency: Currency
) -> tuple[tuple[Step, ...], tuple[StepOutcome, ...]]:
    """The steps to carry out, and the outcomes of the others. Raises KeyError for unknown ids."""
    if approval.person is not None:
        plan = release(plan, approval.released)
    asked = None if approval.only is None else company_asked_for(approval.only, observed)
    left = {
        step.id: _not_asked_for(step, asked) or _left(step, plan, observed, histories, approval, currency)
        for step in plan.steps
    }
    todo = tuple(step for step in plan.steps if left[step.id] is None)
    return todo, tuple(outcome for outcome in left.values() if outcome is not None)


def company_asked_for(name: str, observed: Observed) -> Company:
    """Of the mapped companies: by number, by name, or by a part of the name that one of them has."""
    companies = observed.psa.companies
    return find_one("company", name, {f"{one.id}": one for one in companies.values()}, companies.values())


def _not_asked_for(step: Step, asked: Company | None) -> StepOutcome | None:
    if asked is None or step.company == asked.id:
        return None
    return StepOutcome(step, StepState.NOT_ASKED, f"only {asked.name} was asked for", "TIM-02")


def _left(
    step: Step,
    plan: Plan,
    observed: Observed,
    histories: Histories,
    approval: Approval,
    currency: Currency,
) -> StepOutcome | None:
    """Why a step is not carried out now, None when it may be."""
    hold = plan.hold_on(step.id)
    mode = observed.settings.mode_of(WORK_OF[step.kind])
    if not currency.may_write:
        return StepOutcome(step, StepState.NOT_ASKED, currency.text, "W1")
    if hold is not None:
        return StepOutcome(step, StepState.HELD, hold.text)
    if mode is Mode.OBSERVE:
        return StepOutcome(step, StepState.NOT_ASKED, "the mode is observe")
    if mode is Mode.APPROVE and approval.person is None:
        return StepOutcome(step, StepState.NOT_ASKED, "waits for a person to apply the plan")
    changed = moved_since(step, plan, observed, histories)
    return None if changed is None else StepOutcome(step, StepState.STALE, changed, "W12")


def moved_since(step: Step, plan: Plan, observed: Observed, histories: Histories) -> str | None:
    """Why a step is no longer what would be planned, or None. Pictures are judged at the post."""
    change = step.change
    if isinstance(change, SetUnits):
        return _units_moved(change, observed, histories)
    if isinstance(change, SetItem):
        return _item_moved(step, change, plan, observed)
    if isinstance(change, ChangeTenant):
        return _tenant_moved(step, change, plan, observed)
    if isinstance(change, SetTag):
        return _tag_moved(step, change, plan, observed)
    if isinstance(change, AddLine | AddNote):
        return _addition_moved(step, change, plan, observed)
    return _creation_moved(step, plan, observed)


def _creation_moved(step: Step, plan: Plan, observed: Observed) -> str | None:
    if isinstance(step.change, ArrivalChange) and not observed.arrivals.wants(step.change):
        return "something else is needed now to make the company a customer"
    today, version = observed.psa.today, observed.settings.version
    return is_stale(step, plan=plan, today=today, settings_version=version, target=Target())


def _addition_moved(step: Step, change: AddLine | AddNote, plan: Plan, observed: Observed) -> str | None:
    desired = observed.desired
    if isinstance(change, AddLine):
        contract, is_wanted = change.line.contract, change.line in desired.new_lines
    else:
        contract, is_wanted = change.note.contract, change.note in desired.new_notes
    if not is_wanted:
        return f"the {'line' if isinstance(change, AddLine) else 'note'} is not wanted any more, or is there"
    return is_stale(
        step,
        plan=plan,
        today=observed.psa.today,
        settings_version=observed.settings.version,
        target=Target(observed.psa.contracts.get(contract)),
    )


def _item_moved(step: Step, change: SetItem, plan: Plan, observed: Observed) -> str | None:
    if change.wanted not in observed.desired.items:
        return "something else is wanted now"
    return is_stale(
        step,
        plan=plan,
        today=observed.psa.today,
        settings_version=observed.settings.version,
        target=Target(item=observed.platform.item(change.wanted.tenant, change.wanted.key)),
    )


def _tenant_moved(step: Step, change: ChangeTenant, plan: Plan, observed: Observed) -> str | None:
    if not observed.leavers.is_due(change.tenant.id, change.wanted):
        return f"it is not to be {change.wanted} any more"
    return is_stale(
        step,
        plan=plan,
        today=observed.psa.today,
        settings_version=observed.settings.version,
        target=Target(tenant=observed.platform.tenants.get(change.tenant.id)),
    )


def _tag_moved(step: Step, change: SetTag, plan: Plan, observed: Observed) -> str | None:
    wanted = {one.tenant: one.tag for one in observed.desired.tags}
    tenant = observed.platform.tenants.get(change.wanted.tenant)
    if tenant is None or wanted.get(tenant.id, tenant.internal_tag) != change.wanted.tag:
        return "another tag is wanted now"
    return is_stale(
        step,
        plan=plan,
        today=observed.psa.today,
        settings_version=observed.settings.version,
        target=Target(tag=tenant.internal_tag),
    )


def _units_moved(change: SetUnits, observed: Observed, histories: Histories) -> str | None:
    """Decided once more from what stands now: a closing figure is not what is used today."""
    wanted = next((one for one in observed.desired.units if one.line == change.line), None)
    if wanted is None:
        return f"nothing known is wanted now, {change.after} was shown"
    pictures = {change.line: change.picture} if change.picture.rows else {}
    known = known_reading(histories.values())
    labels = Labels.of(observed.settings, observed.platform)
    ground = LineGround(observed.settings, observed.psa, pictures, histories, observed.figures, labels, known)
    draft = plan_line(wanted, ground).draft
    now = None if draft is None else draft.change
    if not isinstance(now, SetUnits):
        return f"no change is due now, {change.after} from {change.day} was shown"
    if (now.day, now.before, now.after) == (change.day, change.before, change.after):
        return None
    return f"{now.after} from {now.day} is wanted now, {change.after} from {change.day} was shown"
