"""Days and billing periods.

Periods step from the contract's start date by the period type of the *service* (autotask-rest.md 5.1, 5.6).
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    first: date
    last: date


def wire_day(day: date) -> str:
    """A date-meaning field on the wire (autotask-rest.md 3.3)."""
    return f"{day.isoformat()}T00:00:00.000Z"


def wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def day_of(wire: str) -> date:
    return date.fromisoformat(wire[:10])


def as_day(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def months_after(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day. Counted from the start, so it never drifts."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1024)  # every line of a contract asks anew, and many contracts begin on one day
def periods(starts: date, ends: date, months: int) -> tuple[Period, ...]:
    """All billing periods of a contract, the last one cut at its end."""
    found: list[Period] = []
    first = starts
    while first <= ends:
        following = months_after(starts, (len(found) + 1) * months)
        found.append(Period(first, min(following - ONE_DAY, ends)))
        first = following
    return tuple(found)
