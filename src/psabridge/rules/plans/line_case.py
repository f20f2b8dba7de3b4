"""One contract line under judgement, and the findings that explain why nothing is written to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from psabridge.kit.clock import day_in
from psabridge.kit.money import Money
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.plan import LateMonth
from psabridge.rules.plans.plan_making import Made
from psabridge.rules.plans.proration import share, worth
from psabridge.rules.plans.verdict import Late, Missed, Note, Write
from psabridge.rules.psa import Contract, ContractLine
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.wanted.desired import DesiredUnits

_WAITING_FOR: Mapping[IntentState, str] = {
    IntentState.ARMED: "it is being sent",
    IntentState.ACCEPTED: "Autotask took it, and it is not seen on the line yet",
    IntentState.WAITING: "Autotask was busy; it is sent again with the same date",
    IntentState.CONTESTED: "Autotask says that something stands on its date; the line is watched",
    IntentState.IN_DOUBT: "its answer was lost; the line will show whether it landed",
    IntentState.LANDED: "it landed after a lost answer; the line stays closed until late requests are dead",
    IntentState.ABSENT: "it surely did not land; it is sent again with the same date and amount",
    IntentState.PARKED: "a person must say what became of it",
}


@dataclass(frozen=True, slots=True)
class LineCase:
    wanted: DesiredUnits
    line: ContractLine
    contract: Contract
    history: LineHistory
    subject: str

    def finding(self, note: Note) -> Finding:
        return Finding(
            note.code, note.severity, self.subject, note.problem, note.next_act, self.wanted.company
        )

    def stop(self, code: str, problem: str, next_act: str) -> Made:
        return Made(findings=(self.finding(Note(code, Severity.STOPS, problem, next_act)),))

    def on_its_way(self, intent: Intent) -> Made:
        """An open, parked or cooling intent closes its line, and only its line (W2)."""
        is_parked = intent.state is IntentState.PARKED
        severity = Severity.STOPS if is_parked else Severity.NOTE
        problem = (
            f"the change of {intent.change:+} on {intent.day} is {intent.state}: {_WAITING_FOR[intent.state]}"
        )
        act = "Decide it: it landed, send again, or leave" if is_parked else "Nothing to do"
        return Made(findings=(self.finding(Note("W2", severity, f"{problem}{_why(intent)}", act)),))

    def never_written(self, now: int | None) -> Made:
        """A line another system drives is not written; the difference is shown (R57)."""
        if now == self.wanted.units:
            return Made(is_right=True)
        shown = "an unknown number of" if now is None else str(now)
        problem = f"it is marked never to be written and shows {shown} units; usage says {self.wanted.units}"
        act = "Check what writes to the line, or take the mark away"
        return Made(findings=(self.finding(Note("R57", Severity.WARNING, problem, act)),))

    def undatable(self, *, has_periods: bool, one_policy: bool) -> Made:
        if has_periods:
            differ = (
                "billed by different figures of a period" if one_policy else "dated by different policies"
            )
            return self.stop(
                "R15",
                f"the mapping rows that share it are {differ}",
                "Give them one dating policy and one figure, or services of their own",
            )
        return self.stop(
            "R12",
            "its rows do not show when its billing periods begin",
            "Check the line's units in Autotask: a period has no row of its own",
        )

    def refused_before(self, write: Write, price: Decimal | None, today: date) -> Finding | None:
        """The vendor's same answer is not asked for twice on one day (R25, protocol.md 2.3).

        The day is that of the request: a first report is dated the same on every day.
        """
        last = self.history.intents[-1] if self.history.intents else None
        if last is None or last.state is not IntentState.REJECTED:
            return None
        if (last.before, last.wanted) != (write.before, write.after):
            return None
        if write.after == 0:
            return self.finding(_stays_above_zero(write, worth(write.before, price, self.contract.currency)))
        if last.day != write.day or day_in(ZoneInfo(last.zone), last.armed_at) != today:
            return None
        problem = (
            f"Autotask refused {write.before} → {write.after} on {write.day}: {last.vendor_text or last.why}"
        )
        return self.finding(
            Note("ERR-21", Severity.STOPS, problem, "Remove the cause; it is asked again another day")
        )

    def missed(self, missed: Missed, price: Decimal | None) -> Finding:
        """A missed amount is listed with its value, never added (R28)."""
        units = abs(missed.units)
        value = share(units, missed.days, missed.period, price, self.contract.currency)
        what = "units" if missed.days == missed.period.days else "unit days"
        stood, act = "were not on the contract", "Bill it by hand if it is to be billed"
        if missed.units < 0:
            stood, act = "were on the contract and not used", "Credit it by hand if it was invoiced"
        why = f": {missed.why}" if missed.why else ""
        problem = f"{units} {what} of {missed.period} {stood}, {_worth(value)}{why}"
        return self.finding(Note("R28", Severity.WARNING, problem, act))

    def late(self, late: Late, price: Decimal | None) -> tuple[LateMonth, Finding]:
        """Listed with its value until a person decides (ACR-USE-04)."""
        value = worth(abs(late.units), price, self.contract.currency)
        shown = LateMonth(
            late.change,
            self.line.id,
            self.subject,
            late.days,
            late.written,
            late.counted,
            late.units,
            value,
            late.has_next,
        )
        problem = (
            f"{late.days} was written with {late.written} units and counts {late.counted} now; "
            f"{late.units:+} units, {_worth(value)}, are undecided. Its period takes no second change"
        )
        words = "add-to-next-month or leave-difference" if late.has_next else "leave-difference"
        by_hand = "" if late.has_next else "The contract has no other month: bill it by hand, then "
        act = f"{by_hand}say psabridge decide {late.change} {words}"
        return shown, self.finding(Note("R17", Severity.STOPS, problem, act[0].upper() + act[1:]))


def _stays_above_zero(write: Write, value: Money | None) -> Note:
    problem = f"it should be 0 and stays at {write.before}, {_worth(value)} a period: Autotask refused 0"
    act = "Set the units to 0 by hand, or end the service on the contract in Autotask"
    return Note("R25", Severity.STOPS, problem, act)


def _why(intent: Intent) -> str:
    return f" ({intent.why})" if intent.why else ""


def _worth(value: Money | None) -> str:
    return "price unknown" if value is None else f"worth {value}"
