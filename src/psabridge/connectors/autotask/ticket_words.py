"""Autotask's records of tickets in our words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from psabridge.clients.autotask import ticket_records as records
from psabridge.clients.autotask.metadata import Picklists, PicklistValue
from psabridge.clients.autotask.records import BillingCode
from psabridge.rules.tickets.lists import Choice
from psabridge.rules.tickets.stories import Ticket, TicketId
from psabridge.rules.words import CompanyId, ContractId

# By the names of `TicketFields` and `TicketSettings`: the member of the ticket, and of the note.
OF_TICKETS: Mapping[str, str] = {
    "queue": "queueID",
    "status": "status",
    "priority": "priority",
    "ticket_type": "ticketType",
    "category": "ticketCategory",
    "issue_type": "issueType",
    "sub_issue_type": "subIssueType",
    "source": "source",
}
# Members that come from no picklist, as the metadata names them.
OF_OTHERS: Mapping[str, str] = {
    "work_type": "billingCodeID",
    "resource": "assignedResourceID",
    "due_after": "dueDateTime",
}
OF_NOTES: Mapping[str, str] = {"note_type": "noteType", "note_publish": "publish"}


@dataclass(frozen=True, slots=True)
class People:
    """Who is who among Autotask's resources, as far as it was asked."""

    us: int | None = None  # the API user's own resource; None: nobody can tell
    names: Mapping[int, str] = field(default_factory=dict)

    def is_us(self, resource: int, creator: int | None) -> bool:
        """Where our own resource cannot be told: whoever made our ticket (A47)."""
        return resource == (creator if self.us is None else self.us)


def ticket_of(record: records.Ticket, people: People) -> Ticket:
    by = record.completed_by_resource_id
    stamps = [record.last_activity_date, record.last_tracked_modification_date_time]
    return Ticket(
        id=TicketId(record.id),
        number=record.ticket_number,
        external_id=record.external_id or "",
        company=CompanyId(record.company_id),
        status=record.status,
        completed_at=record.completed_date,
        completed_by="" if by is None else people.names.get(by, ""),
        is_completed_by_us=by is not None and people.is_us(by, record.creator_resource_id),
        contract=None if record.contract_id is None else ContractId(record.contract_id),
        title=record.title,
        queue=record.queue_id,
        changed_at=max((one for one in stamps if one is not None), default=None),
    )


def name_of(record: records.Resource) -> str:
    whole = " ".join(part for part in (record.first_name, record.last_name) if part)
    return whole or record.user_name or f"resource {record.id}"


def choices_of(picklists: Picklists, member: str) -> tuple[Choice, ...]:
    """In Autotask's own order. A value that is no number is none of these lists' (A12)."""
    values = ((code_of(one), one) for one in picklists.values(member))
    return tuple(
        Choice(code, one.label, one.is_active, _number(one.parent_value), one.is_default_value)
        for code, one in values
        if code is not None
    )


def required_of(picklists: Picklists) -> frozenset[str]:
    """By the names of `TicketFields` and `TicketSettings`. What a category asks for is told by no read."""
    members = {**OF_TICKETS, **OF_OTHERS}
    return frozenset(name for name, member in members.items() if member in picklists.required)


def code_of(value: PicklistValue) -> int | None:
    return _number(value.value)


def _number(text: str | None) -> int | None:
    """A field without parent has "" there."""
    digits = (text or "").strip()
    return int(digits) if digits.removeprefix("-").isdecimal() else None


def work_types_of(codes: Iterable[BillingCode]) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.name, one.is_active is not False) for one in codes)


def people_of(resources: Iterable[records.Resource]) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, name_of(one), one.is_active is not False) for one in resources)


def roles_of(roles: Iterable[records.Role]) -> tuple[Choice, ...]:
    return tuple(Choice(one.id, one.name, one.is_active is not False) for one in roles)


def pairs_of(pairs: Iterable[records.ServiceDeskRole]) -> dict[int, frozenset[int]]:
    """The roles in which a resource may have tickets (A43)."""
    found: dict[int, frozenset[int]] = {}
    for one in pairs:
        if one.is_active is not False:
            found[one.resource_id] = found.get(one.resource_id, frozenset()) | {one.role_id}
    return found
