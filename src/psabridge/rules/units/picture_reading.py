"""What a line's unit rows say about a day (protocol.md 2.1, 2.5).

Levels are told from start dates only: where a row ends is doubtful (D9). Ends are looked at for three
things alone: to recognise overlays (D1), to see a hole between rows (W10), and to cut two pictures to
the days both cover.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from psabridge.rules.psa import UnitRow
from psabridge.rules.units.picture import Picture, RowReading

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a picture says nothing. `contradicts`: it is at odds with what the canary told (D1)."""

    reason: str
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """Units in force from each day on, oldest first, as one picture shows them."""

    turns: tuple[tuple[date, int], ...]
    last_day: date
    reading: RowReading

    def on(self, day: date) -> int | None:
        """None: no row says anything about the day."""
        if day > self.last_day:
            return None
        return next((units for start, units in reversed(self.turns) if start <= day), None)

    def step_at(self, day: date) -> int | None:
        """Units from the day on less units of the day before. Where the first row begins, before it was 0."""
        level, before = self.on(day), self.on(day - A_DAY)
        if level is None or (before is None and self.turns[0][0] != day):
            return None
        return level - (before or 0)

    def changes_after(self, day: date) -> tuple[tuple[date, int], ...]:
        """Later days on which the level turns, with the level from then on (W5)."""
        return tuple(
            (start, units)
            for (_, before), (start, units) in pairwise(self.turns)
            if start > day and units != before
        )

    def is_flat_from(self, day: date) -> bool:
        return not self.changes_after(day)

    def changes_but_at(self, day: date) -> tuple[tuple[date, int], ...]:
        """Every change of level in the picture except the one at the day: what others did to the line."""
        changes = [
            (start, units - before) for (_, before), (start, units) in pairwise(self.turns) if units != before
        ]
        # Where the first row begins on the day itself, its level is the change asked about.
        return tuple(change for change in (self.turns[0], *changes) if change[0] != day)


def read_picture(picture: Picture, known: RowReading | None) -> Levels | Unclear:
    """The levels of a picture; `known` is what the connection's canary told about its rows (D1)."""
    if not picture.is_whole:
        return Unclear("a unit row of it could not be read")
    if not picture.rows:
        return Unclear("it shows no unit rows at all")
    rows = sorted(picture.rows)
    hole = _hole(rows)
    if hole is not None:
        return Unclear(f"its rows leave a hole before {hole}")
    reading = _reading(rows, known)
    if isinstance(reading, Unclear):
        return reading
    turns = _overlaid(rows) if reading is RowReading.OVERLAYS else _totals(rows)
    return turns if isinstance(turns, Unclear) else Levels(turns, max(r.ends for r in rows), reading)


def reading_of(picture: Picture, known: RowReading | None) -> RowReading | None:
    """How the rows are to be read; None when they fit both ways with different answers, or neither."""
    if picture.is_empty:
        return known or RowReading.TOTALS
    levels = read_picture(picture, known)
    return None if isinstance(levels, Unclear) else levels.reading


def level_on(picture: Picture, day: date, reading: RowReading) -> int | None:
    levels = read_picture(picture, reading)
    return None if isinstance(levels, Unclear) else levels.on(day)


def flat_from(picture: Picture, day: date, reading: RowReading) -> bool:
    """No later change stands. An unclear picture is not flat; a line without rows is (W5)."""
    if picture.is_empty:
        return True
    levels = read_picture(picture, reading)
    return isinstance(levels, Levels) and levels.is_flat_from(day)


def starts_a_row(picture: Picture, day: date) -> bool:
    return any(row.starts == day for row in picture.rows)


def is_fenced(picture: Picture, levels: Levels, day: date) -> bool:
    """Inside a period, and no row starts there: a row that starts there later is proof of a landing.

    Every period has a row that starts on its first day, so a day that rows cover, and on which none starts,
    is no first day. This is read, not computed (R12).
    """
    return levels.on(day) is not None and not starts_a_row(picture, day)


def is_posted_from(picture: Picture, day: date) -> bool:
    """Whether the row in force on the day, or any later one, was posted (W9)."""
    reached = [row for row in picture.rows if row.starts > day]
    standing = [row for row in picture.rows if row.starts <= day]
    if standing:
        latest = max(standing)
        reached += [row for row in standing if row.ends >= latest.ends]
    return any(row.posted_at is not None for row in reached)


def same_rows(one: Picture, other: Picture) -> bool:
    """Equal where both look: windows of two reads may differ by days."""
    since, until = max(one.covers_from, other.covers_from), min(one.covers_to, other.covers_to)
    return within(one, since, until).seen == within(other, since, until).seen


def within(picture: Picture, since: date, until: date) -> Picture:
    """The picture as a read of fewer days would have brought it."""
    rows = tuple(row for row in sorted(picture.rows) if row.ends >= since and row.starts <= until)
    return replace(
        picture,
        rows=rows,
        covers_from=max(since, picture.covers_from),
        covers_to=min(until, picture.covers_to),
    )


def known_from(picture: Picture, day: date, expected_step: int) -> RowReading | None:
    """What a change that landed on a fenced day tells about the tenant's rows (canary, D1). None: nothing.

    Rows that share more than a boundary day are overlays. Rows that only touch are totals, unless both end
    on the same day: then the day is the period's last, and only the amount can tell, if it was not from 0.
    """
    rows = sorted(picture.rows)
    if any(are_overlays(one, other) for one, other in _pairs(rows)):
        return RowReading.OVERLAYS
    if not starts_a_row(picture, day):
        return None
    fitting = [reading for reading in RowReading if _step_under(picture, day, reading) == expected_step]
    touches_last = any(one.ends == other.ends == day for one, other in _pairs(rows))
    if touches_last and len(fitting) != 1:
        return None
    return fitting[0] if fitting else None


def _step_under(picture: Picture, day: date, reading: RowReading) -> int | None:
    levels = read_picture(picture, reading)
    return None if isinstance(levels, Unclear) else levels.step_at(day)


def _hole(rows: Sequence[UnitRow]) -> date | None:
    reach = rows[0].ends
    for row in rows[1:]:
        if row.starts > reach + A_DAY:
            return row.starts
        reach = max(reach, row.ends)
    return None


def _reading(rows: Sequence[UnitRow], known: RowReading | None) -> RowReading | Unclear:
    overlaps = any(are_overlays(one, other) for one, other in _pairs(rows))
    if overlaps and known is RowReading.TOTALS:
        return Unclear(
            "two rows share more than a boundary day, yet rows of this tenant hold totals (D1)", True
        )
    if _is_split(rows) and (overlaps or known is RowReading.OVERLAYS):
        return Unclear("a row ends where another begins, yet rows of this tenant are overlays (D1)", True)
    if overlaps:
        return RowReading.OVERLAYS
    if known is None and _overlaid(rows) != _totals(rows):
        return Unclear("its rows can be read as totals or as overlays, with different answers (D1)")
    return known or RowReading.TOTALS


def are_overlays(one: UnitRow, other: UnitRow) -> bool:
    """They share more than one boundary day, or begin together: neither was cut by the other."""
    return _share_days(one, other) and not is_extra(one, other)


def is_extra(one: UnitRow, other: UnitRow) -> bool:
    """One was there when the other was posted: a total or a difference, nobody can tell (D2)."""
    return _share_days(one, other) and one.posted_at != other.posted_at


def _share_days(one: UnitRow, other: UnitRow) -> bool:
    return min(one.ends, other.ends) - max(one.starts, other.starts) >= A_DAY


def _is_split(rows: Sequence[UnitRow]) -> bool:
    """A row was cut on the very day where the next begins: periods end the day before, so this is a split."""
    return any(one.starts < other.starts == one.ends < other.ends for one, other in _pairs(rows))


def _pairs(rows: Sequence[UnitRow]) -> Iterator[tuple[UnitRow, UnitRow]]:
    return ((one, other) for index, one in enumerate(rows) for other in rows[index + 1 :])


def _totals(rows: Sequence[UnitRow]) -> tuple[tuple[date, int], ...] | Unclear:
    """The latest start holds the total."""
    turns: dict[date, int] = {}
    for row in rows:
        if turns.setdefault(row.starts, row.units) != row.units:
            return Unclear(f"two rows begin on {row.starts} and say different units")
    return tuple(turns.items())


def _overlaid(rows: Sequence[UnitRow]) -> tuple[tuple[date, int], ...]:
    """Rows of one period end together; the level is the sum of those that have begun."""
    turns: dict[date, int] = {}
    ends, total = None, 0
    for row in rows:
        total = total + row.units if row.ends == ends else row.units
        ends = row.ends
        turns[row.starts] = total
    return tuple(turns.items())
