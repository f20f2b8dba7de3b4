"""What the present mapping would have made of past alerts. Nothing is written; nobody but the bridge acts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId, BackupAlert, ConditionKey
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.plan import TicketPlan, TicketStep
from psabridge.rules.tickets.planning import Seen, plan_tickets
from psabridge.rules.tickets.stories import NoTicket, Sighting, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId

CYCLE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Previewed:
    """A step, and when it would have been made."""

    at: datetime
    step: TicketStep
    ticket: str  # numbered as they come: none of them exists


@dataclass(frozen=True, slots=True)
class Preview:
    steps: tuple[Previewed, ...]
    without: Mapping[AlertId, NoTicket]

    def totals(self) -> Counter[tuple[CompanyId, str, Act]]:
        """How often each was done, by company and alert type."""
        return Counter((one.step.company, one.step.after.type, one.step.act) for one in self.steps)


@dataclass(slots=True)
class _Memory:
    """What a bridge would have kept."""

    told: dict[AlertId, str] = field(default_factory=dict)
    stories: dict[ConditionKey, Story] = field(default_factory=dict)
    storms: dict[ConditionKey, Story] = field(default_factory=dict)
    storm_of: dict[ConditionKey, ConditionKey] = field(default_factory=dict)
    begun: dict[StormOf, tuple[datetime, ...]] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    without: dict[AlertId, NoTicket] = field(default_factory=dict)


def preview(alerts: Sequence[BackupAlert], settings: PairingSettings) -> Preview:
    """A cycle for every minute in which an alert was raised or cleared, and those that follow from it."""
    of_condition: dict[ConditionKey, list[BackupAlert]] = defaultdict(list)
    for alert in alerts:
        of_condition[alert.condition].append(alert)
    memory = _Memory()
    steps: list[Previewed] = []
    for at, conditions in _cycles(alerts):
        touched = _with_their_storms(conditions, memory)
        steps += _cycle(at, [one for key in touched for one in of_condition[key]], memory, settings)
    return Preview(tuple(steps), memory.without)


def _cycles(alerts: Iterable[BackupAlert]) -> Iterator[tuple[datetime, set[ConditionKey]]]:
    """The moments at which something is new, and of which conditions."""
    news: dict[datetime, set[ConditionKey]] = defaultdict(set)
    for alert in alerts:
        for moment in filter(None, (alert.raised_at, alert.cleared_at)):
            news[_next_cycle(moment)].add(alert.condition)
    yield from sorted(news.items())


def _next_cycle(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + CYCLE


def _with_their_storms(conditions: set[ConditionKey], memory: _Memory) -> list[ConditionKey]:
    """A storm is over when all its conditions are, so all are looked at."""
    storms = {memory.storm_of[key] for key in conditions if key in memory.storm_of}
    beside = {key for key, storm in memory.storm_of.items() if storm in storms}
    return sorted(conditions | beside)


def _cycle(
    at: datetime, alerts: Sequence[BackupAlert], memory: _Memory, settings: PairingSettings
) -> Iterator[Previewed]:
    """Plans until nothing is left to do: what was over before it was seen is made and closed."""
    shown = [_as_of(alert, at) for alert in alerts if alert.raised_at <= at]
    while True:
        plan = _plan(at, shown, memory, settings)
        if not plan.steps:
            return
        for step in plan.steps:
            yield Previewed(at, step, _take(step, memory, shown))


def _as_of(alert: BackupAlert, at: datetime) -> BackupAlert:
    is_later = alert.cleared_at is not None and alert.cleared_at > at
    return replace(alert, cleared_at=None) if is_later else alert


def _plan(
    at: datetime, alerts: Sequence[BackupAlert], memory: _Memory, settings: PairingSettings
) -> TicketPlan:
    seen = Seen(
        at=at,
        sightings=tuple(Sighting(alert, memory.told.get(alert.id)) for alert in alerts),
        stories=memory.stories,
        storms=memory.storms,
        storm_of=memory.storm_of,
        begun=memory.begun,
        tickets=memory.tickets,
    )
    plan = plan_tickets(seen, settings)
    memory.without.update(plan.without)
    return plan


def _take(step: TicketStep, memory: _Memory, alerts: Sequence[BackupAlert]) -> str:
    """Keep what the step says; the number of its ticket."""
    story = step.after
    ticket = memory.tickets.get(story.external_id)
    if ticket is None:
        number = len(memory.tickets) + 1
        ticket = Ticket(TicketId(number), f"#{number}", story.external_id, story.company, status=0)
        memory.tickets[story.external_id] = ticket
    story = replace(story, ticket=ticket.id)
    kind = memory.storms if story.telling is Telling.STORM else memory.stories
    kind[story.key] = story
    memory.told.update(step.told)
    for alert in alerts:
        if alert.id in step.told:
            memory.without.pop(alert.id, None)
            _remember(alert, story, memory)
    return ticket.number


def _remember(alert: BackupAlert, story: Story, memory: _Memory) -> None:
    if story.telling is Telling.STORM:
        memory.storm_of[alert.condition] = story.key
        return
    memory.storm_of.pop(alert.condition, None)
    storm = StormOf(story.company, story.type)
    memory.begun[storm] = (*memory.begun.get(storm, ()), alert.raised_at)
