"""What a change of units does to invoices: the price of a unit and the days that are prorated (R26).

Net, before tax, in the contract's currency. An unknown price stays unknown; it is never 0.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from psabridge.kit.money import Money
from psabridge.kit.periods import Period, PeriodGrid
from psabridge.rules.plans.plan import MoneyEffect
from psabridge.rules.psa import UnitRow


def unit_price(
    rows: Sequence[UnitRow], day: date, grid: PeriodGrid, line_price: Decimal | None
) -> Decimal | None:
    """From the extended price of the row nearest to the day, else the line's own price, else unknown.

    A row's price is extended: units times rate (docs/vendors/autotask.md, contract service units). Rows that
    do not last a whole period come last, because their price may already be prorated.
    """
    priced = [row for row in sorted(rows) if row.units and row.price is not None]
    starts = {row.starts for row in rows}
    whole = [row for row in priced if _is_whole(row, grid, starts)]
    if whole:
        return _rate(_nearest(whole, day))
    if line_price is not None:
        return line_price
    return _rate(_nearest(priced, day)) if priced else None


def _is_whole(row: UnitRow, grid: PeriodGrid, starts: set[date]) -> bool:
    period = grid.holding(row.starts)
    return row.starts == period.start and not any(period.start < start < period.end for start in starts)


def _nearest(rows: list[UnitRow], day: date) -> UnitRow:
    before = [row for row in rows if row.starts <= day]
    return before[-1] if before else rows[0]


def _rate(row: UnitRow) -> Decimal | None:
    return None if row.price is None else row.price / row.units


def money_effect(
    change: int,
    day: date,
    grid: PeriodGrid,
    price: Decimal | None,
    currency: str,
    contract_ends: date = date.max,
) -> MoneyEffect:
    """Dated a period's first day nothing is prorated (docs/vendors/autotask.md, adjustments).

    In a period that the contract's end cuts, of which whole a part is charged is not told (A50).
    """
    period = grid.holding(day)
    last = min(period.last_day, contract_ends)
    days = 0 if day == period.start else (last - day).days + 1
    is_known = not days or last == period.last_day
    return MoneyEffect(
        each_period=worth(change, price, currency),
        prorated_now=share(change, days, period, price, currency) if is_known else None,
        prorated_days=days,
        period_days=period.days,
        unit_price=price,
        period_months=grid.length.value,
    )


def worth(units: int, price: Decimal | None, currency: str) -> Money | None:
    """The amount of that many units for a whole period."""
    return None if price is None else Money(currency, units * price).rounded()


def share(units: int, days: int, period: Period, price: Decimal | None, currency: str) -> Money | None:
    """The amount of units for some days of a period."""
    return None if price is None else Money(currency, units * price * days / period.days).rounded()
