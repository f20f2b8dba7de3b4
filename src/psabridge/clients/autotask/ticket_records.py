"""Tickets, their notes, and where they go: people, roles, categories (docs/vendors/autotask.md A40-A43)."""

from typing import ClassVar

from psabridge.clients.autotask.records import Moment, Record

# Longest texts Autotask takes (A40, A42).
MOST_TITLE = 255
MOST_DESCRIPTION = 8_000
MOST_RESOLUTION = 32_000
MOST_EXTERNAL_ID = 50
MOST_NOTE_TITLE = 250
MOST_NOTE = 32_000


class Ticket(Record):
    entity: ClassVar[str] = "Tickets"
    ticket_number: str
    company_id: int
    title: str
    status: int
    priority: int | None = None
    description: str | None = None
    resolution: str | None = None
    external_id: str | None = None
    queue_id: int | None = None
    source: int | None = None
    ticket_type: int | None = None
    ticket_category: int | None = None
    issue_type: int | None = None
    sub_issue_type: int | None = None
    billing_code_id: int | None = None
    contract_id: int | None = None
    contract_service_id: int | None = None
    contact_id: int | None = None
    assigned_resource_id: int | None = None
    assigned_resource_role_id: int | None = None
    problem_ticket_id: int | None = None
    creator_resource_id: int | None = None
    create_date: Moment | None = None
    due_date_time: Moment | None = None
    completed_date: Moment | None = None  # whether reopening clears it is open (A41)
    completed_by_resource_id: int | None = None
    last_activity_date: Moment | None = None
    last_tracked_modification_date_time: Moment | None = None


class TicketNote(Record):
    """Text comes plain; written back, it would lose what a person formatted (A42)."""

    entity: ClassVar[str] = "TicketNotes"
    ticket_id: int
    title: str | None = None
    description: str | None = None
    note_type: int | None = None
    publish: int | None = None
    creator_resource_id: int | None = None
    create_date_time: Moment | None = None
    last_activity_date: Moment | None = None


class Resource(Record):
    """A person, or an API user: never an assignee of tickets (A43)."""

    entity: ClassVar[str] = "Resources"
    first_name: str | None = None
    last_name: str | None = None
    user_name: str | None = None
    email: str | None = None
    is_active: bool | None = None
    license_type: int | None = None
    default_service_desk_role_id: int | None = None


class Role(Record):
    entity: ClassVar[str] = "Roles"
    name: str
    is_active: bool | None = None


class ServiceDeskRole(Record):
    """In which role a resource may have tickets (A43)."""

    entity: ClassVar[str] = "ResourceServiceDeskRoles"
    resource_id: int
    role_id: int
    is_active: bool | None = None
    is_default: bool | None = None


class TicketCategory(Record):
    """What else a ticket must carry is the tenant's choice and cannot be read (A40)."""

    entity: ClassVar[str] = "TicketCategories"
    name: str
    is_active: bool | None = None
    is_api_only: bool | None = None
    is_global_default: bool | None = None
