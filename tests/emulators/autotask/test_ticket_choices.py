"""What a ticket may be given: picklists, values switched off, and what a category wants."""

import pytest

from tests.emulators.autotask.caller import eq
from tests.emulators.autotask.desk import Desk, a_desk, desk

__all__ = ["desk"]


OLD_QUEUE = 29_683_490


def test_valid_roles_and_categories_can_be_read(desk: Desk) -> None:
    found = desk.caller.find("ResourceServiceDeskRoles", eq("resourceID", desk.technician))
    roles = [(pair["roleID"], pair["isActive"]) for pair in found]
    names = [role["name"] for role in desk.caller.find("Roles", eq("id", desk.role))]
    listed = desk.caller.ok("GET", f"/Resources/{desk.technician}/ServiceDeskRoles")["items"]

    assert (roles, names, len(listed)) == ([(desk.role, True)], ["Backup Engineer"], 1)
    values = _picklist(desk, "Tickets", "ticketCategory")
    assert {row["name"]: row["id"] for row in desk.caller.find("TicketCategories", eq("isActive", True))} == {
        str(entry["label"]): int(str(entry["value"])) for entry in values
    }


def test_a_sub_issue_type_belongs_to_its_issue_type(desk: Desk) -> None:
    assert "subIssueType" in desk.refused(issueType=10, subIssueType=251)
    assert "subIssueType" in desk.refused(subIssueType=251)
    ticket = desk.make(issueType=24, subIssueType=251)

    assert "subIssueType" in desk.patch_refused(ticket, issueType=10)
    desk.patch(ticket, issueType=10, subIssueType=136)


def test_what_was_switched_off_is_refused_but_may_stay_where_it_is(desk: Desk) -> None:
    """ERR-18: a queue that was deactivated while tickets stand in it."""
    ticket = desk.make(queueID=29_683_481)
    desk.caller.control("picklist", {"list": "queue", "value": 29_683_481, "active": False})

    assert "not active" in desk.refused(queueID=29_683_481)
    assert "not active" in desk.refused(queueID=OLD_QUEUE)
    assert "not active" in desk.patch_refused(ticket, queueID=OLD_QUEUE)
    desk.patch(ticket, queueID=29_683_481, title="Still failed")
    told = {entry["label"]: entry["isActive"] for entry in _picklist(desk, "Tickets", "queueID")}
    assert (told["Backup"], told["Monitoring Alert"]) == (False, True)


@pytest.mark.parametrize("setting", ["accepted", "refused"])
def test_whether_inactive_values_and_companies_are_taken_is_a_doubt(setting: str) -> None:
    """ERR-18: an account that is no longer valid."""
    desk = a_desk(inactive_value=setting, inactive_company=setting)
    closed = desk.world.add_company("Closed", isActive=False)
    for change in ({"queueID": OLD_QUEUE}, {"companyID": closed}):
        if setting == "accepted":
            desk.make(**change)
        else:
            assert next(iter(change)) in desk.refused(**change)


def test_a_new_value_is_read_and_taken(desk: Desk) -> None:
    assert "does not exist" in desk.refused(status=77)
    desk.caller.control("picklist", {"list": "ticket_status", "value": 77, "label": "Backup Review"})

    desk.make(status=77)
    assert "Backup Review" in {entry["label"] for entry in _picklist(desk, "Tickets", "status")}


def test_parents_of_picklists_are_told(desk: Desk) -> None:
    fields = {
        field["name"]: field for field in desk.caller.ok("GET", "/Tickets/entityInformation/fields")["fields"]
    }
    parents = {entry["label"]: entry["parentValue"] for entry in fields["subIssueType"]["picklistValues"]}
    assert fields["subIssueType"]["picklistParentValueField"] == "issueType"
    assert parents["Restore"] == "24"
    notes = {entry["label"]: entry["value"] for entry in _picklist(desk, "TicketNotes", "publish")}
    assert notes == {"All Autotask Users": "1", "Internal Users": "2"}


def _picklist(desk: Desk, entity: str, name: str) -> list[dict[str, object]]:
    fields = desk.caller.ok("GET", f"/{entity}/entityInformation/fields")["fields"]
    values: list[dict[str, object]] = next(field for field in fields if field["name"] == name)[
        "picklistValues"
    ]
    return values


def test_a_category_requires_more_than_the_metadata_tells(desk: Desk) -> None:
    """ACR-TKT-02, issue 5: a ticket that is refused by its category."""
    desk.caller.control("category", {"category": 104, "requires": ["dueDateTime", "billingCodeID"]})
    assert "dueDateTime" in desk.refused(ticketCategory=104)
    assert "billingCodeID" in desk.refused(ticketCategory=104, dueDateTime="2026-02-11T12:00:00Z")

    full = {"dueDateTime": "2026-02-11T12:00:00Z", "billingCodeID": desk.work_type}
    ticket = desk.make(ticketCategory=104, **full)
    assert "dueDateTime" in desk.patch_refused(ticket, dueDateTime=None)
    assert "dueDateTime" in desk.patch_refused(desk.make(), ticketCategory=104)
    assert desk.ticket(desk.make())["ticketCategory"] == 3


def test_a_category_may_want_a_resolution_and_titles_of_notes(desk: Desk) -> None:
    """D6: whether a category forces a resolution when a ticket is completed."""
    desk.caller.control("category", {"category": 3, "requires": ["resolution", "noteTitle"]})
    ticket = desk.make()
    assert "resolution" in desk.patch_refused(ticket, status=5)
    desk.patch(ticket, status=5, resolution="Cleared")

    body = {"description": "x", "noteType": 1, "publish": 2}
    assert "title" in desk.caller.refused("POST", f"/Tickets/{ticket}/Notes", body)[1]
    desk.note(ticket)


def test_an_inactive_category_is_refused(desk: Desk) -> None:
    desk.caller.control("category", {"category": 104, "active": False})
    assert "not active" in desk.refused(ticketCategory=104)
    assert [row["id"] for row in desk.caller.find("TicketCategories", eq("isActive", False))] == [104]


def test_a_new_category_is_a_value_and_a_row(desk: Desk) -> None:
    desk.caller.control("picklist", {"list": "ticket_category", "value": 210, "label": "Cyber Protect"})
    assert [row["name"] for row in desk.caller.find("TicketCategories", eq("id", 210))] == ["Cyber Protect"]
    desk.make(ticketCategory=210)
