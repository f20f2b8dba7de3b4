"""Time that a test moves; waiting moves it too."""

from collections.abc import Callable
from datetime import datetime, timedelta


class MovedClock:
    def __init__(self, start: datetime) -> None:
        self._now = start
        self.listeners: list[Callable[[datetime], None]] = []

    def now(self) -> datetime:
        return self._now

    def wait(self, duration: timedelta) -> None:
        self.set(self._now + max(duration, timedelta()))

    def set(self, moment: datetime) -> None:
        self._now = moment
        for listener in self.listeners:
            listener(moment)
