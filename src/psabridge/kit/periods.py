"""Billing periods: half-open ranges of days, stepped from an anchor day."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from itertools import count


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

    def __str__(self) -> str:
        return f"{self.start} to {self.last_day}"


def months_after(anchor: date, months: int) -> date:
    """The anchor's day that many months later (or before), or the month's last day where it is missing."""
    years, month = divmod(anchor.month - 1 + months, 12)
    year = anchor.year + years
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=8192)
def _step(anchor: date, length: PeriodType, number: int) -> Period:
    """Thousands of lines share the first days of their contracts."""
    return Period(months_after(anchor, number * length), months_after(anchor, (number + 1) * length))


@dataclass(frozen=True, slots=True)
class PeriodGrid:
    """Periods of one length in both directions from an anchor, which is the first day of one of them.

    Every first day is stepped from the anchor itself, so the 31st comes back after February.
    """

    anchor: date
    length: PeriodType

    def holding(self, day: date) -> Period:
        months = (day.year - self.anchor.year) * 12 + day.month - self.anchor.month
        number = months // self.length
        period = self.period(number)
        return period if period.holds(day) else self.period(number - 1 if day < period.start else number + 1)

    def period(self, number: int) -> Period:
        """The period that many steps after the one that starts on the anchor."""
        return _step(self.anchor, self.length, number)

    def is_first_day(self, day: date) -> bool:
        return self.holding(day).start == day

    def after(self, period: Period) -> Period:
        return self.holding(period.end)

    def before(self, period: Period) -> Period:
        return self.holding(period.start - timedelta(days=1))

    def first_days(self, since: date, until: date) -> Iterator[date]:
        """First days of periods within two days, both included."""
        period = self.holding(since)
        while period.start <= until:
            if period.start >= since:
                yield period.start
            period = self.after(period)


def periods_from(anchor: date, period_type: PeriodType) -> Iterator[Period]:
    """Periods without end, the first starting on the anchor (docs/vendors/autotask.md)."""
    grid = PeriodGrid(anchor, period_type)
    return (grid.period(number) for number in count())


def period_holding(day: date, anchor: date, period_type: PeriodType) -> Period | None:
    """The period that holds the day, None before the anchor."""
    return None if day < anchor else PeriodGrid(anchor, period_type).holding(day)
