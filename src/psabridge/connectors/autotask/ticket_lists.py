"""Autotask's lists for tickets, and who its resources are: read once, kept for a time (R45, A47)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.clients.autotask import ticket_records as records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.metadata import Picklists
from psabridge.clients.autotask.query import any_of, eq
from psabridge.clients.autotask.records import BillingCode
from psabridge.connectors.autotask import ticket_words as words
from psabridge.connectors.autotask.ticket_words import People
from psabridge.kit.clock import Clock
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.rules.tickets.lists import Choice, TicketLists

FOR_WORK = 1  # the use type of a ticket's work types (A44)
API_USER = "api user"  # the licence of those who can have no tickets (A43)
LISTS_LAST = timedelta(hours=1)
PEOPLE_LAST = timedelta(days=1)
# After a refusal lists are read anew, but not for each of a thousand refused tickets.
NOT_SOONER = timedelta(minutes=5)


@dataclass(slots=True)
class DeskShelf:
    """What was read of lists and people. Kept between cycles, it saves their reads."""

    lists: TicketLists | None = None
    lists_at: datetime | None = None
    people: People | None = None
    people_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskLists:
    client: AutotaskClient
    clock: Clock
    shelf: DeskShelf = field(default_factory=DeskShelf)

    def of_tickets(self) -> Picklists:
        return self.client.picklists(records.Ticket.entity)

    def of_notes(self) -> Picklists:
        return self.client.picklists(records.TicketNote.entity)

    def all(self) -> TicketLists:
        now = self.clock.now()
        kept, read_at = self.shelf.lists, self.shelf.lists_at
        if kept is None or read_at is None or now - read_at >= LISTS_LAST:
            kept = self._read()
            self.shelf.lists, self.shelf.lists_at = kept, now
        return kept

    def after_refusal(self) -> TicketLists:
        """As they are now: a code that was good an hour ago may be the reason."""
        read_at = self.shelf.lists_at
        if read_at is None or self.clock.now() - read_at >= NOT_SOONER:
            self.client.forget_picklists()
            self.shelf.lists = None
        return self.all()

    def _read(self) -> TicketLists:
        tickets, notes = self.of_tickets(), self.of_notes()
        choices = {name: words.choices_of(tickets, member) for name, member in words.OF_TICKETS.items()}
        choices |= {name: words.choices_of(notes, member) for name, member in words.OF_NOTES.items()}
        pairs = words.pairs_of(self.client.query(records.ServiceDeskRole))
        codes = self.client.query(BillingCode, eq("useType", FOR_WORK))
        choices |= {
            "work_type": words.work_types_of(codes),
            "resource": self._assignees(pairs),
            "role": words.roles_of(self.client.query(records.Role)),
        }
        return TicketLists(choices, pairs, words.required_of(tickets))

    def _assignees(self, ids: Iterable[int]) -> tuple[Choice, ...]:
        """Those the service desk knows in a role; API users are never among them (A43)."""
        licences = self.client.picklists(records.Resource.entity)
        of_api = licences.value("licenseType", API_USER)
        found = self.client.query_in(records.Resource, "id", sorted(ids))
        return words.people_of(one for one in found if of_api is None or one.license_type != of_api)

    # -- people -------------------------------------------------------------------------------------

    def people(self, asked: Iterable[int]) -> People:
        """With the names of those asked for; where resources are closed to us, by their number (A47)."""
        known = self._known_people()
        unknown = sorted(set(asked) - known.names.keys())
        if unknown:
            found = self._if_allowed(lambda: self.client.query_in(records.Resource, "id", unknown))
            numbers = {one: f"resource {one}" for one in unknown}
            names = {one.id: words.name_of(one) for one in found}
            known = replace(known, names={**known.names, **numbers, **names})
            self.shelf.people = known
        return known

    def _known_people(self) -> People:
        now = self.clock.now()
        kept, read_at = self.shelf.people, self.shelf.people_at
        if kept is None or read_at is None or now - read_at >= PEOPLE_LAST:
            kept = People(us=self._own_resource())
            self.shelf.people, self.shelf.people_at = kept, now
        return kept

    def _own_resource(self) -> int | None:
        """By the address or the name that signs in; one of several would be a guess."""
        user = self.client.user
        named = any_of(eq("email", user), eq("userName", user))
        found = self._if_allowed(lambda: self.client.query(records.Resource, named))
        ours = [one.id for one in found if user.casefold() in _signs(one)]
        return ours[0] if len(ours) == 1 else None

    def _if_allowed(self, read: Callable[[], list[records.Resource]]) -> list[records.Resource]:
        try:
            return read()
        except Refused as refused:
            if refused.kind is not RefusalKind.RIGHTS:
                raise
            return []


def _signs(resource: records.Resource) -> set[str]:
    return {one.casefold() for one in (resource.email, resource.user_name) if one}
