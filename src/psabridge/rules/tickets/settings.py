"""What a provider decided about tickets. Presets are those of the rulings (R50 to R52)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.words import CompanyId, TenantId

# A code of one of Autotask's own lists. Labels are shown and refreshed; the code is what is kept (R45).
Code = NewType("Code", int)


class Reopening(StrEnum):
    """What becomes of a closed ticket when its condition comes back (R50)."""

    WITHIN_DAYS = "within days"  # reopened within N days of its closing, a new ticket afterwards
    ALWAYS = "always reopen"  # the unticked box of the vendor's own page (ACR-TKT-09)
    NEVER = "always new"


class NewTypes(StrEnum):
    """What becomes of alert types that nobody decided about (R51)."""

    BY_SEVERITY = "by severity"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class TicketFields:
    """Where a ticket goes (ACR-TKT-02). None: left to the next wider default, at last to Autotask."""

    queue: Code | None = None
    status: Code | None = None
    priority: Code | None = None
    ticket_type: Code | None = None
    category: Code | None = None
    issue_type: Code | None = None
    sub_issue_type: Code | None = None
    work_type: Code | None = None
    resource: Code | None = None  # with its role: Autotask refuses one without the other
    role: Code | None = None
    due_after: timedelta | None = None  # some categories ask for a due date


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert type: whether it makes tickets, since when, and with which fields."""

    type: str
    creates: bool | None = None  # None: nobody decided (R51)
    since: datetime | None = None  # alerts raised before are not looked at (ACR-TKT-04)
    fields: TicketFields = field(default_factory=TicketFields)


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """The defaults of a severity, for types without fields of their own and for new types."""

    severity: AlertSeverity
    creates: bool
    fields: TicketFields = field(default_factory=TicketFields)


@dataclass(frozen=True, slots=True)
class Mute:
    """A person's word that a company's alerts make no tickets for a time."""

    company: CompanyId
    reason: str
    type: str | None = None  # None: all types
    until: datetime | None = None  # None: until it is taken back


@dataclass(frozen=True, slots=True)
class MappedSince:
    """Since when a tenant is mapped: alerts raised before make no tickets (ACR-TKT-04)."""

    tenant: TenantId
    since: datetime


def known_first(known: Iterable[MappedSince], told: Iterable[MappedSince]) -> tuple[MappedSince, ...]:
    """Since when tenants are mapped is a fact: what is known stays, whatever a file or a form says."""
    since = {one.tenant: one for one in (*told, *known)}
    return tuple(since[tenant] for tenant in sorted(since))


@dataclass(frozen=True, slots=True)
class StormLimit:
    """More conditions of one company and type than this, within this time, become one ticket."""

    conditions: int = 10
    within: timedelta = timedelta(minutes=30)


def _presets() -> tuple[SeverityRow, ...]:
    made = {AlertSeverity.ERROR, AlertSeverity.CRITICAL}  # R51
    return tuple(SeverityRow(one, creates=one in made) for one in AlertSeverity)


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """Ticket creation of one pairing. Off by preset; its mode is that of tickets (R44)."""

    is_on: bool = False
    since: datetime | None = None  # when it was switched on: for types nobody decided about
    rows: tuple[AlertRow, ...] = ()
    severities: tuple[SeverityRow, ...] = field(default_factory=_presets)
    new_types: NewTypes = NewTypes.BY_SEVERITY
    source: Code | None = None  # one for all tickets (ACR-TKT-12)
    note_type: Code | None = None  # one for all notes (ACR-TKT-13)
    note_publish: Code | None = None  # None: the tenant's own "internal" (ACR-TKT-13)
    close_status: Code | None = None  # None: tickets are not closed by the bridge (ACR-TKT-08)
    reopening: Reopening = Reopening.WITHIN_DAYS
    reopen_days: int = 7
    closes_vanished: bool = False  # R52
    dismiss_status: Code | None = None  # a ticket in this status dismisses its alert (ACR-TKT-15)
    names_contract: bool = True  # ACR-TKT-14
    storm: StormLimit = field(default_factory=StormLimit)
    mutes: tuple[Mute, ...] = ()
    mapped_since: tuple[MappedSince, ...] = ()

    def row_of(self, alert_type: str) -> AlertRow | None:
        return next((row for row in self.rows if row.type == alert_type), None)

    def severity_row(self, severity: AlertSeverity) -> SeverityRow | None:
        return next((row for row in self.severities if row.severity is severity), None)
