"""Day readings of counters that go on growing: what a month's use is told from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Usage
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.words import StorageId, TenantId


@dataclass(frozen=True, slots=True)
class Counter:
    """One usage of one tenant, told apart by storage and edition as its rows are."""

    tenant: TenantId
    usage_name: str
    edition: str | None
    storage: StorageId | None


@dataclass(frozen=True, slots=True)
class RangeReading:
    """`total` never starts again; `since_start` was counted from `range_start` on (Ac21)."""

    counter: Counter
    range_start: datetime
    read_at: datetime
    total: int
    since_start: int

    @property
    def day(self) -> date:
        """The UTC day it is kept for (ACR-USE-08). That a tenant was read is kept once a month."""
        day = self.read_at.astimezone(UTC).date()
        return day if self.counter.usage_name else day.replace(day=1)

    @property
    def at_start(self) -> int:
        """What the counter stood at when its range began."""
        return self.total - self.since_start


def tenant_itself(tenant: TenantId) -> Counter:
    """No counter: that the tenant's usages were read at all, so that what is absent is known to be absent."""
    return Counter(tenant, "", None, None)


def has_ranges(services: Iterable[ServiceMapping]) -> bool:
    return any(row.is_range for row in services)


def range_readings(
    services: Sequence[ServiceMapping], platform: PlatformSnapshot
) -> tuple[RangeReading, ...]:
    """What this read tells of the counters behind range rows. A row that says too little tells nothing."""
    if not has_ranges(services):
        return ()
    names = _usage_names({row.item for row in services if row.is_range}, platform)
    found = (
        reading_of(usage, platform.read_at)
        for usages in platform.usages.values()
        for usage in usages
        if usage.usage_name in names
    )
    looks = (_look(tenant, platform.read_at) for tenant in platform.usages)
    return (*looks, *(reading for reading in found if reading is not None))


def _look(tenant: TenantId, read_at: datetime) -> RangeReading:
    at = read_at.astimezone(UTC)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return RangeReading(tenant_itself(tenant), midnight, at, 0, 0)


def counter_of(usage: Usage) -> Counter:
    return Counter(usage.tenant, usage.usage_name, usage.edition, usage.storage)


def reading_of(usage: Usage, read_at: datetime) -> RangeReading | None:
    total, since_start, start = usage.absolute_value, usage.value, usage.range_start
    if total is None or since_start is None or start is None:
        return None
    if not 0 <= since_start <= total or start > read_at:
        return None
    return RangeReading(counter_of(usage), start, read_at, total, since_start)


def _usage_names(items: set[str], platform: PlatformSnapshot) -> set[str]:
    return {item.usage_name for item in _all_items(platform) if item.key.name in items}


def _all_items(platform: PlatformSnapshot) -> Iterator[OfferingItem]:
    yield from platform.offered
    for items in platform.items.values():
        yield from items
