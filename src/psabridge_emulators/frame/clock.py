"""The time of an emulated world, shared by every vendor of the process."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

SCENE_START = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@dataclass(order=True, slots=True)
class Alarm:
    """Something that happens when the world's time reaches a moment."""

    due: datetime
    number: int
    action: Callable[[], None] = field(compare=False)


class WorldClock:
    """Stands still until it is moved, or runs at the speed of real time.

    Moving forwards stops at every alarm on the way, so that what was due at noon happens at noon
    even when the clock is moved by a month in one go.
    """

    def __init__(self, start: datetime = SCENE_START, *, runs: bool = False) -> None:
        self._now = start
        self._runs = runs
        self._real = time.monotonic()
        self._listeners: list[Callable[[datetime, datetime], None]] = []
        self._alarms: list[Alarm] = []
        self._numbers = itertools.count()

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def runs(self) -> bool:
        return self._runs

    def run(self, *, runs: bool) -> None:
        self.settle()
        self._runs = runs
        self._real = time.monotonic()

    def listen(self, listener: Callable[[datetime, datetime], None]) -> None:
        """`listener` hears of each move as (before, after)."""
        self._listeners.append(listener)

    def at(self, due: datetime, action: Callable[[], None]) -> None:
        self._alarms.append(Alarm(due, next(self._numbers), action))
        self._alarms.sort()

    def advance(self, seconds: float) -> datetime:
        return self.set(self._now + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> datetime:
        """Move to a moment, before or after the present one."""
        if moment.tzinfo is None:
            raise ValueError(f"The clock needs a moment with its zone, {moment.isoformat()} has none.")
        moment = moment.astimezone(UTC)
        while self._alarms and self._now <= moment and self._alarms[0].due <= moment:
            alarm = self._alarms.pop(0)
            self._move(max(alarm.due, self._now))
            alarm.action()
        self._move(moment)
        return self._now

    def settle(self) -> None:
        """Catch up with real time; nothing to do while the clock stands still."""
        if not self._runs:
            return
        real = time.monotonic()
        passed, self._real = real - self._real, real
        self.advance(passed)

    def _move(self, moment: datetime) -> None:
        before, self._now = self._now, moment
        if before == moment:
            return
        for listener in self._listeners:
            listener(before, moment)
