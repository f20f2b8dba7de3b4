"""The figure a period is closed with: last, highest or average of complete days (W13, R30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from psabridge.kit.periods import Period
from psabridge.rules.desired import DayFigure
from psabridge.rules.settings import CloseFigure, Rounding

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closing:
    """A period to close with the figures of its days before `posts_on`."""

    period: Period
    posts_on: date


@dataclass(frozen=True, slots=True)
class Figure:
    units: int
    first_day: date
    last_day: date
    text: str


@dataclass(frozen=True, slots=True)
class Hole:
    """Days whose figure is missing: a value from the rest would be too low (P13)."""

    missing: tuple[date, ...]

    def __str__(self) -> str:
        more = f" and {len(self.missing) - 1} more days" if len(self.missing) > 1 else ""
        return f"{self.missing[0]}{more}"


def posting_day(period: Period, close_day: int) -> date:
    """`close_day` 1 is the period's last day; at least one complete day lies before it."""
    return max(period.end - timedelta(days=max(close_day, 1)), period.start + A_DAY)


def closing_of(period: Period, close_day: int) -> Closing:
    return Closing(period, posting_day(period, close_day))


def close_figure(
    figures: Sequence[DayFigure], closing: Closing, which: CloseFigure, rounding: Rounding
) -> Figure | Hole | None:
    """None: nothing at all was collected in the period. The posting day itself is not complete."""
    first, last = closing.period.start, closing.posts_on - A_DAY
    by_day = {figure.day: figure.units for figure in figures if first <= figure.day <= last}
    if not by_day:
        return None
    needed = [last] if which is CloseFigure.LAST else _days(first, last)
    missing = tuple(day for day in needed if day not in by_day)
    if missing:
        return Hole(missing)
    units = _units([by_day[day] for day in needed], which, rounding)
    return Figure(units, needed[0], last, f"{which} figure of {_span(needed[0], last)}")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _units(units: Sequence[int], which: CloseFigure, rounding: Rounding) -> int:
    match which:
        case CloseFigure.LAST:
            return units[-1]
        case CloseFigure.HIGHEST:
            return max(units)
        case CloseFigure.AVERAGE:
            return _average(units, rounding)


def _average(units: Sequence[int], rounding: Rounding) -> int:
    whole, rest = divmod(sum(units), len(units))
    match rounding:
        case Rounding.UP:
            return whole + (rest > 0)
        case Rounding.NEAREST:
            return whole + (2 * rest >= len(units))
        case Rounding.DOWN:
            return whole


def _span(first: date, last: date) -> str:
    return str(first) if first == last else f"{first} to {last}"
