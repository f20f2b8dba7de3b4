"""Carrying out what was decided about tickets: intent, one call, outcome; a lost answer is read back.

Design section 7 and decision 0017.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.lease import Lease
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.errands import Errand, ErrandState
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.plan import (
    AddNote,
    CreateTicket,
    DismissAlert,
    SetStatus,
    TicketStep,
    TicketWrite,
)
from psabridge.rules.tickets.stories import Closed, Ending, Story, TicketId


@dataclass(frozen=True, slots=True)
class Desk:
    """What errands are carried out with."""

    settings: PairingSettings
    ports: TicketPorts
    lease: Lease
    renew: Callable[[], None]
    at_once: int | None = None  # an errand with more writes left waits for its turn; None: none does
    back: frozenset[str] = frozenset()  # stories about to be closed of which something is reported again

    def now(self) -> datetime:
        return self.ports.clock.now()

    def save(self, errand: Errand) -> Errand:
        self.ports.book.save(self.settings.pairing, errand, self.lease)
        return errand

    def drop(self, errand: Errand) -> None:
        self.ports.book.drop(self.settings.pairing, errand, self.lease)

    def gives_up(self, errand: Errand) -> bool:
        """A ticket is not closed over what is reported again; where that was sent already, it is reopened."""
        return isinstance(errand.next_write, SetStatus) and errand.external_id in self.back

    @property
    def delivery_bound(self) -> timedelta:
        return self.settings.waits.delivery_bound


def begin(step: TicketStep, desk: Desk) -> Errand | None:
    """Commit it, and do what can be done of it now; None: it is planned anew. Raises Busy and LeaseLost."""
    errand = Errand(step, armed_at=desk.now(), named=step.key).sent(desk.now())
    desk.ports.book.arm(desk.settings.pairing, errand, desk.lease)
    return _write(errand, desk)


def carry_on(errand: Errand, desk: Desk) -> Errand | None:
    """Its next writes, until one has no sure outcome."""
    if errand.is_over:
        finish(errand, desk)
        return errand
    if desk.gives_up(errand):
        desk.drop(errand)
        return None
    if desk.at_once is not None and errand.left > desk.at_once:
        return desk.save(errand.not_sent())
    return _write(desk.save(errand.sent(desk.now())), desk)


def _write(errand: Errand, desk: Desk) -> Errand | None:
    """From a write on that is noted as sent. What is settled is committed with what is sent next."""
    while (write := errand.next_write) is not None:
        after = _ask(errand, write, desk)
        if after is None or after.done == errand.done:
            return after
        if after.is_over:
            finish(after, desk)
            return after
        errand = desk.save(after.sent(desk.now()))
    return errand


def _ask(errand: Errand, write: TicketWrite, desk: Desk) -> Errand | None:
    try:
        ticket = _send(errand, write, desk)
    except Busy:
        desk.save(errand.not_sent())
        raise
    except NotSent:
        return desk.save(errand.not_sent())
    except Refused as error:
        return _refused(errand, write, error, desk)
    except OutcomeUnknown:
        return errand
    return errand.settled(ticket)


def _send(errand: Errand, write: TicketWrite, desk: Desk) -> TicketId | None:
    helpdesk, decided, story = desk.ports.desk, desk.settings.tickets, errand.step.after
    if isinstance(write, CreateTicket):
        return helpdesk.create(
            write,
            external_id=story.external_id,
            company=story.company,
            contract=story.contract,
            settings=decided,
            now=desk.now(),
        )
    if isinstance(write, DismissAlert):
        desk.ports.alerts.dismiss(write.alert)
    elif isinstance(write, SetStatus):
        helpdesk.set_status(write.ticket, write.status)
    else:
        helpdesk.add_note(note_ticket(errand, write), title=write.title, text=write.text, settings=decided)
    return None


def note_ticket(errand: Errand, note: AddNote) -> TicketId:
    ticket = errand.ticket_of(note)
    if ticket is None:
        raise LookupError(f"the note of {errand.external_id} has no ticket to go on")
    return ticket


def _refused(errand: Errand, write: TicketWrite, error: Refused, desk: Desk) -> Errand | None:
    """Held, shown and tried again, unless its ticket is gone."""
    gone = errand.ticket_of(write)
    if error.kind is RefusalKind.MISSING and gone is not None:
        return _without_ticket(errand, gone, desk)
    text = error.vendor_text or str(error)
    return desk.save(errand.refused(text, error.code, at=desk.now()))


def _without_ticket(errand: Errand, gone: TicketId, desk: Desk) -> Errand | None:
    """A ticket that is gone ends its story, and the alert is planned anew (ACR-TKT-17).

    Of a step that made a ticket that one is left: what it had to say on the one before falls away. Where its
    own is gone, what is told stays told, and the rest is planned anew.
    """
    book, pairing = desk.ports.book, desk.settings.pairing
    if errand.is_on_ticket_of_before:
        book.keep_tickets(pairing, (), (gone,), desk.lease)
        return errand.settled()
    if errand.ticket is not None:
        finish(errand.as_far_as_written(), desk)
    else:
        desk.drop(errand)
    book.keep_tickets(pairing, (), (gone,), desk.lease)
    return None


def settle(errand: Errand, desk: Desk) -> Errand | None:
    """What became of the write that left last. None: it is planned anew."""
    desk.renew()
    if desk.gives_up(errand):
        desk.drop(errand)
        return None
    if errand.state is ErrandState.SENT:
        return _read_back(errand, desk)
    if errand.again_at is not None and desk.now() < errand.again_at:
        return errand
    return _anew(errand, desk)


def _anew(errand: Errand, desk: Desk) -> Errand | None:
    """What was begun is carried on; where nothing was written yet, what is decided now may tell more."""
    if errand.done:
        return carry_on(errand, desk)
    desk.drop(errand)
    return None


def _read_back(errand: Errand, desk: Desk) -> Errand | None:
    """Found: settled. Not found: sent again once a late request is dead. What is absolute is sent again."""
    write = errand.next_write
    if isinstance(write, CreateTicket):
        found = desk.ports.desk.find([errand.external_id]).get(errand.external_id, ())
        return _settled_or_waiting(errand, found[0].id if found else None, desk, is_there=bool(found))
    if isinstance(write, AddNote):
        try:
            texts = desk.ports.desk.notes(note_ticket(errand, write))
        except Refused as error:
            return _refused(errand, write, error, desk)
        is_there = any(write.marker in text for text in texts)
        return _settled_or_waiting(errand, None, desk, is_there=is_there)
    return carry_on(errand, desk)


def _settled_or_waiting(
    errand: Errand, ticket: TicketId | None, desk: Desk, *, is_there: bool
) -> Errand | None:
    if is_there:
        return carry_on(desk.save(errand.settled(ticket)), desk)
    if errand.sent_at is not None and desk.now() - errand.sent_at < desk.delivery_bound:
        return errand
    return _anew(desk.save(errand.not_sent()), desk)


def finish(errand: Errand, desk: Desk) -> None:
    """All its writes are settled: the story stands as the step said. A dismissal says nothing of it."""
    after = errand.step.after
    if errand.step.act is Act.DISMISS:
        desk.drop(errand)
        return
    ticket = errand.ticket or after.ticket
    desk.ports.book.finish(
        desk.settings.pairing, errand, _ended(replace(after, ticket=ticket), desk), desk.lease
    )


def _ended(story: Story, desk: Desk) -> Story:
    """Closed when its status was set, not when it was planned."""
    if story.ending is None or story.ending.by is not Closed.BRIDGE:
        return story
    return replace(story, ending=Ending(Closed.BRIDGE, max(story.ending.at, desk.now())))
