"""A platform and a help desk in memory, with the faults of real ones: answers lost, writes late, lag."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from psabridge.engine.ticket_ports import TicketBook, TicketPorts
from psabridge.kit.errors import Busy, BusyKind, NotSent, OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.tickets.alerts import AlertId, AlertRead, AlertType, BackupAlert, Probe
from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import TicketSettings
from psabridge.rules.tickets.stories import Ticket, TicketId, of_external_id
from psabridge.rules.words import CompanyId, ContractId
from tests.tickets.book import FreeLeases, NoContracts
from tests.tickets.cast import COMPLETE, START

NEW = 1


class Fault(StrEnum):
    """What happens to the next write."""

    BUSY = "busy"
    NOT_SENT = "not sent"
    REFUSED = "refused"
    LOST = "lost"  # it never arrives, and nobody says so
    UNANSWERED = "unanswered"  # it is done, and the answer is lost
    LATE = "late"  # it is done half an hour later, and the answer is lost
    KILL_BEFORE = "killed before it leaves"
    KILL_AFTER = "killed after it was done"


class Killed(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Watch:
    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def today(self) -> object:
        return self.at.date()

    def wait(self, duration: timedelta) -> None:
        self.at += duration


@dataclass(slots=True)
class World:
    """What is true, whatever the bridge believes."""

    clock: Watch = field(default_factory=Watch)
    alerts: dict[AlertId, BackupAlert] = field(default_factory=dict)
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    notes: dict[TicketId, list[str]] = field(default_factory=dict)
    texts: dict[TicketId, str] = field(default_factory=dict)
    faults: list[Fault | None] = field(default_factory=list)  # of the next writes; None: there is none
    may_not_dismiss: bool = False
    late: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    dismissed: list[AlertId] = field(default_factory=list)
    made: int = 0
    writes: int = 0
    lag: timedelta = timedelta()
    shown_from: dict[TicketId, datetime] = field(default_factory=dict)
    closed_over: list[tuple[TicketId, AlertId]] = field(default_factory=list)  # what was reported then

    # people and time

    def passes(self, time: timedelta) -> None:
        end = self.clock.at + time
        for moment, write in sorted(self.late, key=lambda one: one[0]):
            if moment <= end:
                self.clock.at = max(self.clock.at, moment)
                write()
        self.late = [one for one in self.late if one[0] > end]
        self.clock.at = end

    def raises(self, *alerts: BackupAlert) -> None:
        self.alerts.update({one.id: replace(one, updated_at=self.clock.at) for one in alerts})

    def clears(self, alert: AlertId) -> None:
        now = self.clock.at
        self.alerts[alert] = replace(self.alerts[alert], cleared_at=now, updated_at=now)

    def alerts_at(self, name: str) -> datetime:
        """When it was raised."""
        return self.alerts[AlertId(name)].raised_at

    def reported(self) -> list[BackupAlert]:
        return [one for one in self.alerts.values() if one.is_reported]

    def person_moves(self, ticket: TicketId, company: CompanyId) -> None:
        self.tickets[ticket] = replace(self.tickets[ticket], company=company, changed_at=self.clock.at)

    def person_sets(self, ticket: TicketId, status: int) -> None:
        self._set(ticket, status, by_us=False)

    def merges(self, ticket: TicketId) -> None:
        del self.tickets[ticket]

    def burning_in(self, ticket: TicketId) -> list[AlertId]:
        """What is reported of the conditions that a ticket, or the list of a storm, tells of."""
        text = " ".join([self.texts[ticket], *self.notes[ticket]])
        told = [one for one in self.alerts.values() if f"Id: {one.id}" in text or f"({one.id})" in text]
        conditions = {one.condition for one in told}
        return [one.id for one in self.reported() if one.condition in conditions]

    # writes, each once it arrives

    def _set(self, ticket: TicketId, status: int, *, by_us: bool) -> None:
        if ticket not in self.tickets:
            return
        one = self.tickets[ticket]
        done = status == COMPLETE
        self.tickets[ticket] = replace(
            one,
            status=status,
            completed_at=self.clock.at if done else None,
            completed_by="" if by_us or not done else "Kim",
            is_completed_by_us=by_us and done,
            changed_at=self.clock.at,
        )

    def _create(
        self, external_id: str, company: CompanyId, contract: ContractId | None, text: str
    ) -> TicketId:
        self.made += 1
        ticket = TicketId(self.made)
        self.tickets[ticket] = Ticket(
            ticket, f"T{ticket:04}", external_id, company, NEW, contract=contract, changed_at=self.clock.at
        )
        self.notes[ticket], self.texts[ticket] = [], text
        self.shown_from[ticket] = self.clock.at + self.lag
        return ticket

    def _add_note(self, ticket: TicketId, text: str) -> None:
        if ticket in self.tickets:
            self.notes[ticket].append(text)
            self.tickets[ticket] = replace(self.tickets[ticket], changed_at=self.clock.at)

    def write(self, what: Callable[[], TicketId | None]) -> TicketId | None:
        """One request, with the fault that waits for it."""
        self.writes += 1
        fault = self.faults.pop(0) if self.faults else None
        if fault is None:
            return what()
        if fault is Fault.KILL_BEFORE:
            raise Killed
        if fault in {Fault.UNANSWERED, Fault.KILL_AFTER}:
            what()
        if fault is Fault.KILL_AFTER:
            raise Killed
        if fault is Fault.LATE:
            self.late.append((self.clock.at + timedelta(minutes=30), what))
        raise _error_of(fault)

    def is_shown(self, ticket: TicketId) -> bool:
        return ticket in self.tickets and self.shown_from[ticket] <= self.clock.at

    def ports(self, book: TicketBook) -> TicketPorts:
        return TicketPorts(
            alerts=WorldAlerts(self),
            desk=WorldDesk(self),
            book=book,
            leases=FreeLeases(),
            contracts=NoContracts(),
            clock=self.clock,  # type: ignore[arg-type]
        )


def _error_of(fault: Fault) -> Exception:
    said = ("Autotask ticket", fault.value, "Try again")
    if fault is Fault.BUSY:
        return Busy(*said, kind=BusyKind.UNAVAILABLE)
    if fault is Fault.NOT_SENT:
        return NotSent(*said)
    if fault is Fault.REFUSED:
        return Refused(*said, kind=RefusalKind.OTHER, vendor_text="The queue is not active.")
    return OutcomeUnknown(*said)


@dataclass(frozen=True, slots=True)
class WorldAlerts:
    world: World

    def probe(self) -> Probe:
        changes = [one.updated_at for one in self.world.alerts.values()]
        return Probe(len(self.world.reported()), max(changes, default=None))

    def changed_since(self, moment: datetime) -> AlertRead:
        found = [one for one in self.world.alerts.values() if one.updated_at >= moment]
        return AlertRead(tuple(sorted(found, key=lambda one: one.updated_at)))

    def reported(self) -> AlertRead:
        return AlertRead(tuple(self.world.reported()))

    def types(self) -> tuple[AlertType, ...]:
        return ()

    def dismiss(self, alert: AlertId) -> None:
        if self.world.may_not_dismiss:
            raise Refused("Alert", "not allowed", "Ask for the right", kind=RefusalKind.RIGHTS)

        def gone() -> None:
            self.world.dismissed.append(alert)
            self.world.clears(alert)

        self.world.write(gone)

    def calls(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class WorldDesk:
    world: World

    def _shown(self) -> list[Ticket]:
        return [one for key, one in self.world.tickets.items() if self.world.is_shown(key)]

    def changed_since(self, moment: datetime) -> tuple[Ticket, ...]:
        found = [
            one for one in self._shown() if (one.changed_at or datetime.min.replace(tzinfo=UTC)) >= moment
        ]
        return tuple(one for one in found if of_external_id(one.external_id))

    def tickets(self, tickets: Iterable[TicketId]) -> Mapping[TicketId, Ticket]:
        asked = set(tickets)
        return {one.id: one for one in self._shown() if one.id in asked}

    def find(self, external_ids: Iterable[str]) -> Mapping[str, tuple[Ticket, ...]]:
        asked = set(external_ids)
        found: dict[str, tuple[Ticket, ...]] = {}
        for one in sorted(self._shown(), key=lambda it: it.id):
            if one.external_id in asked:
                found[one.external_id] = (*found.get(one.external_id, ()), one)
        return found

    def stories_of(self, keys: Iterable[str]) -> tuple[Ticket, ...]:
        begin = tuple(keys)
        return tuple(one for one in self._shown() if one.external_id.startswith(begin))

    def create(
        self,
        wanted: CreateTicket,
        *,
        external_id: str,
        company: CompanyId,
        contract: ContractId | None,
        settings: TicketSettings,
        now: datetime,
    ) -> TicketId:
        made = self.world.write(lambda: self.world._create(external_id, company, contract, wanted.text))
        assert made is not None
        return made

    def notes(self, ticket: TicketId) -> tuple[str, ...]:
        if ticket not in self.world.tickets:
            raise Refused("Ticket", "not there", "Plan anew", kind=RefusalKind.MISSING)
        return tuple(self.world.notes[ticket])

    def add_note(self, ticket: TicketId, *, title: str, text: str, settings: TicketSettings) -> None:
        if ticket not in self.world.tickets:
            raise Refused("Ticket", "not there", "Plan anew", kind=RefusalKind.MISSING)
        self.world.write(lambda: self.world._add_note(ticket, text))

    def set_status(self, ticket: TicketId, status: int) -> None:
        if ticket not in self.world.tickets:
            raise Refused("Ticket", "not there", "Plan anew", kind=RefusalKind.MISSING)
        if status == COMPLETE:
            self.world.closed_over += [(ticket, alert) for alert in self.world.burning_in(ticket)]
        self.world.write(lambda: self.world._set(ticket, status, by_us=True))

    def company_names(self, companies: Iterable[CompanyId]) -> Mapping[CompanyId, str]:
        return {company: f"Company {company}" for company in companies}

    def lists(self) -> TicketLists:
        return TicketLists()

    def calls(self) -> int:
        return self.world.writes
