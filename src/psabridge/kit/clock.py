"""The one place that looks at a real clock. Everywhere else time is handed in."""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Time as the bridge sees it; against emulators it may be theirs."""

    def now(self) -> datetime:
        """An aware moment in UTC."""
        ...

    def wait(self, duration: timedelta) -> None:
        """Return when the duration has passed on this clock."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, duration: timedelta) -> None:
        time.sleep(max(duration.total_seconds(), 0))


def day_in(zone: ZoneInfo, moment: datetime) -> date:
    """The calendar day of a moment in a zone (R29)."""
    return moment.astimezone(zone).date()
