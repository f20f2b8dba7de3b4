"""The request threshold: 10,000 in a rolling hour for the whole database (autotask-rest.md 7)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

THRESHOLD = 10_000
WINDOW = timedelta(hours=1)


# From which share of the threshold on every call takes how much longer (autotask-rest.md 7; the exact
# steps are part of D7, these are what three summaries of the vendor's page agree on).
SLOWER_FROM = ((Decimal("0.75"), 1.0), (Decimal("0.5"), 0.5))


@dataclass(slots=True)
class RollingHour:
    threshold: int = THRESHOLD
    steady_others: int = 0  # what other integrations use in every hour
    _served: deque[tuple[datetime, int]] = field(default_factory=deque)
    _total: int = 0

    def add(self, now: datetime, count: int = 1) -> None:
        self._served.append((now, count))
        self._total += count

    def used(self, now: datetime) -> int:
        """Requests of the last hour, everybody's."""
        while self._served and self._served[0][0] <= now - WINDOW:
            self._total -= self._served.popleft()[1]
        return self._total + self.steady_others

    def added_seconds(self, now: datetime) -> float:
        """By how much an answer is slowed down at the present use."""
        used = self.used(now)
        return next((seconds for share, seconds in SLOWER_FROM if used >= share * self.threshold), 0.0)

    def is_exceeded(self, now: datetime) -> bool:
        return self.used(now) >= self.threshold
