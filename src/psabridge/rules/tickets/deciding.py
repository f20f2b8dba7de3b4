"""Changes a person makes to the settings of tickets, and settings that cannot be meant. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.settings import (
    AlertRow,
    Mute,
    Reopening,
    SeverityRow,
    TicketFields,
    TicketSettings,
)
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class Edit:
    """What is said of one or many alert types at once. None of `creates`: that stays as it is."""

    creates: bool | None = None
    fields: TicketFields = field(default_factory=TicketFields)
    clears: frozenset[str] = frozenset()  # names of fields that are left open from now on


def with_types(settings: TicketSettings, types: Iterable[str], edit: Edit, at: datetime) -> TicketSettings:
    """The same edit for each of these alert types; a type that now makes tickets counts from here."""
    rows = {row.type: row for row in settings.rows}
    for name in types:
        before = rows.get(name, AlertRow(name))
        rows[name] = _edited(before, edit, at)
    return replace(settings, rows=tuple(rows[name] for name in sorted(rows)))


def _edited(row: AlertRow, edit: Edit, at: datetime) -> AlertRow:
    creates = row.creates if edit.creates is None else edit.creates
    begins = creates is True and row.creates is not True
    return replace(
        row,
        creates=creates,
        since=at if begins else row.since,
        fields=merged(row.fields, edit),
    )


def with_severity(settings: TicketSettings, severity: AlertSeverity, edit: Edit) -> TicketSettings:
    """The defaults of a severity."""
    known = {row.severity: row for row in settings.severities}
    before = known.get(severity, SeverityRow(severity, creates=False))
    creates = before.creates if edit.creates is None else edit.creates
    known[severity] = replace(before, creates=creates, fields=merged(before.fields, edit))
    return replace(settings, severities=tuple(known[one] for one in AlertSeverity if one in known))


def merged(before: TicketFields, edit: Edit) -> TicketFields:
    """What the edit names goes before what stood there."""
    names = [one.name for one in fields(TicketFields)]
    said = {name: getattr(edit.fields, name) for name in names}
    kept = {name: None if name in edit.clears else getattr(before, name) for name in names}
    return TicketFields(**{name: kept[name] if said[name] is None else said[name] for name in names})


def switched(settings: TicketSettings, *, is_on: bool, at: datetime) -> TicketSettings:
    """Off stops new writes and leaves tickets as they are (ACR-CON-07); on again counts from here."""
    begins = is_on and not settings.is_on
    return replace(settings, is_on=is_on, since=at if begins else settings.since)


def stamped(settings: TicketSettings, before: TicketSettings, at: datetime) -> TicketSettings:
    """Settings of a file that say no time: what they begin begins now (ACR-TKT-04).

    A file with times, as an export has them, brings back what a lost database knew.
    """
    old = {row.type: row for row in before.rows}
    rows = tuple(_stamped(row, old.get(row.type), at) for row in settings.rows)
    since = settings.since or (before.since if before.is_on else None) or (at if settings.is_on else None)
    return replace(settings, rows=rows, since=since)


def _stamped(row: AlertRow, before: AlertRow | None, at: datetime) -> AlertRow:
    if row.creates is not True or row.since is not None:
        return row
    went_on = before is not None and before.creates is True
    return replace(row, since=before.since if went_on and before is not None else at)


def muted(settings: TicketSettings, mute: Mute) -> TicketSettings:
    """In place of an earlier one of the same company and type."""
    return replace(settings, mutes=(*_others(settings, mute.company, mute.type), mute))


def unmuted(settings: TicketSettings, company: CompanyId, alert_type: str | None) -> TicketSettings:
    return replace(settings, mutes=_others(settings, company, alert_type))


def _others(settings: TicketSettings, company: CompanyId, alert_type: str | None) -> tuple[Mute, ...]:
    return tuple(one for one in settings.mutes if (one.company, one.type) != (company, alert_type))


def mistakes(settings: TicketSettings) -> Iterator[str]:
    """What cannot be meant, each with the setting that says it."""
    if settings.storm.conditions < 1 or settings.storm.within <= timedelta():
        yield "tickets.storm needs at least 1 condition and a time above 0"
    if settings.reopening is Reopening.WITHIN_DAYS and settings.reopen_days < 1:
        yield f"tickets.reopen_days is {settings.reopen_days}, at least 1 is possible"
    for row in settings.rows:
        yield from _wrong_fields(f"the alert type {row.type}", row.fields)
    for default in settings.severities:
        yield from _wrong_fields(f"the severity {default.severity}", default.fields)
    for mute in settings.mutes:
        if not mute.reason.strip():
            yield f"the mute of company {mute.company} says no reason"
    yield from _told_twice(settings)


def _wrong_fields(subject: str, chosen: TicketFields) -> Iterator[str]:
    if (chosen.resource is None) != (chosen.role is None):
        yield f"{subject} has a resource or a role alone; Autotask takes them together (ACR-TKT-02)"
    if chosen.sub_issue_type is not None and chosen.issue_type is None:
        yield f"{subject} has a sub-issue type without its issue type (ACR-TKT-02)"
    if chosen.due_after is not None and chosen.due_after <= timedelta():
        yield f"{subject} is due before its ticket is made: due_after is a time above 0"


def _told_twice(settings: TicketSettings) -> Iterator[str]:
    types = [row.type for row in settings.rows]
    severities = [str(row.severity) for row in settings.severities]
    for name in sorted({name for name in types if types.count(name) > 1}):
        yield f"the alert type {name} is there more than once"
    for name in sorted({name for name in severities if severities.count(name) > 1}):
        yield f"the severity {name} is there more than once"
