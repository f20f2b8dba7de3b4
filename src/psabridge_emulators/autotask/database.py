"""The tenant's database: all tables, the emulated time, the doubts, the ledger and what readers see of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from psabridge_emulators.autotask import entities
from psabridge_emulators.autotask.doubts import Doubts
from psabridge_emulators.autotask.ledger import LandedWrite, Ledger
from psabridge_emulators.autotask.picklists import Picklists
from psabridge_emulators.autotask.table import Row, Table, View
from psabridge_emulators.autotask.unit_table import UnitTable

NO_LAG = timedelta(0)
# Hears of an entity's row before and after somebody changed it, and by whom.
Listener = Callable[[str, Row | None, Row | None, int], None]
UNIT_LINE_FIELDS = {
    "ContractServiceUnits": "contractServiceID",
    "ContractServiceBundleUnits": "contractServiceBundleID",
}


@dataclass(frozen=True, slots=True)
class ReadLag:
    """How far behind the reads of an entity are; with two replicas every second read is."""

    lag: timedelta = NO_LAG
    alternating: bool = False


@dataclass(slots=True)
class Database:
    now: datetime
    doubts: Doubts = field(default_factory=Doubts)
    ledger: Ledger = field(default_factory=Ledger)
    picklists: Picklists = field(default_factory=Picklists)
    currency_factor: Decimal = Decimal(1)  # internal currency for one unit of the customer's
    listener: Listener | None = None
    author: int | None = None  # the resource that is at work; None while the world is furnished
    tables: dict[str, Table] = field(init=False)
    _lags: dict[str, ReadLag] = field(default_factory=dict)
    _reads: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = {entity.name: self._new_table(entity.name) for entity in entities.ALL}

    @staticmethod
    def _new_table(name: str) -> Table:
        entity = entities.BY_NAME[name]
        if name in UNIT_LINE_FIELDS:
            return UnitTable(entity, UNIT_LINE_FIELDS[name])
        return Table(entity)

    def __getitem__(self, entity_name: str) -> Table:
        return self.tables[entity_name]

    def units(self, entity_name: str) -> UnitTable:
        table = self.tables[entity_name]
        if not isinstance(table, UnitTable):
            raise TypeError(f"{entity_name} holds no unit rows")
        return table

    def row(self, entity_name: str, row_id: int) -> Row | None:
        return self.tables[entity_name].get(row_id)

    def insert(self, entity_name: str, values: dict[str, Any]) -> int:
        table = self.tables[entity_name]
        row_id: int = values["id"] if "id" in values else table.new_id()
        row = {"id": row_id, **values}
        table.put(row, self.now)
        self._tell(entity_name, None, row)
        return row_id

    def change(self, entity_name: str, row_id: int, **values: object) -> None:
        table = self.tables[entity_name]
        old = table.get(row_id)
        if old is None:
            raise KeyError(f"{entity_name} has no row {row_id}")
        row = {**old, **values}
        table.put(row, self.now)
        self._tell(entity_name, old, row)

    def delete(self, entity_name: str, row_id: int, *, seen_at_once: bool = False) -> None:
        old = self.tables[entity_name].get(row_id)
        self.tables[entity_name].delete(row_id, self.now, seen_at_once=seen_at_once)
        self._tell(entity_name, old, None)

    def _tell(self, entity_name: str, before: Row | None, after: Row | None) -> None:
        if self.author is not None and self.listener is not None:
            self.listener(entity_name, before, after, self.author)

    @contextmanager
    def written_by(self, resource_id: int) -> Iterator[None]:
        before, self.author = self.author, resource_id
        try:
            yield
        finally:
            self.author = before

    def open(self) -> None:
        """From now on there are readers: what changes is seen late where reads lag."""
        self._keep_past_where_needed()

    def set_doubts(self, doubts: Doubts) -> None:
        self.doubts = doubts
        self._keep_past_where_needed()

    def set_lag(self, entity_name: str, lag: ReadLag) -> None:
        self._lags[entity_name] = lag
        self._keep_past_where_needed()

    def lag_of(self, entity_name: str) -> ReadLag:
        general = ReadLag(timedelta(seconds=self.doubts.read_lag_seconds))
        return self._lags.get(entity_name, general)

    def read(self, entity_name: str) -> View:
        """What the next reader of an entity sees (D19)."""
        lag = self.lag_of(entity_name)
        number = self._reads[entity_name] = self._reads.get(entity_name, 0) + 1
        fresh = lag.alternating and number % 2 == 1
        return self.tables[entity_name].view(self.now, NO_LAG if fresh else lag.lag)

    def record_write(self, method: str, entity_name: str, row_id: int, body: object, by: str) -> None:
        number = len(self.ledger.writes) + 1
        self.ledger.writes.append(LandedWrite(number, self.now, method, entity_name, row_id, body, by))

    def prune(self) -> None:
        """Let go of a past that no reader can see any more."""
        for name, table in self.tables.items():
            lag = self.lag_of(name).lag
            if lag:
                table.forget_before(self.now - lag)

    def _keep_past_where_needed(self) -> None:
        for name, table in self.tables.items():
            table.logging = self.lag_of(name).lag > NO_LAG
            if not table.logging:
                table.forget_past()
