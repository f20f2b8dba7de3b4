"""One query: its document checked, its rows found by the best index, in order of id.

Sources: autotask-rest.md 2.2 and 2.3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from psabridge_emulators.autotask.conditions import Compiler, Predicate, condition_value
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Invalid, unknown_field
from psabridge_emulators.autotask.people import ApiUser
from psabridge_emulators.autotask.table import Row, View
from psabridge_emulators.autotask.wire import lowered

PAGE = 500
BEFORE_ALL = -1  # the root company has id 0


@dataclass(frozen=True, slots=True)
class Query:
    entity: Entity
    matches: Predicate
    page_size: int
    include: frozenset[str] | None
    index: tuple[str, tuple[Any, ...]] | None  # a field and the values that all results have one of
    after: int  # no result has this id or a smaller one


def parse(database: Database, entity: Entity, document: object) -> Query:
    known = lowered(document)
    filters = known.get("filter")
    matches = Compiler(database, entity).compile(filters)
    leaves = [lowered(node) for node in (filters if isinstance(filters, list) else [filters])]
    return Query(
        entity=entity,
        matches=matches,
        page_size=_page_size(known.get("maxrecords")),
        include=_include(entity, known.get("includefields")),
        index=_index(entity, leaves),
        after=_after(leaves),
    )


def _page_size(asked: object) -> int:
    if asked is None:
        return PAGE
    if isinstance(asked, bool) or not isinstance(asked, int) or not 1 <= asked <= PAGE:
        raise Invalid(f"maxCountOfRecordsToReturn must be between 1 and {PAGE}.")
    return asked


def _include(entity: Entity, names: object) -> frozenset[str] | None:
    if not names:
        return None
    if not isinstance(names, list):
        raise Invalid("IncludeFields must be a list of field names.")
    return frozenset(_included(entity, str(name)) for name in names)


def _included(entity: Entity, name: str) -> str:
    if name.lower() == "userdefinedfields":
        return "userDefinedFields"
    field = entity.fields_by_lower_name.get(name.lower())
    if field is None or not field.readable:
        raise unknown_field(name, entity.singular)
    return field.name


def _index(entity: Entity, leaves: Iterable[Mapping[str, Any]]) -> tuple[str, tuple[Any, ...]] | None:
    """The most selective condition on an indexed field that all results must meet."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    for leaf in leaves:
        field = entity.fields_by_lower_name.get(str(leaf.get("field", "")).lower())
        op = str(leaf.get("op", "")).lower()
        if field is None or leaf.get("udf") or op not in {"eq", "in"}:
            continue
        if field.name != "id" and field.name not in entity.indexes:
            continue
        asked = leaf["value"] if op == "in" else [leaf.get("value")]
        found.append(
            (field.name, tuple(condition_value(field, value) for value in asked if value is not None))
        )
    return min(found, key=lambda condition: (len(condition[1]), condition[0] != "id"), default=None)


def _after(leaves: Iterable[Mapping[str, Any]]) -> int:
    bounds = [BEFORE_ALL]
    for leaf in leaves:
        value = leaf.get("value")
        if str(leaf.get("field", "")).lower() == "id" and isinstance(value, int) and not leaf.get("udf"):
            op = str(leaf.get("op", "")).lower()
            bounds += [value] if op == "gt" else [value - 1] if op == "gte" else []
    return max(bounds)


class Search:
    """The rows a user finds with a query."""

    def __init__(self, database: Database, user: ApiUser, query: Query) -> None:
        self._database = database
        self._user = user
        self._query = query

    def page(self, after: int = BEFORE_ALL) -> tuple[list[Row], bool]:
        """The rows of one page, and whether more follow."""
        view = self._database.read(self._query.entity.name)
        rows = list(islice(self._rows(view, after), self._query.page_size + 1))
        return rows[: self._query.page_size], len(rows) > self._query.page_size

    def count(self) -> int:
        view = self._database.read(self._query.entity.name)
        return sum(1 for _ in self._rows(view, BEFORE_ALL))

    def _rows(self, view: View, after: int) -> Iterator[Row]:
        query, user, name = self._query, self._user, self._query.entity.name
        sees_all = user.sees_all
        for row_id in self._ids(view, max(after, query.after)):
            row = view.get(row_id)
            if row is None or not query.matches(row):
                continue
            if sees_all or user.sees(self._database, name, row):
                yield row

    def _ids(self, view: View, after: int) -> list[int]:
        if self._query.index is None:
            return view.ids_after(after)
        name, values = self._query.index
        return [row_id for row_id in view.candidates(name, values) if row_id > after]
