"""Filters of a query. Operators are functions, since the vendor drops one it does not know (A6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

# 500 conditions joined by "or" at most; taken to hold for the length of a list too (A7, D10).
MOST_VALUES = 500
MOST_ROWS = 500

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One node of the vendor's filter document."""

    wire: Mapping[str, object]


def eq(field: str, value: Value) -> Filter:
    return _compare("eq", field, value)


def noteq(field: str, value: Value) -> Filter:
    return _compare("noteq", field, value)


def gt(field: str, value: Value) -> Filter:
    return _compare("gt", field, value)


def gte(field: str, value: Value) -> Filter:
    return _compare("gte", field, value)


def lt(field: str, value: Value) -> Filter:
    return _compare("lt", field, value)


def lte(field: str, value: Value) -> Filter:
    return _compare("lte", field, value)


def begins_with(field: str, text: str) -> Filter:
    return _compare("beginsWith", field, text)


def ends_with(field: str, text: str) -> Filter:
    return _compare("endsWith", field, text)


def contains(field: str, text: str) -> Filter:
    return _compare("contains", field, text)


def exist(field: str) -> Filter:
    """The field is not null: comparing with null would match no row at all (A6)."""
    return Filter({"op": "exist", "field": field})


def not_exist(field: str) -> Filter:
    return Filter({"op": "notExist", "field": field})


def within(field: str, values: Iterable[Value]) -> Filter:
    return _listed("in", field, values)


def not_within(field: str, values: Iterable[Value]) -> Filter:
    return _listed("notIn", field, values)


def all_of(*filters: Filter) -> Filter:
    return _group("and", filters)


def any_of(*filters: Filter) -> Filter:
    if len(filters) > MOST_VALUES:
        raise ValueError(f"{len(filters)} conditions joined by or; Autotask takes {MOST_VALUES}")
    return _group("or", filters)


def udf_eq(name: str, value: str) -> Filter:
    """One user-defined field by its display name; a query may hold only one such condition (A7)."""
    return Filter({"op": "eq", "field": name, "value": value, "udf": True})


def day_from(field: str, day: date) -> Filter:
    return gte(field, f"{day.isoformat()}T00:00:00")


def day_to(field: str, day: date) -> Filter:
    return lte(field, f"{day.isoformat()}T23:59:59")


def moment_from(field: str, moment: datetime) -> Filter:
    return gte(field, f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z")


def document(
    filters: Iterable[Filter], *, most: int = MOST_ROWS, after: int | None = None
) -> dict[str, object]:
    """The body of a query: rows that pass every filter, and come after an id.

    A filter may not be empty, and every row has an id of 0 or more (A6). Whole rows are asked for:
    a field named in IncludeFields that a tenant lacks would fail the query.
    """
    onward = gte("id", 0) if after is None else gt("id", after)
    return {"MaxRecords": most, "filter": [*(one.wire for one in filters), onward.wire]}


def counting(filters: Iterable[Filter]) -> dict[str, object]:
    return {"filter": document(filters)["filter"]}


def _compare(operator: str, field: str, value: Value) -> Filter:
    return Filter({"op": operator, "field": field, "value": value})


def _listed(operator: str, field: str, values: Iterable[Value]) -> Filter:
    listed = list(values)
    if not 0 < len(listed) <= MOST_VALUES:
        raise ValueError(f"a list of {len(listed)} values; Autotask takes 1 to {MOST_VALUES}")
    return Filter({"op": operator, "field": field, "value": listed})


def _group(operator: str, filters: tuple[Filter, ...]) -> Filter:
    if not filters:
        raise ValueError("a group of filters needs at least one")
    return Filter({"op": operator, "items": [one.wire for one in filters]})
