"""Tickets made and changed, notes made. Nothing of it can be deleted (docs/vendors/autotask.md A40, A42)."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import PlainSerializer

from psabridge.clients.autotask.writes import New, Patch


def _instant(moment: datetime) -> str:
    """In UTC and to the second, with its offset (A11)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


Instant = Annotated[datetime, PlainSerializer(_instant)]


class NewTicket(New):
    """By its external id it is looked up before and after: Autotask itself makes two of one (A40)."""

    entity: ClassVar[str] = "Tickets"
    path: ClassVar[str] = "Tickets"
    company_id: int
    title: str
    status: int
    priority: int
    external_id: str
    description: str | None = None
    queue_id: int | None = None
    assigned_resource_id: int | None = None
    assigned_resource_role_id: int | None = None
    source: int | None = None
    ticket_type: int | None = None
    ticket_category: int | None = None
    issue_type: int | None = None
    sub_issue_type: int | None = None
    billing_code_id: int | None = None
    contract_id: int | None = None
    contract_service_id: int | None = None
    due_date_time: Instant | None = None


class PatchTicket(Patch):
    """A new company is taken only with contact, contract and its line cleared or its own (A40)."""

    entity: ClassVar[str] = "Tickets"
    path: ClassVar[str] = "Tickets"
    status: int | None = None
    priority: int | None = None
    queue_id: int | None = None
    title: str | None = None
    description: str | None = None
    resolution: str | None = None
    external_id: str | None = None
    company_id: int | None = None
    contact_id: int | None = None
    contract_id: int | None = None
    contract_service_id: int | None = None
    assigned_resource_id: int | None = None
    assigned_resource_role_id: int | None = None
    due_date_time: Instant | None = None


class NewTicketNote(New):
    entity: ClassVar[str] = "TicketNotes"
    path: ClassVar[str] = "Tickets/{ticket_id}/Notes"
    ticket_id: int
    description: str
    note_type: int
    publish: int  # 1 is read by customers, 2 is internal: never guessed (A42)
    title: str | None = None
