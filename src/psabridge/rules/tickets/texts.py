"""What tickets and notes say (ACR-TKT-18). Plain text; the rule that applied is always told."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from psabridge.kit.wording import counted
from psabridge.rules.tickets.alerts import BackupAlert
from psabridge.rules.tickets.stories import Story
from psabridge.rules.words import CompanyId

TITLE_LENGTH = 255  # autotask-rest.md 6.3
TEXT_LENGTH = 8000
NOTE_LENGTH = 32000
NOTE_ROOM = NOTE_LENGTH - 500  # of a page: what happened, the rule and the marker stand around it
LINE_LENGTH = 1000
CUT = " […]"


def title_of(alert: BackupAlert) -> str:
    """The alert's name and the workload it is about."""
    workload = next((one.name for one in alert.about if one.name), "")
    return cut(": ".join(filter(None, (alert.type, workload))), TITLE_LENGTH)


def storm_title(alert_type: str, conditions: int) -> str:
    return cut(f"{alert_type}: {counted(conditions, 'condition')} at once", TITLE_LENGTH)


def texts_of(alerts: Sequence[BackupAlert], *, rule: str = "", before: str = "") -> list[str]:
    """The ticket's description: each alert with its real times, and why this ticket is there.

    What one text cannot hold follows; it goes into notes.
    """
    named = f"The ticket before this one: {before}." if before else ""
    apart = "" if all(alert.is_told_apart for alert in alerts) else NOT_GROUPED
    end = joined(ruled(rule), named, apart)
    room = TEXT_LENGTH - len(end) - len("\n\n")
    first, *others = in_pages(map(lines_of, alerts), first=room, between="\n\n")
    return [joined(first, end), *others]


NOT_GROUPED = (
    "The platform does not say what this alert is about (R48), "
    "so later alerts of the kind get tickets of their own."
)


def lines_of(alert: BackupAlert) -> str:
    """Everything a technician needs of one alert."""
    cleared = "" if alert.cleared_at is None else f"Cleared: {moment(alert.cleared_at)}"
    about = [f"{one.kind.capitalize()}: {one.name or one.id}" for one in alert.about]
    details = [f"{label}: {text}" for label, text in alert.details]
    head = [f"Alert: {alert.type}", f"Tenant: {alert.tenant_name}" if alert.tenant_name else ""]
    tail = [f"Severity: {alert.severity}", f"Raised: {moment(alert.raised_at)}", cleared, f"Id: {alert.id}"]
    return "\n".join(filter(None, [*head, *about, *tail, *details]))


def notes_of(alerts: Iterable[BackupAlert]) -> list[str]:
    """Every alert whole, in as few notes as hold them."""
    return in_pages(map(lines_of, alerts), between="\n\n")


def note_of(what: str, rule: str, page: str, mark: str) -> str:
    return joined(what, page, ruled(rule), mark)


def ruled(rule: str) -> str:
    return f"Rule: {rule}." if rule else ""


def joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def list_lines(alerts: Iterable[BackupAlert]) -> Iterable[str]:
    """One line for each alert of a storm."""
    for alert in alerts:
        about = ", ".join(one.name or one.id for one in alert.about) or "not told what it is about"
        yield f"{moment(alert.raised_at)}  {alert.severity}  {alert.tenant_name}  {about}  ({alert.id})"


def change_lines(alerts: Sequence[BackupAlert]) -> Iterable[str]:
    """The lines of the list anew, with what the list leaves out: that is what may have changed."""
    for alert, line in zip(alerts, list_lines(alerts), strict=True):
        details = "; ".join(f"{label}: {text}" for label, text in alert.details)
        yield cut(f"{line}  {details}".rstrip(), LINE_LENGTH)


def in_pages(
    parts: Iterable[str], length: int = NOTE_ROOM, *, first: int | None = None, between: str = "\n"
) -> list[str]:
    """As few texts as hold all parts, each short enough for one note. No part is left out.

    `first`: how long the first one may be, where that is the text of a ticket.
    """
    pages: list[str] = []
    room = length if first is None else first
    for part in parts:
        short = cut(part, min(length, room))
        if pages and len(pages[-1]) + len(between) + len(short) <= room:
            pages[-1] += f"{between}{short}"
        else:
            room = length if pages else room
            pages.append(short)
    return pages


def marker(story: Story, *parts: str) -> str:
    """Short, and the same for the same content: by it a note is found again after a lost answer."""
    written = "\x1f".join((story.external_id, *parts))
    return f"[psabridge {hashlib.sha256(written.encode()).hexdigest()[:20]}]"


def shown_company(company: CompanyId, names: Mapping[CompanyId, str]) -> str:
    """By name, with the number that other commands take."""
    return f"{names[company]} ({company})" if company in names else f"{company}"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - len(CUT)] + CUT
