"""Lines and adjustments as they are asked for through the API (autotask-rest.md 5.2, 5.4)."""

from dataclasses import dataclass
from typing import Any

from psabridge_emulators.autotask.contract_engine import BY_API, Change
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.autotask.entity_rules import check_recurring
from psabridge_emulators.autotask.errors import Invalid, Refusal, bad_reference
from psabridge_emulators.autotask.lines import BUNDLE, KINDS, LineKind
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.autotask.writer import Writer

Values = dict[str, Any]
LINES: dict[str, LineKind] = {kind.lines: kind for kind in KINDS}
ADJUSTMENTS: dict[str, LineKind] = {kind.adjustments: kind for kind in KINDS}


def add_line(world: AutotaskWorld, kind: LineKind, values: Values) -> int:
    """A new line has no units; they come with an adjustment."""
    check_recurring(world, values["contractID"])
    _check_bundle_is_filled(world, kind, values[kind.item_field])
    return world.life.add_line(kind, values, units=None)


def _check_bundle_is_filled(world: AutotaskWorld, kind: LineKind, item_id: int) -> None:
    """A bundle without services cannot be referred to (autotask-rest.md 5.6)."""
    if kind is BUNDLE and not world.database["ServiceBundleServices"].find("serviceBundleID", item_id):
        raise bad_reference(BUNDLE.item_field, "ServiceBundle")


@dataclass(frozen=True, slots=True)
class AdjustmentOrder:
    """One adjustment as its body asks for it."""

    world: AutotaskWorld
    kind: LineKind
    values: Values
    writer: Writer

    def carry_out(self) -> int:
        """Adjust the line that is named, or that matches contract and service; else one that is made."""
        known = self._line()
        if known is not None:
            return self._adjust(known)
        made = self._new_line()
        try:
            return self._adjust(made)
        except Refusal:
            # One request is one transaction: a refused change leaves no line behind.
            self.world.life.remove_line(made)
            raise

    def _adjust(self, line_id: int) -> int:
        change = Change(
            line_id=line_id,
            day=day_of(self.values["effectiveDate"]),
            units=self.values.get("unitChange", 0),
            by=BY_API,
            rate=self.values.get("adjustedUnitPrice"),
            cost_rate=self.values.get("adjustedUnitCost"),
            resource_id=self.writer.resource_id,
        )
        return self.world.engine.adjust(change)

    def _line(self) -> int | None:
        named = self.values.get(self.kind.line_field)
        contract_id = self.values.get("contractID")
        if named is not None:
            database, name = self.world.database, self.kind.lines
            row = database.row(name, named)
            if row is not None and self.world.user.sees(database, name, row):
                return self._checked(row, contract_id)
        return self._line_by_item(contract_id)

    def _checked(self, row: Row, contract_id: int | None) -> int:
        if contract_id is None and self.world.doubts.adjustment_needs_contract:
            raise Invalid("Missing Required Field: contractID.")
        if contract_id is not None and contract_id != row["contractID"]:
            raise bad_reference("contractID", "Contract")
        line_id: int = row["id"]
        return line_id

    def _line_by_item(self, contract_id: int | None) -> int | None:
        item_id = self.values.get(self.kind.item_field)
        if contract_id is None or item_id is None:
            raise bad_reference(self.kind.line_field, self.kind.singular)
        lines = self.world.database[self.kind.lines].find("contractID", contract_id)
        matching: list[int] = [row["id"] for row in lines if row[self.kind.item_field] == item_id]
        is_new = not matching or self.values.get(self.kind.repeat_field)
        return None if is_new else matching[0]

    def _new_line(self) -> int:
        names = ("contractID", self.kind.item_field)
        values = {name: self.values[name] for name in names}
        price = self.values.get("adjustedUnitPrice")
        return add_line(self.world, self.kind, {**values, "unitPrice": price})


def change_line(world: AutotaskWorld, line_id: int, values: Values) -> Values:
    """`adjustedPrice` is taken in on write, and moves the price of the open rows."""
    price = values.pop("adjustedPrice", None)
    if price is not None:
        world.life.set_adjusted_price(line_id, price)
    return values
