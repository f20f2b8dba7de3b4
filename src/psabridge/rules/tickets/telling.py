"""Findings of a ticket cycle: what a person should know and do (ERR-18, R47, R51, R52, R53)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from psabridge.kit.wording import counted
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.errands import Errand, ErrandState
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.looking import MISSES, Kept, KeptAlert
from psabridge.rules.tickets.placing import is_undecided
from psabridge.rules.tickets.stories import NoTicket, Telling, Ticket


def findings_of(
    kept: Kept,
    without: Mapping[AlertId, NoTicket],
    settings: PairingSettings,
    *,
    unreadable: Sequence[str],
    doubled: Sequence[Ticket],
) -> Iterator[Finding]:
    """The gravest are those for which tickets wait."""
    yield from _doubled(doubled, kept)
    yield from _waiting(kept.errands)
    yield from _unreadable(unreadable)
    yield from _undecided(kept.alerts, settings)
    yield from _unmapped(without)
    yield from _vanished(kept)
    yield from _still_reported(kept)
    yield from _storms(kept)


def _waiting(errands: Iterable[Errand]) -> Iterator[Finding]:
    for errand in errands:
        subject = errand.step.subject
        if errand.state is ErrandState.REFUSED:
            side, act = _refusing(errand)
            problem = f"{side} refused to {errand.step.act.value}: {errand.text}"
            yield Finding(errand.code or "ERR-21", Severity.STOPS, subject, problem, act, errand.step.company)
        if errand.state is ErrandState.SENT:
            problem = f"the answer to {errand.step.act.value} was lost at {errand.sent_at:%Y-%m-%d %H:%M} UTC"
            act = (
                "Nothing to do: it is looked for in every cycle, and sent again when nothing can arrive late"
            )
            yield Finding("R53", Severity.WARNING, subject, problem, act, errand.step.company)


def _refusing(errand: Errand) -> tuple[str, str]:
    """Who refused, and what helps."""
    if errand.step.act is Act.DISMISS:
        act = (
            "Let the API client dismiss alerts, or take psabridge tickets set --dismiss-status back with none"
        )
        return "Acronis", act
    return "Autotask", "Mend it in Autotask or with psabridge tickets map; it is tried again by itself"


def _doubled(tickets: Sequence[Ticket], kept: Kept) -> Iterator[Finding]:
    """R49."""
    for ticket in tickets:
        ours = kept.tickets.get(ticket.external_id)
        other = ticket.external_id if ours is None else f"ticket {ours.number}"
        problem = f"it has the external id of {other}: a request that came late made it a second time"
        act = "Close one of the two by hand; the bridge goes on with the older one"
        yield Finding("R49", Severity.WARNING, f"Ticket {ticket.number}", problem, act, ticket.company)


def _unreadable(rows: Sequence[str]) -> Iterator[Finding]:
    if rows:
        problem = f"{counted(len(rows), 'alert')} could not be read: {', '.join(rows[:5])}"
        act = "They are read again in every cycle, and nothing later is passed over for them"
        yield Finding("ERR-22", Severity.STOPS, "Alerts of Acronis", problem, act)


def _undecided(alerts: Iterable[KeptAlert], settings: PairingSettings) -> Iterator[Finding]:
    """R51: with the number of alerts they raised."""
    new = Counter(one.alert.type for one in alerts if is_undecided(one.alert.type, settings.tickets))
    for name, number in sorted(new.items()):
        problem = f"nobody decided about this alert type; it has {counted(number, 'alert')} now"
        act = f"Decide with psabridge tickets map {name} --create or --no-create"
        yield Finding("R51", Severity.NOTE, f"Alert type {name}", problem, act)


def _unmapped(without: Mapping[AlertId, NoTicket]) -> Iterator[Finding]:
    number = sum(reason is NoTicket.UNMAPPED for reason in without.values())
    if number:
        problem = f"{counted(number, 'alert')} of tenants that are not mapped make no tickets"
        act = "Map their tenants: psabridge customers list shows them"
        yield Finding("ACR-TKT-04", Severity.NOTE, "Alerts of unmapped customers", problem, act)


def _vanished(kept: Kept) -> Iterator[Finding]:
    """R52."""
    for one in kept.alerts:
        if one.is_vanished and one.told is not None:
            subject = f"{one.alert.tenant_name}, {one.alert.type}"
            problem = (
                f"alert {one.alert.id} was not in {MISSES} complete reads, and nobody said it was cleared"
            )
            act = f"Close its ticket with psabridge tickets close {one.alert.id}, or set closes_vanished"
            yield Finding("R52", Severity.WARNING, subject, problem, act)


def _still_reported(kept: Kept) -> Iterator[Finding]:
    """R47."""
    reported = {one.alert.id for one in kept.alerts if one.alert.is_reported}
    for story in kept.stories:
        if story.ending is not None and story.reported & reported:
            ticket = kept.tickets.get(story.external_id)
            who = f" by {story.ending.who}" if story.ending.who else ""
            name = story.external_id if ticket is None else ticket.number
            problem = f"closed{who} on {story.ending.at:%Y-%m-%d %H:%M} UTC, and its alert is still reported"
            act = "It is reopened when the alert is raised again; clear the alert if it is dealt with"
            yield Finding("R47", Severity.NOTE, f"Ticket {name}", problem, act, story.company)


def _storms(kept: Kept) -> Iterator[Finding]:
    """A limit that acts is shown."""
    for story in kept.stories:
        if story.telling is Telling.STORM and story.ending is None:
            ticket = kept.tickets.get(story.external_id)
            name = story.external_id if ticket is None else ticket.number
            problem = (
                f"the storm limit acts: {counted(len(story.reported), 'alert')} of {story.type} in one ticket"
            )
            act = "Look for their common cause; the limit is in the settings of tickets"
            yield Finding("ACR-TKT-07", Severity.WARNING, f"Ticket {name}", problem, act, story.company)
