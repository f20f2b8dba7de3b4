"""What an entity tells about itself (autotask-rest.md 2.4)."""

from typing import Any

from psabridge_emulators.autotask import udfs
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entity import Entity, Field
from psabridge_emulators.autotask.people import ApiUser
from psabridge_emulators.autotask.picklists import (
    COMPANY_WEBHOOK_FIELDS,
    TICKET_WEBHOOK_FIELDS,
    UDF_DATA_TYPE_LIST,
    PickValue,
)
from psabridge_emulators.autotask.table import Row

PARENT_FIELDS = {"sub_issue_type": "issueType"}
# userAccessFor*: 0 none, 1 all, 2 restricted.
NO_ACCESS, FULL_ACCESS, RESTRICTED = 0, 1, 2
UDF_TYPES = {1: "string", 2: "string", 3: "double", 4: "datetime", UDF_DATA_TYPE_LIST: "string", 7: "string"}
WEBHOOK_FIELDS = {"Companies": COMPANY_WEBHOOK_FIELDS, "Tickets": TICKET_WEBHOOK_FIELDS}
WEBHOOK_ENTITIES = frozenset({"Companies", "Contacts", "Tickets", "TicketNotes"})  # section 8


def information(entity: Entity, user: ApiUser) -> dict[str, Any]:
    """How far the user may go with an entity; a security level that hides rows shows as restricted."""

    def access(allowed: bool) -> int:  # noqa: FBT001  one word, one meaning
        return FULL_ACCESS if allowed else NO_ACCESS

    sight = FULL_ACCESS if user.reads_all_of(entity.name) else RESTRICTED
    return {
        "info": {
            "name": entity.singular,
            "canCreate": entity.creatable,
            "canDelete": entity.deletable,
            "canQuery": entity.queryable,
            "canUpdate": entity.updatable,
            "userAccessForCreate": access(entity.creatable and user.may_create(entity.name)),
            "userAccessForDelete": access(entity.deletable and user.may_write),
            "userAccessForQuery": sight if entity.queryable else NO_ACCESS,
            "userAccessForUpdate": access(entity.updatable and user.may_update(entity.name)),
            "hasUserDefinedFields": entity.udf_type is not None,
            "supportsWebhookCallouts": entity.name in WEBHOOK_ENTITIES,
        }
    }


def fields(database: Database, entity: Entity) -> dict[str, Any]:
    return {"fields": [_field(database, entity, field) for field in entity.columns]}


def _field(database: Database, entity: Entity, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "dataType": "datetime" if field.type == "date" else field.type,
        "length": field.length,
        "isRequired": field.required,
        "isReadOnly": field.access == "ro",
        "isQueryable": field.queryable and entity.queryable,
        "isReference": field.refers_to is not None,
        "referenceEntityType": field.refers_to or "",
        "isPickList": field.picklist is not None,
        "picklistValues": _picklist(database, field),
        "picklistParentValueField": PARENT_FIELDS.get(field.picklist or "", ""),
        "isSupportedWebhookField": field.name in WEBHOOK_FIELDS.get(entity.name, {}),
    }


def _picklist(database: Database, field: Field) -> list[dict[str, Any]] | None:
    if field.picklist is None:
        return None
    values = database.picklists.values(field.picklist)
    return [_pick_value(entry, order) for order, entry in enumerate(values, start=1)]


def _pick_value(entry: PickValue, order: int) -> dict[str, Any]:
    """`value` is always text, even for a number field."""
    return {
        "value": str(entry.value),
        "label": entry.label,
        "isDefaultValue": entry.is_default,
        "sortOrder": order,
        "parentValue": entry.parent,
        "isActive": entry.is_active,
        "isSystem": entry.is_system,
    }


def user_defined_fields(database: Database, entity: Entity) -> dict[str, Any]:
    definitions = udfs.definitions_of(database, entity)
    return {"fields": [_user_defined_field(database, definition) for definition in definitions]}


def _user_defined_field(database: Database, definition: Row) -> dict[str, Any]:
    is_list = definition["dataType"] == UDF_DATA_TYPE_LIST
    default = definition.get("defaultValue")
    return {
        "name": definition["name"],
        "label": definition["name"],
        "type": UDF_TYPES[definition["dataType"]],
        "length": 128 if is_list else 0,
        "description": definition.get("description") or "",
        "isRequired": bool(definition.get("isRequired")),
        "isReadOnly": False,
        "isQueryable": not definition.get("isEncrypted"),
        "isReference": False,
        "referenceEntityType": "",
        "isPickList": is_list,
        "picklistValues": _list_items(database, definition, default) if is_list else None,
        "picklistParentValueField": "",
        "defaultValue": default or "",
        "isSupportedWebhookField": False,
    }


def _list_items(database: Database, definition: Row, default: object) -> list[dict[str, Any]]:
    """Label and value, whose relation only this answer tells (D5)."""
    return [
        {
            "value": udfs.item_value(database, item),
            "label": item["valueForDisplay"],
            "isDefaultValue": default == udfs.item_value(database, item),
            "sortOrder": order,
            "parentValue": "",
            "isActive": item.get("isActive") is not False,
            "isSystem": False,
        }
        for order, item in enumerate(udfs.items_of(database, definition["id"]), start=1)
    ]
