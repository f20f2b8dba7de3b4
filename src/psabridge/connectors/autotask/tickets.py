"""The HelpDesk port over Autotask's tickets and their notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from psabridge.clients.autotask import ticket_records as records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.query import exist
from psabridge.clients.autotask.records import Company
from psabridge.clients.autotask.spoilt import Spoilt
from psabridge.clients.autotask.ticket_calls import TicketCalls
from psabridge.clients.autotask.ticket_writes import PatchTicket
from psabridge.connectors.autotask import ticket_forms as forms
from psabridge.connectors.autotask import ticket_words as words
from psabridge.connectors.autotask.rights import Act, Need, Sight, rights_of
from psabridge.connectors.autotask.ticket_lists import DeskLists, DeskShelf
from psabridge.kit.clock import Clock
from psabridge.kit.errors import BridgeError, RefusalKind, Refused, Unreadable
from psabridge.rules.tickets.lists import TicketLists, wrong_codes
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import AlertRow, Code, TicketSettings
from psabridge.rules.tickets.stories import Ticket, TicketId, of_external_id
from psabridge.rules.words import CompanyId, ContractId

OF_COMPANY = "company "
SEEING_TICKETS = Need(
    Act.READ, "Tickets", "to see what became of its tickets; a hidden one looks like a deleted one"
)


@dataclass(frozen=True, slots=True)
class AutotaskHelpDesk:
    client: AutotaskClient
    governor: Governor
    clock: Clock
    shelf: DeskShelf = field(default_factory=DeskShelf, compare=False)

    @property
    def _calls(self) -> TicketCalls:
        return TicketCalls(self.client)

    @property
    def _lists(self) -> DeskLists:
        return DeskLists(self.client, self.clock, self.shelf)

    def changed_since(self, moment: datetime) -> tuple[Ticket, ...]:
        """Of all tickets with an external id, ours. One that cannot be read shows itself when read by id."""
        found = self._calls.changed_since(moment, exist("externalID"))
        return self._understood(one for one in found.rows if of_external_id(one.external_id or ""))

    def tickets(self, tickets: Iterable[TicketId]) -> Mapping[TicketId, Ticket]:
        asked = sorted(set(tickets))
        found = self._calls.with_ids(asked)
        _refuse_spoilt(found.spoilt)
        if len(found.rows) < len(asked):
            self._refuse_unless_all_is_seen()
        return {one.id: one for one in self._understood(found.rows)}

    def find(self, external_ids: Iterable[str]) -> Mapping[str, tuple[Ticket, ...]]:
        asked = sorted(set(external_ids))
        found = self._calls.with_external_ids(asked)
        _refuse_spoilt(found.spoilt)
        by_id: dict[str, list[Ticket]] = {}
        for one in sorted(self._understood(found.rows), key=lambda ticket: ticket.id):
            by_id.setdefault(one.external_id.casefold(), []).append(one)
        return {one: tuple(by_id[one.casefold()]) for one in asked if one.casefold() in by_id}

    def stories_of(self, keys: Iterable[str]) -> tuple[Ticket, ...]:
        found = self._calls.beginning_with([f"{key}-" for key in sorted(set(keys))])
        _refuse_spoilt(found.spoilt)
        return self._understood(one for one in found.rows if of_external_id(one.external_id or ""))

    def create(
        self,
        wanted: CreateTicket,
        *,
        external_id: str,
        company: CompanyId,
        contract: ContractId | None,
        settings: TicketSettings,
        now: datetime,
    ) -> TicketId:
        form = forms.new_ticket(
            wanted,
            external_id=external_id,
            company=company,
            contract=contract,
            settings=settings,
            lists=self._lists.of_tickets(),
            now=now,
        )
        client = self.client.for_subject(f"{OF_COMPANY}{company}")
        chosen = TicketSettings(rows=(AlertRow("", fields=wanted.fields),), source=settings.source)
        with self._explained(chosen):
            return TicketId(client.create(form))

    def notes(self, ticket: TicketId) -> tuple[str, ...]:
        """A ticket without notes is asked for itself: of a deleted one nothing is left."""
        found = self._calls.notes_of([ticket])
        _refuse_spoilt(found.spoilt)
        if not found.rows and not self._is_there(ticket):
            raise Refused(
                f"Autotask ticket {ticket}", "it does not exist any more", "Plan anew",
                kind=RefusalKind.MISSING,
            )  # fmt: skip
        return tuple(one.description or "" for one in found.rows)

    def add_note(self, ticket: TicketId, *, title: str, text: str, settings: TicketSettings) -> None:
        lists = self._lists.of_notes()
        note = forms.new_note(ticket, title=title, text=text, settings=settings, lists=lists)
        chosen = TicketSettings(note_type=settings.note_type, note_publish=settings.note_publish)
        with self._explained(chosen, ticket):
            self.client.create(note)

    def set_status(self, ticket: TicketId, status: int) -> None:
        with self._explained(TicketSettings(close_status=Code(status)), ticket):
            self.client.patch(PatchTicket(id=ticket, status=status))

    def company_names(self, companies: Iterable[CompanyId]) -> Mapping[CompanyId, str]:
        found = self.client.sift_in(Company, "id", sorted(set(companies)))
        return {CompanyId(one.id): one.company_name for one in found.rows}

    def lists(self) -> TicketLists:
        return self._lists.all()

    def calls(self) -> int:
        return self.governor.calls().total

    def _understood(self, rows: Iterable[records.Ticket]) -> tuple[Ticket, ...]:
        """With the names of those who completed them."""
        kept = list(rows)
        by = {one.completed_by_resource_id for one in kept if one.completed_by_resource_id is not None}
        people = self._lists.people(by) if by else words.People()
        return tuple(words.ticket_of(one, people) for one in kept)

    def _refuse_unless_all_is_seen(self) -> None:
        """A ticket that is hidden from us would pass for a deleted one (ACR-TKT-17)."""
        [right] = rights_of(self.client, SEEING_TICKETS)
        if right.sight in {Sight.NONE, Sight.RESTRICTED}:
            raise Refused(
                "Autotask tickets",
                f"the API user sees {right.sight} of them, so one that is absent may only be hidden",
                "Let its security level view all tickets; nothing is decided about them meanwhile",
                kind=RefusalKind.RIGHTS,
                code="ROL-05",
            )

    @contextmanager
    def _explained(self, chosen: TicketSettings, ticket: TicketId | None = None) -> Iterator[None]:
        """A refusal because of a value that is switched off by now says so (ERR-18).

        Autotask has the same words for a ticket that is gone and for a value that is.
        """
        try:
            yield
        except Refused as refused:
            is_gone = refused.kind is RefusalKind.MISSING and ticket is not None and self._is_gone(ticket)
            if is_gone or refused.kind not in _PERHAPS_A_VALUE:
                raise
            wrong = self._wrong_now(chosen)
            raise Refused(
                "Settings of tickets" if wrong else refused.subject,
                wrong or refused.problem,
                _CHOOSE if wrong else refused.next_act,
                kind=RefusalKind.OTHER,
                code="ERR-18" if wrong else refused.code,
                vendor_text=refused.vendor_text,
            ) from refused

    def _is_gone(self, ticket: TicketId) -> bool:
        """Only where Autotask says so: what cannot be read is not gone."""
        try:
            return not self._is_there(ticket)
        except BridgeError:
            return False

    def _wrong_now(self, chosen: TicketSettings) -> str:
        """Where the lists cannot be read either, Autotask's own words must do."""
        try:
            lists = self._lists.after_refusal()
        except BridgeError:
            return ""
        return "; ".join(finding.problem for finding in wrong_codes(chosen, lists))

    def _is_there(self, ticket: TicketId) -> bool:
        return self.client.get(records.Ticket, ticket) is not None


_PERHAPS_A_VALUE = {RefusalKind.OTHER, RefusalKind.MISSING}
_CHOOSE = "Choose another one with psabridge tickets map; the tickets are waiting"


def _refuse_spoilt(spoilt: Sequence[Spoilt]) -> None:
    """One that cannot be read is neither there nor gone."""
    if spoilt:
        ids = ", ".join("of an unreadable id" if one.id is None else str(one.id) for one in spoilt[:5])
        raise Unreadable(f"Autotask tickets: {ids}", spoilt[0].why, "Read again in the next cycle")
