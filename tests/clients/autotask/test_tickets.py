"""Tickets, notes and webhooks: what is asked, what is taken as an answer, what is sent, and when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from psabridge.clients.autotask.query import eq
from psabridge.clients.autotask.ticket_calls import TicketCalls
from psabridge.clients.autotask.ticket_records import ServiceDeskRole, Ticket
from psabridge.clients.autotask.ticket_writes import NewTicket, NewTicketNote, PatchTicket
from psabridge.clients.autotask.webhooks import COMPANIES, TICKETS
from psabridge.clients.transport import HttpResponse
from psabridge.kit.errors import BridgeError, Busy, OutcomeUnknown, RefusalKind, Refused, Unreadable
from tests.clients.autotask.fakes import ROOT, FakeAutotask, client_for, page, refused
from tests.clients.transport.fakes import Reply, replied

DONE = replied({"itemId": 123})
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
RESOURCE_NEEDS_ROLE = (
    "Data violation: When assigning a Resource, you must assign both a assignedResourceID and "
    "assignedResourceRoleID."
)


def ticket(row_id: int, **members: object) -> dict[str, object]:
    row = {"id": row_id, "ticketNumber": f"T20260310.{row_id:04d}", "companyID": 0, "title": "t", "status": 1}
    return row | members


def note(row_id: int, ticket_id: int, **members: object) -> dict[str, object]:
    return {"id": row_id, "ticketID": ticket_id, "description": "d", "noteType": 3, "publish": 2, **members}


def a_ticket() -> NewTicket:
    return NewTicket(
        company_id=0, title="Backup failed", status=1, priority=2, external_id="k-1", queue_id=29683482
    )


def calls_of(*replies: Reply) -> tuple[TicketCalls, FakeAutotask]:
    client, autotask = client_for(*replies)
    return TicketCalls(client), autotask


def test_a_ticket_is_found_by_its_external_id_and_a_second_one_is_seen_too() -> None:
    """R49: looked up before it is made and after a lost answer."""
    rows = [ticket(5, externalID="K-1"), ticket(9, externalID="k-1", status=5)]
    calls, autotask = calls_of(page(*rows))

    found = calls.with_external_ids(["k-1", "k-2"])

    assert [(one.id, one.status) for one in found.rows] == [(5, 1), (9, 5)]
    assert autotask.bodies() == [
        {
            "MaxRecords": 500,
            "filter": [
                {"op": "in", "field": "externalID", "value": ["k-1", "k-2"]},
                {"op": "gte", "field": "id", "value": 0},
            ],
        }
    ]


def test_more_than_500_external_ids_take_more_than_one_question() -> None:
    """A7."""
    calls, autotask = calls_of(page())
    calls.with_external_ids([f"k-{number}" for number in range(501)])
    assert len(autotask.sent) == 2


def test_all_stories_of_a_condition_are_found_by_their_beginning() -> None:
    """R49: the open story is the highest number."""
    calls, autotask = calls_of(page(ticket(5, externalID="abc-1"), ticket(6, externalID="ABC-2")))

    found = calls.beginning_with(["abc-"])

    assert [one.external_id for one in found.rows] == ["abc-1", "ABC-2"]
    [body] = autotask.bodies()
    assert isinstance(body, dict)
    assert body["filter"][0] == {
        "op": "or",
        "items": [{"op": "beginsWith", "field": "externalID", "value": "abc-"}],
    }
    with pytest.raises(ValueError, match="begins with nothing"):
        calls.beginning_with(["abc-", ""])


@pytest.mark.parametrize(
    ("ask", "row"),
    [
        ("with_external_ids", ticket(5, externalID="other")),
        ("with_external_ids", ticket(5)),
        ("with_external_ids", ticket(5, externalID="")),
        ("beginning_with", ticket(5, externalID="other")),
        ("beginning_with", ticket(5)),
    ],
)
def test_a_ticket_nobody_asked_for_spoils_the_answer(ask: str, row: dict[str, object]) -> None:
    """A6: a condition the vendor drops widens the result, and foreign tickets would be closed."""
    calls, _ = calls_of(page(row))
    with pytest.raises(Unreadable):
        getattr(calls, ask)(["k-1"])


def test_tickets_and_notes_of_others_spoil_the_answer_too() -> None:
    calls, _ = calls_of(page(ticket(5)))
    with pytest.raises(Unreadable):
        calls.with_ids([4])
    calls, _ = calls_of(page(note(1, 5)))
    with pytest.raises(Unreadable):
        calls.notes_of([4])
    calls, _ = calls_of(page(ticket(5, lastActivityDate="2026-03-10T11:00:00Z")))
    with pytest.raises(Unreadable):
        calls.changed_since(NOON)


def test_what_changed_is_asked_by_fields_and_by_activity() -> None:
    """A41: a note moves the activity, a field both."""
    rows = [
        ticket(5, lastActivityDate="2026-03-10T12:00:01.5Z"),
        ticket(
            6, lastActivityDate="2026-03-01T00:00:00", lastTrackedModificationDateTime="2026-03-10T12:01:00"
        ),
        ticket(7, lastActivityDate="2026-03-10T11:59:59.997Z"),
    ]
    calls, autotask = calls_of(page(*rows))

    found = calls.changed_since(NOON.astimezone(timezone(timedelta(hours=11))), eq("source", 8))

    assert [one.id for one in found.rows] == [5, 6, 7]
    [body] = autotask.bodies()
    assert isinstance(body, dict)
    assert body["filter"][0]["items"] == [
        {"op": "gte", "field": "lastActivityDate", "value": "2026-03-10T12:00:00Z"},
        {"op": "gte", "field": "lastTrackedModificationDateTime", "value": "2026-03-10T12:00:00Z"},
    ]
    assert body["filter"][1] == {"op": "eq", "field": "source", "value": 8}


def test_a_ticket_that_does_not_fit_is_kept_apart_with_its_company() -> None:
    calls, _ = calls_of(page(ticket(5), ticket(6, companyID=41, status="5")))

    found = calls.with_ids([5, 6])

    assert [one.id for one in found.rows] == [5]
    assert [(one.id, one.company_id) for one in found.spoilt] == [(6, 41)]


def test_notes_are_read_for_many_tickets_at_once() -> None:
    """A lost note is looked for by its marker in the ticket's notes (design 7)."""
    calls, autotask = calls_of(page(note(1, 5, description="marker n1"), note(2, 6)))
    assert [(one.ticket_id, one.description) for one in calls.notes_of([5, 6]).rows] == [
        (5, "marker n1"),
        (6, "d"),
    ]
    assert autotask.sent[0].url == f"{ROOT}TicketNotes/query"


def test_a_new_ticket_carries_what_it_was_given_and_no_nulls() -> None:
    client, autotask = client_for(DONE)
    due = datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    wanted = a_ticket().model_copy(update={"due_date_time": due})

    assert client.create(wanted) == 123
    assert autotask.sent[0].url == f"{ROOT}Tickets"
    assert autotask.bodies() == [
        {
            "companyID": 0,
            "title": "Backup failed",
            "status": 1,
            "priority": 2,
            "externalID": "k-1",
            "queueID": 29683482,
            "dueDateTime": "2026-03-12T08:30:00Z",
        }
    ]


def test_a_change_sends_only_what_it_names_and_clears_by_a_null() -> None:
    client, autotask = client_for(DONE)
    client.patch(PatchTicket(id=5, status=5))
    client.patch(PatchTicket(id=5, company_id=7, contact_id=None, contract_id=None))
    assert autotask.bodies() == [
        {"id": 5, "status": 5},
        {"id": 5, "companyID": 7, "contactID": None, "contractID": None},
    ]


def test_a_note_goes_below_its_ticket_with_its_readers_named() -> None:
    """ACR-TKT-13, A42."""
    client, autotask = client_for(DONE)
    client.create(NewTicketNote(ticket_id=5, title="n", description="text", note_type=3, publish=2))
    assert autotask.sent[0].url == f"{ROOT}Tickets/5/Notes"
    assert autotask.bodies() == [
        {"ticketID": 5, "title": "n", "description": "text", "noteType": 3, "publish": 2}
    ]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(RESOURCE_NEEDS_ROLE), Refused),
        (refused("Value 8 is not active for the picklist field queueID."), Refused),
        (refused("The logged in Resource does not have the adequate permissions"), Refused),
        (replied(b"", 503), OutcomeUnknown),
        (replied(b"<html>", 200), OutcomeUnknown),
        (replied({}, 429), Busy),
        (OutcomeUnknown("POST x", "the answer was lost", "Read back"), OutcomeUnknown),
    ],
)
def test_a_ticket_is_sent_once_whatever_the_answer(answer: Reply, error: type[BridgeError]) -> None:
    """ERR-18, ERR-21: Autotask's own words, never a second try by itself."""
    client, autotask = client_for(answer)
    with pytest.raises(error) as caught:
        client.create(a_ticket())
    assert len(autotask.sent) == 1
    if isinstance(caught.value, Refused):
        assert isinstance(answer, HttpResponse)
        assert caught.value.vendor_text
        assert caught.value.vendor_text in answer.body.decode()


def test_a_webhook_is_made_in_steps_and_its_key_stays_out_of_every_message() -> None:
    """A45."""
    key = "k\u00e9y of the webhook"
    client, autotask = client_for(DONE)
    new = {"name": "n", "webhook_url": "https://b/t", "deactivation_url": "https://b/d", "secret_key": key}
    wanted = TICKETS.new(**new)
    assert key not in repr(wanted)

    client.create(wanted)
    client.create(TICKETS.new_field(webhook_id=123, field_id=7))
    client.create(TICKETS.new_excluded(webhook_id=123, resource_id=9))
    client.patch(TICKETS.patch(id=123, is_active=False))
    client.create(COMPANIES.new(**new))

    below = ["", "/123/Fields", "/123/ExcludedResources", ""]
    urls = [*(f"{ROOT}TicketWebhooks{path}" for path in below), f"{ROOT}CompanyWebhooks"]
    assert [one.url for one in autotask.sent] == urls
    first = autotask.bodies()[0]
    assert isinstance(first, dict)
    assert (first["secretKey"], first["isActive"], first["isSubscribedToUpdateEvents"]) == (key, True, True)
    answer = refused(f"the webhook with secretKey {key} is a duplicate")
    client, _ = client_for(answer)
    with pytest.raises(Refused) as caught:
        client.create(wanted)
    assert key not in str(caught.value.vendor_text) + str(caught.value)
    assert "(webhook key)" in str(caught.value.vendor_text)


def test_a_webhook_is_taken_away_by_its_id_once() -> None:
    client, autotask = client_for(DONE)
    assert client.remove(TICKETS.remove(id=123)) == 123
    client.remove(COMPANIES.remove(id=4))
    assert [(one.method, one.url, one.body, one.fresh) for one in autotask.sent] == [
        ("DELETE", f"{ROOT}TicketWebhooks/123", None, True),
        ("DELETE", f"{ROOT}CompanyWebhooks/4", None, True),
    ]
    client, autotask = client_for(refused("No message. No matching records found."))
    with pytest.raises(Refused) as caught:
        client.remove(TICKETS.remove(id=123))
    assert caught.value.kind is RefusalKind.MISSING
    client, autotask = client_for(OutcomeUnknown("DELETE x", "the answer was lost", "Read back"))
    with pytest.raises(OutcomeUnknown):
        client.remove(TICKETS.remove(id=123))
    assert len(autotask.sent) == 1


def test_the_key_of_a_webhook_is_not_read_back() -> None:
    row = {
        "id": 3,
        "name": "n",
        "webhookUrl": "https://b/t",
        "isActive": True,
        "secretKey": "s",
        "isReady": False,
    }
    for model in (TICKETS.hook, COMPANIES.hook):
        client, _ = client_for(page(row))
        [found] = client.query(model)
        assert found.is_ready is False
        assert not hasattr(found, "secret_key")


def test_a_role_is_read_for_every_resource() -> None:
    client, _ = client_for(page({"id": 1, "resourceID": 9, "roleID": 4, "isActive": True, "isDefault": True}))
    assert client.query(ServiceDeskRole)[0].role_id == 4


def field(**members: object) -> dict[str, object]:
    return {"name": "queueID", "dataType": "integer", "isPickList": False, "picklistValues": None, **members}


def test_what_a_ticket_needs_and_how_long_it_may_be_is_read() -> None:
    """ACR-TKT-02: everything the mapping offers comes from Autotask."""
    rows = [
        field(name="title", isRequired=True, length=255, isReadOnly=False),
        field(name="subIssueType", isRequired=False, picklistParentValueField="issueType"),
    ]
    client, _ = client_for(replied({"fields": rows}))

    title, sub_issue = client.fields("Tickets")

    assert (title.is_required, title.length, title.is_read_only) == (True, 255, False)
    assert sub_issue.picklist_parent_value_field == "issueType"


def test_a_read_of_tickets_is_asked_again() -> None:
    client, autotask = client_for(replied(b"", 503), page(ticket(5)))
    assert client.query(Ticket)[0].id == 5
    assert len(autotask.sent) == 2


def test_what_the_user_may_do_with_tickets_is_read() -> None:
    told = {"name": "Tickets", "userAccessForQuery": 1, "userAccessForCreate": 1, "userAccessForUpdate": 2}
    client, _ = client_for(replied({"info": told}))
    assert client.information("Tickets").user_access_for_update == 2
