"""How far back "always reopen" reaches: the oldest ticket that it would touch (R50, ACR-TKT-09). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from psabridge.kit.wording import counted
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.lifecycle import A_DAY
from psabridge.rules.tickets.placing import makes_tickets
from psabridge.rules.tickets.settings import Reopening, TicketSettings
from psabridge.rules.tickets.stories import Closed, Story, Telling
from psabridge.rules.tickets.texts import shown_company
from psabridge.rules.words import CompanyId, ContractId


@dataclass(frozen=True, slots=True)
class OldTicket:
    """A closed ticket that would be open again if its alert came back now."""

    ticket: str  # its number
    company: CompanyId
    type: str
    closed_at: datetime
    days: int  # whole ones, counted from the closing (ACR-TKT-10)
    company_name: str = ""  # empty: no billing cycle has read it yet

    def named(self, names: Mapping[CompanyId, str]) -> "OldTicket":
        return replace(self, company_name=names.get(self.company, ""))


def oldest_touched(
    stories: Iterable[tuple[Story, str]],
    settings: PairingSettings,
    *,
    contracts_over: frozenset[ContractId],
    now: datetime,
) -> OldTicket | None:
    """Of the last stories of conditions, in the order of their closing, with the number of the ticket."""
    for story, number in stories:
        if story.ending is not None and comes_back(story, settings, contracts_over):
            closed_at = story.ending.at
            return OldTicket(number, story.company, story.type, closed_at, (now - closed_at) // A_DAY)
    return None


def comes_back(story: Story, settings: PairingSettings, contracts_over: frozenset[ContractId]) -> bool:
    """Whether an alert that comes back reopens its ticket under "always reopen".

    A storm begins a new ticket, and so does a tenant that belongs to another company now. The severity of a
    story is not kept: where some severity makes tickets of its type, it may.
    """
    is_closed = story.ending is not None and story.ending.by is not Closed.GONE
    if not is_closed or story.telling is Telling.STORM or story.contract in contracts_over:
        return False
    if settings.company_of(story.tenant) != story.company:
        return False
    return any(makes_tickets(story.type, severity, settings.tickets) for severity in AlertSeverity)


def told_of(oldest: OldTicket | None, settings: TicketSettings) -> str:
    is_chosen = settings.reopening is Reopening.ALWAYS
    rule = (
        "A ticket of any age is reopened" if is_chosen else '"always reopen" would reopen a ticket of any age'
    )
    if oldest is None:
        return f"{rule}; of those kept here it is none now"
    who = shown_company(oldest.company, {oldest.company: oldest.company_name} if oldest.company_name else {})
    return (
        f"{rule}; the oldest kept here is {oldest.ticket} of {who}, {oldest.type}, "
        f"closed on {oldest.closed_at:%Y-%m-%d}, {counted(oldest.days, 'day')} ago"
    )
