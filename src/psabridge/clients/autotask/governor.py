"""Keeps the bridge a good neighbour: the hour's requests and the threads belong to everyone (design 10)."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from psabridge.clients.autotask.metadata import Threshold
from psabridge.kit.clock import Clock
from psabridge.kit.errors import Busy, BusyKind

_HOUR = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Limits:
    in_flight: int = 2  # per endpoint; the vendor refuses the fourth and frees slots late (A26)
    slot_lag: timedelta = timedelta(milliseconds=50)
    slow_from: Decimal = Decimal("0.50")  # the vendor itself adds latency from here on (A25)
    slow_by: timedelta = timedelta(milliseconds=500)
    stop_from: Decimal = Decimal("0.75")
    last_stop: Decimal = Decimal("0.90")  # what is left belongs to the others, whatever is urgent
    reading_lasts: timedelta = timedelta(minutes=5)
    reading_lasts_when_slow: timedelta = timedelta(minutes=1)
    reading_lasts_calls: int = 200


@dataclass(frozen=True, slots=True)
class CallCounts:
    total: int
    by_endpoint: Mapping[str, int]
    by_subject: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf a call is made, and whether it may pass the stop for ordinary work."""

    subject: str = ""
    urgent: bool = False


@dataclass(slots=True)
class _Slots:
    """The places of one endpoint, each with the moment it is free at the vendor, too."""

    free_at: list[float]  # on the monotonic clock
    condition: threading.Condition = field(default_factory=threading.Condition)

    def take(self) -> float:
        with self.condition:
            while not self.free_at:
                self.condition.wait()
            return self.free_at.pop(0)

    def give_back(self, free_at: float) -> None:
        with self.condition:
            self.free_at.append(free_at)
            self.condition.notify()


class Governor:
    """One per Autotask database, shared by all threads. Its clock is the machine's: slots are physical."""

    def __init__(
        self, *, clock: Clock, limits: Limits | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        # Slots are freed after a write was answered: this time source cannot fail and hide the answer.
        self._monotonic = monotonic
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._slots: dict[str, _Slots] = defaultdict(self._new_slots)
        self._by_endpoint: Counter[str] = Counter()
        self._by_subject: Counter[str] = Counter()
        self._threshold: Threshold | None = None
        self._noted_at: datetime | None = None
        self._since_reading = 0
        self._claimed_at: datetime | None = None
        self._since_claim = 0

    @contextmanager
    def turn(self, endpoint: str, errand: Errand) -> Iterator[None]:
        """Wait for a place on the endpoint; Busy when the hour has no room for this work."""
        self._heed_load(endpoint, errand)
        slots = self._slots_of(endpoint)
        free_at = slots.take()
        try:
            self._wait_until(free_at)
            self._count(endpoint, errand)
            yield
        finally:
            slots.give_back(self._monotonic() + self._limits.slot_lag.total_seconds())

    def begin_cycle(self) -> None:
        with self._lock:
            self._by_endpoint.clear()
            self._by_subject.clear()

    def calls(self) -> CallCounts:
        """Since the cycle began; retries and refused calls included, for the vendor counts them too."""
        with self._lock:
            by_subject = {subject: count for subject, count in self._by_subject.items() if subject}
            return CallCounts(self._by_endpoint.total(), dict(self._by_endpoint), by_subject)

    def load(self) -> Decimal | None:
        """The share of the hour's requests used by everybody; None where no reading speaks of this hour."""
        now = self._clock.now()
        with self._lock:
            return self._load(now)

    def note(self, threshold: Threshold) -> None:
        now = self._clock.now()
        with self._lock:
            self._threshold, self._noted_at, self._since_reading = threshold, now, 0
            self._claimed_at, self._since_claim = now, 0

    def claim_reading(self) -> bool:
        """Whether the caller should read the threshold now; says so to one caller only."""
        now = self._clock.now()
        with self._lock:
            last, many = self._claimed_at, self._limits.reading_lasts_calls
            due = last is None or self._since_claim >= many or now - last >= self._reading_lasts(now)
            if due:
                self._claimed_at, self._since_claim = now, 0
            return due

    def _reading_lasts(self, now: datetime) -> timedelta:
        load = self._load(now)
        slow = load is not None and load >= self._limits.slow_from
        return self._limits.reading_lasts_when_slow if slow else self._limits.reading_lasts

    def _load(self, now: datetime) -> Decimal | None:
        # Requests older than the vendor's hour no longer count there (docs/vendors/autotask.md A25).
        if self._threshold is None or self._noted_at is None or now - self._noted_at >= _HOUR:
            return None
        used = self._threshold.current_timeframe_request_count + self._since_reading
        return Decimal(used) / Decimal(self._threshold.external_request_threshold)

    def _heed_load(self, endpoint: str, errand: Errand) -> None:
        load = self.load()
        if load is None or endpoint == Threshold.entity:
            return
        if load >= (self._limits.last_stop if errand.urgent else self._limits.stop_from):
            raise self._too_busy(endpoint, load)
        if load >= self._limits.slow_from:
            self._clock.wait(self._limits.slow_by)

    def _too_busy(self, endpoint: str, load: Decimal) -> Busy:
        percent = int(load * 100)
        return Busy(
            f"Autotask {endpoint}",
            f"{percent} % of the hour's requests are used by all integrations; the rest is left to others",
            "It goes on by itself when the hour has room again. If this lasts, look at "
            "Admin > Extensions & Integrations > API Activity by Hour for who uses them",
            kind=BusyKind.HOURLY_LIMIT,
            retry_after=timedelta(minutes=5),
        )

    def _wait_until(self, free_at: float) -> None:
        if (wait := free_at - self._monotonic()) > 0:
            self._clock.wait(timedelta(seconds=wait))

    def _count(self, endpoint: str, errand: Errand) -> None:
        with self._lock:
            self._by_endpoint[endpoint] += 1
            self._by_subject[errand.subject] += 1
            self._since_reading += 1
            self._since_claim += 1

    def _slots_of(self, endpoint: str) -> _Slots:
        with self._lock:
            return self._slots[endpoint]

    def _new_slots(self) -> _Slots:
        return _Slots([self._monotonic()] * self._limits.in_flight)
