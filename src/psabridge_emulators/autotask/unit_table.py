"""Unit rows, made only when somebody looks at their line.

A provider with 8,000 lines has some 100,000 rows. A line reserves its ids when it is made, so an id does
not depend on who looks first.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from psabridge_emulators.autotask.days import Period, periods, wire_day
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.table import Row, Table


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of a line as first made: one per billing period, all with the same units and rate."""

    line_id: int
    contract_id: int
    starts: date
    ends: date
    months: int
    units: int
    rate: Decimal
    cost_rate: Decimal
    shared: tuple[tuple[str, Any], ...]  # what all rows of the line have in common
    posted_through: date | None = None
    posted_at: str | None = None

    def rows(self, first_id: int) -> list[dict[str, Any]]:
        alike = {**dict(self.shared), "units": self.units, **extended(self.units, self.rate, self.cost_rate)}
        spans = periods(self.starts, self.ends, self.months)
        return [
            {"id": row_id, **alike, **self._placed(span)} for row_id, span in enumerate(spans, start=first_id)
        ]

    def _placed(self, span: Period) -> dict[str, Any]:
        first = wire_day(span.first)
        posted = self.posted_through is not None and span.first <= self.posted_through
        return {
            "startDate": first,
            "endDate": wire_day(span.last),
            "approveAndPostDate": self.posted_at if posted else None,
            "_period": first,
        }


def extended(units: int, rate: Decimal, cost_rate: Decimal) -> dict[str, Any]:
    """`price` and `cost` are units times rate for the row, not per unit (autotask-rest.md 5.3)."""
    return {
        "price": units * rate,
        "cost": units * cost_rate,
        "internalCurrencyPrice": units * rate,
        "_rate": rate,
        "_cost_rate": cost_rate,
    }


@dataclass(frozen=True, slots=True)
class Reserved:
    """A block and the ids that are kept for its rows."""

    ids: range
    block: Block


class UnitTable(Table):
    def __init__(self, entity: Entity, line_field: str) -> None:
        super().__init__(entity)
        self._line_field = line_field
        self._blocks: dict[int, Reserved] = {}
        self._first_ids: list[tuple[int, int]] = []
        self._lines_of_contract: dict[int, set[int]] = {}

    def reserve(self, block: Block) -> None:
        how_many = len(periods(block.starts, block.ends, block.months))
        first_id = self.new_id(how_many)
        self._blocks[block.line_id] = Reserved(range(first_id, first_id + how_many), block)
        self._unsorted = True
        insort(self._first_ids, (first_id, block.line_id))
        self._lines_of_contract.setdefault(block.contract_id, set()).add(block.line_id)

    def pending(self, line_id: int) -> Block | None:
        """The reserved rows of a line, None once they are made."""
        reserved = self._blocks.get(line_id)
        return None if reserved is None else reserved.block

    def post_pending(self, block: Block, through: date, stamp: str) -> None:
        """Post reserved rows without making them."""
        if block.posted_through is None or block.posted_through < through:
            posted = replace(block, posted_through=through, posted_at=stamp)
            self._blocks[block.line_id] = replace(self._blocks[block.line_id], block=posted)

    def rows_of_line(self, line_id: int) -> list[Row]:
        """The rows of a line by start, then id."""
        self._make(line_id)
        return sorted(self.find(self._line_field, line_id), key=lambda row: (row["startDate"], row["id"]))

    def get(self, row_id: int) -> Row | None:
        if row_id not in self._rows and self._first_ids:
            place = bisect_right(self._first_ids, (row_id, 2**62)) - 1
            if place >= 0:
                self._make(self._first_ids[place][1])
        return super().get(row_id)

    def all(self) -> Iterator[Row]:
        for line_id in list(self._blocks):
            self._make(line_id)
        return super().all()

    def _known_ids(self) -> Iterable[int]:
        """Reserved ids are listed without making their rows: a page makes only what it looks at."""
        return chain(super()._known_ids(), *(reserved.ids for reserved in self._blocks.values()))

    def index_ids(self, name: str, values: Iterable[object]) -> set[int]:
        wanted = list(values)
        for value in wanted:
            for line_id in self._lines_with(name, value):
                self._make(line_id)
        return super().index_ids(name, wanted)

    def _lines_with(self, name: str, value: object) -> Iterable[int]:
        if not isinstance(value, int):
            return ()
        return (value,) if name == self._line_field else self._lines_of_contract.get(value, ())

    def _make(self, line_id: int) -> None:
        reserved = self._blocks.pop(line_id, None)
        if reserved is not None:
            for row in reserved.block.rows(reserved.ids.start):
                self._file(row["id"], row, None)  # its id is listed since it was reserved
