"""Reading alerts and tickets: cheap where nothing changed, complete from time to time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.errors import Side, asking
from psabridge.rules.lease import Lease
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertRead, BackupAlert, Probe
from psabridge.rules.tickets.lifecycle import ending_of
from psabridge.rules.tickets.looking import OVERLAP, Kept, Looks, left_to_person
from psabridge.rules.tickets.settings import TicketSettings
from psabridge.rules.tickets.stories import Story, Ticket, TicketId
from psabridge.rules.words import PairingId

COMPLETE = 5  # a system status (autotask-rest.md 6.3)


@dataclass(frozen=True, slots=True)
class Looking:
    """One look of a pairing, with where it reads and keeps."""

    settings: PairingSettings
    ports: TicketPorts
    lease: Lease
    now: datetime

    @property
    def pairing(self) -> PairingId:
        return self.settings.pairing


@dataclass(frozen=True, slots=True)
class Looked:
    """What was read of both sides, for the report."""

    alerts: int = 0
    unreadable: tuple[str, ...] = ()
    tickets: int = 0
    is_complete: bool = False
    doubled: tuple[Ticket, ...] = ()  # beside the ticket of their story, by one external id


def look(looking: Looking) -> Looked:
    """Take in what changed on both sides. Raises what a read raises; what was taken in before stays."""
    looks = looking.ports.book.looks(looking.pairing)
    every = looking.settings.full_read_every
    is_complete = looks.complete_at is None or looking.now - looks.complete_at >= every
    with asking(Side.PLATFORM):
        alerts = _look_at_alerts(looking, looks, is_complete=is_complete)
    tickets = _look_at_tickets(looking, is_complete=is_complete)
    doubled = _doubled(tickets, looking.ports.book.kept(looking.pairing))
    return Looked(len(alerts.alerts), alerts.unreadable, len(tickets), is_complete, doubled)


def _look_at_alerts(looking: Looking, looks: Looks, *, is_complete: bool) -> AlertRead:
    """The cursor moves with what is taken in, and stays before a row that could not be read."""
    source, book = looking.ports.alerts, looking.ports.book
    probe = source.probe()
    changed = _changed(looking, looks, probe, is_complete=is_complete)
    reported = source.reported() if is_complete else AlertRead(())
    read = _joined(changed, reported)
    until = looks.alerts_until if read.unreadable else _until(looks, read.alerts, looking.now)
    complete_at = looking.now if is_complete and not read.unreadable else looks.complete_at
    after = replace(looks, alerts_until=until, probed=_words(probe), complete_at=complete_at)
    book.take_in(looking.pairing, read.alerts, after, looking.lease)
    if is_complete and not reported.unreadable:
        _count_misses(looking, reported)
    return read


def _changed(looking: Looking, looks: Looks, probe: Probe, *, is_complete: bool) -> AlertRead:
    """A complete look begins where the last complete one did: what was seen late is found by it (Ac42)."""
    if looks.alerts_until is None or (not is_complete and _words(probe) == looks.probed):
        return AlertRead(())
    since = looks.alerts_until
    if is_complete and looks.complete_at is not None:
        since = min(since, looks.complete_at)
    return looking.ports.alerts.changed_since(since - OVERLAP)


def _words(probe: Probe) -> str:
    return f"{probe.count} {probe.modified_at}"


def _joined(changed: AlertRead, reported: AlertRead) -> AlertRead:
    """The same alert is taken once, as it changed last."""
    latest: dict[str, BackupAlert] = {}
    for alert in sorted((*changed.alerts, *reported.alerts), key=lambda one: one.updated_at):
        latest[alert.id] = alert
    unreadable = sorted({*changed.unreadable, *reported.unreadable})
    return AlertRead(tuple(latest.values()), tuple(unreadable))


def _until(looks: Looks, alerts: Sequence[BackupAlert], now: datetime) -> datetime:
    """By the platform's own times; ours only where there never was one."""
    known = [] if looks.alerts_until is None else [looks.alerts_until]
    return max([*known, *(alert.updated_at for alert in alerts)], default=now)


def _count_misses(looking: Looking, reported: AlertRead) -> None:
    """R52: what three complete reads do not show has vanished."""
    book = looking.ports.book
    there = {alert.id for alert in reported.alerts}
    kept = book.kept(looking.pairing).alerts
    missing = [one.alert.id for one in kept if one.alert.is_reported and one.alert.id not in there]
    book.count_misses(looking.pairing, missing, looking.lease)
    if looking.settings.tickets.closes_vanished:
        vanished = [one.alert.id for one in book.kept(looking.pairing).alerts if one.is_vanished]
        book.clear_vanished(looking.pairing, vanished, looking.now, looking.lease)


def _doubled(tickets: Iterable[Ticket], kept: Kept) -> tuple[Ticket, ...]:
    """Made by a request that came late after its database was restored; a person closes one (R49)."""
    stories = kept.by_external_id()
    known = {key: story.ticket for key, story in stories.items() if story.ticket is not None}
    return tuple(one for one in tickets if known.get(one.external_id, one.id) != one.id)


def _look_at_tickets(looking: Looking, *, is_complete: bool) -> tuple[Ticket, ...]:
    """What happened on our tickets since the last look; in a complete one all that are open."""
    book, desk = looking.ports.book, looking.ports.desk
    looks = book.looks(looking.pairing)
    changed = () if looks.tickets_until is None else desk.changed_since(looks.tickets_until - OVERLAP)
    stamps = [ticket.changed_at for ticket in changed if ticket.changed_at is not None]
    known = [] if looks.tickets_until is None else [looks.tickets_until]
    until = max([*known, *stamps], default=looking.now)
    is_sure = looks.is_sure and book.knows(looking.pairing, (one.external_id for one in changed))
    book.keep_tickets(looking.pairing, changed, (), looking.lease)
    book.take_in(looking.pairing, (), replace(looks, tickets_until=until, is_sure=is_sure), looking.lease)
    if is_complete:
        stories = book.kept(looking.pairing).stories
        read_tickets(looking, (one.ticket for one in stories if one.ending is None))
    return changed


def read_tickets(looking: Looking, tickets: Iterable[TicketId | None]) -> None:
    """As they stand now. One that was seen before and is not there any more is gone (ACR-TKT-17).

    The ticket of a story stays its ticket, whatever somebody wrote into its external id since.
    """
    asked = sorted({one for one in tickets if one is not None})
    if not asked:
        return
    book = looking.ports.book
    found = looking.ports.desk.tickets(asked)
    kept = book.kept(looking.pairing)
    seen_before = {ticket.id for ticket in kept.tickets.values()}
    gone = [one for one in asked if one not in found and one in seen_before]
    own = {story.ticket: story.external_id for story in kept.stories}
    shown = [replace(one, external_id=own.get(one.id, one.external_id)) for one in found.values()]
    book.keep_tickets(looking.pairing, shown, gone, looking.lease)


def read_hinted(looking: Looking, hinted: Iterable[int]) -> None:
    """Tickets somebody told of: a deletion shows in no other read before the next complete one (ACR-TKT-17).

    Only those of open stories: a hint may be about any ticket.
    """
    wanted = set(hinted)
    if wanted:
        stories = looking.ports.book.kept(looking.pairing).stories
        read_tickets(looking, (one.ticket for one in stories if one.ending is None and one.ticket in wanted))


def keep_endings(looking: Looking) -> Kept:
    """Stories end and go on as Autotask shows their tickets; what is kept, with that."""
    book = looking.ports.book
    kept = book.kept(looking.pairing)
    closed = closing_statuses(looking.settings.tickets)
    reported = frozenset(one.alert.id for one in kept.alerts if one.alert.is_reported)
    ended = (_with_ending(story, kept, closed, looking.now) for story in kept.stories)
    stories = tuple(left_to_person(story, reported) for story in ended)
    changed = [now for now, before in zip(stories, kept.stories, strict=True) if now != before]
    if changed:
        book.keep_stories(looking.pairing, changed, looking.lease)
    return replace(kept, stories=stories)


def _with_ending(story: Story, kept: Kept, closed: frozenset[int], now: datetime) -> Story:
    """A ticket nobody has seen yet says nothing: reads may show it late (D19)."""
    ticket = kept.tickets.get(story.external_id)
    if story.ticket is None or (ticket is None and story.ticket not in kept.gone):
        return story
    there = None if story.ticket in kept.gone else ticket
    return replace(story, ending=ending_of(story, there, closed=closed, noticed_at=now))


def closing_statuses(settings: TicketSettings) -> frozenset[int]:
    chosen = settings.close_status
    return frozenset({COMPLETE} if chosen is None else {COMPLETE, chosen})
