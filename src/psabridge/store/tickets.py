"""What is kept of alerts, ticket stories and errands. Every call is one commit, under the tickets' lease."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId, BackupAlert
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.looking import Kept, KeptAlert, Looks, taken_in
from psabridge.rules.tickets.settings import MappedSince
from psabridge.rules.tickets.stories import NoTicket, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, PairingId, TenantId
from psabridge.store.codec import from_text, to_text
from psabridge.store.leases import DatabaseTicketLeases
from psabridge.store.mapped_since import remember_mapped, tickets_in
from psabridge.store.models import AlertRecord, ErrandRecord, Pairing, StoryRecord, TicketWatch
from psabridge.store.ticket_rows import (
    BATCH,
    alerts_in,
    alerts_of,
    in_batches,
    save_alerts,
    save_reasons,
    save_stories,
    story_in,
    story_rows,
)

# A storm is judged by raise times within its window on both sides of what is new; a day holds any usual one.
LONG_BEFORE = timedelta(days=1)


class DatabaseTicketBook:
    def looks(self, pairing: PairingId) -> Looks:
        row = TicketWatch.objects.filter(pairing_id=pairing).first()
        return Looks() if row is None else from_text(row.looks, Looks)

    def take_in(self, pairing: PairingId, alerts: Sequence[BackupAlert], looks: Looks, lease: Lease) -> None:
        with _commit(lease):
            before = alerts_of(pairing, (alert.id for alert in alerts))
            after = dict(before)
            for alert in alerts:
                after[alert.id] = taken_in(alert, after.get(alert.id))
            save_alerts(pairing, (one for key, one in after.items() if one != before.get(key)))
            TicketWatch.objects.filter(pairing_id=pairing).update(looks=to_text(looks))

    def kept(self, pairing: PairingId) -> Kept:
        with transaction.atomic():
            live = tuple(alerts_in(AlertRecord.objects.filter(pairing_id=pairing, is_over=False)))
            errands = open_errands(pairing)
            rows = _stories_for(pairing, live, errands)
            return Kept(
                alerts=live,
                stories=tuple(story_in(row) for row in rows),
                tickets={row.external_id: from_text(row.shown, Ticket) for row in rows if row.shown},
                gone=frozenset(TicketId(row.gone) for row in rows if row.gone is not None),
                errands=errands,
                begun=_begun(pairing, live),
            )

    def knows(self, pairing: PairingId, external_ids: Iterable[str]) -> bool:
        asked = set(external_ids)
        kept = {row.external_id for row in story_rows(pairing, asked)}
        return asked <= kept | {errand.external_id for errand in open_errands(pairing)}

    def count_misses(self, pairing: PairingId, missing: Iterable[AlertId], lease: Lease) -> None:
        with _commit(lease):
            gone = alerts_of(pairing, missing)
            rows = AlertRecord.objects.filter(pairing_id=pairing, misses__gt=0)
            back = [replace(one, misses=0) for one in alerts_in(rows) if one.alert.id not in gone]
            save_alerts(pairing, [*back, *(replace(one, misses=one.misses + 1) for one in gone.values())])

    def clear_vanished(
        self, pairing: PairingId, alerts: Iterable[AlertId], at: datetime, lease: Lease
    ) -> None:
        with _commit(lease):
            gone = alerts_of(pairing, alerts).values()
            save_alerts(pairing, (replace(one, alert=replace(one.alert, cleared_at=at)) for one in gone))

    def keep_tickets(
        self, pairing: PairingId, tickets: Iterable[Ticket], gone: Iterable[TicketId], lease: Lease
    ) -> None:
        shown: dict[str, list[Ticket]] = defaultdict(list)
        for ticket in tickets:
            shown[ticket.external_id].append(ticket)
        away = set(gone)
        with _commit(lease):
            rows = {row.external_id: row for row in _stories_on(pairing, away)}
            rows |= {row.external_id: row for row in story_rows(pairing, shown)}
            changed = [row for row in rows.values() if _show(row, shown[row.external_id], away)]
            for row in changed:
                row.pk = None
            StoryRecord.objects.bulk_create(
                changed,
                update_conflicts=True,
                unique_fields=["pairing", "external_id"],
                update_fields=["shown", "gone"],
                batch_size=BATCH,
            )

    def keep_stories(self, pairing: PairingId, stories: Iterable[Story], lease: Lease) -> None:
        with _commit(lease):
            save_stories(pairing, stories)

    def keep_reasons(self, pairing: PairingId, reasons: Mapping[AlertId, NoTicket], lease: Lease) -> None:
        with _commit(lease):
            live = alerts_in(AlertRecord.objects.filter(pairing_id=pairing, is_over=False))
            now = ((one, replace(one, reason=reasons.get(one.alert.id))) for one in live)
            save_reasons(pairing, [after for before, after in now if after != before])

    def arm(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        with _commit(lease):
            ErrandRecord.objects.create(pairing_id=pairing, external_id=errand.key, body=to_text(errand))

    def save(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        with _commit(lease):
            row = ErrandRecord.objects.filter(pairing_id=pairing, external_id=errand.key)
            if row.update(body=to_text(errand)) != 1:
                raise LookupError(f"the errand of {errand.key} is not kept")

    def finish(self, pairing: PairingId, errand: Errand, story: Story, lease: Lease) -> None:
        with _commit(lease):
            save_stories(pairing, [story])
            ones = alerts_of(pairing, errand.step.told)
            told = errand.step.told.items()
            save_alerts(
                pairing,
                [replace(ones[key], told=said, story=story.external_id, reason=None) for key, said in told],
            )
            _end(pairing, errand)

    def drop(self, pairing: PairingId, errand: Errand, lease: Lease) -> None:
        with _commit(lease):
            _end(pairing, errand)

    def remember_mapped(
        self, pairing: PairingId, tenants: Iterable[TenantId], at: datetime
    ) -> tuple[MappedSince, ...]:
        return remember_mapped(pairing, tenants, at)


@contextmanager
def _commit(lease: Lease) -> Iterator[None]:
    with transaction.atomic(durable=True):
        DatabaseTicketLeases.prove(lease)
        yield


def open_errands(pairing: PairingId) -> tuple[Errand, ...]:
    """Steps on their way, oldest first."""
    rows = ErrandRecord.objects.filter(pairing_id=pairing).order_by("pk")
    return tuple(from_text(row.body, Errand) for row in rows)


def _end(pairing: PairingId, errand: Errand) -> None:
    gone, _ = ErrandRecord.objects.filter(pairing_id=pairing, external_id=errand.key).delete()
    if gone != 1:
        raise LookupError(f"the errand of {errand.key} is not kept")


def _stories_for(
    pairing: PairingId, live: Iterable[KeptAlert], errands: Iterable[Errand]
) -> list[StoryRecord]:
    """All open ones, all that tell of these, and the latest of each condition and storm (R49)."""
    rows = StoryRecord.objects.filter(pairing_id=pairing)
    found = {row.external_id: row for row in rows.filter(ended_at__isnull=True)}
    latest = [*rows.filter(telling=Telling.STORM, ended_at__isnull=False)]
    for batch in in_batches(one.alert.condition for one in live):
        latest += rows.filter(key__in=batch)
    latest.sort(key=lambda row: row.number)
    found |= {row.external_id: row for row in {row.key: row for row in latest}.values()}
    named = [*(one.story for one in live), *(errand.external_id for errand in errands)]
    missing = (external_id for external_id in named if external_id and external_id not in found)
    found |= {row.external_id: row for row in story_rows(pairing, missing)}
    return sorted(found.values(), key=lambda row: (row.key, row.number))


def _stories_on(pairing: PairingId, tickets: Iterable[TicketId]) -> Iterator[StoryRecord]:
    for batch in in_batches(tickets):
        yield from StoryRecord.objects.filter(pairing_id=pairing, ticket__in=batch)


def _show(row: StoryRecord, tickets: Iterable[Ticket], away: set[TicketId]) -> bool:
    """Whether anything of the row changed. Of two tickets with its external id the story stays on its own."""
    before = row.shown, row.gone
    for ticket in (one for one in tickets if row.ticket in {None, one.id}):
        row.shown = to_text(ticket)
        row.gone = None if row.gone == ticket.id else row.gone
    row.gone = row.ticket if row.ticket in away else row.gone
    return (row.shown, row.gone) != before


def _begun(pairing: PairingId, live: Sequence[KeptAlert]) -> dict[StormOf, tuple[datetime, ...]]:
    """Raise times of conditions with tickets of their own, as far as they can make a storm with what is new.

    After an outage what is new is old, so the time is counted from the oldest of it.
    """
    new = [one.alert.raised_at for one in live if one.told is None]
    if not new:
        return {}
    within = max(LONG_BEFORE, tickets_in(Pairing.objects.get(pk=pairing)).storm.within)
    rows = AlertRecord.objects.filter(pairing_id=pairing, raised_at__gte=min(new) - within).exclude(told="")
    told = list(rows.order_by("raised_at").values_list("story", "raised_at"))
    stories = {
        row.external_id: StormOf(CompanyId(row.company), row.type)
        for row in story_rows(pairing, (story for story, _ in told))
        if row.telling == Telling.CONDITION
    }
    begun: dict[StormOf, list[datetime]] = defaultdict(list)
    for story, raised_at in told:
        if story in stories:
            begun[stories[story]].append(raised_at)
    return {storm: tuple(times) for storm, times in begun.items()}


def forget_tickets(pairing: PairingId, moment: datetime) -> None:
    """Alerts that were over, and stories that had ended, before then.

    A condition that comes back later finds its ticket in Autotask by its external id (R49).
    """
    AlertRecord.objects.filter(pairing_id=pairing, is_over=True, cleared_at__lt=moment).delete()
    named = AlertRecord.objects.filter(pairing_id=pairing).exclude(story="").values("story")
    under_way = ErrandRecord.objects.filter(pairing_id=pairing).values("external_id")
    ended = StoryRecord.objects.filter(pairing_id=pairing, ended_at__lt=moment)
    ended.exclude(external_id__in=named).exclude(external_id__in=under_way).delete()
