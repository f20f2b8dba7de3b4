"""What a person decided about a month of range items that counts otherwise since it was written (ACR-USE-04).

A period's first day takes one change (protocol W7), so the difference goes with the month that follows, once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psabridge.kit.periods import Period
from psabridge.rules.words import LineId


@dataclass(frozen=True, slots=True)
class MonthCorrection:
    line: LineId
    month: Period
    units: int  # what the month counted when it was decided, less what was written and decided before
    is_added: bool  # to the month that follows; False: left as it is

    def __str__(self) -> str:
        return f"{self.units:+} units of {self.month}, as decided"


@dataclass(frozen=True, slots=True)
class Corrections:
    """Those of one line."""

    found: tuple[MonthCorrection, ...] = ()

    @classmethod
    def of(cls, line: LineId, decided: Iterable[MonthCorrection]) -> "Corrections":
        return cls(tuple(one for one in decided if one.line == line))

    def added_to(self, days: Period) -> tuple[MonthCorrection, ...]:
        """What goes with a month that begins where the corrected one ended."""
        return tuple(one for one in self.found if one.is_added and one.month.end == days.start)

    def passed_on(self, month: Period) -> int:
        return sum(one.units for one in self.found if one.month == month and one.is_added)

    def left_alone(self, month: Period) -> int:
        return sum(one.units for one in self.found if one.month == month and not one.is_added)


def with_added(units: int | None, added: Iterable[MonthCorrection]) -> int | None:
    """Never below nothing: what is left then is listed."""
    return None if units is None else max(units + sum(one.units for one in added), 0)
