"""The book of the database where a test of cycles expects one in memory."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models.functions import Now

from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.looking import KeptAlert
from psabridge.rules.tickets.settings import MappedSince, TicketSettings
from psabridge.rules.tickets.stories import Story
from psabridge.rules.words import TenantId
from psabridge.store.codec import from_text, to_plain
from psabridge.store.mapped_since import tickets_in
from psabridge.store.models import AlertRecord, ErrandRecord, Pairing, StoryRecord, TicketWatch
from psabridge.store.ticket_rows import alerts_in, story_in
from psabridge.store.tickets import DatabaseTicketBook
from tests.store.cast import a_pairing

A_LONG_TIME = timedelta(days=1)
TABLES = (AlertRecord, StoryRecord, ErrandRecord)
_numbers = count(1)


class KeptBook:
    """Of a pairing and a lease of its own, whatever the cycle says. A copy is what a backup would hold."""

    def __init__(self) -> None:
        self.pairing = a_pairing(f"office {next(_numbers)}")
        # Taken by hand, because nobody gives it back when a test throws the book away.
        until = Now() + A_LONG_TIME
        watch = TicketWatch.objects.create(pairing_id=self.pairing, lease_fence=1, lease_until=until)
        self.lease = Lease(watch.pk, 1)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(DatabaseTicketBook(), name)

        def bound(_: object, *said: object) -> Any:  # noqa: ANN401  whatever the book answers
            return call(self.pairing, *(self.lease if isinstance(one, Lease) else one for one in said))

        return bound

    def __deepcopy__(self, _: object) -> "KeptBook":
        copied = KeptBook()
        looks = TicketWatch.objects.get(pairing_id=self.pairing).looks
        TicketWatch.objects.filter(pairing_id=copied.pairing).update(looks=looks)
        for table in TABLES:
            rows = list(table.objects.filter(pairing_id=self.pairing))
            for row in rows:
                row.pk, row.pairing_id = None, copied.pairing
            table.objects.bulk_create(rows)  # type: ignore[attr-defined]
        copied.mapped = self.mapped
        return copied

    @property
    def alerts(self) -> Mapping[AlertId, KeptAlert]:
        rows = AlertRecord.objects.filter(pairing_id=self.pairing)
        return {one.alert.id: one for one in alerts_in(rows)}

    @property
    def stories(self) -> Mapping[str, Story]:
        rows = StoryRecord.objects.filter(pairing_id=self.pairing)
        return {row.external_id: story_in(row) for row in rows}

    @property
    def errands(self) -> Mapping[str, Errand]:
        rows = ErrandRecord.objects.filter(pairing_id=self.pairing)
        return {row.external_id: from_text(row.body, Errand) for row in rows}

    @property
    def mapped(self) -> dict[TenantId, datetime]:
        since = tickets_in(Pairing.objects.get(pk=self.pairing)).mapped_since
        return {one.tenant: one.since for one in since}

    @mapped.setter
    def mapped(self, since: dict[TenantId, datetime]) -> None:
        known = TicketSettings(mapped_since=tuple(MappedSince(*one) for one in since.items()))
        Pairing.objects.filter(pk=self.pairing).update(settings={"tickets": to_plain(known)})
