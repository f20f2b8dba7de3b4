"""The request threshold: 10,000 in a rolling hour for the whole database (autotask-rest.md 7)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

THRESHOLD = 10_000
WINDOW = timedelta(hours=1)


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

    def is_exceeded(self, now: datetime) -> bool:
        return self.used(now) >= self.threshold
