"""The month that is due on a line, and what else its dating must know of (R17, ACR-USE-07)."""

from dataclasses import dataclass
from datetime import date

from psabridge.kit.periods import Period, PeriodGrid, PeriodType
from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.wanted.ranges.months import A_DAY, closed_month, month_before, month_holding
from psabridge.rules.wanted.ranges.reporting import UsageReporting

# A bridge that stood still for longer is not asked to make up for all of it.
MOST_MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """Units of a month's use. None: it is not known."""

    days: Period
    units: int | None


@dataclass(frozen=True, slots=True)
class RangeReport:
    """`due` stands on the line until the next month is over. `earlier`: the latest first."""

    due: Period
    length: PeriodType  # of the line's periods, as its service says
    earlier: tuple[MonthFigure, ...] = ()
    running: MonthFigure | None = None  # shown daily where the choice is the current month (ACR-USE-03)
    rest: MonthFigure | None = None  # from the last whole month to the end of a contract without a successor
    corrections: tuple[MonthCorrection, ...] = ()  # of the month before, which go with this one (ACR-USE-04)
    passed_on: int = 0  # of the month that is due: what goes with the next one
    left_alone: int = 0  # of the month that is due: what a person left as it is
    owed: int = 0  # below 0: corrections take away more than the month counts
    tells_before: bool = True  # False: another contract of the company took the months before this one (R23)


def due_on(reporting: UsageReporting, day: date, *, length: PeriodType, starts: date) -> Period | None:
    """The last month that is over; on a line with longer periods the months that end in one of them.

    None: no month of the line is over yet.
    """
    month = closed_month(reporting, day)
    if month is None or length is PeriodType.MONTHLY:
        return month
    periods = PeriodGrid(starts, length)
    period = periods.holding(month.last_day)
    if month_holding(reporting, month.end).last_day < period.end:
        period = periods.before(period)
    return _months_of(reporting, period) if period.start >= starts else None


def last_months_by(
    reporting: UsageReporting, day: date, *, length: PeriodType, starts: date
) -> Period | None:
    """The last month that ends by the day; on a line with longer periods all that do in its period."""
    month = month_holding(reporting, day)
    whole = month if month.last_day <= day else month_before(reporting, month)
    if whole is None or length is PeriodType.MONTHLY:
        return whole
    period = PeriodGrid(starts, length).holding(whole.last_day)
    return _months_of(reporting, Period(period.start, whole.end)) if period.start >= starts else None


def months_to_come(reporting: UsageReporting, day: date, *, length: PeriodType, starts: date) -> date:
    """When the months are over that are reported together and of which the first begins on the day."""
    period = PeriodGrid(starts, length).holding(month_holding(reporting, day).last_day)
    last = month_holding(reporting, period.last_day)
    return last.end if last.last_day <= period.last_day else last.start


def _months_of(reporting: UsageReporting, period: Period) -> Period | None:
    """From the first to the last of the months that end in the period."""
    last = month_holding(reporting, period.last_day)
    if last.last_day > period.last_day:
        before = month_before(reporting, last)
        if before is None:
            return None
        last = before
    first = month_holding(reporting, period.start)
    return Period(min(first.start, last.start), last.end) if last.end - A_DAY >= period.start else None
