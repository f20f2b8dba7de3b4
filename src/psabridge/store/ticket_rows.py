"""Alerts and stories of tickets as rows, and back; which rows are over."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db.models import QuerySet

from psabridge.rules.tickets.alerts import AlertId, BackupAlert
from psabridge.rules.tickets.looking import KeptAlert, is_let_go, is_over
from psabridge.rules.tickets.stories import NoTicket, Story
from psabridge.rules.words import PairingId
from psabridge.store.codec import from_text, to_text
from psabridge.store.models import AlertRecord, StoryRecord

T = TypeVar("T")

# Rows asked about or written in one query; SQLite takes 250,000 variables, older builds 999.
BATCH = 500
LONG = 4000  # characters
COLUMNS = ("body", "told", "story", "reason", "misses")


def in_batches(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Each value once."""
    every = list(dict.fromkeys(values))
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]


def alerts_in(rows: QuerySet[AlertRecord]) -> Iterator[KeptAlert]:
    """Oldest first."""
    for body, told, story, reason, misses in rows.order_by("raised_at", "alert").values_list(*COLUMNS):
        why = NoTicket(reason) if reason else None
        yield KeptAlert(_read(body, BackupAlert), told or None, story, why, misses)


def alerts_of(pairing: PairingId, alerts: Iterable[AlertId]) -> dict[AlertId, KeptAlert]:
    rows = AlertRecord.objects.filter(pairing_id=pairing)
    found = (one for batch in in_batches(alerts) for one in alerts_in(rows.filter(alert__in=batch)))
    return {one.alert.id: one for one in found}


def save_alerts(pairing: PairingId, alerts: Iterable[KeptAlert]) -> None:
    """Each alert once. Their stories are saved before."""
    ones = list(alerts)
    cleared = (one.story for one in ones if one.told is not None and not one.alert.is_reported)
    stories = {row.external_id: story_in(row) for row in story_rows(pairing, cleared)}
    AlertRecord.objects.bulk_create(
        [_alert_row(pairing, one, stories.get(one.story)) for one in ones],
        update_conflicts=True,
        unique_fields=["pairing", "alert"],
        update_fields=["condition", "raised_at", "cleared_at", "is_over", *COLUMNS],
        batch_size=BATCH,
    )


def save_reasons(pairing: PairingId, alerts: Iterable[KeptAlert]) -> None:
    """Of alerts that were not over: those that were told go on whatever their reason."""
    alike: dict[tuple[str, bool], list[AlertId]] = defaultdict(list)
    for one in alerts:
        ends = one.told is None and is_over(one, None)
        alike[one.reason or "", ends].append(one.alert.id)
    rows = AlertRecord.objects.filter(pairing_id=pairing)
    for (reason, ends), keys in alike.items():
        for batch in in_batches(keys):
            rows.filter(alert__in=batch).update(reason=reason, is_over=ends)


def _alert_row(pairing: PairingId, one: KeptAlert, story: Story | None) -> AlertRecord:
    return AlertRecord(
        pairing_id=pairing,
        alert=one.alert.id,
        condition=one.alert.condition,
        raised_at=one.alert.raised_at,
        cleared_at=one.alert.cleared_at,
        body=to_text(one.alert),
        told=one.told or "",
        story=one.story,
        reason=one.reason or "",
        misses=one.misses,
        is_over=is_over(one, story),
    )


def _read(body: str, kind: type[T]) -> T:
    """Most rows are read again and again as they were: the same text is the same frozen value.

    Long ones, of storms say, are rewritten often and would fill the memory with what they were.
    """
    if len(body) > LONG:
        return from_text(body, kind)
    found: T = _remembered(body, cast("Any", kind))
    return found


@lru_cache(maxsize=40_000)
def _remembered(body: str, kind: type[Any]) -> Any:  # noqa: ANN401  as `_read` says
    return from_text(body, kind)


def story_rows(pairing: PairingId, external_ids: Iterable[str]) -> Iterator[StoryRecord]:
    rows = StoryRecord.objects.filter(pairing_id=pairing)
    for batch in in_batches(external_ids):
        yield from rows.filter(external_id__in=batch)


def story_in(row: StoryRecord) -> Story:
    return _read(row.body, Story)


def save_stories(pairing: PairingId, stories: Iterable[Story]) -> None:
    """With what follows for the alerts they told of: a ticket reopened by a person waits for their end."""
    by_id = {story.external_id: story for story in stories}
    StoryRecord.objects.bulk_create(
        [_story_row(pairing, story) for story in by_id.values()],
        update_conflicts=True,
        unique_fields=["pairing", "external_id"],
        update_fields=["telling", "company", "type", "ended_at", "ticket", "body"],
        batch_size=BATCH,
    )
    _judge_again(pairing, by_id)


def _story_row(pairing: PairingId, story: Story) -> StoryRecord:
    return StoryRecord(
        pairing_id=pairing,
        external_id=story.external_id,
        key=story.key,
        number=story.number,
        telling=story.telling,
        company=story.company,
        type=story.type,
        ended_at=None if story.ending is None else story.ending.at,
        ticket=story.ticket,
        body=to_text(story),
    )


def _judge_again(pairing: PairingId, stories: Mapping[str, Story]) -> None:
    cleared = AlertRecord.objects.filter(pairing_id=pairing, cleared_at__isnull=False).exclude(told="")
    moved: dict[bool, list[int]] = {True: [], False: []}
    for batch in in_batches(stories):
        rows = cleared.filter(story__in=batch).values_list("pk", "alert", "story", "is_over")
        for pk, alert, story, was_over in rows:
            now_over = is_let_go(AlertId(alert), stories[story])
            if now_over != was_over:
                moved[now_over].append(pk)
    for now_over, keys in moved.items():
        for some in in_batches(keys):
            AlertRecord.objects.filter(pk__in=some).update(is_over=now_over)
