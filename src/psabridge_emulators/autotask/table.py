"""The rows of one entity, found by id and by a few indexed fields, and as they looked a while ago."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from psabridge_emulators.autotask.entity import Entity

# A row is never changed in place: what an older reader was given stays as it was.
# Keys that begin with "_" are the emulator's own and never leave it.
Row = Mapping[str, Any]


def _key(value: object) -> object:
    """Text is found without regard to case, as it is compared."""
    return value.casefold() if isinstance(value, str) else value


class Table:
    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self._rows: dict[int, Row] = {}
        self._ids: list[int] = []
        self._unsorted = False
        self._index: dict[str, dict[Any, set[int]]] = {name: {} for name in entity.indexes}
        self._next_id = entity.first_id
        self._log: list[tuple[datetime, int, Row | None]] = []
        self.logging = False

    def __len__(self) -> int:
        return len(self._rows)

    def new_id(self, how_many: int = 1) -> int:
        """The first of so many fresh ids in a row."""
        taken = self._next_id
        self._next_id += how_many
        return taken

    @property
    def next_id(self) -> int:
        return self._next_id

    def get(self, row_id: int) -> Row | None:
        return self._rows.get(row_id)

    def all(self) -> Iterator[Row]:
        return (self._rows[row_id] for row_id in self.ids())

    def ids(self) -> list[int]:
        if self._unsorted:
            self._ids = sorted(self._known_ids())
            self._unsorted = False
        return self._ids

    def _known_ids(self) -> Iterable[int]:
        return self._rows

    def find(self, name: str, value: object) -> list[Row]:
        """Rows with a value in an indexed field, by id."""
        return [self._rows[row_id] for row_id in sorted(self.index_ids(name, (value,)))]

    def index_ids(self, name: str, values: Iterable[object]) -> set[int]:
        index = self._index[name]
        found: set[int] = set()
        for value in values:
            found |= index.get(_key(value), set())
        return found

    def put(self, row: Row, at: datetime) -> None:
        """Insert or replace a row."""
        row_id = row["id"]
        old = self._rows.get(row_id)
        self._remember(at, row_id, old)
        self._store(row_id, row, old)

    def delete(self, row_id: int, at: datetime, *, seen_at_once: bool = False) -> None:
        old = self._rows.pop(row_id)
        if not seen_at_once:
            self._remember(at, row_id, old)
        for name, index in self._index.items():
            index[_key(old.get(name))].discard(row_id)
        self._unsorted = True

    def forget_past(self) -> None:
        self._log.clear()

    def forget_before(self, moment: datetime) -> None:
        self._log = [entry for entry in self._log if entry[0] >= moment]

    def _store(self, row_id: int, row: Row, old: Row | None) -> None:
        if old is None:
            self._enlist(row_id)
        self._file(row_id, row, old)

    def _enlist(self, row_id: int) -> None:
        if self._ids and row_id < self._ids[-1]:
            self._unsorted = True
        elif not self._unsorted:
            self._ids.append(row_id)

    def _file(self, row_id: int, row: Row, old: Row | None) -> None:
        self._rows[row_id] = row
        for name, index in self._index.items():
            if old is not None:
                index[_key(old.get(name))].discard(row_id)
            index.setdefault(_key(row.get(name)), set()).add(row_id)

    def _remember(self, at: datetime, row_id: int, old: Row | None) -> None:
        if self.logging:
            self._log.append((at, row_id, old))

    def view(self, now: datetime, lag: timedelta) -> "View":
        """The table as it looked `lag` before `now` (D19)."""
        seen_until = now - lag
        unseen = [entry for entry in self._log if entry[0] > seen_until] if lag else []
        # Newest first, so that the oldest unseen change, which holds the row from before all of them, stays.
        return View(self, {row_id: old for _, row_id, old in reversed(unseen)})


class View:
    """A table at a moment: its rows, with those that were written later as they were before."""

    def __init__(self, table: Table, older: dict[int, Row | None]) -> None:
        self._table = table
        self._older = older

    def get(self, row_id: int) -> Row | None:
        if row_id in self._older:
            return self._older[row_id]
        return self._table.get(row_id)

    def ids_after(self, last_id: int | None) -> list[int]:
        ids = self._table.ids()
        if self._older:
            ids = sorted(set(ids) | set(self._older))
        return ids if last_id is None else ids[bisect_right(ids, last_id) :]

    def candidates(self, name: str, values: Iterable[object]) -> list[int]:
        """Ids of rows that may have one of the values; the caller checks each row."""
        if name == "id":
            return sorted(
                {value for value in values if isinstance(value, int) and self.get(value) is not None}
            )
        return sorted(self._table.index_ids(name, values) | set(self._older))
