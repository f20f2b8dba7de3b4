"""What people do to contracts and lines: add, post, move the end, remove, renew."""

from datetime import date
from decimal import Decimal
from typing import Any

from psabridge_emulators.autotask.contract_engine import ContractEngine
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import ONE_DAY, day_of, periods, wire_day, wire_time
from psabridge_emulators.autotask.errors import bad_reference, posted_period
from psabridge_emulators.autotask.lines import Line, LineKind, line_of, lines_of_contract
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.unit_rows import UnitRows, is_overlay, is_posted, level_on, starts_on
from psabridge_emulators.autotask.unit_table import extended


class ContractLife:
    def __init__(self, database: Database, engine: ContractEngine) -> None:
        self._database = database
        self._engine = engine

    def add_line(self, kind: LineKind, values: dict[str, Any], *, units: int | None) -> int:
        """Put a service or a bundle on a contract; without units there are rows of 0, or none (a doubt)."""
        item = self._database.row(kind.catalogue, values[kind.item_field])
        if item is None:
            raise bad_reference(kind.item_field, kind.catalogue.removesuffix("s"))
        price = values.get("unitPrice")
        if price is None:
            price = item.get("unitPrice") or Decimal(0)
        line_id = self._database.insert(
            kind.lines, self._line_values(kind, item, {**values, "unitPrice": price})
        )
        if units is not None or self._database.doubts.new_line_rows == "zero":
            UnitRows(self._database, line_of(self._database, line_id)).make(units or 0)
        return line_id

    def _line_values(self, kind: LineKind, item: Row, values: dict[str, Any]) -> dict[str, Any]:
        factor = self._database.currency_factor
        adjusted = values.get("adjustedPrice")
        filled: dict[str, Any] = {
            "invoiceDescription": item.get("invoiceDescription"),
            **values,
            "internalCurrencyUnitPrice": values["unitPrice"] * factor,
            "internalCurrencyAdjustedPrice": (values["unitPrice"] if adjusted is None else adjusted) * factor,
        }
        if kind.lines == "ContractServices":
            filled.setdefault("unitCost", item.get("unitCost"))
        elif adjusted is None:
            filled["adjustedPrice"] = values["unitPrice"]
        return filled

    def set_adjusted_price(self, line_id: int, price: Decimal) -> None:
        line = line_of(self._database, line_id)
        internal = price * self._database.currency_factor
        values = {"adjustedPrice": price, "internalCurrencyAdjustedPrice": internal}
        self._database.change(line.kind.lines, line_id, **values)
        UnitRows(self._database, line).reprice(price)

    def post_line(self, line: Line, through: date) -> None:
        """Approve and post every row that begins up to a day (autotask-rest.md 5.5)."""
        table = self._database.units(line.kind.units)
        stamp = wire_time(self._database.now)
        pending = table.pending(line.id)
        if pending is not None:
            table.post_pending(pending, through, stamp)
            return
        for row in table.rows_of_line(line.id):
            if starts_on(row) <= through and not is_posted(row):
                table.put({**row, "approveAndPostDate": stamp}, self._database.now)

    def unpost_line(self, line: Line, since: date) -> None:
        table = self._database.units(line.kind.units)
        for row in table.rows_of_line(line.id):
            if starts_on(row) >= since and is_posted(row):
                table.put({**row, "approveAndPostDate": None}, self._database.now)

    def post_contract(self, contract_id: int, through: date) -> None:
        for line in lines_of_contract(self._database, contract_id):
            self.post_line(line, through)

    def remove_line(self, line_id: int) -> None:
        """The line is gone; what was posted stays in the books."""
        line = line_of(self._database, line_id)
        UnitRows(self._database, line).delete_open()
        self._database.delete(line.kind.lines, line_id)
        self._engine.forget_dates_after(line_id, date.min)

    def move_end(self, contract_id: int, ends: date) -> None:
        """Drop what lies after an earlier end; fill up to a later one with the last level.

        Moving the end back and forward again is the vendor's own way to undo (autotask-rest.md 5.4).
        """
        lines = list(lines_of_contract(self._database, contract_id))
        if any(self._cuts_posted(line, ends) for line in lines):
            raise posted_period()
        self._database.change("Contracts", contract_id, endDate=wire_day(ends))
        for line in lines:
            self._cut(line, ends) if ends < line.ends else self._extend(line, ends)

    def _cuts_posted(self, line: Line, ends: date) -> bool:
        if ends >= line.ends:
            return False
        rows = self._database.units(line.kind.units).rows_of_line(line.id)
        return any(is_posted(row) and day_of(row["endDate"]) > ends for row in rows)

    def _cut(self, line: Line, ends: date) -> None:
        table = self._database.units(line.kind.units)
        for row in table.rows_of_line(line.id):
            if starts_on(row) > ends:
                table.delete(row["id"], self._database.now)
            elif day_of(row["endDate"]) > ends:
                table.put({**row, "endDate": wire_day(ends)}, self._database.now)
        self._engine.forget_dates_after(line.id, ends)

    def _extend(self, line: Line, ends: date) -> None:
        table = self._database.units(line.kind.units)
        rows = table.rows_of_line(line.id)
        if not rows or ends == line.ends:
            return
        last = rows[-1]
        units = level_on(rows, line.ends) or 0
        for span in periods(line.starts, ends, line.months):
            if span.last <= line.ends:
                continue
            if span.first <= line.ends and not is_posted(last):
                self._stretch(rows, line, span.last)
                continue
            first = max(span.first, line.ends + ONE_DAY)
            self._append(line, last, units, (first, span.last, span.first))

    def _stretch(self, rows: list[Row], line: Line, last_day: date) -> None:
        """Of totals the one in force: an earlier one that ended on the same day has ended for good."""
        table = self._database.units(line.kind.units)
        ending = [row for row in rows if day_of(row["endDate"]) == line.ends and not is_posted(row)]
        totals = [row for row in ending if not is_overlay(row)]
        for row in ending:
            if is_overlay(row) or row is totals[-1]:
                table.put({**row, "endDate": wire_day(last_day)}, self._database.now)

    def _append(self, line: Line, like: Row, units: int, span: tuple[date, date, date]) -> None:
        table = self._database.units(line.kind.units)
        first, last, period = map(wire_day, span)
        added = {**like, **extended(units, like["_rate"], like["_cost_rate"]), "units": units}
        added |= {"id": table.new_id(), "startDate": first, "endDate": last, "_period": period}
        added |= {"approveAndPostDate": None, "_overlay": False}
        table.put(added, self._database.now)

    def renew(self, contract_id: int, *, starts: date, ends: date, linked: str = "new") -> int:
        """A contract that follows another, with the same lines at their last units.

        On which of the two `renewedContractID` stands is not known: `linked` is "new", "old" or "none".
        """
        old = self._database.row("Contracts", contract_id)
        if old is None:
            raise bad_reference("contractID", "Contract")
        values = {name: value for name, value in old.items() if name != "id"}
        values |= {"startDate": wire_day(starts), "endDate": wire_day(ends)}
        values["renewedContractID"] = contract_id if linked == "new" else None
        new_id = self._database.insert("Contracts", values)
        if linked == "old":
            self._database.change("Contracts", contract_id, renewedContractID=new_id)
        for line in list(lines_of_contract(self._database, contract_id)):
            units = level_on(UnitRows(self._database, line).all(), line.ends)
            carried = {"contractID": new_id, line.kind.item_field: line.item_id, "unitPrice": line.rate}
            self.add_line(line.kind, carried, units=units)
        return new_id
