"""What stands on a ticket or note where nothing was chosen. A note for ourselves is never a customer's."""

from datetime import UTC, datetime, timedelta

import pytest

from psabridge.clients.autotask.metadata import Picklists, PicklistValue
from psabridge.clients.autotask.ticket_writes import NewTicket, NewTicketNote
from psabridge.connectors.autotask.ticket_forms import new_note, new_ticket
from psabridge.kit.errors import Refused
from psabridge.rules.tickets.plan import CreateTicket
from psabridge.rules.tickets.settings import Code, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import TicketId
from psabridge.rules.words import CompanyId, ContractId

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def value(code: int, label: str, **flags: bool) -> PicklistValue:
    return PicklistValue(value=str(code), label=label, **flags)


STATUS = (value(1, "New", is_system=True), value(5, "Complete", is_system=True))
PRIORITY = (value(1, "High"), value(2, "Medium", is_default_value=True))
QUEUE = (value(8, "Alerts", is_default_value=True), value(9, "Backup"))
NOTE_TYPE = (value(1, "Task Summary"), value(3, "Task Notes"))
PUBLISH = (value(1, "All Autotask Users", is_system=True), value(2, "Internal Users", is_system=True))


def a_ticket(fields: TicketFields | None = None, **lists: tuple[PicklistValue, ...]) -> NewTicket:
    known = {"status": STATUS, "priority": PRIORITY, "queueID": QUEUE} | lists
    return new_ticket(
        CreateTicket("Backup failed", "where", fields or TicketFields()),
        external_id="k-1",
        company=CompanyId(7),
        contract=ContractId(9),
        settings=TicketSettings(source=Code(8)),
        lists=Picklists("Tickets", NOON, known),
        now=NOON,
    )


def a_note(
    settings: TicketSettings | None = None,
    *,
    publish: tuple[PicklistValue, ...] = PUBLISH,
    note_type: tuple[PicklistValue, ...] = NOTE_TYPE,
) -> NewTicketNote:
    lists = Picklists("TicketNotes", NOON, {"noteType": note_type, "publish": publish})
    chosen = settings or TicketSettings()
    return new_note(TicketId(5), title="t", text="x", settings=chosen, lists=lists)


def test_what_was_chosen_is_sent() -> None:
    """ACR-TKT-02, -12, -14."""
    chosen = TicketFields(
        queue=Code(9),
        status=Code(12),
        priority=Code(4),
        ticket_type=Code(5),
        category=Code(104),
        issue_type=Code(24),
        sub_issue_type=Code(251),
        work_type=Code(600),
        resource=Code(70),
        role=Code(80),
        due_after=timedelta(hours=4),
    )

    assert a_ticket(chosen).body() == {
        "companyID": 7,
        "title": "Backup failed",
        "description": "where",
        "externalID": "k-1",
        "status": 12,
        "priority": 4,
        "queueID": 9,
        "assignedResourceID": 70,
        "assignedResourceRoleID": 80,
        "source": 8,
        "ticketType": 5,
        "ticketCategory": 104,
        "issueType": 24,
        "subIssueType": 251,
        "billingCodeID": 600,
        "contractID": 9,
        "dueDateTime": "2026-11-02T16:00:00Z",
    }


def test_autotasks_own_presets_stand_for_what_was_not_chosen() -> None:
    """A48."""
    ticket = a_ticket()

    assert (ticket.status, ticket.priority, ticket.queue_id) == (1, 2, 8)
    assert (ticket.due_date_time, ticket.assigned_resource_id) == (None, None)


def test_an_assignee_with_a_role_needs_no_queue() -> None:
    """A40."""
    fields = TicketFields(resource=Code(70), role=Code(80))

    assert a_ticket(fields, queueID=(value(9, "Backup"),)).queue_id is None


@pytest.mark.parametrize(
    ("name", "member", "values"),
    [
        ("queue", "queueID", (value(9, "Backup"),)),
        ("queue", "queueID", (value(8, "Alerts", is_default_value=True, is_active=False),)),
        ("priority", "priority", (value(1, "High"),)),
        ("status", "status", (value(5, "Complete"),)),
    ],
)
def test_what_nothing_stands_for_is_asked_for_by_name(
    name: str, member: str, values: tuple[PicklistValue, ...]
) -> None:
    """ERR-18."""
    with pytest.raises(Refused) as refused:
        a_ticket(**{member: values})

    assert refused.value.code == "ERR-18"
    assert f"no {name} was chosen" in str(refused.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ((value(1, "Neu"), value(5, "Fertig")), 1),
        ((value(1, "Old"), value(30, "New")), 30),
        ((value(7, "Waiting", is_default_value=True),), 7),
    ],
)
def test_a_new_ticket_is_new_in_any_language(status: tuple[PicklistValue, ...], code: int) -> None:
    assert a_ticket(status=status).status == code


@pytest.mark.parametrize(
    "publish",
    [
        PUBLISH,
        tuple(reversed(PUBLISH)),
        (value(1, "Alle", is_system=True), value(2, "Interne Benutzer", is_system=True)),
        (*PUBLISH, value(4, "Internal & Co-Managed")),
    ],
)
def test_a_note_is_internal_by_label_or_by_the_systems_value(publish: tuple[PicklistValue, ...]) -> None:
    """ACR-TKT-13, A42."""
    assert (a_note(publish=publish).publish, a_note(publish=publish).note_type) == (2, 3)


@pytest.mark.parametrize(
    "publish",
    [
        (),
        (value(1, "All Autotask Users"), value(2, "Everybody")),
        (value(1, "All Autotask Users"), value(2, "Internal Users", is_active=False)),
        (value(3, "Internal A"), value(4, "Internal B")),
    ],
)
def test_which_note_is_internal_is_never_guessed(publish: tuple[PicklistValue, ...]) -> None:
    """A42: elsewhere a guess showed internal notes to customers."""
    with pytest.raises(Refused) as refused:
        a_note(publish=publish)

    assert refused.value.code == "ERR-18"
    assert "note publish" in str(refused.value)


def test_a_chosen_audience_is_kept() -> None:
    """ACR-TKT-13."""
    settings = TicketSettings(note_publish=Code(1), note_type=Code(13))
    assert (a_note(settings).publish, a_note(settings).note_type) == (1, 13)
