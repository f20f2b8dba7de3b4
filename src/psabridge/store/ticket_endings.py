"""Tickets that are closed, from what is kept: no vendor is asked."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from psabridge.rules.tickets.stories import Story, Telling, Ticket
from psabridge.rules.words import PairingId
from psabridge.store.codec import from_text
from psabridge.store.models import StoryRecord
from psabridge.store.ticket_rows import BATCH, story_in


def ended_stories(pairing: PairingId) -> Iterator[tuple[Story, str]]:
    """The last story of each condition that has ended, with the number of its ticket; closed first, first."""
    rows = StoryRecord.objects.filter(pairing_id=pairing, telling=Telling.CONDITION)
    later = rows.filter(key=OuterRef("key"), number__gt=OuterRef("number"))
    ended = rows.filter(~Exists(later), ended_at__isnull=False).order_by("ended_at", "external_id")
    for row in ended.iterator(chunk_size=BATCH):
        shown = from_text(row.shown, Ticket).number if row.shown else row.external_id
        yield story_in(row), shown
