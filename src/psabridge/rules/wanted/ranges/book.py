"""What was consumed inside a month: never interpolated, never from one edge alone (R17, ERR-22)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from psabridge.kit.periods import Period
from psabridge.rules.wanted.ranges.daily import DayUse, ReportOrder, use_of_days
from psabridge.rules.wanted.ranges.readings import Counter, RangeReading, tenant_itself
from psabridge.rules.words import StorageId, TenantId

# A reading this soon after 00:00 UTC stands for the edge of the day. The months on both of its sides take the
# same one, so what moved in between is in exactly one of them.
EDGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Why a month's use cannot be told. `is_early`: nothing was read before its end, so nobody missed it."""

    why: str
    is_early: bool = False


@dataclass(frozen=True, slots=True)
class RangeBook:
    """All readings kept of range items, the oldest first."""

    readings: Mapping[Counter, tuple[RangeReading, ...]] = field(default_factory=dict)
    uses: tuple[DayUse, ...] = ()  # of single days, from usage reports of the platform
    order: ReportOrder | None = None  # for the last month that is over, while it is not here

    @classmethod
    def of(
        cls, readings: Iterable[RangeReading], uses: Iterable[DayUse] = (), order: ReportOrder | None = None
    ) -> "RangeBook":
        found: dict[Counter, list[RangeReading]] = {}
        for reading in sorted(set(readings), key=lambda one: (one.read_at, one.total)):
            found.setdefault(reading.counter, []).append(reading)
        return cls({counter: tuple(rows) for counter, rows in found.items()}, tuple(uses), order)

    def consumed(self, counter: Counter, days: Period) -> int | NotKnown:
        """The counter at the month's end less the counter at its start."""
        readings = self.readings.get(counter, ())
        if _went_back(readings, days):
            return NotKnown(f"its counter was set anew after {days.start}")
        at_start, at_end = edge(readings, days.start), edge(readings, days.end)
        if at_start is not None and at_end is not None and at_start <= at_end:
            return at_end - at_start
        missing = days.start if at_start is None else days.end
        return NotKnown(f"nothing was read at 00:00 UTC on {missing}", is_early=_is_early(readings, days))

    def reported(
        self, tenant: TenantId, item: str, storage: StorageId | None, days: Period
    ) -> Mapping[StorageId | None, int] | None:
        """What a usage report says of a month, by storage."""
        return use_of_days(self.uses, tenant, item, storage, days)

    def lacks(self, days: Period) -> bool:
        """Whether a counter that ran is not known over the month, and no report told of it."""
        if any(days.holds(use.day) for use in self.uses):
            return False
        consumed = (self.consumed(counter, days) for counter in self.readings if counter.usage_name)
        return any(isinstance(one, NotKnown) and not one.is_early for one in consumed)

    def counters_read(
        self, tenant: TenantId, usage_name: str, storage: StorageId | None, edition: str | None, days: Period
    ) -> tuple[Counter, ...]:
        """Counters of a row that were read during a month; one that is gone by now was in use too."""
        since, until = _midnight(days.start), _midnight(days.end)
        return tuple(
            counter
            for counter, readings in self.readings.items()
            if (counter.tenant, counter.usage_name) == (tenant, usage_name)
            and storage in {None, counter.storage}
            and (edition is None or counter.edition in {None, edition})
            and any(since <= reading.read_at < until for reading in readings)
        )

    def was_read(self, tenant: TenantId, days: Period) -> bool:
        """Whether the tenant's usages were read on some day of a month, with or without this counter."""
        since, until = _midnight(days.start), _midnight(days.end)
        looks = self.readings.get(tenant_itself(tenant), ())
        return any(since <= look.read_at < until for look in looks)

    def is_new(self, tenant: TenantId, days: Period) -> bool:
        return _is_early(self.readings.get(tenant_itself(tenant), ()), days)


def edge(readings: Iterable[RangeReading], day: date) -> int | None:
    """What a counter stood at when a UTC day began. Each day has one answer, whoever asks."""
    midnight = _midnight(day)
    known = tuple(readings)
    told = [reading.at_start for reading in known if reading.range_start == midnight]
    if told:
        return told[-1]  # what was counted late for the range before is in the start told last (ACR-USE-04)
    for reading in known:
        if reading.at_start == 0 and midnight < reading.range_start:
            return 0  # all it ever counted was counted later
    if day.day == 1:
        return None  # ranges begin on the first: a reading before it began would leave its last minutes out
    return next((one.total for one in known if midnight <= one.read_at < midnight + EDGE), None)


def _went_back(readings: Iterable[RangeReading], days: Period) -> bool:
    """A counter that falls is another one, or was set anew: no difference of it means anything."""
    since = _midnight(days.start)
    known = [one for one in readings if one.read_at >= since]
    # A reading may come late and still tell of the range before: each range is looked at by itself.
    points = {(one.range_start, one.read_at, one.total) for one in known}
    points |= {(start, start, told[0]) for start, told in _starts_told(known).items() if start >= since}
    totals = [total for _, _, total in sorted(points)]
    return _falls(totals) or any(_falls(told) for told in _starts_told(known).values())


def _starts_told(readings: Iterable[RangeReading]) -> dict[datetime, list[int]]:
    """What a counter stood at when each range began, as it was told: late counts make it grow."""
    told: dict[datetime, list[int]] = {}
    for reading in sorted(readings, key=lambda one: one.read_at):
        told.setdefault(reading.range_start, []).append(reading.at_start)
    return told


def _falls(totals: Iterable[int]) -> bool:
    return any(later < earlier for earlier, later in pairwise(totals))


def _is_early(readings: Iterable[RangeReading], days: Period) -> bool:
    return all(reading.read_at >= _midnight(days.end) for reading in readings)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
