"""Billing periods: half-open ranges of days, stepped from an anchor day."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum


class PeriodType(IntEnum):
    """Length of a billing period in months."""

    MONTHLY = 1
    QUARTERLY = 3
    SEMI_ANNUAL = 6
    YEARLY = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to, but not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


def months_after(anchor: date, months: int) -> date:
    """The anchor's day that many months later, or the month's last day where that day is missing."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def periods_from(anchor: date, period_type: PeriodType) -> Iterator[Period]:
    """Periods without end, the first starting on the anchor (docs/vendors/autotask.md)."""
    count = 0
    while True:
        yield Period(
            months_after(anchor, count * period_type), months_after(anchor, (count + 1) * period_type)
        )
        count += 1


def period_holding(day: date, anchor: date, period_type: PeriodType) -> Period | None:
    """The period that holds the day, None before the anchor."""
    if day < anchor:
        return None
    return next(period for period in periods_from(anchor, period_type) if period.holds(day))
