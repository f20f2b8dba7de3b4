"""Reading and rewriting the unit rows of one line (autotask-rest.md 5.3, 5.4; doubts D1, D2, D9)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Any

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import ONE_DAY, day_of, wire_day
from psabridge_emulators.autotask.lines import Line
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.unit_table import Block, extended


def starts_on(row: Row) -> date:
    return day_of(row["startDate"])


def is_overlay(row: Row) -> bool:
    """Whether a row holds only a change, on top of its period's row (D1)."""
    return bool(row.get("_overlay"))


def is_posted(row: Row) -> bool:
    return row["approveAndPostDate"] is not None


def base_on(rows: Sequence[Row], day: date) -> Row | None:
    """The row that holds the total on a day: the latest start not after it, of rows by start and id."""
    return next((row for row in _back_from(rows, day) if not is_overlay(row)), None)


def level_on(rows: Sequence[Row], day: date) -> int | None:
    """Units in force on a day, None where no row stands, of rows by start and id."""
    base = base_on(rows, day)
    if base is None:
        return None
    # No change of a period starts before it.
    of_period = takewhile(lambda row: row["startDate"] >= base["_period"], _back_from(rows, day))
    on_top: list[int] = [
        row["units"] for row in of_period if is_overlay(row) and row["_period"] == base["_period"]
    ]
    return sum(on_top, start=base["units"])


def levels_on(rows: Sequence[Row], days: Iterable[date]) -> tuple[int | None, ...]:
    """The level of each day: it hangs on the rows that started by then alone."""
    known: dict[int, int | None] = {}
    levels = []
    for day in days:
        started = _started_by(rows, day)
        if started not in known:
            known[started] = level_on(rows, day)
        levels.append(known[started])
    return tuple(levels)


def _back_from(rows: Sequence[Row], day: date) -> Iterator[Row]:
    """The rows that start on a day or before it, the latest first."""
    return reversed(rows[: _started_by(rows, day)])


def _started_by(rows: Sequence[Row], day: date) -> int:
    return bisect_right(rows, wire_day(day), key=_start)


def _start(row: Row) -> str:
    start: str = row["startDate"]
    return start


@dataclass(frozen=True, slots=True)
class Move:
    """By how much the units of a line change from a day on, and at which price."""

    day: date
    change: int
    rate: Decimal | None = None
    cost_rate: Decimal | None = None


class UnitRows:
    """The rows of one line, and the ways Autotask may rewrite them."""

    def __init__(self, database: Database, line: Line) -> None:
        self._database = database
        self._line = line
        self._table = database.units(line.kind.units)

    def all(self) -> list[Row]:
        return self._table.rows_of_line(self._line.id)

    def make(self, units: int) -> None:
        """One row for every billing period of the contract."""
        line = self._line
        shared: dict[str, Any] = {
            "contractID": line.contract_id,
            line.kind.item_field: line.item_id,
            line.kind.line_field: line.id,
            "organizationalLevelAssociationID": line.level_association_id,
            "vendorCompanyID": line.vendor_company_id,
        }
        self._table.reserve(
            Block(
                line_id=line.id,
                contract_id=line.contract_id,
                starts=line.starts,
                ends=line.ends,
                months=line.months,
                units=units,
                rate=line.rate,
                cost_rate=line.cost_rate,
                shared=tuple(shared.items()),
            )
        )

    def levels_after(self, move: Move) -> list[int]:
        """The units of every row that the move would reach, afterwards."""
        rows = self.all()
        later = [row["units"] for row in rows if starts_on(row) > move.day and not is_overlay(row)]
        return [units + move.change for units in (level_on(rows, move.day) or 0, *later)]

    def reaches_posted(self, move: Move) -> bool:
        rows = self.all()
        base = base_on(rows, move.day)
        later = [row for row in rows if starts_on(row) > move.day]
        return any(is_posted(row) for row in [*later, *([] if base is None else [base])])

    def apply(self, move: Move) -> None:
        """Change the row of the day and every later one; posted rows stay and get an extra one (D2)."""
        rows = self.all()
        base = base_on(rows, move.day)
        if base is None:
            raise ValueError(f"line {self._line.id} has no row on {move.day}")
        self._apply_on_day(rows, base, move)
        for row in rows:
            if starts_on(row) > move.day and not is_overlay(row):
                self._raise_period(rows, row, move)

    def _apply_on_day(self, rows: list[Row], base: Row, move: Move) -> None:
        overlays = self._database.doubts.rows == "overlays"
        if starts_on(base) == move.day:
            self._raise_period(rows, base, move)
        elif overlays:
            self._add(base, move.day, move.change, move, overlay=True)
        elif is_posted(base):
            self._add(base, move.day, base["units"] + move.change, move)
        else:
            self._split(base, move)

    def _raise_period(self, rows: list[Row], row: Row, move: Move) -> None:
        if not is_posted(row):
            self._rewrite(row, units=row["units"] + move.change, move=move)
        elif self._database.doubts.rows == "overlays":
            self._add(row, starts_on(row), move.change, move, overlay=True)
        elif not _open_twin(rows, row):
            self._add(row, starts_on(row), row["units"] + move.change, move)

    def _split(self, row: Row, move: Move) -> None:
        """The old row ends where the new one begins, on the day or the day before (D9)."""
        on_the_day = self._database.doubts.row_end == "effective_date"
        last = move.day if on_the_day else move.day - ONE_DAY
        self._rewrite(row, endDate=wire_day(last))
        self._add(row, move.day, row["units"] + move.change, move)

    def _add(self, like: Row, day: date, units: int, move: Move, *, overlay: bool = False) -> None:
        rates = _rates(like, move)
        added = {**like, **extended(units, *rates), "units": units, "startDate": wire_day(day)}
        added |= {"id": self._table.new_id(), "approveAndPostDate": None, "_overlay": overlay}
        self._table.put(added, self._database.now)

    def _rewrite(self, row: Row, *, move: Move | None = None, **values: object) -> None:
        """Change a row, under its own id or as a new row after deleting the old one (protocol.md 5)."""
        changed = {**row, **values}
        rates = _rates(row, move)
        changed |= extended(changed["units"], *rates)
        how = self._database.doubts.split
        if how != "update":
            self._table.delete(row["id"], self._database.now, seen_at_once=how == "gap")
            changed["id"] = self._table.new_id()
        self._table.put(changed, self._database.now)

    def reprice(self, rate: Decimal) -> None:
        """A new price of the line holds for every row that is still open."""
        for row in self.all():
            if not is_posted(row):
                self._rewrite(row, move=Move(starts_on(row), 0, rate))

    def delete_open(self) -> None:
        for row in self.all():
            if not is_posted(row):
                self._table.delete(row["id"], self._database.now)


def _rates(row: Row, move: Move | None) -> tuple[Decimal, Decimal]:
    rate = row["_rate"] if move is None or move.rate is None else move.rate
    cost_rate = row["_cost_rate"] if move is None or move.cost_rate is None else move.cost_rate
    return rate, cost_rate


def _open_twin(rows: Sequence[Row], row: Row) -> bool:
    """Whether an earlier change already stands beside a posted row, in an open row of the same start."""
    return any(
        other["startDate"] == row["startDate"] and not is_posted(other) and not is_overlay(other)
        for other in rows
    )
