"""A test ticket: made, noted, closed on request, with what Autotask made of each (issue of tickets)."""

from dataclasses import dataclass

from psabridge.engine.ticket_looking import COMPLETE
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.errors import BridgeError, Unreadable
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import ConditionKey, key_of
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import TicketFields
from psabridge.rules.tickets.stories import Ticket, TicketId, external_id, of_external_id
from psabridge.rules.tickets.texts import moment
from psabridge.rules.words import CompanyId

TITLE = "Test ticket of PSA Bridge"
TEXT = (
    "Somebody asked PSA Bridge for a test ticket, to see whether alerts can become tickets here. "
    "It is closed at once; nothing has to be done."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """`made` and `closed` are the ticket as Autotask showed it afterwards."""

    asked: TicketFields
    made: Ticket
    closed: Ticket
    was_there: bool  # an earlier trial that did not come to its end

    @property
    def changes(self) -> tuple[str, ...]:
        """What a workflow, or a preset of Autotask, made otherwise than was asked."""
        asked = {"queue": self.asked.queue, "status": self.asked.status}
        shown = {"queue": self.made.queue, "status": self.made.status}
        return tuple(
            f"{name} {shown[name]} instead of {wanted}"
            for name, wanted in asked.items()
            if wanted is not None and shown[name] != wanted
        )


def refuse_unknown(ports: TicketPorts, company: CompanyId) -> None:
    """Autotask's own words for it name a field, and no next act."""
    if company not in ports.desk.company_names([company]):
        raise BridgeError(
            f"Company {company}",
            "is not in Autotask, or the bridge cannot see or read it",
            "Say the number of a company: psabridge customers list shows those that are mapped",
        )


def try_ticket(
    settings: PairingSettings, ports: TicketPorts, company: CompanyId, fields: TicketFields
) -> Trial:
    """Raises what a write raises. Asked again after that, it goes on with the ticket that is there."""
    key = key_of(f"company={company}", "test")
    there = _left_open(ports, key)
    ticket = there.id if there is not None else _create(settings, ports, company, key, fields)
    made = _read(ports, ticket)
    ports.desk.add_note(ticket, title="Test", text="A note of the test.", settings=settings.tickets)
    ports.desk.set_status(ticket, settings.tickets.close_status or COMPLETE)
    return Trial(fields, made, _read(ports, ticket), was_there=there is not None)


def _left_open(ports: TicketPorts, key: ConditionKey) -> Ticket | None:
    tickets = [one for one in ports.desk.stories_of([key]) if one.status != COMPLETE]
    return max(tickets, key=lambda one: one.id, default=None)


def _create(
    settings: PairingSettings,
    ports: TicketPorts,
    company: CompanyId,
    key: ConditionKey,
    fields: TicketFields,
) -> TicketId:
    named = [of_external_id(one.external_id) for one in ports.desk.stories_of([key])]
    number = max([one[1] for one in named if one is not None], default=0) + 1
    now = ports.clock.now()
    return ports.desk.create(
        CreateTicket(TITLE, f"{TEXT}\n\nAsked for: {moment(now)}", fields),
        external_id=external_id(key, number),
        company=company,
        contract=None,
        settings=settings.tickets,
        now=now,
    )


def _read(ports: TicketPorts, ticket: TicketId) -> Ticket:
    found = ports.desk.tickets([ticket]).get(ticket)
    if found is None:
        raise Unreadable(
            f"Autotask ticket {ticket}", "it was made and is not shown yet", "Try the test again in a while"
        )
    return found
