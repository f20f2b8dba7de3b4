"""A change of units on its way: what was decided, sent, answered and seen (protocol 2.2, 2.3).

Values only; every transition is a function of `transitions.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from psabridge.kit.errors import RefusalKind
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.words import (
    CompanyId,
    ContractId,
    IntentId,
    LineId,
    PairingId,
    PlanId,
    SnapshotId,
    StepId,
)


class IntentState(StrEnum):
    ARMED = "armed"  # committed; the request may be leaving
    ACCEPTED = "accepted"  # 200 with an item id, not yet seen
    WAITING = "waiting"  # busy vendor, nothing was written; same intent, same date
    CONTESTED = "contested"  # "duplicate data": never a verdict
    IN_DOUBT = "in doubt"  # may have been written
    LANDED = "landed"  # seen after a doubt; the line stays closed until μ is over
    ABSENT = "absent"  # two looks after μ show the old step
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    NOT_SENT = "not sent"
    CLOSED = "closed"  # absent and no longer wanted: a ghost
    PARKED = "parked"  # a person decides

    @property
    def is_final(self) -> bool:
        return self in {
            IntentState.CONFIRMED,
            IntentState.REJECTED,
            IntentState.NOT_SENT,
            IntentState.CLOSED,
        }


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of the line after sending: when, and which step stood at the intent's day.

    `step` None: the rows could not be read, which is neither a landing nor an absence.
    """

    at: datetime
    step: int | None


@dataclass(frozen=True, slots=True)
class Intent:
    """`before` and `wanted` are levels at `day`; `old_step` is the step that stood at `day` when decided."""

    id: IntentId
    pairing: PairingId
    company: CompanyId
    contract: ContractId
    line: LineId
    day: date
    change: int
    before: int
    wanted: int
    old_step: int
    is_fenced: bool
    picture: Picture
    reading: RowReading
    zone: str
    plan: PlanId
    step: StepId
    snapshot: SnapshotId
    fence: int
    armed_at: datetime
    state: IntentState = IntentState.ARMED
    tries: int = 1
    doubtful_since: datetime | None = None  # the last doubtful try; None: no try is in doubt
    answered_at: datetime | None = None
    looks: tuple[Look, ...] = ()
    item_id: int | None = None
    why: str = ""
    vendor_text: str = ""
    is_adopted: bool = False  # closed by a person's "it landed"
    told: RowReading | None = None  # what its landing told about the tenant's rows (D1, canary)

    @property
    def new_step(self) -> int:
        """The step at `day` once the change has landed."""
        return self.old_step + self.change

    @property
    def is_ghost(self) -> bool:
        """Given up, though it may still turn up: a step like it is then known as ours (protocol 2.3)."""
        return self.state is IntentState.CLOSED and not self.is_adopted


class AnswerKind(StrEnum):
    ACCEPTED = "200 with item id"
    NEVER_CONNECTED = "connection never made"
    BUSY = "busy"
    DUPLICATE = "duplicate data"
    REFUSED = "known refusal"
    LOST = "lost"  # timeout, reset, crash, unknown 5xx, 200 without id, body unreadable


@dataclass(frozen=True, slots=True)
class Answer:
    kind: AnswerKind
    at: datetime
    text: str = ""
    item_id: int | None = None
    refusal: RefusalKind | None = None


class Decision(StrEnum):
    """What a person may say about a parked intent."""

    IT_LANDED = "it landed"
    SEND_AGAIN = "send again"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class LineHistory:
    """What the journal knows of a line: the ground of W2, W4 and W7."""

    line: LineId
    intents: tuple[Intent, ...] = ()  # all of them, oldest first

    @property
    def open(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents if not intent.state.is_final)

    @property
    def confirmed(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents if intent.state is IntentState.CONFIRMED)

    @property
    def used_days(self) -> frozenset[date]:
        """Days of every change that may have left us, ghosts included (W7)."""
        never_written = {IntentState.NOT_SENT, IntentState.REJECTED}
        return frozenset(intent.day for intent in self.intents if intent.state not in never_written)
