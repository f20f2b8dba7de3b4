"""Creating, changing and deleting (autotask-rest.md 3, 4, 6)."""

from typing import Any

import pytest

from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.world import AutotaskWorld
from tests.emulators.autotask.caller import NOON, Caller, eq


@pytest.fixture
def caller() -> Caller:
    return Caller(AutotaskWorld(now=NOON))


def a_company(caller: Caller, **more: object) -> dict[str, Any]:
    owner = caller.world.person_id
    return {"companyName": "Fir", "companyType": 1, "ownerResourceID": owner, "phone": "555"} | more


def test_a_create_answers_200_with_the_id_and_stamps_the_row(caller: Caller) -> None:
    item_id = caller.ok("POST", "/Companies", a_company(caller, Nonsense=1, CITY="Oslo"))["itemId"]
    item = caller.ok("GET", f"/Companies/{item_id}")["item"]

    assert (item["city"], item["isActive"], item["createDate"]) == ("Oslo", True, "2026-02-10T12:00:00.000Z")
    assert item["createdByResourceID"] == caller.world.user.resource_id


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"companyName": ""}, "Missing Required Field: companyName"),
        ({"companyName": "x" * 101}, "maximum of 100"),
        ({"companyType": 99}, "picklist"),
        ({"companyType": "Customer"}, "Error converting value"),
        ({"ownerResourceID": 5}, "Reference value on field: ownerResourceID of type: Resource"),
        ({"id": 7}, "id"),
        ({"city": None}, "Object reference"),
        ({"isActive": "yes"}, "boolean"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_500_and_texts(
    caller: Caller, change: dict[str, object], text: str
) -> None:
    status, answer = caller.refused("POST", "/Companies", a_company(caller, **change))

    assert status == 500
    assert text in answer
    assert len(caller.find("Companies", {"op": "gt", "field": "id", "value": 0})) == 0


def test_patch_is_sparse_and_put_clears_what_is_left_out(caller: Caller) -> None:
    company = caller.ok("POST", "/Companies", a_company(caller, city="Oslo"))["itemId"]
    caller.ok("PATCH", "/Companies", {"id": company, "fax": "9"})
    assert caller.ok("GET", f"/Companies/{company}")["item"]["city"] == "Oslo"

    caller.ok("PATCH", "/Companies", {"id": company, "fax": None})
    assert caller.ok("GET", f"/Companies/{company}")["item"]["fax"] is None

    caller.ok("PUT", "/Companies", a_company(caller, id=company))
    assert caller.ok("GET", f"/Companies/{company}")["item"]["city"] is None


def test_a_patch_needs_an_existing_id_in_the_body(caller: Caller) -> None:
    assert caller.refused("PATCH", "/Companies", {"city": "Oslo"})[0] == 500
    assert "No matching records" in caller.refused("PATCH", "/Companies", {"id": 5, "city": "Oslo"})[1]


def test_one_zone_has_no_collection_patch_and_puts_by_path(caller: Caller) -> None:
    company = caller.ok("POST", "/Companies", a_company(caller, city="Oslo"))["itemId"]
    caller.world.doubts = Doubts(collection_patch="missing")

    reply = caller.raw("PATCH", "/Companies", {"id": company})
    assert (reply.status, reply.content_type) == (404, "text/html")
    caller.ok("PUT", f"/Companies/{company}", a_company(caller))
    assert caller.ok("GET", f"/Companies/{company}")["item"]["city"] is None


def test_a_contact_is_made_below_its_company_and_stays_there(caller: Caller) -> None:
    first, second = caller.world.add_company("One"), caller.world.add_company("Two")
    body = {"firstName": "Ann", "lastName": "Lee", "isActive": 1}
    contact = caller.ok("POST", f"/Companies/{first}/Contacts", body)["itemId"]

    assert caller.refused("PATCH", f"/Companies/{second}/Contacts", {"id": contact, "title": "x"})[0] == 500
    moved = {"id": contact, "companyID": second}
    assert caller.refused("PATCH", f"/Companies/{first}/Contacts", moved)[0] == 500
    caller.ok("DELETE", f"/Companies/{first}/Contacts/{contact}")
    assert (
        "No matching records found" in caller.refused("DELETE", f"/Companies/{first}/Contacts/{contact}")[1]
    )


def test_lines_go_on_recurring_contracts_only(caller: Caller) -> None:
    company, service = caller.world.add_company("One"), caller.world.add_service("Backup", "5")
    fixed = caller.world.add_contract(company, "Fixed", "2026-01-01", "2026-12-31", contract_type=3)

    assert "Recurring" in caller.refused("POST", f"/Contracts/{fixed}/Services", {"serviceID": service})[1]


def test_a_service_needs_an_active_code_of_use_type_5(caller: Caller) -> None:
    world = caller.world
    work, closed = world.add_billing_code("Labour", use_type=1), world.add_billing_code("Old", active=False)
    good = world.add_billing_code("Recurring")
    body = {"name": "Backup", "periodType": 2, "unitPrice": 0.1}

    for code in (work, closed):
        assert caller.refused("POST", "/Services", {**body, "billingCodeID": code})[0] == 500
    service = caller.ok("POST", "/Services", {**body, "billingCodeID": good})["itemId"]
    item = caller.ok("GET", f"/Services/{service}")["item"]
    assert (item["unitPrice"], item["isActive"]) == (0.1, True)
    assert caller.refused("PATCH", "/Services", {"id": service, "periodType": 5})[0] == 500


def test_the_payg_field_is_made_in_three_steps(caller: Caller) -> None:
    """Definition, list items, default (autotask-rest.md 4.1); codes are read from metadata."""
    fields = caller.ok("GET", "/UserDefinedFieldDefinitions/entityInformation/fields")["fields"]

    def code(field: str, label: str) -> int:
        values = next(entry for entry in fields if entry["name"] == field)["picklistValues"]
        return int(next(entry for entry in values if entry["label"] == label)["value"])

    kind = {"udfType": code("udfType", "Contract"), "dataType": code("dataType", "List")}
    definition = caller.ok("POST", "/UserDefinedFieldDefinitions", {"name": "Acronis PAYG", **kind})["itemId"]
    for label in ("Yes", "No"):
        item = {"valueForDisplay": label, "valueForExport": label}
        caller.ok("POST", f"/UserDefinedFields/{definition}/ListItems", item)
    caller.ok("PATCH", "/UserDefinedFieldDefinitions", {"id": definition, "defaultValue": "No"})

    company = caller.world.add_company("One")
    body = {
        "companyID": company,
        "contractName": "Backup",
        "contractType": 7,
        "startDate": "2026-01-01",
        "endDate": "2026-12-31",
        "status": 1,
        "timeReportingRequiresStartAndStopTimes": 0,
    }
    contract = caller.ok("POST", "/Contracts", body)["itemId"]
    shown = caller.ok("GET", f"/Contracts/{contract}")["item"]
    assert shown["userDefinedFields"] == [{"name": "Acronis PAYG", "value": "No"}]
    assert shown["startDate"] == "2026-01-01T00:00:00.000Z"
    assert len(caller.find("UserDefinedFieldListItems", eq("udfFieldId", definition))) == 2


@pytest.mark.parametrize(("setting", "yes"), [("label", "Yes"), ("item_id", "700001")])
def test_what_a_list_field_carries_is_told_by_metadata_only_d5(setting: str, yes: str) -> None:
    world = AutotaskWorld(now=NOON, doubts=Doubts().changed({"list_value": setting}))
    caller = Caller(world)
    contract = world.add_contract(world.add_company("One"), "C", "2026-01-01", "2026-12-31", payg="Yes")
    field = caller.ok("GET", "/Contracts/entityInformation/userDefinedFields")["fields"][0]
    values = {entry["label"]: entry["value"] for entry in field["picklistValues"]}

    assert values["Yes"] == yes
    assert caller.ok("GET", f"/Contracts/{contract}")["item"]["userDefinedFields"][0]["value"] == yes
    change = {"id": contract, "userDefinedFields": [{"name": "acronis payg", "value": values["No"]}]}
    caller.ok("PATCH", "/Contracts", change)
    shown = caller.ok("GET", f"/Contracts/{contract}")["item"]["userDefinedFields"][0]
    assert shown == {"name": "Acronis PAYG", "value": values["No"]}
    wrong = {"id": contract, "userDefinedFields": [{"name": "Acronis PAYG", "value": "Maybe"}]}
    assert caller.refused("PATCH", "/Contracts", wrong)[0] == 500


@pytest.mark.parametrize("setting", ["absent", "text"])
def test_the_udf_collection_may_be_absent_or_empty_text(setting: str) -> None:
    world = AutotaskWorld(now=NOON, doubts=Doubts().changed({"udfs_when_none_set": setting}))
    world.add_payg_definition()
    contract = world.add_contract(world.add_company("One"), "C", "2026-01-01", "2026-12-31")
    item = Caller(world).ok("GET", f"/Contracts/{contract}")["item"]

    assert item.get("userDefinedFields") == (None if setting == "absent" else "")


def test_the_default_of_a_list_is_one_of_its_items_so_the_items_come_first(caller: Caller) -> None:
    """autotask-rest.md 4.1: definition, then items, then the default by PATCH."""
    definition = {"name": "Acronis PAYG", "udfType": 17, "dataType": 6}
    assert (
        caller.refused("POST", "/UserDefinedFieldDefinitions", {**definition, "defaultValue": "No"})[0] == 500
    )
    made = caller.ok("POST", "/UserDefinedFieldDefinitions", definition)["itemId"]
    default = {"id": made, "defaultValue": "No"}
    assert caller.refused("PATCH", "/UserDefinedFieldDefinitions", default)[0] == 500

    item = {"valueForDisplay": "No", "valueForExport": "No"}
    caller.ok("POST", f"/UserDefinedFields/{made}/ListItems", item)

    caller.ok("PATCH", "/UserDefinedFieldDefinitions", default)


def test_put_clears_udfs_and_patch_keeps_the_others() -> None:
    world = AutotaskWorld(now=NOON)
    caller = Caller(world)
    contract = world.add_contract(world.add_company("One"), "C", "2026-01-01", "2026-12-31", payg="Yes")
    caller.ok("PATCH", "/Contracts", {"id": contract, "contractNumber": "7"})
    item = caller.ok("GET", f"/Contracts/{contract}")["item"]
    assert item["userDefinedFields"][0]["value"] == "Yes"

    del item["userDefinedFields"]
    caller.ok("PUT", "/Contracts", item)
    assert caller.ok("GET", f"/Contracts/{contract}")["item"]["userDefinedFields"][0]["value"] is None


def test_a_bundle_on_a_contract_cannot_be_deleted(caller: Caller) -> None:
    world = caller.world
    service = world.add_service("Backup", "5")
    free, used = world.add_bundle("Free", [service], "5"), world.add_bundle("Used", [service], "5")
    contract = world.add_contract(world.add_company("One"), "C", "2026-01-01", "2026-12-31")
    world.add_bundle_line(contract, used)

    caller.ok("DELETE", f"/ServiceBundles/{free}")
    assert caller.refused("DELETE", f"/ServiceBundles/{used}")[0] == 500


def test_people_cannot_be_changed_without_hr_rights(caller: Caller) -> None:
    body = {"id": caller.world.person_id, "title": "Boss"}

    assert "adequate permissions" in caller.refused("PATCH", "/Resources", body)[1]


def test_a_write_can_be_attributed_to_another_resource(caller: Caller) -> None:
    caller.headers["impersonationresourceid"] = str(caller.world.person_id)
    company = caller.ok("POST", "/Companies", a_company(caller))["itemId"]
    item = caller.ok("GET", f"/Companies/{company}")["item"]

    assert item["createdByResourceID"] == caller.world.person_id
    assert item["impersonatorCreatorResourceID"] == caller.world.user.resource_id


def a_ticket(caller: Caller, **more: object) -> dict[str, Any]:
    company = caller.world.add_company("One")
    return {"companyID": company, "title": "Backup failed", "status": 1, "priority": 2, "queueID": 8} | more


def test_a_ticket_lives_and_its_completion_is_stamped(caller: Caller) -> None:
    ticket = caller.ok("POST", "/Tickets", a_ticket(caller, externalID="acr-1"))["itemId"]
    caller.ok("PATCH", "/Tickets", {"id": ticket, "status": 5})
    done = caller.find("Tickets", eq("externalID", "ACR-1"))[0]
    assert (done["ticketNumber"], done["completedDate"]) == ("T20260210.0001", "2026-02-10T12:00:00.000Z")

    caller.ok("PATCH", "/Tickets", {"id": ticket, "status": 8})
    assert caller.ok("GET", f"/Tickets/{ticket}")["item"]["completedDate"] is None


def test_a_ticket_needs_a_queue_or_an_assignee_with_role(caller: Caller) -> None:
    body = a_ticket(caller, queueID=None)
    del body["queueID"]
    assert caller.refused("POST", "/Tickets", body)[0] == 500
    alone = a_ticket(caller, assignedResourceID=caller.world.person_id)
    assert "assignedResourceRoleID" in caller.refused("POST", "/Tickets", alone)[1]


def test_ticket_notes_need_type_and_publish(caller: Caller) -> None:
    ticket = caller.ok("POST", "/Tickets", a_ticket(caller))["itemId"]
    note = {"Description": "Again", "NoteType": 1, "Publish": 2, "Title": "Again"}
    caller.ok("POST", f"/Tickets/{ticket}/Notes", note)
    del note["Publish"]

    assert caller.refused("POST", f"/Tickets/{ticket}/Notes", note)[0] == 500
    assert caller.find("TicketNotes", eq("ticketID", ticket))[0]["publish"] == 2


def test_the_ledger_keeps_every_write_with_its_body(caller: Caller) -> None:
    caller.ok("POST", "/Companies", a_company(caller))
    caller.refused("POST", "/Companies", {})
    writes = caller.control("ledger")["writes"]

    assert [(write["method"], write["entity"], write["body"]["companyName"]) for write in writes] == [
        ("POST", "Companies", "Fir")
    ]
