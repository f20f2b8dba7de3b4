"""The figure a period is closed with: last, highest or average of complete days (W13, R30)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from psabridge.kit.periods import Period
from psabridge.rules.settings import CloseFigure, CloseRest, Rounding
from psabridge.rules.wanted.desired import DayFigure

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closing:
    """A period to close with the figures from `since` up to the day before `posts_on`.

    `last_day` is that of the contract where its end cuts the period.
    """

    period: Period
    posts_on: date
    since: date
    last_day: date
    rest: CloseRest = CloseRest.LEFT_OUT

    @property
    def days(self) -> str:
        """Which days the figure covers, and where the others of the period go (R30)."""
        goes = "left out" if self.rest is CloseRest.LEFT_OUT else "for the next figure"
        return f"{_span(self.since, self.posts_on - A_DAY)}; {_span(self.posts_on, self.last_day)} {goes}"


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


def posting_day(period: Period, close_day: int, ends: date = date.max) -> date:
    """`close_day` 1 is the period's last day; at least one complete day lies before it.

    A period that the contract's end cuts is closed before that end: afterwards nothing is measured any more.
    """
    last = min(period.last_day, ends)
    return max(last + A_DAY - timedelta(days=max(close_day, 1)), period.start + A_DAY)


def closing_of(period: Period, close_day: int, ends: date = date.max) -> Closing:
    """`ends`: the contract's last day."""
    posts_on = posting_day(period, close_day, ends)
    return Closing(period, posts_on, period.start, min(period.last_day, ends))


def with_rest(closing: Closing, before: Period, close_day: int, figures: Sequence[DayFigure]) -> Closing:
    """The days that the period before left over count here (R30). Where nothing was collected, none are."""
    was_collected = any(before.holds(figure.day) for figure in figures)
    since = posting_day(before, close_day) if was_collected else closing.since
    return replace(closing, since=since, rest=CloseRest.NEXT_FIGURE)


def close_figure(
    figures: Sequence[DayFigure], closing: Closing, which: CloseFigure, rounding: Rounding
) -> Figure | Hole | None:
    """None: nothing at all was collected in the period. The posting day itself is not complete."""
    first, last = closing.since, closing.posts_on - A_DAY
    by_day = {figure.day: figure for figure in figures if first <= figure.day <= last}
    if not by_day:
        return None
    needed = [last] if which is CloseFigure.LAST else _days(first, last)
    meters = {"", by_day[last].meter if last in by_day else ""}
    missing = tuple(day for day in needed if day not in by_day or by_day[day].meter not in meters)
    if missing:
        return Hole(missing)
    units = _units([by_day[day].units for day in needed], which, rounding)
    return Figure(units, needed[0], last, f"{which} figure of {closing.days}")


def figure_so_far(
    figures: Sequence[DayFigure], closing: Closing, which: CloseFigure, rounding: Rounding, today: DayFigure
) -> int:
    """What the close would bill by the days known until now; holes in them are not judged yet."""
    known = (one for one in (*figures, today) if closing.since <= one.day < closing.posts_on)
    by_day = {one.day: one.units for one in known}
    return _units([by_day[day] for day in sorted(by_day)], which, rounding) if by_day else today.units


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
