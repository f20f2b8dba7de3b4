"""What a usage report of the platform says of single days: exact, and late (R17)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from psabridge.kit.periods import Period
from psabridge.rules.words import StorageId, TenantId

# The history of the day before is made between 01:00 and 06:00 UTC (Ac27).
READY_FROM_HOUR = 6
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayUse:
    """What one tenant consumed of one item on one UTC day."""

    tenant: TenantId
    item: str
    storage: StorageId | None
    day: date
    used: int


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """A report that was asked for. `report` empty: the order was not taken; `why` says how it stands."""

    days: Period
    report: str
    asked_at: datetime
    why: str

    def is_over(self, now: datetime) -> bool:
        """Files come within minutes; one that is not there after a day is ordered anew."""
        return now - self.asked_at >= (A_DAY if self.report else AN_HOUR)


def use_of_days(
    uses: Iterable[DayUse], tenant: TenantId, item: str, storage: StorageId | None, days: Period
) -> dict[StorageId | None, int] | None:
    """By storage. None: a day between the first one told and the last of the month is missing."""
    found: dict[StorageId | None, dict[date, int]] = {}
    for use in uses:
        is_meant = (use.tenant, use.item) == (tenant, item) and storage in {None, use.storage}
        if is_meant and days.holds(use.day):
            found.setdefault(use.storage, {})[use.day] = use.used
    if not found or any(_has_hole(told, days) for told in found.values()):
        return None
    return {where: sum(told.values()) for where, told in found.items()}


def _has_hole(told: dict[date, int], days: Period) -> bool:
    """A counter may begin inside the month; from its first day on every day is told."""
    return len(told) != (days.end - min(told)).days or any(used < 0 for used in told.values())
