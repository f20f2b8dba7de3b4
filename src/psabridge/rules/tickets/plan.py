"""A plan of tickets: what is written to Autotask, and to the platform, for which alerts. Values only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.settings import TicketFields
from psabridge.rules.tickets.stories import NoTicket, Story, TicketId
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class CreateTicket:
    """Asked for by its `externalID` before it is made, and after a lost answer (design section 7)."""

    title: str
    text: str
    fields: TicketFields


@dataclass(frozen=True, slots=True)
class AddNote:
    """Found again by its marker. No ticket: on the one this step creates."""

    ticket: TicketId | None
    marker: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Absolute, so it may be sent again."""

    ticket: TicketId
    status: int


@dataclass(frozen=True, slots=True)
class DismissAlert:
    """Exactly this alert (ACR-TKT-15). One that is gone already is as good."""

    alert: AlertId


TicketWrite = CreateTicket | AddNote | SetStatus | DismissAlert


@dataclass(frozen=True, slots=True)
class TicketStep:
    """One act of one story: its writes in order. `after` holds once all are done."""

    act: Act
    subject: str  # company, type and workload by name
    rule: str
    writes: tuple[TicketWrite, ...]
    after: Story
    told: Mapping[AlertId, str]  # the alerts this tells of, with the fingerprint of what it tells
    raised_at: datetime  # of the oldest of them

    @property
    def company(self) -> CompanyId:
        return self.after.company

    @property
    def key(self) -> str:
        """What one step at a time is under way for: its story, or the alerts a closed ticket dismisses.

        A dismissal changes nothing of the story, so a note need not wait for it, nor it for a note.
        """
        return f"{self.after.external_id} x" if self.act is Act.DISMISS else self.after.external_id

    @property
    def id(self) -> str:
        """The same as long as the same would be written: what a person released is what is carried out."""
        written = f"{self.after.external_id} {self.act.name} {self.writes}"
        return hashlib.sha256(written.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class TicketPlan:
    made_at: datetime
    steps: tuple[TicketStep, ...]
    without: Mapping[AlertId, NoTicket]  # every alert that stands in no ticket, with its reason (R53)
