"""Autotask's own lists for the fields of tickets and notes, and chosen codes that are wrong (R45, ERR-18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from psabridge.kit.errors import BridgeError
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.tickets.settings import Code, TicketFields, TicketSettings


class NoSuchChoice(BridgeError):
    """A name or code that Autotask's list does not have. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Choice:
    code: int
    label: str
    is_active: bool = True
    parent: int | None = None  # a sub-issue belongs to an issue
    is_default: bool = False  # Autotask's own preset


@dataclass(frozen=True, slots=True)
class TicketLists:
    """By the names of `TicketFields`, and `source`, `note_type`, `note_publish`."""

    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    roles_of: Mapping[int, frozenset[int]] = field(default_factory=dict)  # roles in which a resource may work
    required: frozenset[str] = frozenset()  # what the tenant's metadata asks of every ticket

    def choice(self, name: str, code: int) -> Choice | None:
        return next((one for one in self.choices.get(name, ()) if one.code == code), None)

    def label(self, name: str, code: int | None) -> str:
        """For people; the bare number where the list does not have it."""
        if code is None:
            return ""
        found = self.choice(name, code)
        return str(code) if found is None else found.label


def code_of(lists: TicketLists, name: str, value: str) -> Code:
    """The code behind a label, or a code that is in the list. Raises NoSuchChoice with what there is."""
    choices = lists.choices.get(name, ())
    by_code = [one for one in choices if str(one.code) == value]
    by_label = [one for one in choices if one.label.casefold() == value.casefold()]
    found = by_code or [one for one in by_label if one.is_active] or by_label
    called = name.replace("_", " ")
    if not found:
        known = ", ".join(one.label for one in choices if one.is_active)
        raise NoSuchChoice(f"{called} {value}", "is not in Autotask", f"Say one of {known}")
    if len({one.code for one in found}) > 1:
        codes = ", ".join(str(one.code) for one in found)
        raise NoSuchChoice(f"{called} {value}", "is there more than once", f"Say its code: {codes}")
    return Code(found[0].code)


CODED = (
    "queue",
    "status",
    "priority",
    "ticket_type",
    "category",
    "issue_type",
    "sub_issue_type",
    "work_type",
    "resource",
    "role",
)
OF_ALL = ("source", "note_type", "note_publish")


def wrong_codes(settings: TicketSettings, lists: TicketLists) -> Iterator[Finding]:
    """Codes that were chosen once and are not valid any more: their tickets wait (ERR-18)."""
    for row in settings.rows:
        yield from _wrong_fields(f"Alert type {row.type}", row.fields, lists)
    for default in settings.severities:
        yield from _wrong_fields(f"Alerts of severity {default.severity}", default.fields, lists)
    for name in OF_ALL:
        yield from _wrong("All tickets", name, getattr(settings, name), lists)
    for name in ("close_status", "dismiss_status"):
        yield from _wrong("All tickets", "status", getattr(settings, name), lists, called=name)


def _wrong_fields(subject: str, fields: TicketFields, lists: TicketLists) -> Iterator[Finding]:
    for name in CODED:
        yield from _wrong(subject, name, getattr(fields, name), lists)
    if fields.resource is not None and fields.role not in lists.roles_of.get(fields.resource, frozenset()):
        who = lists.label("resource", fields.resource)
        yield _finding(subject, f"{who} cannot have tickets in the role chosen, or none was chosen")
    sub = None if fields.sub_issue_type is None else lists.choice("sub_issue_type", fields.sub_issue_type)
    if sub is not None and sub.parent != fields.issue_type:
        yield _finding(subject, f"sub-issue type {sub.label} does not belong to the issue type chosen")


def _wrong(
    subject: str, name: str, code: int | None, lists: TicketLists, *, called: str = ""
) -> Iterator[Finding]:
    if code is None:
        return
    shown = (called or name).replace("_", " ")
    found = lists.choice(name, code)
    if found is None:
        yield _finding(subject, f"{shown} {code} is not in Autotask any more")
    elif not found.is_active:
        yield _finding(subject, f"{shown} {found.label} is no longer active in Autotask")


def _finding(subject: str, problem: str) -> Finding:
    act = "Choose another one with psabridge tickets map; the tickets are waiting"
    return Finding("ERR-18", Severity.STOPS, subject, problem, act)
