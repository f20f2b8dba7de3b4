"""A line's picture: its unit rows read at one moment, and what they say about a day (protocol 2.1, 2.5)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from psabridge.rules.psa import UnitRow
from psabridge.rules.words import LineId


class RowReading(StrEnum):
    """How the tenant's rows are to be read (D1), learnt from the rows or by the canary."""

    TOTALS = "totals"
    OVERLAYS = "overlays"


@dataclass(frozen=True, slots=True)
class Picture:
    """Every unit row of a line from the period holding the day before the date to the contract's end.

    Two pictures of one line are equal when `seen` is equal; the moment of reading does not count.
    """

    line: LineId
    rows: tuple[UnitRow, ...]  # sorted by start
    read_at: datetime
    covers_from: date
    covers_to: date
    is_whole: bool = True  # False: a row of it could not be read, so it says nothing at all (W10)

    @property
    def is_empty(self) -> bool:
        """Read, and without any row. What could not be read is not empty."""
        return self.is_whole and not self.rows

    @property
    def seen(self) -> tuple[tuple[date, int, bool], ...]:
        """Start, units and whether posted: start dates only (D9)."""
        return tuple((row.starts, row.units, row.posted_at is not None) for row in self.rows)
