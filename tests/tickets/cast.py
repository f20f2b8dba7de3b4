"""Alerts, a customer and a small help desk for the tests of tickets."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import About, AlertId, AlertSeverity, BackupAlert, ConditionKey
from psabridge.rules.tickets.lifecycle import Act, ending_of
from psabridge.rules.tickets.plan import CreateTicket, SetStatus, TicketPlan, TicketStep
from psabridge.rules.tickets.planning import Seen, plan_tickets
from psabridge.rules.tickets.settings import AlertRow, Code, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import Sighting, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, ContractId
from tests.builders import a_customer, settings, tenant_id

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COMPLETE = Code(5)
ON = TicketSettings(is_on=True, close_status=COMPLETE)


def an_alert(
    name: str = "a1",
    *,
    at: datetime = START,
    workload: str = "PC-1",
    kind: str = "BackupFailed",
    severity: AlertSeverity = AlertSeverity.CRITICAL,
    reason: str = "disk full",
    tenant: int = 1,
    cleared: datetime | None = None,
) -> BackupAlert:
    return BackupAlert(
        id=AlertId(name),
        type=kind,
        category="Backup",
        severity=severity,
        raised_at=at,
        updated_at=at,
        tenants=(tenant_id(tenant),),
        about=(About("resource", f"id-{workload}", workload),) if workload else (),
        cleared_at=cleared,
        tenant_name=f"Tenant {tenant}",
        details=(("Reason", reason),),
    )


def decided(tickets: TicketSettings = ON, customers: int = 2) -> PairingSettings:
    mapped = [a_customer(number, number) for number in range(1, customers + 1)]
    return replace(settings(customers=mapped), tickets=tickets)


def a_row(kind: str = "BackupFailed", *, creates: bool | None = True, **fields: Code) -> AlertRow:
    return AlertRow(kind, creates=creates, fields=TicketFields(**fields))


@dataclass(slots=True)
class Desk:
    """Autotask and the platform as one would remember them: every step is carried out at once."""

    settings: PairingSettings = field(default_factory=decided)
    now: datetime = START
    alerts: dict[AlertId, BackupAlert] = field(default_factory=dict)
    told: dict[AlertId, str] = field(default_factory=dict)
    home: dict[ConditionKey, Story] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    done: list[TicketStep] = field(default_factory=list)
    made: int = 0
    last: TicketPlan | None = None
    contracts_over: frozenset[ContractId] = frozenset()

    def raises(self, *alerts: BackupAlert) -> None:
        self.alerts.update({alert.id: alert for alert in alerts})

    def clears(self, *names: str) -> None:
        for name in names or tuple(self.alerts):
            alert = self.alerts[AlertId(name)]
            self.alerts[alert.id] = replace(alert, cleared_at=self.now, updated_at=self.now)

    def passes(self, time: timedelta) -> None:
        self.now += time

    def looks(self) -> list[TicketStep]:
        """One cycle; what it did."""
        self._read_tickets()
        self.last = plan_tickets(self.seen(), self.settings)
        for step in self.last.steps:
            self._carry_out(step)
        return list(self.last.steps)

    def settles(self) -> list[TicketStep]:
        """Cycles until nothing is left to do."""
        steps: list[TicketStep] = []
        for _ in range(10):
            made = self.looks()
            steps += made
            if not made:
                return steps
        raise AssertionError(f"ten cycles and still something to do: {steps[-1]}")

    def acts(self) -> list[Act]:
        return [step.act for step in self.settles()]

    def seen(self) -> Seen:
        own = [one for one in self.stories.values() if one.telling is Telling.CONDITION]
        storms = [one for one in self.stories.values() if one.telling is Telling.STORM]
        return Seen(
            at=self.now,
            sightings=tuple(Sighting(alert, self.told.get(alert.id)) for alert in self.alerts.values()),
            stories=_latest(own),
            storms=_latest(storms),
            storm_of={key: story.key for key, story in self.home.items() if story.telling is Telling.STORM},
            begun=self._begun(),
            contracts_over=self.contracts_over,
            tickets=self.tickets,
        )

    def _begun(self) -> dict[StormOf, tuple[datetime, ...]]:
        begun: dict[StormOf, tuple[datetime, ...]] = {}
        for alert in self.alerts.values():
            story = self.home.get(alert.condition)
            if story is not None and story.telling is Telling.CONDITION and alert.id in self.told:
                storm = StormOf(story.company, story.type)
                begun[storm] = (*begun.get(storm, ()), alert.raised_at)
        return begun

    def _read_tickets(self) -> None:
        for key, story in self.stories.items():
            ticket = self.tickets.get(key)
            ending = ending_of(story, ticket, closed=frozenset({COMPLETE}), noticed_at=self.now)
            self.stories[key] = replace(story, ending=ending)

    def _carry_out(self, step: TicketStep) -> None:
        story = step.after
        for write in step.writes:
            if isinstance(write, CreateTicket):
                story = self._create(story)
            if isinstance(write, SetStatus):
                self._set_status(write.ticket, write.status)
        self.stories[step.after.external_id] = story
        self.told.update(step.told)
        for alert in step.told:
            self.home[self.alerts[alert].condition] = story
        self.done.append(step)

    def _create(self, story: Story) -> Story:
        assert story.external_id not in self.tickets, f"{story.external_id} is made twice"
        self.made += 1
        ticket = TicketId(self.made)
        self.tickets[story.external_id] = Ticket(
            ticket, f"T20261102.{ticket:04}", story.external_id, story.company, status=1
        )
        return replace(story, ticket=ticket)

    def _set_status(self, ticket: TicketId, status: int, *, by_us: bool = True, who: str = "") -> None:
        one = next(one for one in self.tickets.values() if one.id == ticket)
        completed = self.now if status == COMPLETE else None
        self.tickets[one.external_id] = replace(
            one,
            status=status,
            completed_at=completed,
            completed_by=who,
            is_completed_by_us=by_us and completed is not None,
            changed_at=self.now,
        )

    def person_closes(self, number: int = 1) -> None:
        self._set_status(TicketId(number), COMPLETE, by_us=False, who="Kim Technician")

    def person_reopens(self, number: int = 1) -> None:
        self._set_status(TicketId(number), 8, by_us=False)

    def somebody_merges(self, number: int = 1) -> None:
        self.tickets = {key: one for key, one in self.tickets.items() if one.id != number}

    def belongs_to(self, tenant: int, company: int) -> None:
        others = [one for one in self.settings.customers if one.tenant != tenant_id(tenant)]
        moved = a_customer(tenant, company)
        self.settings = replace(self.settings, customers=(*others, moved))

    def open_tickets(self, company: int | None = None) -> list[Ticket]:
        mine = [one for one in self.tickets.values() if company in {None, one.company}]
        return [one for one in mine if one.status != COMPLETE]

    def companies(self) -> list[CompanyId]:
        return [one.company for one in self.tickets.values()]


def _latest(stories: Iterable[Story]) -> dict[ConditionKey, Story]:
    return {one.key: one for one in sorted(stories, key=lambda one: one.number)}
