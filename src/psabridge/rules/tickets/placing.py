"""Whose alert it is, whether it makes a ticket, and with which fields (ACR-TKT-02 to -06, R51, R53)."""

from dataclasses import dataclass, fields
from datetime import datetime

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertSeverity, BackupAlert
from psabridge.rules.tickets.settings import NewTypes, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class Place:
    """The customer an alert belongs to, and the fields of its ticket."""

    company: CompanyId
    tenant: TenantId  # the mapped one: the alert's own, or the nearest above it (ACR-TKT-06)
    fields: TicketFields


def place(alert: BackupAlert, settings: PairingSettings, *, now: datetime) -> Place | NoTicket:
    """Where its ticket goes, or why there is none."""
    tenant = next((one for one in alert.tenants if settings.company_of(one) is not None), None)
    company = None if tenant is None else settings.company_of(tenant)
    if tenant is None or company is None:
        return NoTicket.UNMAPPED
    decided = settings.tickets
    if not makes_tickets(alert.type, alert.severity, decided):
        return NoTicket.TYPE_OFF
    if is_muted(alert, company, decided, now=now):
        return NoTicket.MUTED
    since = counts_from(tenant, alert.type, decided)
    if since is not None and alert.raised_at < since:
        return NoTicket.BEFORE_MAPPING
    return Place(company, tenant, fields_of(alert, decided))


def makes_tickets(alert_type: str, severity: AlertSeverity, settings: TicketSettings) -> bool:
    """A type nobody decided about goes by its severity, or waits (R51)."""
    row = settings.row_of(alert_type)
    if row is not None and row.creates is not None:
        return row.creates
    default = settings.severity_row(severity)
    by_severity = settings.new_types is NewTypes.BY_SEVERITY
    return by_severity and default is not None and default.creates


def is_undecided(alert_type: str, settings: TicketSettings) -> bool:
    row = settings.row_of(alert_type)
    return row is None or row.creates is None


def is_muted(alert: BackupAlert, company: CompanyId, settings: TicketSettings, *, now: datetime) -> bool:
    return any(
        mute.company == company
        and mute.type in {None, alert.type}
        and (mute.until is None or now < mute.until)
        for mute in settings.mutes
    )


def counts_from(tenant: TenantId, alert_type: str, settings: TicketSettings) -> datetime | None:
    """The latest of mapping, switching on and ticking of the type (ACR-TKT-04); None: from the beginning."""
    mapped = next((one.since for one in settings.mapped_since if one.tenant == tenant), None)
    row = settings.row_of(alert_type)
    ticked = row.since if row is not None and row.creates is not None else None
    return max((moment for moment in (mapped, ticked, settings.since) if moment is not None), default=None)


def fields_of(alert: BackupAlert, settings: TicketSettings) -> TicketFields:
    return fields_for(alert.type, alert.severity, settings)


def fields_for(alert_type: str, severity: AlertSeverity, settings: TicketSettings) -> TicketFields:
    """The type's own fields; what it leaves open is taken from its severity."""
    row, default = settings.row_of(alert_type), settings.severity_row(severity)
    own = TicketFields() if row is None else row.fields
    wider = TicketFields() if default is None else default.fields
    # A role belongs to its resource, a sub-issue to its issue: such pairs are taken together or not at all.
    chosen = {
        one.name: getattr(wider if _is_left_open(own, one.name) else own, one.name) for one in fields(own)
    }
    return TicketFields(**chosen)


_PAIRS = {"role": "resource", "sub_issue_type": "issue_type"}


def _is_left_open(own: TicketFields, name: str) -> bool:
    return getattr(own, _PAIRS.get(name, name)) is None
