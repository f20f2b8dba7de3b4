"""A ticket story: one condition from its first alert to its ticket's end, and what is kept of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from psabridge.rules.tickets.alerts import AlertId, BackupAlert, ConditionKey
from psabridge.rules.words import CompanyId, ContractId, TenantId

TicketId = NewType("TicketId", int)
KEY_LENGTH = 32
HEX = frozenset("0123456789abcdef")


class NoTicket(StrEnum):
    """Why an alert stands in no ticket: the closed list (R53)."""

    BEFORE_MAPPING = "raised before the mapping"
    TYPE_OFF = "its type makes no tickets"
    CLOSED_BY_PERSON = "closed by a person, still reported"
    MUTED = "muted"
    UNMAPPED = "its customer is not mapped"
    HELD = "held"
    IN_STORM = "in a storm ticket"


class Telling(StrEnum):
    """What a story tells of."""

    CONDITION = "one condition"
    STORM = "a storm"  # many conditions of one company and type in one ticket


class Closed(StrEnum):
    """By whom a ticket was closed."""

    BRIDGE = "the bridge"
    PERSON = "a person"
    GONE = "deleted or merged"  # ACR-TKT-17: closed at the moment it was noticed


@dataclass(frozen=True, slots=True)
class Ending:
    by: Closed
    at: datetime
    who: str = ""  # as Autotask names the person; empty: not told


@dataclass(frozen=True, slots=True)
class Story:
    """`external_id` is the key of the condition and the story's number; the open one is the highest (R49)."""

    key: ConditionKey
    number: int
    company: CompanyId
    tenant: TenantId
    type: str
    telling: Telling = Telling.CONDITION
    ticket: TicketId | None = None  # None: on its way to Autotask
    handled_until: datetime | None = None  # raise time of the last occurrence handled (R47)
    reported: frozenset[AlertId] = frozenset()  # told in the ticket, and not cleared as far as was read
    ending: Ending | None = None  # None: open
    contract: ContractId | None = None

    @property
    def external_id(self) -> str:
        return external_id(self.key, self.number)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as Autotask showed it last."""

    id: TicketId
    number: str
    external_id: str
    company: CompanyId
    status: int
    completed_at: datetime | None = None
    completed_by: str = ""
    is_completed_by_us: bool = False
    contract: ContractId | None = None
    title: str = ""
    queue: int | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An alert as the platform shows it, and the fingerprint of what was last told of it; None: nothing."""

    alert: BackupAlert
    told: str | None = None

    @property
    def is_new(self) -> bool:
        return self.told is None

    @property
    def is_changed(self) -> bool:
        return self.alert.is_reported and self.told is not None and self.told != self.alert.fingerprint


def external_id(key: ConditionKey, number: int) -> str:
    return f"{key}-{number}"


def of_external_id(text: str) -> tuple[ConditionKey, int] | None:
    """The key and story number of a ticket; None: not one of ours."""
    key, dash, number = text.rpartition("-")
    is_ours = dash and len(key) == KEY_LENGTH and set(key) <= HEX and number.isdecimal()
    return (ConditionKey(key), int(number)) if is_ours else None
