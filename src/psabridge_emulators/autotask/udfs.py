"""User-defined fields: definitions, list items and the values rows carry (autotask-rest.md 4)."""

from collections.abc import Mapping
from typing import Any

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Invalid
from psabridge_emulators.autotask.picklists import PICKLISTS, UDF_DATA_TYPE_LIST
from psabridge_emulators.autotask.table import Row

# How many definitions of one entity may be active (autotask-rest.md 4).
ACTIVE_LIMITS = {"Company": 200, "Contact": 100, "Contract": 50, "Ticket": 300, "ServiceBundle": 100}


def type_code(label: str) -> int:
    return next(entry.value for entry in PICKLISTS["udf_type"] if entry.label == label)


def definitions_of(database: Database, entity: Entity) -> list[Row]:
    """The active definitions of an entity."""
    if entity.udf_type is None:
        return []
    code = type_code(entity.udf_type)
    rows = database["UserDefinedFieldDefinitions"].all()
    return [row for row in rows if row["udfType"] == code and row.get("isActive") is not False]


def items_of(database: Database, definition_id: int) -> list[Row]:
    return database["UserDefinedFieldListItems"].find("udfFieldId", definition_id)


def item_value(database: Database, item: Row) -> str:
    """What stands on the wire for a chosen list item (D5)."""
    match database.doubts.list_value:
        case "item_id":
            return str(item["id"])
        case "export":
            return str(item["valueForExport"])
        case _:
            return str(item["valueForDisplay"])


def stored_value(database: Database, definition: Row, value: str | None) -> str | int | None:
    """A value as kept: for a list the id of the item, so that a renamed item stays chosen."""
    if value is None or value == "" or definition["dataType"] != UDF_DATA_TYPE_LIST:
        return value
    for item in items_of(database, definition["id"]):
        if value == item_value(database, item):
            item_id: int = item["id"]
            return item_id
    raise Invalid(f"Value {value} does not exist for the user-defined field {definition['name']}.")


def shown_value(database: Database, stored: str | int | None) -> str | None:
    if not isinstance(stored, int):
        return stored
    item = database.row("UserDefinedFieldListItems", stored)
    return None if item is None else item_value(database, item)


def values_to_store(database: Database, entity: Entity, sent: object) -> dict[int, str | int | None]:
    """The `userDefinedFields` of a body, by definition; names are matched without regard to case."""
    if not isinstance(sent, list):
        raise Invalid("userDefinedFields must be a list.")
    by_name = {row["name"].lower(): row for row in definitions_of(database, entity)}
    stored: dict[int, str | int | None] = {}
    for entry in sent:
        lowered = (
            {str(key).lower(): value for key, value in entry.items()} if isinstance(entry, Mapping) else {}
        )
        definition = by_name.get(str(lowered.get("name", "")).lower())
        if definition is None:
            raise Invalid(
                f"Unable to find the user-defined field {lowered.get('name')} on {entity.singular}."
            )
        stored[definition["id"]] = stored_value(database, definition, _text(lowered.get("value")))
    return stored


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise Invalid("The value of a user-defined field is text.")


def defaults(database: Database, entity: Entity) -> dict[int, str | int | None]:
    """What a row gets on create where the caller sends nothing (autotask-rest.md 4)."""
    with_default = [row for row in definitions_of(database, entity) if row.get("defaultValue")]
    return {row["id"]: stored_value(database, row, str(row["defaultValue"])) for row in with_default}


def shown(database: Database, definitions: list[Row], row: Row) -> list[dict[str, Any]]:
    kept: Mapping[int, str | int | None] = row.get("_udfs", {})
    return [
        {"name": definition["name"], "value": shown_value(database, kept.get(definition["id"]))}
        for definition in definitions
    ]
