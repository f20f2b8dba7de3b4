"""One line as dating sees it: its rows, how they are to be read, its periods, and the days already used."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from psabridge.kit.clock import day_in
from psabridge.kit.periods import Period, PeriodGrid
from psabridge.rules.psa import Contract
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import Levels, is_fenced

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LineView:
    today: date
    contract: Contract
    picture: Picture
    levels: Levels | None  # None: a line without any row, which a person must take for new (W10)
    grid: PeriodGrid
    history: LineHistory
    followed_by: str = ""  # the contract that goes on the day after this one's end, by name

    @property
    def latest(self) -> date:
        """Today, or the last day of a contract that is over."""
        return min(self.today, self.contract.ends)

    @property
    def period(self) -> Period:
        """The period that holds today."""
        return self.grid.holding(self.today)

    @property
    def reading(self) -> RowReading:
        return RowReading.TOTALS if self.levels is None else self.levels.reading

    def is_covered(self, day: date) -> bool:
        return self.levels is None or self.levels.on(day) is not None

    def level(self, day: date) -> int:
        """0 on a line without any row."""
        if self.levels is None:
            return 0
        level = self.levels.on(day)
        if level is None:
            raise LookupError(f"no row of {self.picture.line} covers {day}: ask is_covered first")
        return level

    def is_flat_from(self, day: date) -> bool:
        return not self.changes_after(day)

    def changes_after(self, day: date) -> tuple[tuple[date, int], ...]:
        return () if self.levels is None else self.levels.changes_after(day)

    @property
    def first_unposted(self) -> date:
        """First day of the first period that nothing was posted in, nor in any after it (R13, W9)."""
        posted = [row.starts for row in self.picture.rows if row.posted_at is not None]
        return self.grid.holding(max(posted)).end if posted else self.contract.starts

    def earliest_legal(self, wanted: date) -> date:
        return max(wanted, self.first_unposted, self.contract.starts)

    def free_day(self, day: date) -> date:
        """The day, or the first later one that comes after all our changes and all within a period (W7)."""
        blocked = max((*self.history.used_days, *self._mid_period_starts), default=day - A_DAY)
        return max(day, blocked + A_DAY)

    @property
    def _mid_period_starts(self) -> tuple[date, ...]:
        return tuple(row.starts for row in self.picture.rows if not self.grid.is_first_day(row.starts))

    @property
    def is_first_report(self) -> bool:
        """All rows since the contract began are 0 and we never reported anything (R14)."""
        sees_all = self.picture.covers_from <= self.contract.starts
        was_reported = any(
            intent.wanted for intent in self.history.intents if intent.day in self.history.used_days
        )
        return sees_all and not was_reported and all(row.units == 0 for row in self.picture.rows)

    @property
    def last_change(self) -> date | None:
        """The day on which our last change left that may have landed, whatever day it counts from."""
        used = self.history.used_days
        sent = [day_in(ZoneInfo(one.zone), one.armed_at) for one in self.history.intents if one.day in used]
        return max(sent, default=None)

    def is_fenced(self, day: date) -> bool:
        return self.levels is not None and is_fenced(self.picture, self.levels, day)
