"""The Autotask emulator speaks as the vendor's description says, on every route it has (R60)."""

import json
from typing import Any

import pytest

from psabridge_emulators.autotask import entities
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.tables_webhooks import FAMILIES
from tests.emulators.autotask.caller import EVERYTHING, ROOT, Caller
from tests.emulators.autotask.scene import Scene, a_scene
from tests.vendor_facts import autotask_contract
from tests.vendor_facts.autotask_contract import camel, operation_of, validate_exchange

pytestmark = pytest.mark.usefixtures("contracts")

# The resources of a level are not needed.
OUT_OF_SCOPE = ("OrganizationalLevelAssociations/{parentId}/Resources",)
TYPES = {
    ("integer", "int32"): {"integer"},
    ("integer", "int64"): {"long"},
    ("number", "double"): {"decimal"},
    ("string", None): {"string"},
    ("string", "date-time"): {"datetime", "date"},
    ("boolean", None): {"boolean"},
    ("object", None): {"string"},
}


@pytest.fixture
def scene() -> Scene:
    """A tenant with at least one row of every entity."""
    scene = a_scene()
    world = scene.world
    bundle = world.add_bundle("Office", [scene.service], "50")
    line = world.add_bundle_line(scene.contract, bundle, 2)
    world.add_contact(scene.company, "Ann", "Lee", "ann@meadow.example", primary=True)
    scene.adjust("2026-02-20", 5)
    world.adjust(line, "2026-02-20", 1)
    insert = world.database.insert
    insert("CompanyLocations", {"companyID": scene.company, "name": "Main", "isActive": True})
    insert("CompanyNotes", {"companyID": scene.company, "name": "Call", "actionType": 2})
    insert("OrganizationalLevel1s", {"name": "North", "isActive": True})
    insert("OrganizationalLevel2s", {"name": "Care", "isActive": True})
    levels = {"organizationalLevel1ID": 500_001, "organizationalLevel2ID": 510_001, "isActive": True}
    insert("OrganizationalLevelAssociations", levels)
    ticket = insert("Tickets", {"companyID": scene.company, "title": "Failed", "status": 1, "priority": 2})
    world.add_technician("Tara", "Tech", [world.add_role("Engineer")])
    insert("TicketNotes", {"ticketID": ticket, "description": "x", "noteType": 1, "publish": 2})
    for family in FAMILIES:  # switched off, so that it stays out of the way
        hook = insert(
            family.hooks.name, {"name": "Hints", "webhookUrl": "http://127.0.0.1", "isActive": False}
        )
        for child in family.children:
            insert(child.name, {"webhookID": hook})
    insert("WebhookEventErrorLogs", {"payload": "{}", "sequenceNumber": 1})
    return scene


def exchange(caller: Caller, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  any JSON value
    """One request of which both sides hold to the description, and which succeeds."""
    reply = caller.raw(method, path, body)
    content = json.loads(reply.body)
    validate_exchange(method, ROOT + path, body, reply.status, content)
    assert reply.status == 200, content
    return content


def some_id(scene: Scene, entity: Entity) -> int:
    return next(row["id"] for row in scene.world.database[entity.name].all())


QUERYABLE = [entity for entity in entities.ALL if entity.queryable]
CHILDREN = [entity for entity in QUERYABLE if entity.child is not None]


@pytest.mark.parametrize("entity", QUERYABLE, ids=lambda entity: entity.name)
def test_reads_of_every_entity_hold_to_the_description(scene: Scene, entity: Entity) -> None:
    page = exchange(scene.caller, "POST", f"/{entity.name}/query", {"filter": [EVERYTHING]})
    assert page["items"]
    exchange(scene.caller, "POST", f"/{entity.name}/query/count", {"filter": [EVERYTHING]})
    exchange(scene.caller, "GET", f"/{entity.name}/{page['items'][0]['id']}")
    assert set(page["items"][0]) == set(entity.readable_names) | {"userDefinedFields"}


@pytest.mark.parametrize("entity", CHILDREN, ids=lambda entity: entity.name)
def test_child_reads_hold_to_the_description(scene: Scene, entity: Entity) -> None:
    assert entity.child is not None
    rows = list(scene.world.database[entity.name].all())
    parent_id = rows[0][entity.child.parent_field]
    path = f"/{entity.child.parent}/{parent_id}/{entity.child.segment}"
    listed = exchange(scene.caller, "GET", path)
    exchange(scene.caller, "GET", f"{path}/{listed['items'][0]['id']}")


@pytest.mark.parametrize("entity", entities.ALL, ids=lambda entity: entity.name)
def test_metadata_of_every_entity_holds_to_the_description(scene: Scene, entity: Entity) -> None:
    for tail in ("", "/fields", "/userDefinedFields"):
        exchange(scene.caller, "GET", f"/{entity.name}/entityInformation{tail}")
        if entity.child is not None:
            below = f"/{entity.child.parent}/1/{entity.child.segment}"
            exchange(scene.caller, "GET", f"{below}/entityInformation{tail}")


@pytest.mark.parametrize("entity", entities.ALL, ids=lambda entity: entity.name)
def test_fields_are_named_and_typed_as_described(entity: Entity) -> None:
    model = _model(entity)
    described = autotask_contract.description()["definitions"][model]
    known = {
        camel(name): TYPES[property_["type"], property_.get("format")]
        for name, property_ in described["properties"].items()
        if name not in {"SoapParentPropertyId", "UserDefinedFields"}
    }
    readable = {name: entity.fields[name] for name in entity.readable_names}

    assert set(readable) == set(known)
    assert {name: field.type for name, field in readable.items() if field.type not in known[name]} == {}


def _model(entity: Entity) -> str:
    path = f"/V1.0/{entity.name}" if not entity.queryable else f"/V1.0/{entity.name}/1"
    operation = operation_of("GET" if entity.queryable else "POST", f"/ATServicesRest{path}")
    assert operation is not None
    assert operation.model is not None
    return operation.model


def test_every_described_operation_in_scope_is_a_route_with_that_verb(scene: Scene) -> None:
    missing = []
    for path, verbs in autotask_contract.description()["paths"].items():
        if any(word in path for word in OUT_OF_SCOPE):
            continue
        concrete = path.removeprefix("/V1.0").replace("{parentId}", "1").replace("{id}", "1")
        root = "/ATServicesRest" + ("/V1.0" if path.startswith("/V1.0") else "")
        for verb in verbs:
            reply = scene.caller.raw(verb.upper(), concrete, {} if verb != "get" else None, root=root)
            no_route = reply.status == 405 or (reply.status == 404 and not path.endswith("{id}"))
            missing += [f"{verb} {path}"] if no_route else []

    assert missing == []


def test_verbs_the_description_does_not_have_are_refused(scene: Scene) -> None:
    wrong = []
    for path, verbs in autotask_contract.description()["paths"].items():
        if any(word in path for word in OUT_OF_SCOPE) or not path.startswith("/V1.0/"):
            continue
        concrete = path.removeprefix("/V1.0").replace("{parentId}", "1").replace("{id}", "1")
        for verb in {"get", "post", "patch", "put", "delete"} - set(verbs):
            reply = scene.caller.raw(verb.upper(), concrete, {} if verb != "get" else None)
            wrong += [] if reply.status in {404, 405} else [f"{verb} {path}"]

    assert wrong == []


def test_writes_hold_to_the_description(scene: Scene) -> None:
    caller, world = scene.caller, scene.world
    code = some_id(scene, entities.BY_NAME["BillingCodes"])
    service = {"name": "Mailbox", "billingCodeID": code, "periodType": 2, "unitPrice": 2.5}
    service_id = exchange(caller, "POST", "/Services", service)["itemId"]
    exchange(caller, "PATCH", "/Services", {"id": service_id, "isActive": False})
    exchange(caller, "PUT", "/Services", {**service, "id": service_id})
    bundle = {"name": "Pair", "billingCodeID": code, "periodType": 2}
    bundle_id = exchange(caller, "POST", "/ServiceBundles", bundle)["itemId"]
    part = exchange(caller, "POST", f"/ServiceBundles/{bundle_id}/Services", {"serviceID": service_id})[
        "itemId"
    ]

    contract = f"/Contracts/{scene.contract}"
    line = exchange(caller, "POST", f"{contract}/Services", {"serviceID": service_id})["itemId"]
    exchange(caller, "PATCH", f"{contract}/Services", {"id": line, "adjustedPrice": 2})
    exchange(caller, "POST", f"{contract}/ServiceBundles", {"serviceBundleID": bundle_id})
    adjustment = {"contractServiceID": line, "effectiveDate": "2026-02-21", "unitChange": 3}
    exchange(caller, "POST", "/ContractServiceAdjustments", adjustment)
    exchange(caller, "POST", f"{contract}/ServiceAdjustments", adjustment | {"effectiveDate": "2026-02-22"})
    exchange(caller, "POST", f"{contract}/Notes", {"title": "Note", "description": "Text"})
    udf = {"id": scene.contract, "userDefinedFields": [{"name": "Acronis PAYG", "value": "No"}]}
    exchange(caller, "PATCH", "/Contracts", udf)

    definition = {"name": "Rank", "udfType": 1, "dataType": 6}
    definition_id = exchange(caller, "POST", "/UserDefinedFieldDefinitions", definition)["itemId"]
    item = {"valueForDisplay": "A", "valueForExport": "A", "isActive": True}
    exchange(caller, "POST", f"/UserDefinedFields/{definition_id}/ListItems", item)
    contact = {"firstName": "Bo", "lastName": "Ek", "isActive": 1}
    contact_id = exchange(caller, "POST", f"/Companies/{scene.company}/Contacts", contact)["itemId"]
    exchange(caller, "DELETE", f"/Companies/{scene.company}/Contacts/{contact_id}")
    exchange(caller, "DELETE", f"/ServiceBundles/{bundle_id}/Services/{part}")
    assert len(world.ledger.writes) == 18


def test_writes_of_the_service_desk_hold_to_the_description(scene: Scene) -> None:
    caller = scene.caller
    body = {"companyID": scene.company, "title": "Failed", "status": 1, "priority": 2, "queueID": 8}
    ticket = exchange(caller, "POST", "/Tickets", body)["itemId"]
    exchange(caller, "PATCH", "/Tickets", {"id": ticket, "status": 5})
    exchange(caller, "PUT", "/Tickets", {**body, "id": ticket})
    note = {"description": "x", "noteType": 1, "publish": 2}
    note_id = exchange(caller, "POST", f"/Tickets/{ticket}/Notes", note)["itemId"]
    exchange(caller, "PATCH", f"/Tickets/{ticket}/Notes", {"id": note_id, "description": "y"})


@pytest.mark.parametrize("family", ["Company", "Ticket"])
def test_writes_of_webhooks_hold_to_the_description(scene: Scene, family: str) -> None:
    caller, url = scene.caller, "https://bridge.example/hook"
    hook = {"name": "Hints", "webhookUrl": url, "deactivationUrl": url, "secretKey": "k", "isActive": True}
    hook["sendThresholdExceededNotification"] = False
    hook_id = exchange(caller, "POST", f"/{family}Webhooks", hook)["itemId"]
    below = f"/{family}Webhooks/{hook_id}"
    metadata = exchange(caller, "GET", f"/{family}WebhookFields/entityInformation/fields")["fields"]
    field_id = next(int(field["picklistValues"][0]["value"]) for field in metadata if field["picklistValues"])
    field = {
        "fieldID": field_id,
        "isSubscribedField": True,
        "isDisplayAlwaysField": True,
        "webhookID": hook_id,
    }
    made = exchange(caller, "POST", f"{below}/Fields", field)["itemId"]
    exchange(caller, "PATCH", f"{below}/Fields", {"id": made, "isDisplayAlwaysField": False})
    resource = {"resourceID": scene.world.user.resource_id, "webhookID": hook_id}
    excluded = exchange(caller, "POST", f"{below}/ExcludedResources", resource)["itemId"]
    exchange(caller, "DELETE", f"{below}/ExcludedResources/{excluded}")
    exchange(caller, "DELETE", f"{below}/Fields/{made}")
    exchange(caller, "PATCH", f"/{family}Webhooks", {"id": hook_id, "isActive": False})
    exchange(caller, "DELETE", below)


def test_discovery_and_threshold_hold_to_the_description(scene: Scene) -> None:
    exchange(scene.caller, "GET", "/ThresholdInformation")
    zone = scene.caller.ok("GET", "/ZoneInformation", query="user=bridge.api%40msp.example")
    validate_exchange("GET", f"{ROOT}/ZoneInformation", None, 200, zone)
    version = json.loads(scene.caller.raw("GET", "/ATServicesRest/VersionInformation", root="").body)
    validate_exchange("GET", "/ATServicesRest/VersionInformation", None, 200, version)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "answer"),
    [
        ("POST", "/Services", {"nmae": "x"}, 500, {"errors": ["no"]}),
        ("GET", "/Companies/1", None, 200, {"id": 1}),
        ("GET", "/Companies/1", None, 200, {"item": {"CompanyName": "x"}}),
        ("GET", "/Companies/1", None, 500, {"error": "no"}),
        ("POST", "/Companies", {"companyName": 5}, 200, {"itemId": 1}),
        ("POST", "/Companies", {"companyName": "x"}, 200, {"itemID": 1}),
        ("POST", "/Companies/query", {"filter": [{"op": "ne", "field": "id", "value": 1}]}, 500, None),
        ("POST", "/ContractServiceAdjustments/query", {"filter": [EVERYTHING]}, 200, {}),
    ],
)
def test_the_check_itself_finds_what_is_wrong(
    method: str, path: str, body: object, status: int, answer: object
) -> None:
    with pytest.raises(AssertionError):
        validate_exchange(method, ROOT + path, body, status, answer)
