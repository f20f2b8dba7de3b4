"""Between what is measured and what is sold: unit size, rounding, limits (ACR-STO-05, R6, R7)."""

from collections.abc import Sequence
from decimal import Context, Decimal

from psabridge.rules.evidence import Arithmetic, Reading
from psabridge.rules.settings import Limit, Measure, Rounding, ServiceMapping

_EXACT = Context(prec=60)  # exabytes in bytes divided by GiB end after some 50 digits


def units_for(quantity: int, row: ServiceMapping) -> int:
    """Contract units for a quantity in the item's own unit, and no fewer than the meter's minimum."""
    units = used_units(quantity, row)
    return units if row.minimum is None else max(units, row.minimum)


def billable(quantity: int, row: ServiceMapping) -> int:
    """What is above the included amount."""
    return quantity if row.meter is None else max(quantity - row.included, 0)


def is_below_zero(quantity: int, row: ServiceMapping) -> bool:
    """Less than nothing is an answer only where the meter has a minimum."""
    return quantity < 0 and row.minimum is None


def used_units(quantity: int, row: ServiceMapping) -> int:
    """Contract units before the minimum; nothing below the row's threshold."""
    billed = billable(quantity, row)
    if billed < row.ignore_below:
        return 0
    whole, rest = divmod(billed, row.unit_size)
    match row.rounding:
        case Rounding.UP:
            return whole + (rest > 0)
        case Rounding.NEAREST:
            return whole + (2 * rest >= row.unit_size)
        case Rounding.DOWN:
            return whole


def arithmetic(row: ServiceMapping, readings: Sequence[Reading]) -> Arithmetic:
    """What one row makes of its readings, every one of which is known."""
    quantity = sum(reading.quantity for reading in readings if reading.quantity is not None)
    exact = _EXACT.divide(Decimal(billable(quantity, row)), Decimal(row.unit_size))
    return Arithmetic(row, tuple(readings), quantity, exact, units_for(quantity, row))


def quota_for(units: int, row: ServiceMapping) -> int:
    """The quota in the item's own unit: the same meter turned round (R7)."""
    return units * row.unit_size + row.included


def overage_for(row: ServiceMapping) -> int | None:
    """What is allowed above the quota, in the item's own unit; 0 is a hard limit (R6, ACR-PRE-01)."""
    match row.limit:
        case Limit.HARD:
            return 0
        case Limit.ALLOWANCE:
            return row.overage * row.unit_size
        case Limit.UNLIMITED_OVERAGE:
            return None


def refusal(row: ServiceMapping, unit: str | None) -> str | None:
    """Why a row's meter cannot be used at all (R7)."""
    if row.unit_size < 1:
        return f"a contract unit of {row.unit_size} is not an amount"
    if unit == "bytes" and row.unit_size == 1 and row.measure is not Measure.NOTHING:
        return "a contract unit of one byte is surely not what was sold"
    if row.ignore_below < 0 or row.overage < 0:
        return "a threshold or an allowance is below zero"
    return None


def turns_round(row: ServiceMapping) -> bool:
    """Whether units can become a quota (R7).

    What starts again every month has no standing limit. A remainder, or a meter of several usages, limits
    nothing that Acronis counts, and a minimum or the figure of a period has no quota behind it.
    """
    if row.meter is not None and not row.meter.only_includes:
        return False
    return not row.is_range and row.measure is not Measure.REMAINDER
