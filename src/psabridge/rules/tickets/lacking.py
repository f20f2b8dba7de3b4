"""Alert types whose tickets Autotask would refuse: a field it asks for is left open (ERR-18). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.placing import fields_for, makes_tickets
from psabridge.rules.tickets.settings import NewTypes, TicketFields, TicketSettings

ASKED = frozenset({"queue", "priority"})  # of every ticket, whatever the tenant's metadata says (A40)
# Each with the options by which it is chosen. A status is never lacking: "New" is the system's (A48).
OPTIONS = {
    "queue": "--queue NAME",
    "priority": "--priority NAME",
    "ticket_type": "--ticket-type NAME",
    "category": "--category NAME",
    "issue_type": "--issue-type NAME",
    "sub_issue_type": "--sub-issue-type NAME",
    "work_type": "--work-type NAME",
    "resource": "--resource NAME --role NAME",
    "due_after": "--due-after HOURS",
}
SHOWN = {"due_after": "due date"}


def lacking(
    settings: TicketSettings, lists: TicketLists, severity_of: Mapping[str, AlertSeverity]
) -> Iterator[Finding]:
    """What would be refused is said before the first alert. `severity_of`: as far as types are known."""
    by_fields: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for row in settings.rows:
        by_fields[_of_row(row.type, settings, lists, severity_of.get(row.type))].append(row.type)
    for names, types in by_fields.items():
        if names:
            called = "Alert type" if len(types) == 1 else "Alert types"
            yield _finding(f"{called} {', '.join(types)}", names, f"tickets map {' '.join(types)}")
    for default in settings.severities:
        names = _open(default.fields, lists)
        if names and default.creates and settings.new_types is NewTypes.BY_SEVERITY:
            where = f"tickets map --severity {default.severity}"
            yield _finding(f"Alerts of severity {default.severity}", names, where)
    if settings.source is None and _is_asked("source", lists):
        yield _finding("All tickets", ("source",), "tickets set")


def lacking_of(
    alert_type: str, severity: AlertSeverity, settings: TicketSettings, lists: TicketLists
) -> tuple[str, ...]:
    """Names of fields; none where the type makes no tickets."""
    if not makes_tickets(alert_type, severity, settings):
        return ()
    return _open(fields_for(alert_type, severity, settings), lists)


def _of_row(
    alert_type: str, settings: TicketSettings, lists: TicketLists, severity: AlertSeverity | None
) -> tuple[str, ...]:
    """Where the severity is not known: what is lacking whichever it is."""
    possible = list(AlertSeverity) if severity is None else [severity]
    found = [lacking_of(alert_type, one, settings, lists) for one in possible]
    return tuple(name for name in found[0] if all(name in names for names in found))


def _open(fields: TicketFields, lists: TicketLists) -> tuple[str, ...]:
    has_assignee = fields.resource is not None and fields.role is not None
    return tuple(
        name
        for name in OPTIONS
        if getattr(fields, name) is None
        and _is_asked(name, lists)
        and not (name == "queue" and has_assignee)  # an assignee with a role is enough (A40)
    )


def _is_asked(name: str, lists: TicketLists) -> bool:
    """And nothing stands in for it: Autotask's own list has no preset."""
    has_preset = any(one.is_default and one.is_active for one in lists.choices.get(name, ()))
    return name in ASKED | lists.required and not has_preset


def _finding(subject: str, names: Iterable[str], command: str) -> Finding:
    called = [SHOWN.get(name, name.replace("_", " ")) for name in names]
    options = " ".join(OPTIONS.get(name, "--source NAME") for name in names)
    return Finding(
        "ERR-18",
        Severity.WARNING,
        subject,
        f"no {', no '.join(called)} was chosen for the tickets, and Autotask's own list has no preset: "
        "it would refuse them, and they would wait",
        f"Choose it: psabridge {command} {options}",
    )
