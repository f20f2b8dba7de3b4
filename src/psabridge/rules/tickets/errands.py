"""An errand: a step of a ticket story on its way, kept from before its first write until all are settled."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from psabridge.rules.tickets.plan import AddNote, CreateTicket, TicketStep, TicketWrite
from psabridge.rules.tickets.stories import TicketId


class ErrandState(StrEnum):
    """How the write that is next stands."""

    TO_SEND = "to send"  # nothing of it left
    SENT = "sent"  # it left, and its answer is not known: read back before it is sent again
    REFUSED = "refused"  # Autotask said no: held, shown, and tried again later


@dataclass(frozen=True, slots=True)
class Errand:
    step: TicketStep
    armed_at: datetime
    done: int = 0  # writes that are settled
    state: ErrandState = ErrandState.TO_SEND
    sent_at: datetime | None = None  # the first time the next write left
    tries: int = 0  # refusals of the next write
    again_at: datetime | None = None  # a refused one is not tried before
    text: str = ""  # the refusal, in the vendor's own words
    code: str | None = None
    ticket: TicketId | None = None  # the one this errand created
    named: str = ""  # empty: by its story, as errands of earlier versions are

    @property
    def key(self) -> str:
        """One errand of a key is under way."""
        return self.named or self.external_id

    @property
    def external_id(self) -> str:
        return self.step.after.external_id

    @property
    def next_write(self) -> TicketWrite | None:
        return self.step.writes[self.done] if self.done < len(self.step.writes) else None

    @property
    def left(self) -> int:
        """Writes that are not settled."""
        return len(self.step.writes) - self.done

    @property
    def is_over(self) -> bool:
        return self.next_write is None

    def ticket_of(self, write: TicketWrite) -> TicketId | None:
        """On which ticket a write goes; None: it creates one, or dismisses an alert."""
        if isinstance(write, AddNote):
            return write.ticket or self.ticket or self.step.after.ticket
        return None if isinstance(write, CreateTicket) else getattr(write, "ticket", None)

    def sent(self, at: datetime) -> "Errand":
        first = self.sent_at if self.state is ErrandState.SENT else at
        return replace(self, state=ErrandState.SENT, sent_at=first)

    @property
    def is_on_ticket_of_before(self) -> bool:
        """Whether the next write goes on another ticket than that which this errand created."""
        write = self.next_write
        return self.ticket is not None and write is not None and self.ticket_of(write) != self.ticket

    def as_far_as_written(self) -> "Errand":
        """With a step that told no more than its settled writes do: each alert stands there by its id."""
        written = "\n".join(getattr(write, "text", "") for write in self.step.writes[: self.done])
        told = {alert: said for alert, said in self.step.told.items() if alert in written}
        return replace(self, step=replace(self.step, told=told))

    def settled(self, ticket: TicketId | None = None) -> "Errand":
        """The next write is done; the one after it is to be sent."""
        return replace(
            self,
            done=self.done + 1,
            state=ErrandState.TO_SEND,
            sent_at=None,
            tries=0,
            again_at=None,
            text="",
            code=None,
            ticket=ticket or self.ticket,
        )

    def not_sent(self) -> "Errand":
        return replace(self, state=ErrandState.TO_SEND, sent_at=None)

    def refused(self, text: str, code: str | None, *, at: datetime) -> "Errand":
        return replace(
            self,
            state=ErrandState.REFUSED,
            sent_at=None,
            tries=self.tries + 1,
            again_at=at + next_try_after(self.tries + 1),
            text=text,
            code=code,
        )


FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)


def next_try_after(tries: int) -> timedelta:
    """A refusal seldom heals by itself: five minutes, then twice as long each time, an hour at most."""
    wait = FIRST_WAIT
    for _ in range(min(tries - 1, 10)):
        wait *= 2
    return min(wait, LONGEST_WAIT)
