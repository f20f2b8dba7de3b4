"""The five days a model lives through, and the periods they lie in.

Day 0 and day 3 are first days of billing periods, the others lie inside; 31 March is followed by 1 April.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

LIVED = (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 2))
STARTS, ENDS = date(2026, 1, 1), date(2026, 6, 30)
FIRSTS = tuple(date(2026, month, 1) for month in range(1, 7))
A_DAY = timedelta(days=1)


@cache
def noon(day: int) -> datetime:
    """Times are kept as ages, so every cycle of a day may run at the same hour."""
    return datetime.combine(LIVED[day], datetime.min.time(), UTC) + timedelta(hours=12)


@cache
def around(day: int) -> tuple[date, date, date]:
    """Yesterday, today and tomorrow of a lived day."""
    return LIVED[day] - A_DAY, LIVED[day], LIVED[day] + A_DAY


@cache
def period_start(day: date) -> date:
    return max(first for first in FIRSTS if first <= day)


@cache
def name(day: date) -> str:
    number = LIVED.index(day) if day in LIVED else None
    return f"{day.day} {day:%b}" if number is None else f"{day.day} {day:%b} (day {number})"
