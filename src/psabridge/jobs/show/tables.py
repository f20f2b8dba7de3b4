"""Plans, findings and results as tables a person reads in a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.jobs.show.look import table
from psabridge.jobs.show.new_customers import arrival_words
from psabridge.kit.money import Money, totals
from psabridge.kit.wording import counted, listed
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.plans.plan import (
    AddLine,
    AddNote,
    AtOnce,
    Change,
    ChangeTenant,
    CreateDefinition,
    CreateService,
    Creation,
    Hold,
    MoneyEffect,
    Plan,
    SetItem,
    SetTag,
    SetUnits,
    Step,
    Wish,
)
from psabridge.rules.words import WORK_OF, WorkKind

SEVERITY = {Severity.NOTE: "note", Severity.WARNING: "look", Severity.STOPS: "stops"}
SEVERITY_STYLE = {Severity.NOTE: "dim", Severity.WARNING: "yellow", Severity.STOPS: "red"}
STATE_STYLE = {
    StepState.APPLIED: "green",
    StepState.HELD: "yellow",
    StepState.NOT_ASKED: "dim",
    StepState.WAITING: "yellow",
    StepState.STALE: "yellow",
    StepState.REJECTED: "red",
    StepState.UNKNOWN: "red",
    StepState.PARKED: "red",
}
GIB = 1024**3
_LENGTHS = {1: "a month", 3: "a quarter", 6: "half a year", 12: "a year"}
NARROW = 110  # below this a column of its own for each amount leaves none for the words


def show_plan(console: Console, plan: Plan, *, number: int, with_findings: bool = True) -> None:
    """`with_findings` False where a report of the same plan follows and lists them."""
    console.print(Group(_headline(plan, number), *_parts(plan, is_narrow=console.width < NARROW)))
    if with_findings and plan.findings:
        console.print(finding_table(plan.findings))


def show_observing(console: Console, observing: Sequence[WorkKind]) -> None:
    """Whether a plan will be written at all, and what of it will not."""
    if not observing:
        return
    named = listed(observing)
    if set(observing) == set(WORK_OF.values()):
        said = f"Nothing of this will be written: the modes {named} are observe."
    else:
        said = f"Only shown, and not written: steps of {named}, whose mode is observe."
    console.print(Text(f"{said} To write, set modes in the configuration file and import it.", "yellow"))


def _headline(plan: Plan, number: int) -> Text:
    done = plan.completeness
    return Text.assemble(
        (f"Plan {number}", "bold"),
        f": {counted(len(plan.steps), 'step')}, {len(plan.holds)} held, "
        f"{len(plan.wishes)} waiting for their day, {counted(len(plan.findings), 'finding')}. "
        f"Checked {done.customers_checked} of {done.customers_mapped} customers, "
        f"{done.lines_right} of {done.lines_checked} lines right, "
        f"{done.items_right} of {done.items_checked} items right, "
        f"{counted(done.tenants_unmapped, 'tenant')} unmapped, {done.moment()}.",
    )


def _parts(plan: Plan, *, is_narrow: bool) -> Iterable[RenderableType]:
    if plan.steps:
        yield _narrow_steps(plan) if is_narrow else step_table(plan)
        yield Padding(money_line(plan), (0, 0, 1, 0))
    if plan.holds:
        yield hold_table(plan.holds)
    if plan.wishes:
        yield wish_table(plan.wishes)


def hold_table(holds: Sequence[Hold]) -> Table:
    """Each bound once, with its numbers (R61)."""
    listed = table("Held for a person", ("bound", "steps", "why"), right=("steps",))
    for bound in sorted({hold.bound for hold in holds}):
        same = [hold for hold in holds if hold.bound == bound]
        reasons = sorted({hold.text for hold in same})
        more = f" (and {len(reasons) - 1} more like it)" if len(reasons) > 1 else ""
        listed.add_row(bound, f"{len(same)}", f"{reasons[0]}{more}")
    return listed


def step_table(plan: Plan) -> Table:
    """`now` is what the change adds to the running period's invoice."""
    columns = ("what", "change", "each period", "now", "why", "held by")
    steps = table("Steps", columns, right=("each period", "now"), lines=True)
    for step in plan.steps:
        hold = plan.hold_on(step.id)
        each, now = _money_words(step)
        what = Text.assemble(step.subject, "\n", (step.id, "dim"))
        steps.add_row(what, _change(step), each, now, step.reason, "" if hold is None else hold.bound)
    return steps


def _narrow_steps(plan: Plan) -> Table:
    """The same in three columns, for a terminal of 80 characters."""
    steps = table("Steps", ("what", "change", "why"), lines=True)
    for step in plan.steps:
        hold = plan.hold_on(step.id)
        each, now = _money_words(step)
        money = f"\n{each} each period\n{now} now" if each else ""
        held = "" if hold is None else f"\nheld by: {hold.bound}"
        what = Text.assemble(step.subject, "\n", (step.id, "dim"))
        steps.add_row(what, f"{_change(step)}{money}", f"{step.reason}{held}")
    return steps


def _change(step: Step) -> str:
    before, after, day = change_words(step.change)
    return f"{before} → {after}\n{day}" if day == "at once" else f"{before} → {after}\nfrom {day}"


def change_words(change: Change) -> tuple[str, str, str]:
    """Before, after and the effective day, in words."""
    if isinstance(change, SetUnits):
        return f"{change.before}", f"{change.after}", f"{change.day}"
    return (*_at_once(change), "at once")


def _at_once(change: AtOnce) -> tuple[str, str]:
    if isinstance(change, SetItem):
        return _item_before(change), _item_after(change)
    if isinstance(change, ChangeTenant):
        return "enabled" if change.tenant.is_enabled else "disabled", f"{change.wanted}"
    if isinstance(change, SetTag):
        return change.before or "no tag", change.wanted.tag or "no tag"
    if isinstance(change, ArrivalChange):
        return arrival_words(change)
    return "none", _made(change)


def _made(change: Creation) -> str:
    match change:
        case CreateService():
            return change.service.name
        case CreateDefinition():
            return change.name
        case AddLine():
            return "a line without units"
        case AddNote():
            return f"the note '{change.note.title}'"


def _item_before(change: SetItem) -> str:
    item = change.before
    if item is None or not item.is_on:
        return "off"
    return quantity_words(None if item.quota is None else item.quota.value, item.unit)


def _item_after(change: SetItem) -> str:
    wanted = change.wanted
    if not wanted.is_on:
        return "off"
    if not wanted.has_quota:
        return "on"
    return quantity_words(wanted.quota, change.before.unit if change.before else "")


def quantity_words(value: int | None, unit: str) -> str:
    if value is None:
        return "unlimited"
    return f"{value // GIB} GB" if unit == "bytes" and value % GIB == 0 else f"{value}"


def _money_words(step: Step) -> tuple[str, str]:
    if step.money is None:
        return "", ""
    length = "" if step.money.period_months == 1 else f" {_LENGTHS[step.money.period_months]}"
    return f"{_price(step.money.each_period)}{length}", _price(step.money.prorated_now)


def _price(money: Money | None) -> str:
    return "unknown" if money is None else str(money)


def money_line(plan: Plan) -> Text:
    """Totals per currency and length of the period; unknown prices are counted beside them (R26)."""
    effects = [step.money for step in plan.steps if step.money is not None]
    unknown = sum(1 for effect in effects if effect.each_period is None)
    words = ", ".join(_totals(effects)) or "nothing"
    return Text(f"Each period: {words}" + (f"; {unknown} prices unknown" if unknown else ""))


def _totals(effects: Sequence[MoneyEffect]) -> Iterator[str]:
    """A quarter's amount is not added to a month's."""
    lengths = sorted({effect.period_months for effect in effects})
    for length in lengths:
        of_length = (effect.each_period for effect in effects if effect.period_months == length)
        words = "" if lengths == [1] else f" {_LENGTHS[length]}"
        yield from (f"{money}{words}" for money in totals(one for one in of_length if one is not None))


def wish_table(wishes: Sequence[Wish]) -> Table:
    waiting = table("Waiting for their day", ("what", "now", "wanted", "on", "why"), right=("now", "wanted"))
    for wish in wishes:
        waiting.add_row(wish.subject, f"{wish.now}", f"{wish.wanted}", f"{wish.due}", wish.reason)
    return waiting


def finding_table(findings: Iterable[Finding]) -> Table:
    listed = table("Findings", ("id", "", "what", "problem", "next"))
    for one in sorted(findings, key=lambda finding: (-finding.severity, finding)):
        style = SEVERITY_STYLE[one.severity]
        listed.add_row(one.code, Text(SEVERITY[one.severity], style), one.subject, one.problem, one.next_act)
    return listed


def outcome_table(outcomes: Iterable[StepOutcome]) -> Table:
    became = table("What became of the steps", ("what", "before", "after", "from", "outcome", "said"))
    for outcome in outcomes:
        before, after, day = change_words(outcome.step.change)
        state = Text(outcome.state, STATE_STYLE[outcome.state])
        became.add_row(outcome.step.subject, before, after, day, state, outcome.text)
    return became
