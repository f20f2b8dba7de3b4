"""Rows and bodies as they travel: camelCase items, JSON numbers, keys in any case (autotask-rest.md 3.3)."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from psabridge_emulators.autotask import udfs
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Invalid, Refusal
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.frame.wire import Reply

# A level that "Can't Read Costs" sees them empty (autotask-rest.md 1.2).
COST_FIELDS = frozenset({"unitCost", "cost", "internalCost", "adjustedUnitCost"})
_JSON_NUMBER = json.JSONDecoder().decode


def reply(content: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(content, default=_number).encode())


def _number(value: object) -> object:
    """Exact inside, a JSON number outside, as the vendor's doubles are."""
    if isinstance(value, Decimal):
        return _JSON_NUMBER(str(value))
    raise TypeError(f"{value!r} has no form on the wire")


def refusal(error: Refusal) -> Reply:
    match error.status:
        case 401 | 405:
            return reply({"Message": error.texts[0]}, error.status)
        case 404:
            return reply({"Message": "No HTTP resource was found that matches the request URI."}, 404)
        case status:
            return reply({"errors": list(error.texts)}, status)


def html_not_found() -> Reply:
    page = "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head></html>"
    return Reply.text(404, page, "text/html")


def body_of(content: bytes) -> Any:  # noqa: ANN401  a body may be any JSON value
    try:
        return json.loads(content, parse_float=Decimal)
    except ValueError as error:
        raise Invalid("The request body is not valid JSON.") from error


def object_of(content: bytes) -> dict[str, Any]:
    """A body that must be one object; its keys in lower case, for names ignore case."""
    return lowered(body_of(content))


def lowered(content: object) -> dict[str, Any]:
    if not isinstance(content, Mapping):
        raise Invalid("The request body must be one JSON object.")
    return {str(key).lower(): value for key, value in content.items()}


class Presenter:
    """Turns rows of one entity into items."""

    def __init__(self, database: Database, entity: Entity, *, sees_costs: bool = True) -> None:
        self._database = database
        self._definitions = udfs.definitions_of(database, entity)
        self._names = entity.readable_names
        self._hidden = frozenset() if sees_costs else COST_FIELDS

    def items(self, rows: Iterable[Row], include: frozenset[str] | None = None) -> list[dict[str, Any]]:
        listed = list(rows)
        any_udf = any(value is not None for row in listed for value in row.get("_udfs", {}).values())
        names = [name for name in self._names if include is None or name in include]
        with_udfs = include is None or "userDefinedFields" in include
        return [self._item(row, names, with_udfs=with_udfs, any_udf=any_udf) for row in listed]

    def item(self, row: Row) -> dict[str, Any]:
        return self.items([row])[0]

    def _item(self, row: Row, names: list[str], *, with_udfs: bool, any_udf: bool) -> dict[str, Any]:
        item = {name: None if name in self._hidden else row.get(name) for name in names}
        # Without any value in the page the collection was seen absent, empty and as "" (autotask-rest.md 4).
        when_none = self._database.doubts.udfs_when_none_set
        if with_udfs and (any_udf or when_none == "nulls"):
            item["userDefinedFields"] = udfs.shown(self._database, self._definitions, row)
        elif with_udfs and when_none == "text":
            item["userDefinedFields"] = ""
        return item
