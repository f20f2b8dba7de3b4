"""Rules of webhooks and of what hangs below them (autotask-rest.md 1.2, 8)."""

import uuid
from typing import Any

from psabridge_emulators.autotask import udfs
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entities import BY_NAME
from psabridge_emulators.autotask.errors import Invalid, bad_reference, no_permission
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.tables_webhooks import FAMILIES, Family

Values = dict[str, Any]
_NAMES = uuid.UUID("5d0c6d1e-0000-4000-8000-000000000000")  # of nobody else's names


def new_hook(database: Database, family: Family, values: Values, *, allowed: int) -> Values:
    """A level may make so many webhooks, none by preset; an address is given once (section 8)."""
    made = [row for one in FAMILIES for row in database[one.hooks.name].all()]
    if len(made) >= allowed:
        raise no_permission()
    _check_addresses(database, family, values, own_id=None)
    number = database[family.hooks.name].next_id
    guid = str(uuid.uuid5(_NAMES, f"{family.hooks.name} {number}"))
    return {"webhookGUID": guid, "isReady": False, "ownerResourceID": database.author}


def changed_hook(database: Database, family: Family, row: Row, values: Values) -> None:
    _check_addresses(database, family, values, own_id=row["id"])


def _check_addresses(database: Database, family: Family, values: Values, own_id: int | None) -> None:
    for name in ("webhookUrl", "deactivationUrl"):
        url = values.get(name)
        if url is not None and not url.lower().startswith(("https://", "http://")):
            raise Invalid(f"The {name} is not a valid URL.")
    wanted = (values.get("webhookUrl") or "").casefold()
    for other in database[family.hooks.name].all():
        if other["id"] != own_id and other["webhookUrl"].casefold() == wanted:
            raise Invalid(f"A {family.hooks.singular} already exists with this WebhookUrl.")


def udf_field(database: Database, family: Family, values: Values) -> None:
    """The field must be one of the entity that is watched."""
    known = {row["id"] for row in udfs.definitions_of(database, BY_NAME[family.watched])}
    if values.get("udfFieldID") not in known | {None}:
        raise bad_reference("udfFieldID", "UserDefinedFieldDefinition")


def ready(database: Database, family: Family, hook_id: int) -> bool:
    """At least one field must be subscribed to (section 8)."""
    rows = [
        *database[family.fields.name].find("webhookID", hook_id),
        *database[family.udf_fields.name].find("webhookID", hook_id),
    ]
    return any(row.get("isSubscribedField") for row in rows)
