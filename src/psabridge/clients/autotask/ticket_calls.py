"""Questions about tickets. Rows nobody asked for spoil the answer (docs/vendors/autotask.md A6)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.paging import batches
from psabridge.clients.autotask.query import Filter, any_of, begins_with, moment_from
from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.clients.autotask.ticket_records import Ticket, TicketNote
from psabridge.kit.errors import Unreadable

R = TypeVar("R", bound=Record)

# Conditions on the beginning of a text in one query: half of the 500 that are allowed (A7).
BEGINNINGS = 250
# Stamps are told to the second or finer, and questions go out to the second.
_ROUNDING = timedelta(seconds=1)


class TicketCalls:
    """Rows that do not fit are kept apart: one ticket's fault stays its own."""

    def __init__(self, client: AutotaskClient) -> None:
        self._client = client

    def with_ids(self, ids: Sequence[int]) -> Sifted[Ticket]:
        asked = set(ids)
        found = self._client.sift_in(Ticket, "id", ids)
        return _only(found, lambda ticket: ticket.id in asked)

    def with_external_ids(self, external_ids: Sequence[str]) -> Sifted[Ticket]:
        """Every ticket with one of them: a second one of a kind is seen, too."""
        asked = {one.casefold() for one in external_ids}
        found = self._client.sift_in(Ticket, "externalID", external_ids)
        return _only(found, lambda ticket: (ticket.external_id or "").casefold() in asked)

    def beginning_with(self, beginnings: Sequence[str]) -> Sifted[Ticket]:
        """Tickets whose external id begins with one of these: all stories of a condition (R49)."""
        return Sifted.joined(self._beginning_with(some) for some in batches(beginnings, BEGINNINGS))

    def _beginning_with(self, beginnings: Sequence[str]) -> Sifted[Ticket]:
        if not all(beginnings):
            raise ValueError("every external id begins with nothing")
        asked = tuple(one.casefold() for one in beginnings)
        found = self._client.sift(Ticket, any_of(*(begins_with("externalID", one) for one in beginnings)))
        return _only(found, lambda ticket: (ticket.external_id or "").casefold().startswith(asked))

    def changed_since(self, moment: datetime, *filters: Filter) -> Sifted[Ticket]:
        """Fields changed or something happened on it, a note for one (A41)."""
        stamps = ("lastActivityDate", "lastTrackedModificationDateTime")
        changed = any_of(*(moment_from(stamp, moment) for stamp in stamps))
        found = self._client.sift(Ticket, changed, *filters)
        return _only(found, lambda ticket: any(stamp >= moment - _ROUNDING for stamp in _stamps(ticket)))

    def notes_of(self, ticket_ids: Sequence[int], *filters: Filter) -> Sifted[TicketNote]:
        asked = set(ticket_ids)
        found = self._client.sift_in(TicketNote, "ticketID", ticket_ids, *filters)
        return _only(found, lambda note: note.ticket_id in asked)


def _stamps(ticket: Ticket) -> Iterable[datetime]:
    stamps = (ticket.last_activity_date, ticket.last_tracked_modification_date_time)
    return (stamp for stamp in stamps if stamp is not None)


def _only(found: Sifted[R], asked_for: Callable[[R], bool]) -> Sifted[R]:
    strangers = [row for row in found.rows if not asked_for(row)]
    if strangers:
        subject = f"Autotask {strangers[0].entity}"
        problem = f"rows that were not asked for: {[row.id for row in strangers[:5]]}"
        raise Unreadable(subject, problem, "Nothing of this answer is used; read again in the next cycle")
    return found
