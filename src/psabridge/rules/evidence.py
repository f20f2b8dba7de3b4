"""Why a number is what it is: from the dated source row to the unit on the contract (promise 5)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psabridge.rules.platform import PricingMode
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.words import StorageId, TenantId


@dataclass(frozen=True, slots=True)
class Reading:
    """One source row that went into a number. `quantity` is in the item's own unit; None: no reading."""

    tenant: TenantId
    usage_name: str
    storage: StorageId | None
    quantity: int | None
    unit: str
    read_at: datetime
    note: str = ""

    @property
    def mark(self) -> str:
        """The tenant's mode where it is not production: it leads the note (ACR-PRV-11)."""
        first = self.note.partition(";")[0]
        return first if first in {PricingMode.TRIAL, PricingMode.SUSPENDED} else ""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How one mapping row turned readings into units, with every number in between."""

    row: ServiceMapping
    readings: tuple[Reading, ...]
    quantity: int  # sum of the readings, in the item's own unit
    exact: Decimal  # quantity above what is included ÷ unit size, unrounded
    units: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sum of the rows that share a line, or the contract lines a quota came from."""

    parts: tuple[Arithmetic, ...] = ()
    from_lines: tuple[str, ...] = ()  # for quotas: "contract, service, units" in words
    rule: str = ""  # id of the rule that decided
