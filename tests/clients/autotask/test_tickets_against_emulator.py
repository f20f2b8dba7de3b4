"""Tickets over real HTTP against the emulated service desk: two readings of the same facts meet here."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from psabridge.clients.autotask.query import MOST_ROWS, noteq
from psabridge.clients.autotask.records import Company
from psabridge.clients.autotask.ticket_calls import TicketCalls
from psabridge.clients.autotask.ticket_records import (
    Resource,
    Role,
    ServiceDeskRole,
    Ticket,
    TicketCategory,
)
from psabridge.clients.autotask.ticket_writes import NewTicket, NewTicketNote, PatchTicket
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused, Unreadable
from tests.clients.autotask.test_against_emulator import Bench, bench

__all__ = ["bench"]

COMPLETE = 5


def code(bench: Bench, field: str, label: str) -> int:
    found = bench.client.picklists("Tickets").value(field, label)
    assert found is not None
    return found


def a_ticket(bench: Bench, external_id: str = "cond-1", **fields: object) -> NewTicket:
    told = {
        "company_id": bench.client.query(Company, noteq("id", 0))[0].id,
        "title": "Backup failed on PC-1",
        "status": code(bench, "status", "New"),
        "priority": code(bench, "priority", "Critical"),
        "queue_id": code(bench, "queueID", "Backup"),
        "external_id": external_id,
    }
    return NewTicket.model_validate(told | fields)


def read(bench: Bench, ticket_id: int) -> Ticket:
    ticket = bench.client.get(Ticket, ticket_id)
    assert ticket is not None
    return ticket


def test_a_ticket_lives_from_new_to_complete_and_back(bench: Bench) -> None:
    """ACR-TKT-08, ACR-TKT-09: the states are set by us, the stamps by Autotask (A41)."""
    wanted = a_ticket(bench, source=code(bench, "source", "Monitoring Alert"), description="where and what")
    made = bench.client.create(wanted)
    ticket = read(bench, made)
    assert (ticket.external_id, ticket.source, ticket.completed_date) == ("cond-1", wanted.source, None)
    assert ticket.ticket_number.startswith("T")

    bench.client.patch(PatchTicket(id=made, status=COMPLETE))
    done = read(bench, made)
    assert done.completed_date is not None
    assert (done.queue_id, done.title) == (ticket.queue_id, ticket.title)
    bench.client.patch(PatchTicket(id=made, status=wanted.status))
    assert read(bench, made).status == wanted.status


def test_a_lost_ticket_is_found_by_its_external_id_and_is_there_once(bench: Bench) -> None:
    """Design 7: an unknown outcome is settled by a read, never by sending again."""
    calls = TicketCalls(bench.client)
    assert calls.with_external_ids(["cond-1"]).rows == ()
    bench.emulation.faults.add("reset_after", method="POST", path="v1.0/Tickets$")

    with pytest.raises(OutcomeUnknown):
        bench.client.create(a_ticket(bench))

    assert [one.external_id for one in calls.with_external_ids(["COND-1", "cond-2"]).rows] == ["cond-1"]


def test_a_lost_note_is_found_by_its_marker_and_is_there_once(bench: Bench) -> None:
    made = bench.client.create(a_ticket(bench))
    note = NewTicketNote(ticket_id=made, title="n", description="again [n-7]", note_type=3, publish=2)
    bench.emulation.faults.add("truncated", method="POST", path="/Notes", size=3)

    with pytest.raises(OutcomeUnknown):
        bench.client.create(note)

    [found] = TicketCalls(bench.client).notes_of([made]).rows
    assert (found.description, found.publish, found.note_type) == ("again [n-7]", 2, 3)


def test_stories_of_a_condition_are_told_from_those_of_another(bench: Bench) -> None:
    """R49."""
    for external_id in ("ab-1", "ab-2", "abc-1"):
        bench.client.create(a_ticket(bench, external_id))
    found = TicketCalls(bench.client).beginning_with(["ab-", "zz-"]).rows
    assert [one.external_id for one in found] == ["ab-1", "ab-2"]


def test_what_people_do_on_a_ticket_is_seen_as_a_change(bench: Bench) -> None:
    calls = TicketCalls(bench.client)
    closed, noted, idle = (bench.client.create(a_ticket(bench, f"cond-{number}")) for number in range(3))
    bench.clock.wait(timedelta(minutes=10))
    since = bench.clock.now()
    bench.control("ticket", ticket=closed, act="close")
    bench.control("ticket", ticket=noted, act="note", text="called the customer")

    found = calls.changed_since(since).rows

    assert {one.id for one in found} == {closed, noted}
    assert idle not in {one.id for one in found}


def test_a_deleted_ticket_is_missing_and_a_moved_one_says_so(bench: Bench) -> None:
    """ACR-TKT-17."""
    gone, moved = (bench.client.create(a_ticket(bench, f"cond-{number}")) for number in range(2))
    bench.control("ticket", ticket=gone, act="delete")
    bench.control("ticket", ticket=moved, act="company", company=0)

    assert bench.client.get(Ticket, gone) is None
    assert [(one.id, one.company_id) for one in TicketCalls(bench.client).with_ids([gone, moved]).rows] == [
        (moved, 0)
    ]
    with pytest.raises(Refused) as caught:
        bench.client.patch(PatchTicket(id=gone, status=COMPLETE))
    assert caught.value.kind is RefusalKind.MISSING


def test_an_assignee_is_found_with_the_role_he_needs(bench: Bench) -> None:
    """ACR-TKT-02."""
    resources = {one.id for one in bench.client.query(Resource) if one.is_active}
    pairs = [one for one in bench.client.query(ServiceDeskRole) if one.is_active]
    pair = next(one for one in pairs if one.resource_id in resources)
    assert pair.role_id in {one.id for one in bench.client.query(Role)}

    with pytest.raises(Refused) as caught:
        bench.client.create(a_ticket(bench, assigned_resource_id=pair.resource_id))
    assert "assignedResourceRoleID" in str(caught.value.vendor_text)
    both = {"assigned_resource_id": pair.resource_id, "assigned_resource_role_id": pair.role_id}
    made = bench.client.create(a_ticket(bench, **both))
    assert read(bench, made).assigned_resource_id == pair.resource_id


def test_lists_categories_and_parents_are_read_from_autotask(bench: Bench) -> None:
    """ACR-TKT-02, R45: a value switched off is known as such."""
    lists = bench.client.picklists("Tickets")
    backup = str(lists.value("issueType", "Backup"))
    assert "Backup Failure" in [
        one.label for one in lists.values("subIssueType") if one.parent_value == backup
    ]
    assert [one.label for one in lists.values("queueID") if not one.is_active] == ["Old Queue"]
    notes = bench.client.picklists("TicketNotes")
    assert notes.value("publish", "Internal Users") == 2
    fields = {one.name: one for one in bench.client.fields("Tickets")}
    assert fields["subIssueType"].picklist_parent_value_field == "issueType"
    assert {name for name in ("companyID", "title", "status", "priority") if fields[name].is_required} == {
        "companyID",
        "title",
        "status",
        "priority",
    }
    assert (fields["externalID"].length, fields["title"].length) == (50, 255)
    assert "Backup" in [one.name for one in bench.client.query(TicketCategory)]


def old_queue(bench: Bench) -> None:
    bench.control("picklist", list="queue", value=29_683_481, active=False)


def wants_a_due_date(bench: Bench) -> None:
    bench.control("category", category=3, requires=["dueDateTime"])


@pytest.mark.parametrize(("change", "words"), [(old_queue, "queueID"), (wants_a_due_date, "dueDateTime")])
def test_what_the_tenant_forbids_is_refused_in_its_words(
    bench: Bench, change: Callable[[Bench], None], words: str
) -> None:
    """ERR-18, ERR-21: nothing was written, and Autotask's own text says why."""
    wanted = a_ticket(bench)
    change(bench)

    with pytest.raises(Refused) as caught:
        bench.client.create(wanted)

    assert words in str(caught.value.vendor_text)
    assert bench.client.count(Ticket) == 0


def test_a_note_without_the_title_its_category_wants_is_refused(bench: Bench) -> None:
    """A42, ERR-21."""
    made = bench.client.create(a_ticket(bench))
    bench.control("category", category=3, requires=["noteTitle"])
    note = NewTicketNote(ticket_id=made, description="d", note_type=3, publish=2)

    with pytest.raises(Refused) as caught:
        bench.client.create(note)

    assert "title" in str(caught.value.vendor_text)
    bench.client.create(note.model_copy(update={"title": "n"}))
    assert [one.title for one in TicketCalls(bench.client).notes_of([made]).rows] == ["n"]


@pytest.mark.parametrize("fault", ["reset_before", "html", "empty", "garbled", "null_item"])
def test_a_broken_answer_to_a_ticket_is_in_doubt(bench: Bench, fault: str) -> None:
    wanted = a_ticket(bench)
    bench.emulation.faults.add(fault, method="POST", path="v1.0/Tickets$")
    with pytest.raises(OutcomeUnknown):
        bench.client.create(wanted)


def test_more_tickets_than_a_page_are_read_whole_or_not_at_all(bench: Bench) -> None:
    """A8: pages of 500; one that comes again is against the order."""
    wanted = a_ticket(bench)
    made = [
        bench.client.create(wanted.model_copy(update={"external_id": f"cond-{number}"}))
        for number in range(MOST_ROWS + 1)
    ]
    calls = TicketCalls(bench.client)

    assert [one.id for one in calls.beginning_with(["cond-"]).rows] == made
    assert [one.id for one in calls.with_ids(made).rows] == made
    bench.emulation.faults.add("repeat_page", path="Tickets/query", nth=2)
    with pytest.raises(Unreadable):
        calls.beginning_with(["cond-"])
