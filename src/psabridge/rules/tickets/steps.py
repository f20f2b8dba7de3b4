"""One step of a ticket story: its writes in order, and how the story stands once they are done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from psabridge.kit.wording import counted
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId, BackupAlert, ConditionKey
from psabridge.rules.tickets.lifecycle import Act, Decision, News, is_acknowledged, news_of
from psabridge.rules.tickets.placing import Place, fields_of
from psabridge.rules.tickets.plan import (
    AddNote,
    CreateTicket,
    DismissAlert,
    SetStatus,
    TicketStep,
    TicketWrite,
)
from psabridge.rules.tickets.stories import Closed, Ending, Sighting, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.texts import (
    TEXT_LENGTH,
    change_lines,
    in_pages,
    list_lines,
    marker,
    note_of,
    notes_of,
    ruled,
    storm_title,
    texts_of,
    title_of,
)
from psabridge.rules.words import CompanyId, ContractId

NEW = 1  # a system status that cannot be deactivated (autotask-rest.md 6.3)


@dataclass(frozen=True, slots=True)
class Scene:
    """What steps are made from besides the condition itself."""

    settings: PairingSettings
    now: datetime
    contracts: Mapping[CompanyId, ContractId]
    tickets: Mapping[str, Ticket]

    def number_of(self, story: Story | None) -> str:
        """The ticket's number, for people; empty where it is not known."""
        ticket = None if story is None else self.tickets.get(story.external_id)
        return "" if ticket is None else ticket.number


@dataclass(frozen=True, slots=True)
class _Making:
    """A condition whose step is made."""

    scene: Scene
    decision: Decision
    story: Story | None
    place: Place | None
    sightings: tuple[Sighting, ...]

    @property
    def telling(self) -> list[BackupAlert]:
        """What the step tells of: alerts that are new or changed, oldest first; all where nothing is."""
        alerts = [one.alert for one in self.sightings if self._is_news(one)]
        return sorted(alerts or [one.alert for one in self.sightings], key=_by_age)

    @property
    def told(self) -> dict[AlertId, str]:
        return {one.alert.id: one.alert.fingerprint for one in self.sightings if self._is_news(one)}

    def _is_news(self, one: Sighting) -> bool:
        return one.is_changed or (one.is_new and not is_acknowledged(self.story, one.alert))

    @property
    def news(self) -> str:
        """In words for people."""
        found = news_of(self.story, self.sightings)
        if found is News.CHANGED and not any(one.is_changed for one in self.sightings):
            return "The alert is still reported; it was raised before what this ticket told last."
        return _NEWS[found]

    @property
    def going_on(self) -> Story:
        """The story with what it now knows."""
        if self.story is None:
            raise ValueError("a condition without a story has none that goes on")
        return replace(
            self.story,
            handled_until=_latest(self.story.handled_until, self.sightings),
            reported=self.story.reported if self.story.ending else to_be_cleared(self.sightings),
        )

    def step(self, writes: Iterable[TicketWrite], after: Story) -> TicketStep:
        alerts = self.telling
        subject = f"{after.type}: a storm" if after.telling is Telling.STORM else title_of(alerts[0])
        who = alerts[0].tenant_name
        return TicketStep(
            act=self.decision.act,
            subject=f"{who}, {subject}" if who else subject,
            rule=self.decision.rule,
            writes=tuple(writes),
            after=after,
            told=self.told,
            raised_at=alerts[0].raised_at,
        )


_NEWS = {
    News.RAISED: "The alert was raised again.",
    News.CHANGED: "The alert changed.",
    News.LATE: "The alert was raised earlier, and was cleared before the bridge saw it.",
    News.CLEARED: "The alert is no longer reported.",
    News.NONE: "The alert is still reported.",
}


def step_of(
    scene: Scene,
    decision: Decision,
    story: Story | None,
    place: Place | None,
    sightings: Sequence[Sighting],
) -> TicketStep:
    return _MAKERS[decision.act](_Making(scene, decision, story, place, tuple(sightings)))


def _create(making: _Making) -> TicketStep:
    place, alerts = making.place, making.telling
    if place is None:
        raise ValueError("a ticket is created only where an alert has its place")
    after = _new_story(making.scene, making.story, place, alerts[0].condition, making.sightings)
    rule, before = making.decision.rule, making.scene.number_of(making.story)
    text, *others = texts_of(alerts, rule=rule, before=before)
    create = CreateTicket(title_of(alerts[0]), text, place.fields)
    notes = [_listed(after, None, "More of its alerts", page, rule) for page in others]
    return making.step([create, *notes, *_farewell(making)], after)


def _farewell(making: _Making) -> Iterator[TicketWrite]:
    """On the open ticket of the company the tenant belonged to before: nothing of the new one's alerts."""
    story = making.story
    if story is None or story.ending is not None or story.ticket is None:
        return
    what = "The tenant belongs to another company now; what is raised from now on has its ticket there."
    mark = marker(story, what)
    yield AddNote(
        story.ticket, mark, what, note_of(what, "an alert goes to the company of its tenant", "", mark)
    )
    yield from _closing(making.scene, story.ticket)


def _add_note(making: _Making) -> TicketStep:
    story = making.going_on
    return making.step(_notes(making, story, story.ticket, making.news), story)


def _close(making: _Making) -> TicketStep:
    story, scene = replace(making.going_on, reported=frozenset()), making.scene
    writes = list(_notes(making, story, story.ticket, making.news))
    if story.ticket is None:
        return making.step(writes, story)
    closing = list(_closing(scene, story.ticket))
    after = replace(story, ending=Ending(Closed.BRIDGE, scene.now)) if closing else story
    return making.step([*writes, *closing], after)


def _closing(scene: Scene, ticket: TicketId) -> Iterator[SetStatus]:
    status = scene.settings.tickets.close_status
    if status is not None:
        yield SetStatus(ticket, status)


def _reopen(making: _Making) -> TicketStep:
    story = replace(making.going_on, ending=None, reported=to_be_cleared(making.sightings))
    alert = making.telling[-1]
    fields = making.place.fields if making.place else fields_of(alert, making.scene.settings.tickets)
    notes = list(_notes(making, story, story.ticket, making.news))
    if story.ticket is None:
        return making.step(notes, story)
    return making.step([SetStatus(story.ticket, fields.status or NEW), *notes], story)


_MAKERS: Mapping[Act, Callable[[_Making], TicketStep]] = {
    Act.CREATE: _create,
    Act.ANEW: _create,
    Act.NOTE: _add_note,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
}


def storm_step(
    scene: Scene,
    key: ConditionKey,
    story: Story | None,
    place: Place | None,
    sightings: Sequence[Sighting],
) -> TicketStep | None:
    """What joins a storm, and what of it is over; None: nothing new."""
    fresh = sorted((one.alert for one in sightings if one.is_new), key=_by_age)
    if story is None or story.ending is not None:
        return None if place is None else _begin_storm(scene, key, story, place, sightings)
    cleared = sorted(
        (one.alert for one in sightings if not one.alert.is_reported and one.alert.id in story.reported),
        key=_by_age,
    )
    changed = sorted((one.alert for one in sightings if one.is_changed), key=_by_age)
    if not fresh and not cleared and not changed:
        return None
    left = (story.reported | {alert.id for alert in fresh}) - {alert.id for alert in cleared}
    after = replace(story, handled_until=_latest(story.handled_until, sightings), reported=left)
    act, rule = (Act.NOTE, storm_rule(scene)) if left else (Act.CLOSE, _storm_is_over(scene))
    pages = [
        *_pages(after, "Joined", list_lines(fresh), rule),
        *_pages(after, "Told otherwise", change_lines(changed), rule),
        *_pages(after, "No longer reported", list_lines(cleared), rule),
    ]
    closing = [] if left or after.ticket is None else list(_closing(scene, after.ticket))
    ended = replace(after, ending=Ending(Closed.BRIDGE, scene.now)) if closing else after
    making = _Making(scene, Decision(act, rule), story, place, tuple(sightings))
    return making.step([*pages, *closing], ended)


def _begin_storm(
    scene: Scene, key: ConditionKey, story: Story | None, place: Place, sightings: Sequence[Sighting]
) -> TicketStep:
    alerts = sorted((one.alert for one in sightings), key=_by_age)
    conditions = len({alert.condition for alert in alerts})
    after = replace(_new_story(scene, story, place, key, sightings), telling=Telling.STORM)
    rule = storm_rule(scene)
    first, *others = in_pages([ruled(rule), "", *list_lines(alerts)], first=TEXT_LENGTH)
    create = CreateTicket(storm_title(alerts[0].type, conditions), first, place.fields)
    notes = [_listed(after, None, "Alerts", page, rule) for page in others]
    making = _Making(scene, Decision(Act.CREATE, rule), story, place, tuple(sightings))
    return making.step([create, *notes], after)


def storm_rule(scene: Scene) -> str:
    limit = scene.settings.tickets.storm
    conditions = counted(limit.conditions, "condition")
    minutes = counted(int(limit.within.total_seconds()) // 60, "minute")
    return f"more than {conditions} of one kind within {minutes} become one ticket"


def _storm_is_over(scene: Scene) -> str:
    if scene.settings.tickets.close_status is None:
        return "none of its alerts is reported any more; tickets are closed by people here"
    return "none of its alerts is reported any more, so the ticket is closed"


def _pages(story: Story, what: str, lines: Iterable[str], rule: str) -> Iterator[AddNote]:
    for page in in_pages(lines):
        yield _listed(story, story.ticket, what, page, rule)


def dismissals(scene: Scene, stories: Iterable[Story], reported: frozenset[AlertId]) -> Iterator[TicketStep]:
    """ACR-TKT-15: a ticket in the chosen status dismisses the alerts it tells of, and no others.

    Not one that the bridge closed: what is reported then was closed by a request that came late.
    """
    status = scene.settings.tickets.dismiss_status
    for story in (one for one in stories if one.ending is None or one.ending.by is not Closed.BRIDGE):
        ticket = scene.tickets.get(story.external_id)
        still = sorted(story.reported & reported)
        if status is None or ticket is None or ticket.status != status or not still:
            continue
        yield TicketStep(
            act=Act.DISMISS,
            subject=f"ticket {ticket.number}",
            rule="its ticket was given the status that dismisses alerts",
            writes=tuple(DismissAlert(alert) for alert in still),
            after=story,
            told={},
            raised_at=story.handled_until or scene.now,
        )


def to_be_cleared(sightings: Iterable[Sighting]) -> frozenset[AlertId]:
    """Whose clearing must still be told: what is reported, and what was cleared before it was seen."""
    return frozenset(one.alert.id for one in sightings if one.alert.is_reported or one.is_new)


def _new_story(
    scene: Scene, before: Story | None, place: Place, key: ConditionKey, sightings: Sequence[Sighting]
) -> Story:
    return Story(
        key=key,
        number=1 if before is None else before.number + 1,
        company=place.company,
        tenant=place.tenant,
        type=sightings[0].alert.type,
        handled_until=_latest(None, sightings),
        reported=to_be_cleared(sightings),
        contract=scene.contracts.get(place.company) if scene.settings.tickets.names_contract else None,
    )


def _notes(making: _Making, story: Story, ticket: TicketId | None, what: str) -> Iterator[AddNote]:
    alerts = making.telling
    seen = [f"{one.id} {one.updated_at} {one.fingerprint} {one.cleared_at}" for one in alerts]
    for number, page in enumerate(notes_of(alerts)):
        mark = marker(story, what, *seen, str(story.handled_until), *([str(number)] if number else []))
        yield AddNote(ticket, mark, what, note_of(what, making.decision.rule, page, mark))


def _listed(story: Story, ticket: TicketId | None, what: str, page: str, rule: str) -> AddNote:
    """A page of a list: the same page is the same note."""
    mark = marker(story, what, page)
    return AddNote(ticket, mark, what, note_of(f"{what}:", rule, page, mark))


def _latest(until: datetime | None, sightings: Iterable[Sighting]) -> datetime | None:
    moments = [one.alert.raised_at for one in sightings]
    return max([*moments, *([] if until is None else [until])], default=None)


def _by_age(alert: BackupAlert) -> tuple[datetime, AlertId]:
    return alert.raised_at, alert.id
