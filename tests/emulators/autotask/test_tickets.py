"""Tickets and notes as the vendor takes and refuses them (autotask-rest.md 3.2, 6.3, 6.4)."""

import pytest

from tests.emulators.autotask.caller import eq
from tests.emulators.autotask.desk import Desk, a_desk, desk

__all__ = ["desk"]


NOON = "2026-02-10T12:00:00.000Z"
ONE = "2026-02-10T13:00:00.000Z"


@pytest.mark.parametrize("missing", ["companyID", "title", "status", "priority"])
def test_a_ticket_needs_company_title_status_and_priority(desk: Desk, missing: str) -> None:
    assert f"Missing Required Field: {missing}" in desk.refused(**{missing: None})


def test_a_ticket_needs_a_queue_or_somebody_who_has_it(desk: Desk) -> None:
    assert "queueID" in desk.refused(queueID=None)
    desk.make(queueID=None, assignedResourceID=desk.technician, assignedResourceRoleID=desk.role)


def test_a_resource_goes_with_a_role_of_the_service_desk(desk: Desk) -> None:
    """ACR-TKT-02: Autotask refuses a resource without a role, and one whose role is not the desk's."""
    other = desk.world.add_role("Dispatcher")
    assert "assignedResourceRoleID" in desk.refused(assignedResourceID=desk.technician)
    assert "service desk" in desk.refused(assignedResourceID=desk.technician, assignedResourceRoleID=other)

    ticket = desk.make()
    assert "assignedResourceID" in desk.patch_refused(ticket, assignedResourceRoleID=desk.role)
    desk.patch(ticket, assignedResourceID=desk.technician, assignedResourceRoleID=desk.role)
    assert desk.ticket(ticket)["assignedResourceID"] == desk.technician


def test_neither_an_api_user_nor_somebody_who_left_owns_a_ticket(desk: Desk) -> None:
    gone = desk.world.add_technician("Gus", "Gone", [desk.role])
    desk.world.database.change("Resources", gone, isActive=False)
    for resource in (desk.world.user.resource_id, gone):
        assert "Reference value" in desk.refused(
            assignedResourceID=resource, assignedResourceRoleID=desk.role
        )


def test_a_work_type_is_an_active_code_of_use_type_1(desk: Desk) -> None:
    wrong = desk.world.add_billing_code("Recurring"), desk.world.add_billing_code("Old", 1, active=False)
    for code in wrong:
        assert "billingCodeID" in desk.refused(billingCodeID=code)
    desk.make(billingCodeID=desk.work_type)


@pytest.mark.parametrize("external", ["x" * 51, 5])
def test_an_external_id_is_text_of_50_characters(desk: Desk, external: object) -> None:
    """R49: condition key and story number have to fit."""
    desk.refused(externalID=external)
    desk.make(externalID="x" * 50)
    assert len(desk.caller.find("Tickets", eq("externalID", "X" * 50))) == 1


def test_contact_and_contract_are_of_the_ticket_s_company(desk: Desk) -> None:
    """The company changes only once what belongs to the old one is gone (autotask-rest.md 3.2)."""
    world, other = desk.world, desk.world.add_company("Other")
    contact = world.add_contact(desk.company, "Ann", "Lee", "ann@meadow.example")
    contract = world.add_contract(desk.company, "Backup", "2026-01-01", "2026-12-31")
    line = world.add_line(contract, world.add_service("Backup", "5"))
    for name, value in (("contactID", contact), ("contractID", contract)):
        assert name in desk.refused(companyID=other, **{name: value})
    assert "contractServiceID" in desk.refused(contractServiceID=line)

    ticket = desk.make(contactID=contact, contractID=contract, contractServiceID=line)
    assert "contactID" in desk.patch_refused(ticket, companyID=other)
    none = {"contactID": None, "contractID": None, "contractServiceID": None}
    desk.patch(ticket, companyID=other, **none)
    assert desk.ticket(ticket)["companyID"] == other


@pytest.mark.parametrize(("setting", "kept"), [("cleared", None), ("kept", NOON)])
def test_completion_is_stamped_and_reopening_is_d6(setting: str, kept: str | None) -> None:
    desk = a_desk(completed_date_on_reopen=setting)
    ticket = desk.make()
    desk.patch(ticket, status=5)
    done = desk.ticket(ticket)
    assert (done["completedDate"], done["completedByResourceID"]) == (NOON, desk.world.user.resource_id)

    desk.caller.passes(hours=1)
    desk.patch(ticket, status=8)
    assert desk.ticket(ticket)["completedDate"] == kept


def test_a_ticket_can_be_made_complete(desk: Desk) -> None:
    assert desk.ticket(desk.make(status=5))["completedDate"] == NOON


def test_notes_and_changes_are_activity(desk: Desk) -> None:
    ticket = desk.make()
    assert desk.ticket(ticket)["lastActivityDate"] == NOON
    desk.caller.passes(hours=1)
    desk.note(ticket)
    assert desk.ticket(ticket)["lastActivityDate"] == ONE


@pytest.mark.parametrize("change", [{"publish": None}, {"noteType": None}, {"publish": 9}, {"noteType": 77}])
def test_a_note_needs_a_valid_type_and_publish(desk: Desk, change: dict[str, object]) -> None:
    """ACR-TKT-13."""
    ticket = desk.make()
    body = {"description": "x", "noteType": 1, "publish": 2} | change
    sent = {name: value for name, value in body.items() if value is not None}

    assert desk.caller.refused("POST", f"/Tickets/{ticket}/Notes", sent)[0] == 500
    assert desk.notes(ticket) == []


def test_numbers_are_counted_by_the_day_and_never_given_twice(desk: Desk) -> None:
    first = desk.make()
    desk.act(first, "delete")
    assert desk.ticket(desk.make())["ticketNumber"] == "T20260210.0002"
    desk.caller.passes(days=1)
    assert desk.ticket(desk.make())["ticketNumber"] == "T20260211.0001"


@pytest.mark.parametrize(("handling", "tickets"), [("accepted", 2), ("refused", 1), ("noted", 1)])
def test_what_a_taken_external_id_does_is_a_doubt(handling: str, tickets: int) -> None:
    """R49: nobody says that the vendor keeps external ids apart."""
    desk = a_desk(duplicate_external_id=handling)
    first = desk.make(externalID="k-1")
    if handling == "refused":
        assert "already exists" in desk.refused(externalID="K-1")
    else:
        second = desk.make(externalID="K-1", description="once more")
        assert (second == first) == (handling == "noted")

    assert len(desk.caller.find("Tickets", eq("externalID", "k-1"))) == tickets
    assert len(desk.notes(first)) == (handling == "noted")


def test_only_an_open_ticket_takes_the_note_of_another() -> None:
    desk = a_desk(duplicate_external_id="noted")
    first = desk.make(externalID="k-1")
    desk.patch(first, status=5)
    assert desk.make(externalID="k-1") != first


def test_workflow_moves_a_ticket_before_its_caller_has_the_answer(desk: Desk) -> None:
    rule = {"when": {"queueID": 8}, "values": {"queueID": 6}, "note": "moved"}
    desk.caller.control("workflow", rule)
    moved, left = desk.make(), desk.make(queueID=5)

    assert [desk.ticket(ticket)["queueID"] for ticket in (moved, left)] == [6, 5]
    assert (desk.notes(moved), desk.notes(left)) == (["moved"], [])
    desk.caller.control("workflow", {"clear": True})
    assert desk.ticket(desk.make())["queueID"] == 8


def test_workflow_completes_a_ticket_a_while_later(desk: Desk) -> None:
    desk.caller.control("workflow", {"values": {"status": 5}, "seconds": 3600})
    ticket = desk.make()
    desk.caller.passes(minutes=59)
    assert desk.ticket(ticket)["status"] == 1
    desk.caller.passes(days=1)

    done = desk.ticket(ticket)
    assert (done["status"], done["completedDate"]) == (5, ONE)


def test_workflow_does_not_miss_a_ticket_that_is_gone(desk: Desk) -> None:
    desk.caller.control("workflow", {"values": {"status": 5}, "seconds": 60})
    desk.act(desk.make(), "delete")
    desk.caller.passes(hours=1)
    assert desk.caller.find("Tickets", eq("status", 5)) == []


def test_technicians_close_reopen_note_and_move(desk: Desk) -> None:
    """What happens behind the product's back: ACR-TKT-10, -15, R47, issue 5."""
    ticket = desk.make(contractID=desk.world.add_contract(desk.company, "B", "2026-01-01", "2026-12-31"))
    desk.act(ticket, "close", by=desk.technician)
    assert desk.ticket(ticket)["completedByResourceID"] == desk.technician
    desk.act(ticket, "reopen")
    assert desk.ticket(ticket)["status"] == 8
    desk.act(ticket, "status", status=12)
    desk.act(ticket, "queue", queue=6)
    desk.act(ticket, "assign", resource=desk.technician, role=desk.role)
    desk.act(ticket, "note", text="Called them", publish=1)
    other = desk.world.add_company("Other")
    desk.act(ticket, "company", company=other)

    item = desk.ticket(ticket)
    assert (item["status"], item["queueID"], item["companyID"], item["contractID"]) == (12, 6, other, None)
    assert (item["assignedResourceID"], desk.notes(ticket)) == (desk.technician, ["Called them"])
    assert item["lastActivityResourceID"] == desk.world.person_id


def test_a_deleted_ticket_is_gone_with_its_notes(desk: Desk) -> None:
    """ACR-TKT-17."""
    ticket = desk.make()
    desk.note(ticket)
    desk.act(ticket, "delete")

    assert desk.caller.refused("GET", f"/Tickets/{ticket}")[0] == 404
    assert desk.caller.find("TicketNotes", eq("ticketID", ticket)) == []
    assert "No matching records" in desk.patch_refused(ticket, status=5)


@pytest.mark.parametrize("setting", ["completed", "deleted"])
def test_a_merged_ticket_is_complete_or_gone(setting: str) -> None:
    """ACR-TKT-17."""
    desk = a_desk(merged_ticket=setting)
    ticket, into = desk.make(), desk.make()
    desk.act(ticket, "merge", into=into)

    assert desk.notes(into) == ["T20260210.0001 was merged into T20260210.0002."]
    if setting == "deleted":
        assert desk.caller.refused("GET", f"/Tickets/{ticket}")[0] == 404
    else:
        assert (desk.ticket(ticket)["status"], len(desk.notes(ticket))) == (5, 1)


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("ticket", {"ticket": 1, "act": "close"}),
        ("ticket", {"ticket": 1, "act": "shred"}),
        ("ticket", {"ticket": 10_000_001, "act": "status", "status": 99}),
        ("ticket", {"ticket": 10_000_001, "act": "company", "company": 5}),
        ("workflow", {"values": {"colour": 1}}),
        ("workflow", {"values": {"queueID": 99}}),
        ("category", {"category": 5, "active": False}),
        ("webhooks", {"copies": 0}),
        ("category", {"category": 3, "requires": ["colour"]}),
        ("picklist", {"list": "colours", "value": 1}),
    ],
)
def test_the_back_door_refuses_what_it_does_not_know(desk: Desk, route: str, body: dict[str, object]) -> None:
    desk.make()
    with pytest.raises(AssertionError):
        desk.caller.control(route, body)


def test_rights_on_tickets_are_refusals_or_missing_rows(desk: Desk) -> None:
    """Restricted rights (autotask-rest.md 1.2, 3.2): create, change, add a note, see."""
    ticket = desk.make()
    desk.note(ticket)
    desk.caller.control("user", {"may_not_create": ["Tickets", "TicketNotes"], "may_not_update": ["Tickets"]})
    assert "adequate permissions" in desk.refused()
    assert "adequate permissions" in desk.patch_refused(ticket, status=5)
    note = {"description": "x", "noteType": 1, "publish": 2}
    assert "adequate permissions" in desk.caller.refused("POST", f"/Tickets/{ticket}/Notes", note)[1]
    info = desk.caller.ok("GET", "/Tickets/entityInformation")["info"]
    assert (info["userAccessForCreate"], info["userAccessForUpdate"], info["userAccessForQuery"]) == (0, 0, 1)

    desk.caller.control("user", {"may_not_create": [], "may_not_update": [], "sees_tickets": False})
    assert desk.caller.find("Tickets", {"op": "exist", "field": "id"}) == []
    assert desk.caller.find("TicketNotes", {"op": "exist", "field": "id"}) == []
    assert "ticketID" in desk.caller.refused("POST", f"/Tickets/{ticket}/Notes", note)[1]
    assert desk.caller.ok("GET", "/Tickets/entityInformation")["info"]["userAccessForQuery"] == 2


def test_tickets_of_a_hidden_company_hide_their_notes(desk: Desk) -> None:
    ticket = desk.make()
    desk.note(ticket)
    desk.caller.control("user", {"hidden_companies": [desk.company]})
    assert desk.caller.find("TicketNotes", {"op": "exist", "field": "id"}) == []


def test_reads_of_tickets_lag_and_writes_stand_in_the_ledger(desk: Desk) -> None:
    """D19, and the judge of what landed."""
    desk.caller.control("lag", {"entity": "Tickets", "seconds": 60})
    ticket = desk.make(externalID="k-1")
    desk.note(ticket)
    assert desk.caller.find("Tickets", eq("externalID", "k-1")) == []
    desk.caller.passes(minutes=2)
    assert len(desk.caller.find("Tickets", eq("externalID", "k-1"))) == 1
    writes = desk.caller.control("ledger")["writes"]
    assert [write["entity"] for write in writes] == ["Tickets", "TicketNotes"]
    assert writes[0]["id"] == ticket


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/Tickets/10000001", 405),
        ("PATCH", "/Tickets/10000001", 405),
        ("POST", "/TicketNotes", 404),
        ("POST", "/Roles", 404),
        ("GET", "/TicketColours/query", 404),
    ],
)
def test_routes_the_vendor_does_not_have_are_refused(desk: Desk, method: str, path: str, status: int) -> None:
    assert desk.caller.refused(method, path, {} if method == "POST" else None)[0] == status
