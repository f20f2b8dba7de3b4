"""Tickets that the book does not know, although they are there: after a lost database none is made twice."""

from dataclasses import replace

from psabridge.engine.ticket_looking import Looking, closing_statuses
from psabridge.rules.tickets.alerts import ConditionKey
from psabridge.rules.tickets.lifecycle import ending_of
from psabridge.rules.tickets.plan import CreateTicket, TicketPlan, TicketStep
from psabridge.rules.tickets.stories import Story, Ticket, of_external_id


def adopt_known(looking: Looking, plan: TicketPlan) -> bool:
    """Look up each ticket before it is made (design section 7); whether any was found."""
    makes = {step.after.external_id: step for step in plan.steps if _creates(step)}
    if not makes:
        return False
    found = looking.ports.desk.find(makes)
    keys = {makes[external_id].after.key for external_id in found}
    if not keys:
        return False
    by_key = {step.after.key: step for step in makes.values()}
    tickets = looking.ports.desk.stories_of(sorted(keys))
    stories = [story for ticket in tickets if (story := _adopted(looking, ticket, by_key)) is not None]
    looking.ports.book.keep_stories(looking.pairing, stories, looking.lease)
    looking.ports.book.keep_tickets(looking.pairing, tickets, (), looking.lease)
    return bool(stories)


def _creates(step: TicketStep) -> bool:
    return any(isinstance(write, CreateTicket) for write in step.writes)


def _adopted(looking: Looking, ticket: Ticket, steps: dict[ConditionKey, TicketStep]) -> Story | None:
    """What it told is not known: what was raised before its last activity is told once more, as no news."""
    named = of_external_id(ticket.external_id)
    if named is None or named[0] not in steps:
        return None
    key, number = named
    step = steps[key]
    story = Story(
        key=key,
        number=number,
        company=ticket.company,
        tenant=step.after.tenant,
        type=step.after.type,
        telling=step.after.telling,
        ticket=ticket.id,
        handled_until=ticket.changed_at,
        contract=ticket.contract,
    )
    closed = closing_statuses(looking.settings.tickets)
    ending = ending_of(story, ticket, closed=closed, noticed_at=looking.now)
    return replace(story, ending=ending)
