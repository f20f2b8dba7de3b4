"""What must hold at every moment of a life (I1 to I10 of the reliability bar), judged by the vendor's ledger.

Nothing here asks the bridge what it thinks it did, but I1, I3 and I4, which are about its own books.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from psabridge.engine.outcomes import StepState
from psabridge.engine.ports import Ports
from psabridge.engine.report import CycleReport
from psabridge.rules.plans.plan import SetUnits
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.words import LineId, LineKind, PairingId
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.autotask.ledger import LandedAdjustment
from psabridge_proof.judge_of_customers import BEGINNING, JudgeOfCustomers
from psabridge_proof.provider import Line, Provider
from psabridge_proof.reasons import reasons_for, said_of
from psabridge_proof.wire import Sent, Wire

MU = timedelta(minutes=60)
# A change of others that is younger than this when a request leaves may not have been seen by it: a read
# bound, and the cycle that read before.
UNSEEN = timedelta(minutes=25)
A_MOMENT = timedelta(seconds=1)


class Violation(AssertionError):
    def __init__(self, invariant: str, text: str) -> None:
        self.invariant = invariant
        super().__init__(f"{invariant}: {text}")


@dataclass(slots=True)
class Judge:
    provider: Provider
    wire: Wire
    checked: Counter[str] = field(default_factory=Counter)
    listed: Counter[str] = field(default_factory=Counter)  # why lines were not right, by the reason told
    policy: str = "as_it_changes"
    decreases_wait: bool = True
    close_figure: str = "last"
    restored: bool = False  # the journal lost something: the books cannot be complete
    customers: JudgeOfCustomers = field(init=False)
    _wishes: dict[int, list[tuple[datetime, int | None]]] = field(default_factory=lambda: defaultdict(list))
    _disturbed: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    _seen: list[datetime] = field(default_factory=list)  # cycles that saw everything as it was
    _landed: Counter[tuple[int, date]] = field(default_factory=Counter)
    _doubled: set[tuple[int, date]] = field(default_factory=set)  # delivered twice by something in between
    _ledger: int = 0
    _sent: int = 0
    _writes: int = 0

    def __post_init__(self) -> None:
        self.customers = JudgeOfCustomers(self.provider, self.wire, self.hold)

    def hold(self, invariant: str, text: str, *, holds: bool) -> None:
        self.checked[invariant] += 1
        if not holds:
            raise Violation(invariant, text)

    # ---- after everything that happens

    def look(self) -> None:
        for sent in self.wire.sent[self._sent :]:
            sent.wished = self._wished(sent)
            self._left(sent)
        self._sent = len(self.wire.sent)
        self._note_wishes()
        lines = {line.number: line for line in self.provider.lines()}
        for landed in self.provider.autotask.ledger.adjustments[self._ledger :]:
            self._ledger += 1
            if landed.by == "api":
                self._arrived(landed, lines[landed.line_id])
            else:
                self._disturbed[landed.line_id].append(landed.arrived_at)
        self._only_known_writes()
        self.customers.look()

    def disturb(self, contract: int) -> None:
        """Somebody changed the contract: what was read of its lines before no longer holds."""
        for line in self.provider.lines():
            if line.contract == contract:
                self._disturbed[line.number].append(self.provider.now)

    def doubled(self, sent: Sent) -> None:
        """The request was delivered twice by something in between (P14)."""
        self._doubled.add((sent.line, sent.day))

    def _note_wishes(self) -> None:
        for line in self.provider.lines():
            wanted, told = self.provider.wanted(line), self._wishes[line.number]
            if not told or told[-1][1] != wanted:
                told.append((self.provider.now, wanted))

    def _wished(self, sent: Sent) -> int | None:
        return self._wished_at(sent.line, sent.at)

    # ---- requests

    def _left(self, sent: Sent) -> None:
        """I2: nothing is posted to a line while an earlier request to it is unknown, for μ at least."""
        unknown = [
            one for one in self.wire.sent if one.line == sent.line and one.at < sent.at and not one.is_clear
        ]
        early = [one for one in unknown if sent.at - one.at < MU]
        self.hold("I2", f"{_told(sent)} left while {early and _told(early[-1])} was unknown", holds=not early)

    # ---- landings

    def _arrived(self, landed: LandedAdjustment, line: Line) -> None:
        what = f"{landed.unit_change:+} on {line.customer} {line.usage_name} from {landed.effective_date}"
        sent = self._request_of(landed)
        self.hold("I4", f"{what} landed and was never sent", holds=sent is not None)
        assert sent is not None
        self._once(landed, what)
        wished = sent.wished
        if self._follows_a_quota(line, wished):
            self._as_set_by_hand(landed, line, what)
            return
        if wished is None:  # it may have begun since, at midnight
            wished = self.provider.wanted(line)
        self.hold("I6", f"{what} lowers the unknown", holds=wished is not None or landed.unit_change >= 0)
        self.hold("I8", f"{what} changes a line that is not billed by us", holds=wished is not None)
        open_from = self.provider.posted.get(landed.contract_id)
        is_open = open_from is None or landed.effective_date > open_from or self._is_disturbed(landed, sent)
        self.hold("W9", f"{what} lies in a posted period", holds=is_open)
        self._as_wanted(landed, sent, what, wished)
        self._dated(landed, sent, what)

    def _follows_a_quota(self, line: Line, wished: int | None) -> bool:
        """What is prepaid changes with the quota that a person set at Acronis (ACR-TWO-04)."""
        is_prepaid = wished is None and not self.provider.is_payg(line.contract)
        return self.customers.orders.syncs_both_ways and is_prepaid and line.sold is not None

    def _as_set_by_hand(self, landed: LandedAdjustment, line: Line, what: str) -> None:
        assert line.sold is not None
        set_to = {
            units
            for customer, item, units in self.provider.set_by_hand
            if (customer, item) == (line.customer, line.sold.item)
        }
        text = f"{what} makes {landed.resulting} units; quotas set were {sorted(set_to)}"
        is_told = any(landed.arrived_at - UNSEEN <= one for one in self._disturbed[landed.line_id])
        is_doubled = (landed.line_id, landed.effective_date) in self._doubled
        self.hold("ACR-TWO-04", text, holds=landed.resulting in set_to or is_told or is_doubled)

    def _request_of(self, landed: LandedAdjustment) -> Sent | None:
        key = (landed.line_id, landed.effective_date, landed.unit_change)
        left = [
            one
            for one in self.wire.sent
            if (one.line, one.day, one.change) == key and one.at <= landed.arrived_at
        ]
        return left[-1] if left else None

    def _once(self, landed: LandedAdjustment, what: str) -> None:
        """I1, W7: our changes of a line never share a day, so a second one is a change billed twice."""
        key = (landed.line_id, landed.effective_date)
        self._landed[key] += 1
        excused = key in self._doubled or self.restored
        self.hold("never twice", f"{what} is a second one", holds=self._landed[key] == 1 or excused)

    def _as_wanted(self, landed: LandedAdjustment, sent: Sent, what: str, wished: int | None) -> None:
        """I4: a landing makes the line what was wanted as it left; a decrease or a close, what was before."""
        if self._is_disturbed(landed, sent) or (landed.line_id, landed.effective_date) in self._doubled:
            return
        if self.policy == "as_it_changes" and landed.unit_change > 0 and self._is_first(sent):
            text = f"{what} makes {landed.resulting} units; wanted as it left were {sent.wished}"
            self.hold("I4", text, holds=landed.resulting == sent.wished)
            return
        before = (wanted for since, wanted in self._wishes[landed.line_id] if since <= landed.arrived_at)
        wishes = {wished, *before}
        text = f"{what} makes {landed.resulting} units; wanted were {wishes - {None}}"
        self.hold("as wanted", text, holds=landed.resulting in wishes)

    def _is_first(self, sent: Sent) -> bool:
        key = (sent.line, sent.day, sent.change)
        return not any((one.line, one.day, one.change) == key and one is not sent for one in self.wire.sent)

    def _dated(self, landed: LandedAdjustment, sent: Sent, what: str) -> None:
        """R16, W8: decreases begin a period where they wait, and nothing is dated ahead as it changes."""
        if self.policy != "as_it_changes" or (landed.line_id, landed.effective_date) in self._doubled:
            return
        today = sent.at.astimezone(self.provider.zone).date()
        self.hold("W8", f"{what}, sent on {today}", holds=landed.effective_date <= today)
        if landed.unit_change < 0 and self.decreases_wait and self._is_first(sent):  # a retry keeps its day
            starts = day_of(self.provider.contract(landed.contract_id)["startDate"])
            is_first = landed.effective_date == _in_month_of(landed.effective_date, starts.day)
            self.hold("R16", f"{what} lies inside a period", holds=is_first)
            if not self._is_disturbed(landed, sent):
                self._waited(landed, sent, what)

    def _waited(self, landed: LandedAdjustment, sent: Sent, what: str) -> None:
        """R16: so little or less was wanted when its day came, and at the last look of every day since.

        Days are the billing zone's (R29). A look at which nothing may be said (W13) says nothing of it.
        """
        day, zone = landed.effective_date, self.provider.zone
        told_at = (one for one in self._seen if self._wished_at(landed.line_id, one) is not None)
        looked = max((one for one in told_at if one.astimezone(zone).date() < day), default=BEGINNING)
        ends = datetime.combine(day, time(), self.provider.zone) + timedelta(days=1)
        told = self._wished_between(landed.line_id, looked, ends)
        was_wanted = any(one <= landed.resulting for one in told)
        self.hold("R16", f"{what} begins before it was wanted", holds=was_wanted)
        looks = (*(one for one in self._seen if one <= sent.at), sent.at)
        last = {one.astimezone(zone).date(): one for one in looks}
        since = [self._wished_at(landed.line_id, last[one]) for one in sorted(last) if one >= day]
        is_kept = all(one is None or one <= landed.resulting for one in since) or self.restored
        self.hold("R16", f"{what} did not wait: wanted were {since}", holds=is_kept)

    def _wished_between(self, line: int, since: datetime, until: datetime) -> list[int]:
        """What was wanted then, and what had begun before."""
        first = self._wished_at(line, since)
        later = [wanted for moment, wanted in self._wishes[line] if since < moment < until]
        return [one for one in (first, *later) if one is not None]

    def _wished_at(self, line: int, moment: datetime) -> int | None:
        before = [wanted for since, wanted in self._wishes[line] if since <= moment]
        return before[-1] if before else None

    def _is_disturbed(self, landed: LandedAdjustment, sent: Sent) -> bool:
        moments = self._disturbed[landed.line_id]
        return any(sent.at - UNSEEN <= moment <= landed.arrived_at for moment in moments)

    def _only_known_writes(self) -> None:
        """I5, P6: the bridge adds no line and changes nothing of Autotask but units and its own field."""
        writes = self.provider.autotask.ledger.writes
        known = _OURS | self.customers.may_add()
        for write in writes[self._writes :]:
            is_ours = write.entity in known
            self.hold("I5", f"{write.method} of {write.entity} {write.row_id} by the bridge", holds=is_ours)
        self._writes = len(writes)

    # ---- the bridge's own books, after a cycle

    def books(self, ports: Ports, pairing: PairingId) -> None:
        """I1, I2: what is confirmed landed, what landed is known, one open change a line."""
        lines = [LineId(LineKind.SERVICE, one.number) for one in self.provider.lines() if one.sold]
        histories = ports.journal.histories(lines, pairing)
        for line in lines:
            history = histories.get(line)
            intents = () if history is None else history.intents
            open_ones = [one for one in intents if not one.state.is_final]
            self.hold("I2", f"{line} has {len(open_ones)} open changes", holds=len(open_ones) <= 1)
            self._line_books(line, intents)

    def _line_books(self, line: LineId, intents: tuple[Intent, ...]) -> None:
        ours = Counter(self._landings(line.number, is_ours=True))
        others = Counter(self._landings(line.number, is_ours=False))
        doubled = Counter(
            {key: count for key, count in ours.items() if (line.number, key[0]) in self._doubled}
        )
        never = {IntentState.REJECTED, IntentState.NOT_SENT}
        known = Counter((one.day, one.change) for one in intents if one.state not in never)
        if not self.restored:
            strange = ours - known - doubled
            self.hold("I1", f"landed on {line} and in no book: {dict(strange)}", holds=not strange)
        confirmed = Counter(
            (one.day, one.change)
            for one in intents
            if one.state is IntentState.CONFIRMED and not one.is_adopted
        )
        # A change of another like ours to the day and the unit cannot be told from ours (protocol 4.3).
        missing = confirmed - ours - others
        self.hold("I1", f"confirmed on {line} and never landed: {dict(missing)}", holds=not missing)

    def _landings(self, line: int, *, is_ours: bool) -> list[tuple[date, int]]:
        ledger = self.provider.autotask.ledger.of_line(line)
        return [(one.effective_date, one.unit_change) for one in ledger if (one.by == "api") is is_ours]

    def unasked(self, report: CycleReport) -> None:
        """I5: without a person no bound is passed and nothing is set to 0."""
        for one in report.outcomes:
            if one.state is not StepState.APPLIED or not isinstance(one.step.change, SetUnits):
                continue
            held = report.plan.hold_on(one.step.id)
            text = f"{one.step.subject} was changed to {one.step.change.after} without a person"
            self.hold("I5", text, holds=held is None and one.step.change.after != 0)

    # ---- what is shown

    def complete(self, report: CycleReport) -> None:
        """I8: every customer is mapped, or counted among the unmapped while it has a tenant."""
        done = report.plan.completeness
        unmapped = sum(self.provider.has_tenant(one) for one in self.provider.unmapped)
        mapped = len(self.provider.customers) - len(self.provider.unmapped)
        told = (done.customers_mapped, done.tenants_unmapped)
        if self.provider.newcomers:  # whether one of them is mapped yet is the bridge's to know
            self.customers.counted(*told)
            return
        self.hold(
            "I8",
            f"{told} customers mapped and unmapped, not {(mapped, unmapped)}",
            holds=told == (mapped, unmapped),
        )

    def right_or_listed(self, report: CycleReport) -> None:
        """Promise 1: each line shows what is wanted, or a reason is told (I3 where a change is parked)."""
        self._seen.append(self.provider.now)
        self._quotas(report)
        self.customers.complete_or_told(report)
        for line in self.provider.lines():
            wanted = self.provider.wanted(line)
            if wanted is None:
                continue
            shown = self.provider.shown(line)
            if shown == wanted:
                self.checked["right"] += 1
                continue
            reasons = reasons_for(line, report, self.provider)
            if self._is_ahead(line, wanted):
                reasons.add("stands from the next period on")
            if self._is_so_far(line, shown):
                reasons.add("figure of the period so far")
            text = f"{line.customer} {line.usage_name} shows {shown}, not {wanted}, and nothing is said"
            self.hold("right or listed", text, holds=bool(reasons))
            self.listed[min(reasons)] += 1

    def _is_ahead(self, line: Line, wanted: int) -> bool:
        """Our change for the next period has landed and stands."""
        today, ledger = self.provider.billing_day, self.provider.autotask.ledger.of_line(line.number, "api")
        days = [one.effective_date for one in ledger if one.effective_date > today]
        return bool(days) and self.provider.autotask.units_on(line.number, max(days)) == wanted

    def _is_so_far(self, line: Line, shown: int | None) -> bool:
        """R7: what a close by the highest or the average would bill now; usage of today changes nothing."""
        if self.policy == "as_it_changes" or self.close_figure == "last" or shown is None:
            return False
        used = self._wished_between(line.number, self._period_began(line), self.provider.now + A_MOMENT)
        if not used:
            return False
        is_highest = self.close_figure == "highest"
        least = self.provider.wanted(line) if is_highest else min(used)
        is_between = least is not None and least <= shown <= max(used)
        return is_between and (shown in used or not is_highest)

    def _period_began(self, line: Line) -> datetime:
        number = day_of(self.provider.contract(line.contract)["startDate"]).day
        today = self.provider.billing_day
        this = _in_month_of(today, number)
        first = this if this <= today else _in_month_of(today.replace(day=1) - timedelta(days=1), number)
        return datetime.combine(first, time(), self.provider.zone)

    def _quotas(self, report: CycleReport) -> None:
        """What is sold on a prepaid contract is the quota, or a reason is told."""
        for (customer, item), wanted in self.provider.quotas().items():
            shown = self.provider.quota(customer, item)
            company = self.provider.customers[customer].company_id
            told = said_of(company, report)
            text = f"{customer} {item}: quota {shown}, sold {wanted}, and nothing is said"
            self.hold("quota right or listed", text, holds=shown == wanted or bool(told))

    def at_rest(self, report: CycleReport) -> None:
        """I3: everything ended as confirmed, rejected or parked."""
        states = {one.state for one in report.open_intents}
        self.hold("I3", f"still open: {states}", holds=states <= {IntentState.PARKED})
        self.right_or_listed(report)


# Adjustments are in the other ledger; the field is where the marker stands.
_OURS = {
    "UserDefinedFieldDefinitions",
    "ContractServiceAdjustments",
    "ContractServiceBundleAdjustments",
}


def _in_month_of(day: date, number: int) -> date:
    """That day of the month, or its last: contracts that begin on a 31st."""
    return day.replace(day=min(number, monthrange(day.year, day.month)[1]))


def _told(sent: Sent) -> str:
    return f"{sent.change:+} on line {sent.line} from {sent.day}, sent {sent.at:%d %b %H:%M}"
