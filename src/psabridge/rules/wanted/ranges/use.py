"""What one tenant used of a range item inside a month, as readings that explain the number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from psabridge.kit.periods import Period
from psabridge.rules.evidence import Reading
from psabridge.rules.wanted.ranges.book import NotKnown, RangeBook
from psabridge.rules.wanted.ranges.readings import Counter
from psabridge.rules.words import StorageId, TenantId


@dataclass(frozen=True, slots=True)
class RangeUse:
    """One row's counters of one tenant over a month."""

    book: RangeBook
    days: Period
    unit: str
    mark: str  # beside each quantity (ACR-PRV-11)
    read_at: datetime

    def readings(self, counters: Iterable[Counter]) -> tuple[Reading, ...] | NotKnown:
        """All of them, or why one cannot be told."""
        found = [(counter, self.book.consumed(counter, self.days)) for counter in counters]
        unknown = [consumed for _, consumed in found if isinstance(consumed, NotKnown)]
        if unknown:
            return NotKnown(unknown[0].why, is_early=all(one.is_early for one in unknown))
        return tuple(self._told(found))

    def reported(
        self, tenant: TenantId, item: str, usage_name: str, storage: StorageId | None
    ) -> tuple[Reading, ...] | None:
        """What a usage report of the platform says; None: nothing, or not of every day."""
        found = self.book.reported(tenant, item, storage, self.days)
        if found is None:
            return None
        return tuple(
            self._told([(Counter(tenant, usage_name, None, where), used) for where, used in found.items()])
        )

    def _told(self, found: Iterable[tuple[Counter, int | NotKnown]]) -> Iterator[Reading]:
        note = "; ".join(filter(None, (self.mark, f"used on {self.days}, UTC days")))
        for counter, consumed in found:
            if isinstance(consumed, int):
                yield Reading(
                    counter.tenant,
                    counter.usage_name,
                    counter.storage,
                    consumed,
                    self.unit,
                    self.read_at,
                    note,
                )
