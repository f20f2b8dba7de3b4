"""A stretch in which one fault strikes one call, and how its end is judged."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.kit.errors import BridgeError
from psabridge.rules.lease import LeaseLost
from psabridge.rules.words import StepKind
from psabridge_emulators.acronis import item_routes, tenant_routes
from psabridge_emulators.autotask import query, reading
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import months_after
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Refusal
from psabridge_emulators.autotask.lines import line_of, lines_of_contract
from psabridge_emulators.autotask.query import Query
from psabridge_emulators.frame.wire import Request
from psabridge_proof.direct import DirectTransport
from tests.proof.ending import Ending
from tests.proof.fault_table import End, Fault
from tests.proof.forks import Verdict
from tests.proof.month import DAYS, Month, storage, workstations
from tests.proof.product import Product
from tests.proof.rehearsal import Rehearsal
from tests.proof.spots import Spot, Spots, counted
from tests.proof.striking import Strike
from tests.proof.world import Stretch, World

# Rows of a page, on the days on which they span several.
SMALL_PAGE = 5
_NOT_DONE = (StepState.WAITING, StepState.STALE, StepState.REJECTED, StepState.PARKED, StepState.UNKNOWN)


class Enduring(Product):
    """A bridge that goes on after a cycle that failed, as `sync --keep-going` does."""

    told: list[str]
    mend: Callable[[], None]

    def renew(self) -> None:
        """Connections and a sign-in of its own; everything the process remembers stays."""
        memory = self.memory
        self.start()
        self.memory = memory

    def listen(self, mend: Callable[[], None]) -> None:
        """From now on keep what is told; `mend` is called before each cycle."""
        self.told, self.mend = [], mend

    def _is_quiet(self, report: CycleReport) -> bool:
        """Not while something was put off for minutes, or a change refused and not planned anew yet."""
        put_off = any(one.state is StepState.WAITING and one.code is None for one in report.outcomes)
        refused = any(
            one.state is StepState.REJECTED and one.step.kind is StepKind.SET_UNITS for one in report.outcomes
        )
        return super()._is_quiet(report) and not put_off and not refused

    def _one_more(self, *, takes_over: bool) -> CycleReport | None:
        self.mend()
        try:
            report = super()._one_more(takes_over=takes_over)
        except (BridgeError, LeaseLost) as error:
            self.told.append(str(error))
            self.vendors.advance(minutes=5)  # the lease of a cycle that failed is free; time goes on
            return None
        if report is not None:
            self.told += [str(one) for one in report.findings]
            self.told += [
                f"{one.step.subject}: {one.state} {one.text}"
                for one in report.outcomes
                if one.state in _NOT_DONE
            ]
        return report


@contextmanager
def small_pages(stretch: Stretch, day: int) -> Iterator[None]:
    """Both vendors give pages of a few rows; a line's own rows come in one, as the protocol wants (W10)."""
    if day >= stretch.small_until:
        yield
        return
    parse, limits = query.parse, (item_routes.DEFAULT_LIMIT, tenant_routes.DEFAULT_LIMIT)

    def small(database: Database, entity: Entity, document: object) -> Query:
        asked = parse(database, entity, document)
        is_of_lines = asked.index is not None and asked.index[0].startswith("contractService")
        return asked if is_of_lines else replace(asked, page_size=SMALL_PAGE)

    reading.parse = small  # type: ignore[attr-defined]
    item_routes.DEFAULT_LIMIT = tenant_routes.DEFAULT_LIMIT = 2
    try:
        yield
    finally:
        reading.parse = parse  # type: ignore[attr-defined]
        item_routes.DEFAULT_LIMIT, tenant_routes.DEFAULT_LIMIT = limits


def _without_field(month: World) -> None:
    for entity in ("UserDefinedFieldListItems", "UserDefinedFieldDefinitions"):
        for row in list(month.autotask.database[entity].all()):
            month.autotask.database.delete(entity, row["id"])


class Numbered(Rehearsal):
    """The stretch without faults, each call with its number, and its ends to the second period after it.

    With `opening` the first day only, with a field that is still to be made.
    """

    def __init__(self, folder: Path, stretch: Stretch, *, uniqueness: str, opening: bool) -> None:
        super().__init__(folder, stretch, uniqueness=uniqueness)
        self.opening = opening
        if opening:
            _without_field(self.month)
        self.product: Enduring = Enduring(folder, self.month, DirectTransport(self.month.emulation))
        self.product.listen(lambda: None)
        self.spots = Spots(stretch.period_day)
        self.product.transport.watch = self.spots.call
        self.end_of: dict[int, Ending] = {}
        self.told_on: dict[int, tuple[str, ...]] = {}

    def live(self) -> None:
        if self.opening:
            self.month.begin(0)
            self.product.start()
            self.live_day(0)
            return
        super().live()
        for day in self.stretch.settled:
            self.month.begin(day)
            self.live_day(day)

    def live_day(self, day: int) -> None:
        self.spots.begin(day)
        self.product.renew()
        with small_pages(self.stretch, day):
            super().live_day(day)
        self.spots.met[day] = counted(self.spots.met[day])
        self.end_of[day] = self.ends[-1]
        self.told_on[day] = tuple(self.product.told)
        self.product.told.clear()


class Struck:
    """In the child: the day once more, with the fault; then days without, until the end can be judged."""

    def __init__(
        self, product: Enduring, place: Path, spot: Spot, fault: Fault, rehearsed: Numbered, uniqueness: str
    ) -> None:
        self.product, self.month = product, product.month
        self.spot, self.fault, self.rehearsed = spot, fault, rehearsed
        self.wanted = rehearsed.end_of
        self.stretch = rehearsed.stretch
        self.uniqueness = uniqueness
        product.folder = place
        self.strike: Strike | None = None
        self.news: list[str] = []  # what the run without faults had not told by then
        self._ends_at: datetime | None = None
        self._calls = 0

    def live(self) -> Verdict:
        subject = f"{self.spot}; {self.fault.name}"
        self.product.renew()
        self.product.listen(self._mend)
        self.product.transport.watch = self._watch
        with small_pages(self.stretch, self.spot.day):
            self.product.live(self.spot.day)
            self._outlast()
        if self.strike is None:
            return Verdict(subject, "wrong", f"never struck; {self._calls} calls")
        known = {one for day in range(self.spot.day + 1) for one in self.rehearsed.told_on[day]}
        self.news = [one for one in dict.fromkeys(self.product.told) if one not in known]
        is_last = self._is_in_last_period()
        expected = self.fault.expected(self.spot, self.uniqueness, in_last_period=is_last) or frozenset()
        came, why = self._end_over() if End.OVER in expected else self._end()
        if came in expected:
            return Verdict(subject, str(came))
        wanted, said = " or ".join(sorted(expected)), "; ".join(self.news[-6:])
        return Verdict(subject, "wrong", f"expected '{wanted}', came '{came}': {why}\n      told: {said}")

    def _watch(self, moment: str, vendor: str, request: Request) -> None:
        if moment != "before" or self.strike is not None:
            return
        self._calls += 1
        if self._calls == (self.spot.look if self.fault.at_look else self.spot.number):
            self.strike = Strike(self.spot, self.month, self.product.transport, vendor, request)
            self.strike.landed_before = len(self.month.autotask.ledger.adjustments)
            self.fault.begin(self.strike)
            if self.fault.lasts is not None:
                self._ends_at = self.month.emulation.now + self.fault.lasts

    def _mend(self) -> None:
        if self._ends_at is not None and self.month.emulation.now >= self._ends_at:
            self._ends_at = None
            assert self.strike is not None
            if self.fault.end is not None:
                self.fault.end(self.strike)

    def _outlast(self) -> None:
        """Quiet is not the end of it before the condition ended, and what is on its way has arrived."""
        if self._ends_at is not None:
            self.month.emulation.clock.set(max(self._ends_at, self.month.emulation.now))
            self.product.until_quiet()
        self.month.advance(minutes=60 if self.month.emulation.held.waiting else 11)
        self.product.until_quiet()

    # ---- the judgement

    def _end(self) -> tuple[End | None, str]:
        day, decided = self.spot.day, self.product.decided
        wrong = self._differs(day)
        if not wrong:
            return (End.DECIDED if decided else End.SAME), f"decided {[str(word) for _, word in decided]}"
        twice = self._mailed_otherwise(wrong) or self._end_of_two(wrong)
        if twice is not None:
            return twice, "; ".join(wrong)
        if not self._is_listed():
            return None, f"not listed: {'; '.join(wrong)}"
        soon = min(day + 2, self.stretch.last)
        since = self._live_to(soon)
        later = self._differs(soon, since=since)
        if not later:
            return (End.DECIDED if decided else End.LATER), "; ".join(wrong)
        return self._end_settled(later)

    def _end_settled(self, later: list[str]) -> tuple[End | None, str]:
        since = self._live_to(self._settled)
        settled = self._differs(self._settled, since=since)
        if not settled:
            return End.NEXT, "; ".join(later)
        if not self.spot.is_units:
            return (End.LEFT if self._is_left(settled) else None), "; ".join(settled)
        others = self._others_differ(since)
        by_hand = not others and any("by hand" in one for one in self.news)
        return (End.HAND if by_hand else None), "; ".join(others or settled)

    def _is_left(self, wrong: list[str]) -> bool:
        """Nothing else differs than what was not done to a tenant, and a person is told of it (R34)."""
        behind = Ending.of(self.month).later(self.wanted[self._settled])
        told = all(any("R34" in one and name in one for one in self.news) for name in behind)
        return bool(behind) and told and all(one.startswith("states") for one in wrong)

    def _mailed_otherwise(self, wrong: list[str]) -> End | None:
        """Nothing else differs than one mail more; or one less, which an empty answer said was sent."""
        again = Ending.of(self.month).mailed_again(self.wanted[self.spot.day])
        if not all(one.startswith("mails") for one in wrong):
            return None
        return {1: End.MAIL, None: End.UNMAILED}.get(again)

    def _end_of_two(self, wrong: list[str]) -> End | None:
        """What was made is there twice: nothing else differs, and a person is told."""
        if not self.spot.creates:
            return None
        if all(one.startswith("options") for one in wrong):
            return End.OPTION
        end, wanted = self._ending(self.spot.day), self.wanted[self.spot.day]
        for line in end.twins(wanted):
            end, wanted = end.without_units(line), wanted.without_units(line)
        names = ("services", "definitions", "options", "lines")
        is_made = all(one.startswith(names) for one in end.differs(wanted))
        return End.TWICE if is_made and self.news else None

    def _live_to(self, last: int) -> date:
        """Cycles on the days that matter, and what happened on those between them."""
        for day in (*range(self.spot.day + 1, self.stretch.last + 1), *self.stretch.settled):
            if day <= last:
                self._begin(day)
                with small_pages(self.stretch, day):
                    self.product.live(day)
        return self.month.today

    def _begin(self, day: int) -> None:
        """What people would do that day may be refused now: a change they did not make is ours to make."""
        try:
            self.month.begin(day)
        except Refusal:
            assert self.strike is not None
            self.strike.others += self.month.put_off(day)

    def _differs(self, day: int, since: date | None = None) -> list[str]:
        return self._ending(day).differs(self.wanted[day], since=since)

    def _ending(self, day: int) -> Ending:
        """What others did to Autotask in our place counts as ours."""
        assert self.strike is not None
        end, others = Ending.of(self.month), self.strike.others
        if not others:
            return end
        landed = tuple(sorted((*end.landed, *others)))
        return replace(end, landed=landed, foreign=self.wanted[day].foreign)

    def _is_listed(self) -> bool:
        """The line is named by what a person decided, or its customer by what the cycles said."""
        line = self.spot.line
        if any(line in {None, intent.line.number} for intent, _ in self.product.decided):
            return True
        names = self.month.companies() if line is None else [self.month.company_of(line)]
        return any(name in one for name in names for one in self.news)

    def _is_in_last_period(self) -> bool:
        """Its contract ends before a month is over, so that nothing can begin with a next period."""
        if self.spot.line is None or self.spot.dated is None:
            return False
        return line_of(self.month.autotask.database, self.spot.line).ends < months_after(self.spot.dated, 1)

    def _end_over(self) -> tuple[End | None, str]:
        """The contract is over: nothing of ours is dated after its end; the other contracts are as ever."""
        assert self.strike is not None
        assert self.strike.over is not None
        contract, ended = self.strike.over
        lines = self._lines_of(contract)
        since = self._live_to(self._settled)
        late = [
            f"{one.unit_change:+} on {one.line_id} from {one.effective_date}"
            for one in self.month.autotask.ledger.adjustments[self.strike.landed_before :]
            if one.line_id in lines and one.by == "api" and one.effective_date > ended
        ]
        differs = self._others_differ(since)
        if late or differs:
            return None, "; ".join((*late, *differs))
        is_told = self._is_listed() or self._is_carried_on(contract)
        return (End.OVER if is_told else None), "neither listed nor carried on"

    def _is_carried_on(self, contract: int) -> bool:
        """The contract that renews it shows what is used."""
        autotask, today = self.month.autotask, self.month.today
        lines = autotask.database["ContractServices"]
        renewals = [row["id"] for row in autotask.database["Contracts"].all() if _renews(row, contract)]
        new = {row["serviceID"]: row["id"] for one in renewals for row in lines.find("contractID", one)}
        used = used_at_last(self.month, contract)
        return bool(new) and all(
            autotask.units_on(new[service], today) == units for service, units in used.items()
        )

    def _others_differ(self, since: date) -> list[str]:
        """Whether anything differs elsewhere than on the contract that was struck."""
        assert self.strike is not None
        places, wanted = self.month.places(), self.wanted[self._settled]
        lines = {places[line] for line in self._lines_of(self.strike.contract())}
        end = replace(_without(Ending.of(self.month), lines, wanted), foreign=wanted.foreign)
        return end.differs(_without(wanted, lines, wanted), since=since)

    @property
    def _settled(self) -> int:
        return self.stretch.settled[1]

    def _lines_of(self, contract: int) -> set[int]:
        return {line.id for line in lines_of_contract(self.month.autotask.database, contract)}


def _renews(row: Mapping[str, Any], contract: int) -> bool:
    return row.get("renewedContractID") == contract


def used_at_last(month: World, contract: int) -> dict[int, int]:
    """By service, what the customer of a contract uses after the month."""
    assert isinstance(month, Month)
    name = next(name for name, firm in month.firms.items() if firm.contract == contract)
    number = ("acme", "cedar", "birch").index(name)
    class_1, class_2 = storage(number, DAYS - 1)
    units = {
        "workstations": workstations(number, DAYS - 1),
        "total": class_1 + class_2,
        "class 1": class_1,
        "class 2": class_2,
    }
    return {month.sold[line].service_id: used for line, used in units.items()}


def _without(end: Ending, lines: set[str], known: Ending) -> Ending:
    return replace(
        end,
        landed=tuple(one for one in end.landed if one[0] not in lines and one[0] in known.units),
        units={line: units for line, units in end.units.items() if line not in lines and line in known.units},
        lines=known.lines,
    )
