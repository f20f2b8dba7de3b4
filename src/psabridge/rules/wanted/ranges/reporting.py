"""For which months range items are reported, as a provider decided it."""

from dataclasses import dataclass
from enum import StrEnum

from psabridge.kit.periods import Period


class ReportingMonth(StrEnum):
    """For which month the effective usage of range items is reported (ACR-USE-03 to -05)."""

    CURRENT = "current month"
    PREVIOUS = "previous month"
    CUSTOM = "custom month"


@dataclass(frozen=True, slots=True)
class ChangedReporting:
    """Where months of one choice end and those of the next begin, so that no day is in two (ACR-USE-09)."""

    last: Period  # the last month closed under the choice before
    first: Period  # the first one of this choice; it begins where `last` ends


@dataclass(frozen=True, slots=True)
class UsageReporting:
    """The Usage reporting window (ACR-USE-01). Days are UTC days (ACR-USE-08)."""

    month: ReportingMonth = ReportingMonth.CUSTOM
    start_day: int = 1  # of a custom month, 1 to 28 (LIM-09)
    changed: ChangedReporting | None = None  # told by the bridge when another choice begins

    @property
    def first_day(self) -> int:
        """The day of the month on which a month begins; calendar months begin on the first."""
        return self.start_day if self.month is ReportingMonth.CUSTOM else 1
