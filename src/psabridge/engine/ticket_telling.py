"""The story of one ticket, as far as it can be told: from the book, and from Autotask now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from psabridge.engine.ticket_ports import HelpDesk
from psabridge.rules.tickets.listing import AlertShown, shown_alert
from psabridge.rules.tickets.looking import Kept, KeptAlert
from psabridge.rules.tickets.stories import Story, Ticket
from psabridge.rules.tickets.texts import moment, shown_company
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class StoryTold:
    title: str
    facts: tuple[str, ...]
    alerts: tuple[AlertShown, ...]
    notes: tuple[str, ...]  # as Autotask has them, each with the rule that applied


def story_told(
    desk: HelpDesk,
    kept: Kept,
    story: Story | None,
    alerts: Sequence[KeptAlert],
    names: Mapping[CompanyId, str],
) -> StoryTold:
    """Without a story the alerts stand for themselves, each with its reason."""
    shown = tuple(shown_alert(one, story, kept) for one in alerts)
    if story is None or story.ticket is None:
        return StoryTold("No ticket", (), shown, ())
    ticket = desk.tickets([story.ticket]).get(story.ticket)
    if ticket is None:
        return StoryTold(f"Ticket {story.ticket}", ("It is not in Autotask any more",), shown, ())
    facts = tuple(_facts(story, ticket, names))
    return StoryTold(f"Ticket {ticket.number}: {ticket.title}", facts, shown, desk.notes(ticket.id))


def _facts(story: Story, ticket: Ticket, names: Mapping[CompanyId, str]) -> Iterator[str]:
    yield f"Company {shown_company(ticket.company, names)}; {story.telling}, story {story.number} of it"
    yield f"External id {story.external_id}, by which it is found again"
    if story.handled_until is not None:
        yield f"It tells of alerts raised until {moment(story.handled_until)}"
    if story.contract is not None:
        yield f"Contract {story.contract}"
    if story.ending is not None:
        who = f" ({story.ending.who})" if story.ending.who else ""
        yield f"Closed by {story.ending.by}{who} on {moment(story.ending.at)}"
