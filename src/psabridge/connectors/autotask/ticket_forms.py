"""What is sent for a ticket and for a note, and what stands there where nothing was chosen (A48). Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime

from psabridge.clients.autotask.metadata import Picklists, PicklistValue
from psabridge.clients.autotask.ticket_writes import NewTicket, NewTicketNote
from psabridge.connectors.autotask.ticket_words import OF_NOTES, OF_TICKETS, code_of
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import TicketFields, TicketSettings
from psabridge.rules.tickets.stories import TicketId
from psabridge.rules.words import CompanyId, ContractId

NEW, TASK_NOTES, INTERNAL = 1, 3, 2  # values of the system (A40, A42)
Find = Callable[[Sequence[PicklistValue]], PicklistValue | None]


def new_ticket(
    wanted: CreateTicket,
    *,
    external_id: str,
    company: CompanyId,
    contract: ContractId | None,
    settings: TicketSettings,
    lists: Picklists,
    now: datetime,
) -> NewTicket:
    fields = wanted.fields
    return NewTicket(
        company_id=company,
        title=wanted.title,
        description=wanted.text,
        external_id=external_id,
        status=_chosen("status", fields.status, lists, _labelled("new", NEW)),
        priority=_chosen("priority", fields.priority, lists, _default),
        queue_id=_queue(fields, lists),
        assigned_resource_id=fields.resource,
        assigned_resource_role_id=fields.role,
        source=settings.source,
        ticket_type=fields.ticket_type,
        ticket_category=fields.category,
        issue_type=fields.issue_type,
        sub_issue_type=fields.sub_issue_type,
        billing_code_id=fields.work_type,
        contract_id=contract,
        due_date_time=None if fields.due_after is None else now + fields.due_after,
    )


def new_note(
    ticket: TicketId, *, title: str, text: str, settings: TicketSettings, lists: Picklists
) -> NewTicketNote:
    return NewTicketNote(
        ticket_id=ticket,
        title=title,
        description=text,
        note_type=_chosen("note_type", settings.note_type, lists, _labelled("task notes", TASK_NOTES)),
        publish=_chosen("note_publish", settings.note_publish, lists, _internal),
    )


def _queue(fields: TicketFields, lists: Picklists) -> int | None:
    """An assignee with a role is enough (A40)."""
    if fields.queue is None and fields.resource is not None and fields.role is not None:
        return None
    return _chosen("queue", fields.queue, lists, _default)


def _chosen(name: str, code: int | None, lists: Picklists, preset: Find) -> int:
    if code is not None:
        return code
    member = {**OF_TICKETS, **OF_NOTES}[name]
    found = preset([one for one in lists.values(member) if one.is_active])
    value = None if found is None else code_of(found)
    if value is None:
        shown = name.replace("_", " ")
        raise Refused(
            "Settings of tickets",
            f"no {shown} was chosen, and Autotask's own list has none that could stand for it",
            f"Choose a {shown} with psabridge tickets map; the tickets are waiting",
            kind=RefusalKind.OTHER,
            code="ERR-18",
        )
    return value


def _default(values: Sequence[PicklistValue]) -> PicklistValue | None:
    return next((one for one in values if one.is_default_value), None)


def _labelled(label: str, code: int) -> Find:
    """By the label, which is English in most tenants, else by the system's own value, else the preset."""

    def find(values: Sequence[PicklistValue]) -> PicklistValue | None:
        by_label = [one for one in values if one.label.strip().casefold() == label]
        by_code = [one for one in values if code_of(one) == code]
        return next(iter([*by_label, *by_code]), None) or _default(values)

    return find


def _internal(values: Sequence[PicklistValue]) -> PicklistValue | None:
    """Never guessed: a note that should be internal was read by customers elsewhere (A42).

    The label says so; in another language the system's own value 2 does.
    """
    said = [one for one in values if one.label.strip().casefold().startswith("internal")]
    of_system = [one for one in values if code_of(one) == INTERNAL and one.is_system]
    both = [one for one in said if code_of(one) == INTERNAL]
    sure = both or (said if len(said) == 1 else []) or ([] if said else of_system)
    return sure[0] if sure else None
