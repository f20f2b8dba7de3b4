"""Conditions of the query language, with the traps of autotask-rest.md 2.2."""

from collections.abc import Callable, Mapping
from typing import Any

from psabridge_emulators.autotask import udfs
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entity import DATE_TYPES, NUMBER_TYPES, Entity, Field
from psabridge_emulators.autotask.errors import Invalid, unknown_field
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.values import to_number, to_time
from psabridge_emulators.autotask.wire import lowered

Predicate = Callable[[Row], bool]
Getter = Callable[[Row], Any]

OR_LIMIT = 500
GROUPS = frozenset({"and", "or"})


def _never(_: Row) -> bool:
    return False


def _compare(get: Getter, matches: Callable[[Any], bool]) -> Predicate:
    """SQL's rule: a condition on a null is not met, whatever it asks."""

    def check(row: Row) -> bool:
        value = get(row)
        return value is not None and matches(value)

    return check


# What an operator asks of a value that is there. An operator that is not here is dropped without error.
SCALAR: dict[str, Callable[[Any], Callable[[Any], bool]]] = {
    "eq": lambda wanted: lambda value: bool(value == wanted),
    "noteq": lambda wanted: lambda value: bool(value != wanted),
    "gt": lambda wanted: lambda value: bool(value > wanted),
    "gte": lambda wanted: lambda value: bool(value >= wanted),
    "lt": lambda wanted: lambda value: bool(value < wanted),
    "lte": lambda wanted: lambda value: bool(value <= wanted),
}
TEXT: dict[str, Callable[[str], Callable[[Any], bool]]] = {
    "beginswith": lambda wanted: lambda value: str(value).startswith(wanted),
    "endswith": lambda wanted: lambda value: str(value).endswith(wanted),
    "contains": lambda wanted: lambda value: wanted in str(value),
}


class Compiler:
    """Turns the filter of one query into one predicate."""

    def __init__(self, database: Database, entity: Entity) -> None:
        self._database = database
        self._entity = entity
        self._or_conditions = 0
        self._udf_conditions = 0

    def compile(self, filters: object) -> Predicate:
        if isinstance(filters, Mapping):
            filters = [filters]
        if not isinstance(filters, list) or not filters:
            raise Invalid("Invalid query syntax. The filter may not be empty.")
        predicate = self._all(filters, below_or=False)
        # Stated for the engine that both interfaces share (autotask-rest.md 2.2).
        if self._or_conditions > OR_LIMIT:
            raise Invalid(f"Invalid query syntax. Queries are limited to {OR_LIMIT} OR conditions.")
        if self._udf_conditions > 1:
            raise Invalid("Invalid query syntax. Only one user-defined field may be queried at a time.")
        return predicate

    def _parts(self, nodes: object, *, below_or: bool) -> list[Predicate]:
        if not isinstance(nodes, list):
            raise Invalid("Invalid query syntax. The items of a group must be a list.")
        compiled = [self._node(lowered(node), below_or=below_or) for node in nodes]
        return [part for part in compiled if part is not None]

    def _all(self, nodes: object, *, below_or: bool) -> Predicate:
        parts = self._parts(nodes, below_or=below_or)
        if len(parts) == 1:
            return parts[0]
        return lambda row: all(part(row) for part in parts)

    def _any(self, nodes: object) -> Predicate | None:
        parts = self._parts(nodes, below_or=True)
        return (lambda row: any(part(row) for part in parts)) if parts else None

    def _node(self, node: dict[str, Any], *, below_or: bool) -> Predicate | None:
        op = str(node.get("op", "")).lower()
        if op == "and":
            return self._all(node.get("items"), below_or=below_or)
        if op == "or":
            return self._any(node.get("items"))
        self._or_conditions += int(below_or)
        return self._leaf(op, node)

    def _leaf(self, op: str, node: dict[str, Any]) -> Predicate | None:
        name = str(node.get("field", ""))
        if node.get("udf"):
            self._udf_conditions += 1
            field, get = self._udf(name)
        else:
            field, get = self._own_field(name)
        return self._condition(op, field, get, node.get("value"))

    def _own_field(self, name: str) -> tuple[Field, Getter]:
        field = self._entity.fields_by_lower_name.get(name.lower())
        if field is None or not field.readable:
            raise unknown_field(name, self._entity.singular)
        if not field.queryable:
            raise Invalid(f"The field {field.name} is not queryable.")
        key = field.name
        if field.type == "string":
            return field, lambda row: _folded(row.get(key))
        return field, lambda row: row.get(key)

    def _udf(self, name: str) -> tuple[Field, Getter]:
        for definition in udfs.definitions_of(self._database, self._entity):
            if definition["name"].lower() == name.lower():
                return Field(definition["name"], "string"), self._udf_getter(definition["id"])
        raise unknown_field(name, self._entity.singular)

    def _udf_getter(self, definition_id: int) -> Getter:
        def get(row: Row) -> str | None:
            kept = row.get("_udfs", {}).get(definition_id)
            return _folded(udfs.shown_value(self._database, kept))

        return get

    def _condition(self, op: str, field: Field, get: Getter, value: object) -> Predicate | None:
        if op in {"exist", "notexist"}:
            present = op == "exist"
            return lambda row: (get(row) is not None) == present
        if op in {"in", "notin"}:
            return self._membership(op, field, get, value)
        if op not in SCALAR and op not in TEXT:
            return None
        # Comparing with null matches nothing; `exist` and `notExist` are for that.
        if value is None and field.type != "boolean":
            return _never
        if op in TEXT:
            return _compare(get, TEXT[op](str(value).casefold()))
        return _compare(get, SCALAR[op](condition_value(field, value)))

    def _membership(self, op: str, field: Field, get: Getter, values: object) -> Predicate:
        if not isinstance(values, list) or not values:
            raise Invalid("Invalid query syntax. The value must be a list with at least one element.")
        # Whether a list counts against the limit is D10.
        if self._database.doubts.in_list_counts:
            self._or_conditions += len(values)
        wanted = frozenset(condition_value(field, value) for value in values if value is not None)
        if op == "in":
            return _compare(get, lambda value: value in wanted)
        return _compare(get, lambda value: value not in wanted)


def condition_value(field: Field, value: object) -> Any:  # noqa: ANN401  as many types as fields
    """The value of a condition in the form its field is compared in."""
    if field.type in NUMBER_TYPES:
        return to_number(field, value)
    if field.type == "boolean":
        if not isinstance(value, bool):
            raise Invalid(
                f"Invalid value for the boolean field {field.name}: only true and false are allowed."
            )
        return value
    if field.type in DATE_TYPES:
        return to_time(value)
    return str(value).casefold()


def _folded(value: str | None) -> str | None:
    """Text is compared without regard to case, as the vendor's database does."""
    return None if value is None else value.casefold()
