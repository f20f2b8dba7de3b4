"""How far alerts and tickets were read, what is kept of them, and what a cycle sees of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.rules.tickets.alerts import AlertId, AlertSeverity, AlertType, BackupAlert, ConditionKey
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.planning import Seen
from psabridge.rules.tickets.stories import Closed, NoTicket, Sighting, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, ContractId

# Clocks of producers and server differ, and reads show things late (Ac42): each look begins before the last.
OVERLAP = timedelta(minutes=5)
MISSES = 3  # complete reads (R52)


@dataclass(frozen=True, slots=True)
class Looks:
    """None: never yet."""

    alerts_until: datetime | None = None  # the latest change that was taken in
    probed: str = ""  # what the probe said then
    tickets_until: datetime | None = None
    complete_at: datetime | None = None  # the last complete read of both
    is_sure: bool = False  # that Autotask has no story of what is reported that is not kept (R49)
    begins_with_oldest: bool = False  # the next round: a busy one was begun by whose turn it was


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """An alert as it was taken in, and where it stands."""

    alert: BackupAlert
    told: str | None = None  # fingerprint of what was told of it; None: nothing yet
    story: str = ""  # external id of the story that told it last
    reason: NoTicket | None = None
    misses: int = 0  # complete reads in a row that did not show it (R52)

    @property
    def is_vanished(self) -> bool:
        return self.alert.is_reported and self.misses >= MISSES


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything of a pairing that is not over."""

    alerts: tuple[KeptAlert, ...] = ()
    stories: tuple[Story, ...] = ()  # the latest of each condition and storm, and all open ones
    tickets: Mapping[str, Ticket] = field(default_factory=dict)  # by external id
    gone: frozenset[TicketId] = frozenset()
    errands: tuple[Errand, ...] = ()
    begun: Mapping[StormOf, tuple[datetime, ...]] = field(default_factory=dict)

    def by_external_id(self) -> dict[str, Story]:
        return {story.external_id: story for story in self.stories}

    def severity_of(self) -> dict[str, AlertSeverity]:
        """Of the types of alerts that are kept."""
        return {one.alert.type: one.alert.severity for one in self.alerts}


def known_severities(types: Iterable[AlertType], kept: Kept) -> dict[str, AlertSeverity]:
    """As the platform lists types; of those it does not list, by their alerts."""
    listed = {one.name: one.severity for one in types if one.severity is not None}
    return kept.severity_of() | listed


def is_over(one: KeptAlert, story: Story | None) -> bool:
    """Whether nothing is to be told of it any more: cleared, and told so or without a ticket for good."""
    if one.alert.is_reported:
        return False
    if one.told is None:
        return one.reason not in {None, NoTicket.HELD}
    return is_let_go(one.alert.id, story)


def is_let_go(alert: AlertId, story: Story | None) -> bool:
    """Of an alert that was told and cleared: whether its ticket waits for no word of that."""
    is_left = story is not None and story.ending is not None and story.ending.by is not Closed.BRIDGE
    return story is None or is_left or alert not in story.reported


def left_to_person(story: Story, reported: frozenset[AlertId]) -> Story:
    """What is cleared while a person has closed its ticket closes nothing, not after a reopening either."""
    if story.ending is None or story.ending.by is not Closed.PERSON:
        return story
    return replace(story, reported=story.reported & reported)


def taken_in(alert: BackupAlert, before: KeptAlert | None) -> KeptAlert:
    """As the platform shows it now. One that is there again is as if it were new."""
    if before is None:
        return KeptAlert(alert)
    if alert.is_reported and not before.alert.is_reported:
        return KeptAlert(alert, story=before.story)
    reason = before.reason if alert == before.alert else None
    return replace(before, alert=alert, reason=reason, misses=0)


def seen_of(
    kept: Kept,
    *,
    at: datetime,
    contracts: Mapping[CompanyId, ContractId],
    contracts_over: frozenset[ContractId],
) -> Seen:
    """What a plan is made from."""
    stories = kept.by_external_id()
    return Seen(
        at=at,
        sightings=tuple(Sighting(one.alert, one.told) for one in kept.alerts),
        stories=_latest(kept, Telling.CONDITION),
        storms=_latest(kept, Telling.STORM),
        storm_of=_storm_of(kept, stories),
        begun=kept.begun,
        under_way=frozenset(errand.key for errand in kept.errands),
        contracts_over=contracts_over,
        contracts=contracts,
        tickets=kept.tickets,
    )


def back_again(kept: Kept) -> frozenset[str]:
    """External ids of stories that are about to be closed, of which something is reported again (R52)."""
    reported = {one.alert.condition for one in kept.alerts if one.alert.is_reported}
    closing = [errand.step.after for errand in kept.errands if errand.step.act is Act.CLOSE]
    return frozenset(story.external_id for story in closing if reported & _conditions_of(story, kept))


def _conditions_of(story: Story, kept: Kept) -> set[ConditionKey]:
    if story.telling is Telling.CONDITION:
        return {story.key}
    return {one.alert.condition for one in kept.alerts if one.story == story.external_id}


def _latest(kept: Kept, telling: Telling) -> dict[ConditionKey, Story]:
    """The open story of a condition is the one with the highest number (R49)."""
    some = [story for story in kept.stories if story.telling is telling]
    return {story.key: story for story in sorted(some, key=lambda one: one.number)}


def _storm_of(kept: Kept, stories: Mapping[str, Story]) -> dict[ConditionKey, ConditionKey]:
    """Conditions whose latest telling was in a storm."""
    last: dict[ConditionKey, tuple[datetime, AlertId, Story]] = {}
    for one in kept.alerts:
        story = stories.get(one.story)
        if story is not None:
            told = (one.alert.raised_at, one.alert.id, story)
            last[one.alert.condition] = max(last.get(one.alert.condition, told), told, key=lambda it: it[:2])
    return {key: story.key for key, (_, _, story) in last.items() if story.telling is Telling.STORM}
