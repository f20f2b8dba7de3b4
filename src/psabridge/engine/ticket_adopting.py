"""Tickets that the book does not know, although they are there: after a lost database none is made twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from psabridge.engine.ticket_looking import Looking, closing_statuses
from psabridge.rules.tickets.alerts import ConditionKey
from psabridge.rules.tickets.lifecycle import ending_of
from psabridge.rules.tickets.looking import Kept
from psabridge.rules.tickets.plan import CreateTicket, TicketPlan, TicketStep
from psabridge.rules.tickets.stories import Story, Telling, Ticket, of_external_id
from psabridge.rules.tickets.storms import StormOf


def adopt_known(looking: Looking, plan: TicketPlan, kept: Kept) -> bool:
    """Look for all stories of what would get a ticket, before it is made (R49); whether any was not known.

    Not for the next story alone: the first may be merged away while the second is open.
    """
    book, looks = looking.ports.book, looking.ports.book.looks(looking.pairing)
    sought = _sought(plan, kept)
    if not looks.is_sure:
        sought = _in_storms(plan, kept) | sought
    tickets = looking.ports.desk.stories_of(sorted(sought)) if sought else ()
    stories = list(_unknown(looking, tickets, sought))
    if stories:
        book.keep_stories(looking.pairing, stories, looking.lease)
        book.keep_tickets(looking.pairing, tickets, (), looking.lease)
    if not looks.is_sure:
        book.take_in(looking.pairing, (), replace(looks, is_sure=True), looking.lease)
    return bool(stories)


def _sought(plan: TicketPlan, kept: Kept) -> dict[ConditionKey, Story]:
    """By key, the story that would be begun; and the storm its condition may stand in, if none is known."""
    makes = [step.after for step in plan.steps if _creates(step)]
    storms = {story.key: story for story in map(_storm_around, makes)}
    known = {story.key for story in kept.stories}
    return {key: story for key, story in storms.items() if key not in known} | {one.key: one for one in makes}


def _in_storms(plan: TicketPlan, kept: Kept) -> dict[ConditionKey, Story]:
    """What would be told in a storm may have a ticket of its own that is not known."""
    conditions = {one.alert.id: one.alert.condition for one in kept.alerts}
    last = {story.key: story.number for story in sorted(kept.stories, key=lambda one: one.number)}
    return {
        (key := conditions[alert]): replace(
            step.after, key=key, number=last.get(key, 0) + 1, telling=Telling.CONDITION
        )
        for step in plan.steps
        if step.after.telling is Telling.STORM
        for alert in step.told
    }


def _creates(step: TicketStep) -> bool:
    return any(isinstance(write, CreateTicket) for write in step.writes)


def _storm_around(story: Story) -> Story:
    storm = StormOf(story.company, story.type)
    return replace(story, key=storm.key, number=1, telling=Telling.STORM)


def _unknown(
    looking: Looking, tickets: Sequence[Ticket], sought: Mapping[ConditionKey, Story]
) -> Iterator[Story]:
    """What stands before the story that would be begun is known. Of two with one external id the older."""
    adopted: set[str] = set()
    for ticket in sorted(tickets, key=lambda one: one.id):
        named = of_external_id(ticket.external_id)
        begun = None if named is None else sought.get(named[0])
        if named is None or begun is None or named[1] < begun.number or ticket.external_id in adopted:
            continue
        adopted.add(ticket.external_id)
        yield _adopted(looking, ticket, replace(begun, number=named[1]))


def _adopted(looking: Looking, ticket: Ticket, begun: Story) -> Story:
    """What it told is not known: what was raised before its last activity is told once more, as no news."""
    story = replace(
        begun,
        company=ticket.company,
        ticket=ticket.id,
        handled_until=ticket.changed_at,
        reported=frozenset(),
        ending=None,
        contract=ticket.contract,
    )
    closed = closing_statuses(looking.settings.tickets)
    return replace(story, ending=ending_of(story, ticket, closed=closed, noticed_at=looking.now))
