"""What a plan says of one line: what comes next, what waits for which day, and why it was changed before.

A number on a contract is often not what is used today: a decrease waits, a figure of days was billed, or a
period is posted. Without that a chain from the readings to the units would not end at the units.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from psabridge.rules.findings import Finding
from psabridge.rules.plans.looking import policy_of
from psabridge.rules.plans.plan import Change, Plan, SetUnits, Wish
from psabridge.rules.plans.plan_making import Made
from psabridge.rules.plans.step_words import line_subject
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import DatingPolicy, PairingSettings
from psabridge.rules.units.intent import Intent
from psabridge.rules.wanted.desired import DayFigure, DesiredUnits
from psabridge.rules.words import IntentId, LineId

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`change`: what would be written now, with the reason. `counted`: days collected for a close."""

    change: SetUnits | None = None
    reason: str = ""
    wish: Wish | None = None
    findings: tuple[Finding, ...] = ()
    counted: tuple[DayFigure, ...] = ()
    reasons: Mapping[IntentId, str] = field(default_factory=dict)  # of changes made, as their plans said

    @property
    def next(self) -> str:
        if self.change is None:
            return ""
        return f"{self.change.before} → {self.change.after} from {self.change.day}: {self.reason}"

    @property
    def waits(self) -> str:
        if self.wish is None:
            return ""
        return f"{self.wish.now} → {self.wish.wanted} on {self.wish.due}: {self.wish.reason}"

    def days(self) -> Iterator[str]:
        """Days of one number together."""
        for run in _runs(self.counted):
            first, last = run[0].day, run[-1].day
            span = str(first) if first == last else f"{first} to {last}"
            yield f"{span}: {run[0].units} units"


NOTHING_AHEAD = Outlook()


def outlook_now(made: Made, counted: Iterable[DayFigure], reasons: Mapping[IntentId, str]) -> Outlook:
    """What a plan made now would say."""
    change = None if made.draft is None else made.draft.change
    reason = "" if made.draft is None else made.draft.reason
    return Outlook(_units(change), reason, made.wish, made.findings, tuple(counted), reasons)


def outlook_then(
    line: LineId, plan: Plan | None, psa: PsaSnapshot, reasons: Mapping[IntentId, str]
) -> Outlook:
    """What the plan of that day said."""
    if plan is None:
        return Outlook(reasons=reasons)
    found = ((step, _units(step.change)) for step in plan.steps)
    mine = next(((step, change) for step, change in found if change and change.line == line), None)
    wish = next((one for one in plan.wishes if one.line == line), None)
    subject = line_subject(line, psa)
    findings = tuple(one for one in plan.findings if one.subject == subject)
    step, change = mine or (None, None)
    return Outlook(change, "" if step is None else step.reason, wish, findings, (), reasons)


def _units(change: Change | None) -> SetUnits | None:
    return change if isinstance(change, SetUnits) else None


def reason_of(intent: Intent, plan: Plan | None) -> str:
    """Empty where the plan is not kept any more."""
    steps = () if plan is None else plan.steps
    return next((step.reason for step in steps if step.id == intent.step), "")


def is_closed(wanted: DesiredUnits, settings: PairingSettings) -> bool:
    """Whether days are collected for a figure of the period."""
    policy = policy_of(wanted.rows, settings)
    return wanted.report is None and policy not in {None, DatingPolicy.AS_IT_CHANGES}


def _runs(figures: Iterable[DayFigure]) -> Iterator[list[DayFigure]]:
    run: list[DayFigure] = []
    for one in figures:
        if run and (one.units != run[-1].units or one.day != run[-1].day + _A_DAY):
            yield run
            run = []
        run.append(one)
    if run:
        yield run
