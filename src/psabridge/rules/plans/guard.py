"""Safety bounds: what looks wrong waits for a person, with the bound that stopped it (promise 4, R61).

The guard only adds holds. A bound on many lines holds every change of units in the plan, because it is the
plan that looks wrong; a bound on one customer holds that customer's changes of units; the others hold the
step they are about.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from psabridge.rules.plans.arrival_changes import ArrivalChange, CreateTenant
from psabridge.rules.plans.plan import AddLine, Hold, Plan, SetItem, SetUnits, Step
from psabridge.rules.settings import Bounds, PairingSettings
from psabridge.rules.words import CompanyId, LineId, StepId, StepKind

MASS_CHANGE = "mass change"
CUSTOMER = "one customer's units"
DROP_TO_ZERO = "drop to 0"
NEW_LINE = "new billed line"
NO_ROWS = "line without units"
FIRST_SYNC = "first sync"
KIND_CHANGED = "contract kind changed"
EVERYTHING_OFF = "everything to 0"
DELETION = "deletion"
MANY_LEAVE = "many customers leave"
NEW_CUSTOMER = "new customer"
MANY_CUSTOMERS = "many new customers"


def guard(
    plan: Plan, settings: PairingSettings, *, is_first_sync: bool, known_lines: frozenset[LineId]
) -> Plan:
    """The plan with a hold on every step that goes over a bound; one hold a step, the gravest bound first."""
    found: dict[StepId, Hold] = {hold.step: hold for hold in plan.holds}
    for hold in _holds(plan, settings, is_first_sync=is_first_sync, known_lines=known_lines):
        found.setdefault(hold.step, hold)
    return replace(plan, holds=tuple(found[step.id] for step in plan.steps if step.id in found))


def release(plan: Plan, steps: Iterable[StepId] | None) -> Plan:
    """The plan after a person let these steps go, or all of them (None)."""
    if steps is None:
        return replace(plan, holds=())
    wanted = frozenset(steps)
    unknown = wanted - {step.id for step in plan.steps}
    if unknown:
        raise KeyError(f"the plan has no step {', '.join(sorted(unknown))}")
    return replace(plan, holds=tuple(hold for hold in plan.holds if hold.step not in wanted))


def _holds(
    plan: Plan, settings: PairingSettings, *, is_first_sync: bool, known_lines: frozenset[LineId]
) -> Iterator[Hold]:
    bounds = settings.bounds
    yield from _kind_changes(plan)
    for step in plan.steps:
        yield from _holds_of_step(step, known_lines)
    yield from _deletions(plan, settings)
    if is_first_sync:
        yield from (Hold(step.id, FIRST_SYNC, _FIRST_SYNC_TEXT) for step in plan.steps)
    yield from _many_leave(plan, bounds)
    yield from _many_customers(plan, bounds)
    yield from _mass_change(plan, bounds)
    yield from _customer_changes(plan, bounds)


_FIRST_SYNC_TEXT = "the first sync of this pairing is read by a person before anything is written"


def _kind_changes(plan: Plan) -> Iterator[Hold]:
    """Whatever the mode: the list of consequences is read first (R24, ACR-PAY-10)."""
    for change in plan.kind_changes:
        if change.is_change:
            text = (
                f"its contract was {change.before} and is {change.now} now: read what follows from it first"
            )
            yield from (Hold(step, KIND_CHANGED, text) for step in change.steps)


def _holds_of_step(step: Step, known_lines: frozenset[LineId]) -> Iterator[Hold]:
    change = step.change
    if isinstance(change, AddLine):
        yield Hold(step.id, NEW_LINE, "the contract gets a line it did not have")
    if isinstance(change, SetItem):
        yield from _item_holds(step.id, change, step.subject)
    if isinstance(change, ArrivalChange) and change.asks:
        yield Hold(step.id, NEW_CUSTOMER, change.asks)
    if not isinstance(change, SetUnits):
        return
    if change.after == 0 and change.before > 0 and not change.is_restart:
        yield Hold(step.id, DROP_TO_ZERO, f"the line goes from {change.before} units to 0")
    if not change.picture.rows:
        # No rows are unknown unless a person says that the line is new (protocol.md W10).
        yield Hold(step.id, NO_ROWS, "the line shows no units at all, not even 0: confirm that it is new")
    if change.before == 0 and change.after > 0 and change.line not in known_lines:
        yield Hold(step.id, NEW_LINE, f"the line is billed for the first time, with {change.after} units")


def _item_holds(step: StepId, change: SetItem, subject: str) -> Iterator[Hold]:
    wanted, before = change.wanted, change.before
    if wanted.needs_person:
        yield Hold(step, EVERYTHING_OFF, f"{wanted.reason}: a person decides, whatever the mode (R5)")
    was_usable = before is not None and before.is_on and not (before.quota and before.quota.value == 0)
    if was_usable and (not wanted.is_on or (wanted.has_quota and wanted.quota == 0)):
        yield Hold(step, DROP_TO_ZERO, f"{subject} would have nothing left to use")


def _deletions(plan: Plan, settings: PairingSettings) -> Iterator[Hold]:
    """Whatever the mode, until it is switched off by its name (R61, ACR-DEP-04)."""
    if settings.leaving.deletes_unasked:
        return
    for step in plan.steps:
        if step.kind is StepKind.DELETE_TENANT:
            yield Hold(step.id, DELETION, f"{step.subject} would be deleted, with all its backups")


def _many_leave(plan: Plan, bounds: Bounds) -> Iterator[Hold]:
    """One customer leaves now and then; many at once look like contracts that are out of sight."""
    leaving = {StepKind.DISABLE_TENANT, StepKind.DELETE_TENANT}
    steps = [step for step in plan.steps if step.kind in leaving]
    mapped = plan.completeness.customers_mapped
    if len(steps) > 1 and Decimal(len(steps)) > bounds.share_of_lines * mapped:
        limit = _percent(bounds.share_of_lines)
        text = f"{len(steps)} of {mapped} customers would be disabled or deleted at once, more than {limit}"
        yield from (Hold(step.id, MANY_LEAVE, text) for step in steps)


def _unit_steps(plan: Plan) -> tuple[tuple[Step, SetUnits], ...]:
    """Changes that count for the bounds: a month that starts again was planned (R17)."""
    return tuple(
        (step, step.change)
        for step in plan.steps
        if isinstance(step.change, SetUnits) and not step.change.is_restart
    )


def _mass_change(plan: Plan, bounds: Bounds) -> Iterator[Hold]:
    """More than a share of all lines, or more than a number of lines, whichever is reached first."""
    steps = _unit_steps(plan)
    lines = plan.completeness.lines_checked
    is_share = Decimal(len(steps)) > bounds.share_of_lines * lines
    if not steps or not (is_share or len(steps) > bounds.lines):
        return
    limit = _percent(bounds.share_of_lines) if is_share else f"{bounds.lines}"
    text = f"{len(steps)} of {lines} lines change, more than {limit}"
    yield from (Hold(step.id, MASS_CHANGE, text) for step, _ in steps)


def _many_customers(plan: Plan, bounds: Bounds) -> Iterator[Hold]:
    """One service mapped by mistake would make a tenant for everyone who buys it."""
    new = [one for one in plan.steps if isinstance(one.change, CreateTenant) and not one.change.who.by_hand]
    if len(new) > bounds.new_customers:
        text = f"{len(new)} new customers would be made in one run, more than {bounds.new_customers}"
        yield from (Hold(step.id, MANY_CUSTOMERS, text) for step in new)


def _customer_changes(plan: Plan, bounds: Bounds) -> Iterator[Hold]:
    units = {customer.company: customer.units for customer in plan.customer_units}
    moved: dict[CompanyId | None, int] = {}
    for step, change in _unit_steps(plan):
        moved[step.company] = moved.get(step.company, 0) + abs(change.change)
    for step, _ in _unit_steps(plan):
        there = 0 if step.company is None else units.get(step.company, 0)
        if Decimal(moved[step.company]) > bounds.share_of_customer_units * there:
            share = _percent(bounds.share_of_customer_units)
            text = f"{moved[step.company]} of the customer's {there} units change, more than {share}"
            yield Hold(step.id, CUSTOMER, text)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
