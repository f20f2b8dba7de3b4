"""Rules of single entities that go beyond their field tables (autotask-rest.md 4, 5, 6)."""

from collections.abc import Callable
from typing import Any

from psabridge_emulators.autotask import ticket_rules, udfs, webhook_rules
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.autotask.errors import Invalid, bad_reference
from psabridge_emulators.autotask.lines import lines_of_contract
from psabridge_emulators.autotask.picklists import (
    CONTRACT_TYPE_RECURRING,
    PICKLISTS,
    UDF_DATA_TYPE_LIST,
)
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.tables_webhooks import FAMILIES, Family
from psabridge_emulators.autotask.world import AutotaskWorld

Values = dict[str, Any]
# What a rule adds to the values of a write; it raises Invalid where the vendor refuses.
CreateRule = Callable[[AutotaskWorld, Values], Values]
UpdateRule = Callable[[AutotaskWorld, Row, Values], Values]
DeleteRule = Callable[[AutotaskWorld, Row], None]


def _new_contract(_: AutotaskWorld, values: Values) -> Values:
    if values["endDate"] < values["startDate"]:
        raise Invalid("The end date of a contract must not be before its start date.")
    return {}


def _changed_contract(world: AutotaskWorld, row: Row, values: Values) -> Values:
    """The end moves with its rows; a start with lines below it is refused here (see README)."""
    starts: str = values.get("startDate") or row["startDate"]
    ends: str = values.get("endDate") or row["endDate"]
    if ends < starts:
        raise Invalid("The end date of a contract must not be before its start date.")
    if starts != row["startDate"] and any(lines_of_contract(world.database, row["id"])):
        raise Invalid("The start date of a contract with services cannot be changed.")
    if ends != row["endDate"]:
        world.life.move_end(row["id"], day_of(ends))
    return {}


def _service(world: AutotaskWorld, values: Values) -> Values:
    """The allocation code must be active and of use type 5 (autotask-rest.md 5.6)."""
    if "billingCodeID" in values:
        code = world.database.row("BillingCodes", values["billingCodeID"])
        if code is None or code["useType"] != 5 or not code["isActive"]:
            raise bad_reference("billingCodeID", "BillingCode")
    return {}


def _new_service(world: AutotaskWorld, values: Values) -> Values:
    return (
        {"isActive": True} | _service(world, values) if "isActive" not in values else _service(world, values)
    )


def _changed_service(world: AutotaskWorld, _: Row, values: Values) -> Values:
    return _service(world, values)


def _new_bundle(world: AutotaskWorld, values: Values) -> Values:
    _check_bundle_name(world, values["name"], None)
    return _new_service(world, values)


def _changed_bundle(world: AutotaskWorld, row: Row, values: Values) -> Values:
    if values.get("name") is not None:
        _check_bundle_name(world, values["name"], row["id"])
    return _service(world, values)


def _check_bundle_name(world: AutotaskWorld, name: str, own_id: int | None) -> None:
    for other in world.database["ServiceBundles"].all():
        if other["name"].lower() == name.lower() and other["id"] != own_id:
            raise Invalid(
                f"A ServiceBundle already exists with Name [{name}]. Service bundle names must be unique."
            )


def _deleted_bundle(world: AutotaskWorld, row: Row) -> None:
    if world.database["ContractServiceBundles"].find("serviceBundleID", row["id"]):
        raise Invalid("The service bundle is tied to a contract and cannot be deleted.")


def _new_definition(world: AutotaskWorld, values: Values) -> Values:
    _check_definition_name(world, values["name"], values["udfType"], None)
    _check_active_limit(world, values["udfType"])
    _check_default(world, {"id": 0, **values}, values.get("defaultValue"))
    return {"isActive": True} if "isActive" not in values else {}


def _changed_definition(world: AutotaskWorld, row: Row, values: Values) -> Values:
    if values.get("name") is not None:
        _check_definition_name(world, values["name"], row["udfType"], row["id"])
    if values.get("isActive") and row.get("isActive") is False:
        _check_active_limit(world, row["udfType"])
    _check_default(world, row, values.get("defaultValue"))
    return {}


def _check_default(world: AutotaskWorld, definition: Row, default: str | None) -> None:
    """A list's default is one of its items, so the items come first (autotask-rest.md 4.1)."""
    udfs.stored_value(world.database, definition, default)


def _check_definition_name(world: AutotaskWorld, name: str, udf_type: int, own_id: int | None) -> None:
    """Display names are unique per entity (autotask-rest.md 4)."""
    for other in world.database["UserDefinedFieldDefinitions"].all():
        same = other["name"].lower() == name.lower() and other["udfType"] == udf_type
        if same and other["id"] != own_id:
            raise Invalid(f"A user-defined field already exists with Name [{name}]. Names must be unique.")


def _check_active_limit(world: AutotaskWorld, udf_type: int) -> None:
    label = next(entry.label for entry in PICKLISTS["udf_type"] if entry.value == udf_type)
    rows = world.database["UserDefinedFieldDefinitions"].all()
    active = sum(1 for row in rows if row["udfType"] == udf_type and row.get("isActive") is not False)
    limit = udfs.ACTIVE_LIMITS.get(label)
    if limit is not None and active >= limit:
        raise Invalid(f"The maximum of {limit} active user-defined fields has been reached.")


def _new_list_item(world: AutotaskWorld, values: Values) -> Values:
    definition = world.database.row("UserDefinedFieldDefinitions", values["udfFieldId"])
    if definition is None or definition["dataType"] != UDF_DATA_TYPE_LIST:
        raise bad_reference("udfFieldId", "UserDefinedFieldDefinition")
    return {}


def _new_ticket(world: AutotaskWorld, values: Values) -> Values:
    added = ticket_rules.new_ticket(world.database, values)
    completed = ticket_rules.completion(world.database, None, values, _author(world))
    return added | completed | {"ticketNumber": world.desk.next_number()}


def _changed_ticket(world: AutotaskWorld, row: Row, values: Values) -> Values:
    ticket_rules.changed_ticket(world.database, row, values)
    return ticket_rules.completion(world.database, row, values, _author(world))


def _new_note(world: AutotaskWorld, values: Values) -> Values:
    ticket_rules.check_note(world.database, values)
    world.desk.touch(values["ticketID"], _author(world))
    return {}


def _changed_note(world: AutotaskWorld, row: Row, values: Values) -> Values:
    ticket_rules.check_note(world.database, {**row, **values})
    world.desk.touch(row["ticketID"], _author(world))
    return {}


def _author(world: AutotaskWorld) -> int:
    return world.user.resource_id if world.database.author is None else world.database.author


def _hook_rules(family: Family) -> tuple[CreateRule, UpdateRule]:
    def create(world: AutotaskWorld, values: Values) -> Values:
        allowed = world.user.max_webhooks
        return webhook_rules.new_hook(world.database, family, values, allowed=allowed)

    def update(world: AutotaskWorld, row: Row, values: Values) -> Values:
        webhook_rules.changed_hook(world.database, family, row, values)
        return {}

    return create, update


def _udf_field_rules(family: Family) -> tuple[CreateRule, UpdateRule]:
    def create(world: AutotaskWorld, values: Values) -> Values:
        webhook_rules.udf_field(world.database, family, values)
        return {}

    def update(world: AutotaskWorld, _: Row, values: Values) -> Values:
        return create(world, values)

    return create, update


def check_recurring(world: AutotaskWorld, contract_id: int) -> None:
    """Only a recurring-service contract takes lines (autotask-rest.md 5.2)."""
    contract = world.database.row("Contracts", contract_id)
    if contract is None or contract["contractType"] != CONTRACT_TYPE_RECURRING:
        raise Invalid("The contract must be of type Recurring Service.")


CREATE: dict[str, CreateRule] = {
    "Contracts": _new_contract,
    "Services": _new_service,
    "ServiceBundles": _new_bundle,
    "UserDefinedFieldDefinitions": _new_definition,
    "UserDefinedFieldListItems": _new_list_item,
    "Tickets": _new_ticket,
    "TicketNotes": _new_note,
    "Companies": lambda _, values: {} if "isActive" in values else {"isActive": True},
}
UPDATE: dict[str, UpdateRule] = {
    "Contracts": _changed_contract,
    "Services": _changed_service,
    "ServiceBundles": _changed_bundle,
    "UserDefinedFieldDefinitions": _changed_definition,
    "Tickets": _changed_ticket,
    "TicketNotes": _changed_note,
}
DELETE: dict[str, DeleteRule] = {"ServiceBundles": _deleted_bundle}
for _family in FAMILIES:
    CREATE[_family.hooks.name], UPDATE[_family.hooks.name] = _hook_rules(_family)
    CREATE[_family.udf_fields.name], UPDATE[_family.udf_fields.name] = _udf_field_rules(_family)
