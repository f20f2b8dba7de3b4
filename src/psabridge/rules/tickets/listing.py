"""Alerts beside their tickets, as people look for them (ACR-TKT-16, R53)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from psabridge.rules.tickets.alerts import AlertId, AlertSeverity
from psabridge.rules.tickets.looking import Kept, KeptAlert
from psabridge.rules.tickets.stories import NoTicket, Story, Telling


@dataclass(frozen=True, slots=True)
class AlertShown:
    """`stands`: open, how its ticket ended, or why there is none."""

    id: AlertId
    raised_at: datetime
    severity: AlertSeverity
    type: str
    tenant: str
    about: str
    ticket: str  # number of the ticket that told it last; empty: none
    stands: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What a person looks for."""

    text: str = ""  # part of a type, tenant, workload, ticket or id
    told: bool | None = None  # in a ticket, or without one; None: both
    severities: frozenset[AlertSeverity] = frozenset()  # empty: all


def list_alerts(kept: Kept, search: Search) -> tuple[AlertShown, ...]:
    """The newest first."""
    stories = kept.by_external_id()
    shown = [shown_alert(one, stories.get(one.story), kept) for one in kept.alerts]
    fitting = [one for one in shown if _fits(one, search)]
    return tuple(sorted(fitting, key=lambda one: (one.raised_at, one.id), reverse=True))


def shown_alert(one: KeptAlert, story: Story | None, kept: Kept) -> AlertShown:
    ticket = None if story is None else kept.tickets.get(story.external_id)
    known = "" if story is None else (story.external_id if ticket is None else ticket.number)
    return AlertShown(
        id=one.alert.id,
        raised_at=one.alert.raised_at,
        severity=one.alert.severity,
        type=one.alert.type,
        tenant=one.alert.tenant_name,
        about=", ".join(part.name or part.id for part in one.alert.about),
        ticket=known if one.told is not None else "",
        stands=_stands(one, story),
        is_told=one.told is not None,
    )


def _stands(one: KeptAlert, story: Story | None) -> str:
    if one.told is None or story is None:
        return "not looked at yet" if one.reason is None else str(one.reason)
    if story.ending is not None:
        still = ", still reported" if one.alert.is_reported else ""
        return f"closed by {story.ending.by}{still}" if story.ending.by != "deleted or merged" else "gone"
    return str(NoTicket.IN_STORM) if story.telling is Telling.STORM else "open"


def _fits(one: AlertShown, search: Search) -> bool:
    words = f"{one.id} {one.type} {one.tenant} {one.about} {one.ticket} {one.stands}".casefold()
    if search.told is not None and one.is_told is not search.told:
        return False
    if search.severities and one.severity not in search.severities:
        return False
    return search.text.casefold() in words


def find_alerts(kept: Kept, name: str) -> Iterable[KeptAlert]:
    """Those of a ticket by its number, or the one with this id."""
    stories = kept.by_external_id()
    for one in kept.alerts:
        story = stories.get(one.story)
        ticket = None if story is None else kept.tickets.get(story.external_id)
        if name.casefold() in {one.alert.id.casefold(), "" if ticket is None else ticket.number.casefold()}:
            yield one
