"""From alerts, stories and tickets to a plan: which ticket is made, noted, closed or reopened now. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId, BackupAlert, ConditionKey
from psabridge.rules.tickets.lifecycle import Act, Decision, decide, is_acknowledged, occurrences_of
from psabridge.rules.tickets.placing import Place, place
from psabridge.rules.tickets.plan import TicketPlan, TicketStep
from psabridge.rules.tickets.steps import Scene, dismissals, step_of, storm_step
from psabridge.rules.tickets.stories import NoTicket, Sighting, Story, Ticket
from psabridge.rules.tickets.storms import StormOf, joining
from psabridge.rules.tickets.turns import Turn, in_turns
from psabridge.rules.words import CompanyId, ContractId

BEGINS = frozenset({Act.CREATE, Act.ANEW, Act.REOPEN})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a cycle knows. Endings of stories are as Autotask showed them last.

    All sightings of a condition are there, or none of them.
    """

    at: datetime
    sightings: tuple[Sighting, ...]
    stories: Mapping[ConditionKey, Story] = field(default_factory=dict)  # the latest of each condition
    storms: Mapping[ConditionKey, Story] = field(default_factory=dict)  # by the storm's own key
    storm_of: Mapping[ConditionKey, ConditionKey] = field(default_factory=dict)  # conditions last told in one
    begun: Mapping[StormOf, tuple[datetime, ...]] = field(default_factory=dict)  # lately, with own tickets
    under_way: frozenset[str] = frozenset()  # keys of steps with a write that is not settled
    contracts_over: frozenset[ContractId] = frozenset()
    contracts: Mapping[CompanyId, ContractId] = field(default_factory=dict)  # for new tickets (ACR-TKT-14)
    tickets: Mapping[str, Ticket] = field(default_factory=dict)  # as shown last, by external id


@dataclass(frozen=True, slots=True)
class _Case:
    """A condition with what is decided about it."""

    key: ConditionKey
    sightings: tuple[Sighting, ...]
    story: Story | None
    place: Place | None  # None: nothing new of it may make a ticket
    decision: Decision

    @property
    def storm(self) -> StormOf | None:
        """Where it would go if too many begin at once; None: it does not begin now."""
        goes_on = self.story is not None and self.story.ending is None
        if self.place is None or self.decision.act not in BEGINS or goes_on or not self.raised:
            return None
        return StormOf(self.place.company, self.sightings[0].alert.type)

    @property
    def raised(self) -> list[BackupAlert]:
        return occurrences_of(self.story, self.sightings)


def plan_tickets(seen: Seen, settings: PairingSettings) -> TicketPlan:
    """Customers take turns, each with its oldest first: a noisy one delays nobody else."""
    without: dict[AlertId, NoTicket] = {}
    cases, storms = _cases(seen, settings, without)
    joined = _joined(cases, seen, settings)
    scene = Scene(settings, seen.at, seen.contracts, seen.tickets)
    steps = [
        step_of(scene, case.decision, case.story, case.place, case.sightings)
        for case in cases
        if case.key not in joined and case.decision.act is not Act.NOTHING
    ]
    steps += _storm_steps(scene, cases, joined, storms, seen)
    reported = frozenset(one.alert.id for one in seen.sightings if one.alert.is_reported)
    steps += dismissals(scene, (*seen.stories.values(), *seen.storms.values()), reported)
    idle = [step for step in steps if step.key not in seen.under_way]
    new = {one.alert.id for one in seen.sightings if one.is_new}
    behind = (step for step in steps if step.key in seen.under_way)
    without |= {alert: NoTicket.HELD for step in behind for alert in step.told if alert in new}
    return TicketPlan(seen.at, tuple(one.step for one in in_turns(map(Turn, idle))), without)


def _cases(
    seen: Seen, settings: PairingSettings, without: dict[AlertId, NoTicket]
) -> tuple[list[_Case], dict[ConditionKey, list[Sighting]]]:
    """Conditions with a life of their own, and what is new of those that live in an open storm."""
    by_condition: dict[ConditionKey, list[Sighting]] = defaultdict(list)
    for sighting in seen.sightings:
        by_condition[sighting.alert.condition].append(sighting)
    cases: list[_Case] = []
    storms: dict[ConditionKey, list[Sighting]] = defaultdict(list)
    told_in = {alert: storm for storm in _open_storms(seen) for alert in storm.reported}
    for key, sightings in by_condition.items():
        storm = seen.storms.get(seen.storm_of.get(key, ConditionKey("")))
        story = seen.stories.get(key)
        admitted, placed = _admitted(sightings, storm or story, settings, seen.at, without)
        goes_on = storm if storm is not None and _takes(storm, placed) else None
        own: list[Sighting] = []
        for one in _without_ends(sightings, admitted):
            around = told_in.get(one.alert.id, goes_on)
            if around is not None:
                storms[around.key].append(one)
            elif not (one.is_new and is_acknowledged(storm, one.alert)):
                own.append(one)
        if own:
            cases.append(_case(key, own, story, placed, seen, settings))
    return cases, storms


def _open_storms(seen: Seen) -> Iterable[Story]:
    return (storm for storm in seen.storms.values() if storm.ending is None)


def _takes(storm: Story, placed: Place | None) -> bool:
    """An open storm takes what is new of its conditions, unless the tenant belongs to another company now."""
    return storm.ending is None and (placed is None or placed.company == storm.company)


def _without_ends(sightings: Sequence[Sighting], admitted: Sequence[Sighting]) -> Sequence[Sighting]:
    """A condition is not over while an alert of it is reported, even one that makes no ticket (R52, R53)."""
    known = {one.alert.id for one in admitted}
    if any(one.alert.is_reported for one in sightings if one.alert.id not in known):
        return [one for one in admitted if one.is_new or one.alert.is_reported]
    return admitted


def _admitted(
    sightings: Sequence[Sighting],
    story: Story | None,
    settings: PairingSettings,
    now: datetime,
    without: dict[AlertId, NoTicket],
) -> tuple[list[Sighting], Place | None]:
    """Those told before, and new ones that may make a ticket; the others get their reason (R53)."""
    admitted, placed = [], None
    for sighting in sightings:
        where = place(sighting.alert, settings, now=now)
        if not sighting.is_new or isinstance(where, Place):
            admitted.append(sighting)
        if isinstance(where, Place):
            placed = where
        elif sighting.is_new:
            without[sighting.alert.id] = where
        if sighting.is_new and is_acknowledged(story, sighting.alert):
            without[sighting.alert.id] = NoTicket.CLOSED_BY_PERSON
    return admitted, placed


def _case(
    key: ConditionKey,
    sightings: Sequence[Sighting],
    story: Story | None,
    placed: Place | None,
    seen: Seen,
    settings: PairingSettings,
) -> _Case:
    decision = decide(
        story,
        sightings,
        settings.tickets,
        company=None if placed is None else placed.company,
        contract_is_over=story is not None and story.contract in seen.contracts_over,
    )
    return _Case(key, tuple(sightings), story, placed, decision)


def _joined(cases: Sequence[_Case], seen: Seen, settings: PairingSettings) -> Mapping[ConditionKey, StormOf]:
    """Conditions that would begin a ticket, and go into a storm's ticket instead."""
    beginning: dict[StormOf, dict[ConditionKey, list[BackupAlert]]] = defaultdict(dict)
    for case in cases:
        if case.storm is not None:
            beginning[case.storm][case.key] = case.raised
    return {
        key: storm
        for storm, conditions in beginning.items()
        for key in joining(
            conditions,
            begun=seen.begun.get(storm, ()),
            storm=seen.storms.get(storm.key),
            limit=settings.tickets.storm,
        )
    }


def _storm_steps(
    scene: Scene,
    cases: Sequence[_Case],
    joined: Mapping[ConditionKey, StormOf],
    told: Mapping[ConditionKey, Sequence[Sighting]],
    seen: Seen,
) -> Iterable[TicketStep]:
    """One step for each storm: what joins it now, and what became of its conditions."""
    groups: dict[ConditionKey, list[Sighting]] = defaultdict(list)
    places: dict[ConditionKey, Place] = {}
    for key, sightings in told.items():
        groups[key] += sightings
    for case in cases:
        if case.key in joined and case.place is not None:
            groups[joined[case.key].key] += case.sightings
            places[joined[case.key].key] = case.place
    for key, sightings in groups.items():
        step = storm_step(scene, key, seen.storms.get(key), places.get(key), sightings)
        if step is not None:
            yield step
