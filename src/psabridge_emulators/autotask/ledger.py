"""What landed, in the order it arrived, whatever the rows say: the judge of every test (protocol.md 5)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LandedAdjustment:
    """One change of units that the database took in."""

    number: int
    adjustment_id: int
    arrived_at: datetime
    line_id: int
    contract_id: int
    item_id: int  # the service or the bundle
    effective_date: date
    unit_change: int
    by: str  # "api", "person", or whoever a foreign edit was made as
    resulting: int  # units in force on the effective date afterwards

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "adjustmentId": self.adjustment_id,
            "arrivedAt": self.arrived_at.isoformat(),
            "lineId": self.line_id,
            "contractId": self.contract_id,
            "itemId": self.item_id,
            "effectiveDate": self.effective_date.isoformat(),
            "unitChange": self.unit_change,
            "by": self.by,
            "resulting": self.resulting,
        }


@dataclass(frozen=True, slots=True)
class LandedWrite:
    """One write through the API that was carried out."""

    number: int
    arrived_at: datetime
    method: str
    entity: str
    row_id: int
    body: Any
    by: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "arrivedAt": self.arrived_at.isoformat(),
            "method": self.method,
            "entity": self.entity,
            "id": self.row_id,
            "body": self.body,
            "by": self.by,
        }


@dataclass(slots=True)
class Ledger:
    adjustments: list[LandedAdjustment] = field(default_factory=list)
    writes: list[LandedWrite] = field(default_factory=list)

    def of_line(self, line_id: int, by: str | None = None) -> list[LandedAdjustment]:
        return [
            landed
            for landed in self.adjustments
            if landed.line_id == line_id and (by is None or landed.by == by)
        ]

    def as_dict(self) -> dict[str, Any]:
        return {
            "adjustments": [landed.as_dict() for landed in self.adjustments],
            "writes": [landed.as_dict() for landed in self.writes],
        }
