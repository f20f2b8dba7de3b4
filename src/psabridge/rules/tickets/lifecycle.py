"""The life of a ticket as a table: where it stands, what is new, what is done (ACR-TKT-07 to -11, R47, R50).

`docs/users/tickets.md` shows the same table; a test holds them together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from psabridge.kit.wording import counted
from psabridge.rules.tickets.alerts import BackupAlert
from psabridge.rules.tickets.settings import Reopening, TicketSettings
from psabridge.rules.tickets.stories import Closed, Ending, Sighting, Story, Ticket
from psabridge.rules.words import CompanyId

MOVED_HERE = "the tenant belonged to another company before: a new ticket at the company it belongs to now"
A_DAY = timedelta(hours=24)  # ACR-TKT-10: days of 24 hours, counted from the closing


class Standing(StrEnum):
    """Where a condition stands."""

    NO_TICKET = "no ticket"
    OPEN = "open"
    CLOSED_BY_BRIDGE = "closed by the bridge"
    CLOSED_BY_PERSON = "closed by a person"
    CLOSED_LATE = "closed by a request that came late"
    GONE = "deleted or merged"
    MOVED = "open, and the tenant belongs to another company now"


class News(StrEnum):
    """What a look at the platform brought of a condition: the first that fits."""

    RAISED = "raised again"  # an alert with a later raise time than the last one handled (R47)
    CHANGED = "told otherwise"  # a handled alert changed, or one raised earlier is seen only now
    LATE = "seen late"  # raised earlier, and cleared before it was seen
    CLEARED = "cleared"  # nothing of it is reported any more
    NONE = "nothing new"


class Act(StrEnum):
    CREATE = "create a ticket"
    NOTE = "write a note"
    CLOSE = "write a note, and close where closing is on"
    COME_BACK = "reopen it, or create a new ticket, by the reopen rule"
    REOPEN = "reopen it"
    ANEW = "create a new ticket that names the old one"
    DISMISS = "dismiss the alert"  # of no cell: a person closed the ticket (ACR-TKT-15)
    NOTHING = "nothing"


_ROWS = {
    Standing.NO_TICKET: (Act.CREATE, Act.CREATE, Act.CREATE, Act.NOTHING, Act.NOTHING),
    Standing.OPEN: (Act.NOTE, Act.NOTE, Act.NOTE, Act.CLOSE, Act.NOTHING),
    Standing.CLOSED_BY_BRIDGE: (Act.COME_BACK, Act.REOPEN, Act.NOTE, Act.NOTHING, Act.NOTHING),
    Standing.CLOSED_BY_PERSON: (Act.COME_BACK, Act.NOTHING, Act.NOTHING, Act.NOTHING, Act.NOTHING),
    Standing.CLOSED_LATE: (Act.REOPEN, Act.REOPEN, Act.REOPEN, Act.CLOSE, Act.REOPEN),
    Standing.GONE: (Act.ANEW, Act.NOTHING, Act.NOTHING, Act.NOTHING, Act.NOTHING),
    Standing.MOVED: (Act.ANEW, Act.ANEW, Act.NOTE, Act.CLOSE, Act.NOTHING),
}
TABLE: Mapping[tuple[Standing, News], Act] = MappingProxyType(
    {(standing, news): act for standing, acts in _ROWS.items() for news, act in zip(News, acts, strict=True)}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done, and the rule in plain words as the ticket's note gives it."""

    act: Act
    rule: str = ""


def ending_of(
    story: Story, ticket: Ticket | None, *, closed: frozenset[int], noticed_at: datetime
) -> Ending | None:
    """How the story ended as Autotask shows it, `closed` being the statuses that end one; None: it is open.

    No ticket: it was deleted or merged (ACR-TKT-17). What a completion date says after a reopening is
    doubt D6, so the status decides and the date only dates.
    """
    if ticket is None:
        return Ending(Closed.GONE, story.ending.at if story.ending else noticed_at)
    if ticket.status not in closed:
        return None
    if story.ending is not None and story.ending.by is not Closed.GONE:
        return story.ending
    by = Closed.BRIDGE if ticket.is_completed_by_us else Closed.PERSON
    return Ending(by, _closed_at(story, ticket) or noticed_at, ticket.completed_by)


def _closed_at(story: Story, ticket: Ticket) -> datetime | None:
    """A date before the last occurrence was handled is of an earlier closing (D6)."""
    of_before = ticket.completed_at and story.handled_until and ticket.completed_at < story.handled_until
    return ticket.changed_at if of_before else ticket.completed_at or ticket.changed_at


def standing_of(story: Story | None, company: CompanyId | None = None) -> Standing:
    """With the ending as `ending_of` told it; `company` is the one the tenant is mapped to now.

    The bridge closes only what is not reported: a ticket that its own user closed otherwise was closed by a
    request that came late.
    """
    if story is None:
        return Standing.NO_TICKET
    if story.ending is None:
        return Standing.OPEN if company in {None, story.company} else Standing.MOVED
    if story.ending.by is Closed.GONE:
        return Standing.GONE
    if story.ending.by is Closed.PERSON:
        return Standing.CLOSED_BY_PERSON
    return Standing.CLOSED_LATE if story.reported else Standing.CLOSED_BY_BRIDGE


def news_of(story: Story | None, sightings: Sequence[Sighting]) -> News:
    """Of one condition. What was raised before a person closed its ticket is acknowledged by that (R47)."""
    fresh = [one for one in sightings if one.is_new and not is_acknowledged(story, one.alert)]
    if any(is_occurrence(story, one.alert) for one in fresh):
        return News.RAISED
    is_changed = story is not None and any(one.is_changed for one in sightings)
    if is_changed or any(one.alert.is_reported for one in fresh):
        return News.CHANGED
    if fresh:
        return News.LATE
    was_reported = story is not None and bool(story.reported)
    is_reported = any(one.alert.is_reported for one in sightings)
    return News.CLEARED if was_reported and not is_reported else News.NONE


def is_occurrence(story: Story | None, alert: BackupAlert) -> bool:
    """Raised later than the last one handled (R47); after a ticket that is gone, whatever it did not tell."""
    if story is None or story.handled_until is None:
        return True
    is_gone = story.ending is not None and story.ending.by is Closed.GONE
    return is_gone or alert.raised_at > story.handled_until


def is_acknowledged(story: Story | None, alert: BackupAlert) -> bool:
    """A person closed the ticket after the alert was raised (R47)."""
    ending = None if story is None else story.ending
    return ending is not None and ending.by is Closed.PERSON and alert.raised_at <= ending.at


def decide(
    story: Story | None,
    sightings: Sequence[Sighting],
    settings: TicketSettings,
    *,
    company: CompanyId | None,
    contract_is_over: bool,
) -> Decision:
    """What is done about one condition now."""
    standing = standing_of(story, company)
    act = TABLE[standing, news_of(story, sightings)]
    if act in {Act.COME_BACK, Act.REOPEN} and story is not None and company not in {None, story.company}:
        return Decision(Act.ANEW, MOVED_HERE)
    if act is Act.COME_BACK and story is not None and story.ending is not None:
        raised = min(alert.raised_at for alert in occurrences_of(story, sightings))
        return come_back(story.ending, raised, settings, contract_is_over=contract_is_over)
    return Decision(act, _rule(act, standing, settings))


def occurrences_of(story: Story | None, sightings: Sequence[Sighting]) -> list[BackupAlert]:
    """Not handled yet, and not acknowledged; oldest first."""
    fresh = [one.alert for one in sightings if one.is_new and not is_acknowledged(story, one.alert)]
    raised = [alert for alert in fresh if is_occurrence(story, alert)]
    return sorted(raised, key=lambda alert: (alert.raised_at, alert.id))


def come_back(
    ending: Ending, raised_at: datetime, settings: TicketSettings, *, contract_is_over: bool
) -> Decision:
    """R50: reopened if raised before the closing plus N times 24 hours, and its contract is not over."""
    closed = f"the ticket was closed on {ending.at:%Y-%m-%d %H:%M} UTC"
    if contract_is_over:
        return Decision(Act.ANEW, f"{closed}, and its contract is over: a new ticket")
    if settings.reopening is Reopening.ALWAYS:
        return Decision(Act.REOPEN, f"{closed}; a ticket is reopened whenever its alert comes back")
    if settings.reopening is Reopening.NEVER:
        return Decision(Act.ANEW, f"{closed}; an alert that comes back makes a new ticket")
    days = counted(settings.reopen_days, "day")
    if raised_at < ending.at + settings.reopen_days * A_DAY:
        return Decision(Act.REOPEN, f"{closed}, and the alert came back within {days}")
    return Decision(Act.ANEW, f"{closed}, and the alert came back after more than {days}: a new ticket")


def _rule(act: Act, standing: Standing, settings: TicketSettings) -> str:
    if act is Act.CLOSE:
        if settings.close_status is None:
            return "the alert is no longer reported; tickets are closed by people here"
        return "the alert is no longer reported, so the ticket is closed"
    if act is Act.REOPEN:
        return "the alert is still reported although nobody closed the ticket by hand"
    if act is Act.ANEW:
        gone = "the ticket before was deleted or merged: a new ticket"
        return gone if standing is Standing.GONE else MOVED_HERE
    if act is Act.NOTE:
        is_closed = standing is Standing.CLOSED_BY_BRIDGE
        over = "nothing of it is reported, so the ticket stays closed"
        return over if is_closed else "the condition has an open ticket"
    return ""
