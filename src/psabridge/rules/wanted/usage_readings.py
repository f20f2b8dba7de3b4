"""What a mapping row reads of one tenant. Unknown stays unknown, it never becomes 0 (ACR-PAY-11)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from psabridge.kit.periods import Period
from psabridge.rules.evidence import Reading
from psabridge.rules.items.labels import Labels
from psabridge.rules.platform import Usage
from psabridge.rules.settings import Measure, StorageNames
from psabridge.rules.wanted.ranges.book import NotKnown, RangeBook
from psabridge.rules.wanted.ranges.readings import counter_of
from psabridge.rules.wanted.ranges.use import RangeUse
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.storage_measures import OF_THEIR_OWN, Part, is_class, parts_of
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.words import StorageId


class Reach(StrEnum):
    """How far an unknown reading reaches."""

    TENANT = "nothing is written for the tenant"  # ERR-22
    ROW = "the row's lines are not written"  # the platform meters no such thing
    REFUSED = "the row's lines are not written, until the row is corrected"  # R7, ERR-08
    BELOW_ZERO = "the row's lines are not written, its meter gives less than nothing"  # R7
    NOT_YET = "nothing is on yet"  # ACR-PAY-05
    MONTH = "the range item's line is not written"  # ERR-22; level items go on (ACR-USE-06)
    PERIOD = "the line's period takes no month"  # ERR-19
    FIRST_MONTH = "no month was counted whole yet"  # ACR-USE-07


@dataclass(frozen=True, slots=True)
class Unknown:
    reach: Reach
    why: str


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads rows of tenants as one snapshot found them."""

    names: StorageNames
    read_at: datetime
    labels: Labels
    rows: tuple[MappedRow, ...] = ()  # of the whole mapping: a remainder leaves out what they report
    ranges: RangeBook = field(default_factory=RangeBook)

    def read(
        self, mapped: MappedRow, view: TenantView, days: Period | None = None
    ) -> tuple[Reading, ...] | Unknown:
        """Every reading that goes into the row, all of them known; what is taken away is below 0.

        `days`: the month of a range row, whose parts are all counted over it.
        """
        is_range = mapped.row.is_range
        found = self._used_on(days, mapped, view) if is_range else self._own(mapped, view)
        if isinstance(found, Unknown):
            return found
        readings = list(found)
        for part in (*mapped.plus, *mapped.minus):
            read = self._used_on(days, part, view) if is_range else self._read(part, view)
            if isinstance(read, Unknown):
                return read
            readings.extend(_less(one, "taken away") if part in mapped.minus else one for one in read)
        return tuple(readings)

    def _own(self, mapped: MappedRow, view: TenantView) -> tuple[Reading, ...] | Unknown:
        found = self._read(mapped, view)
        if mapped.row.measure is not Measure.REMAINDER or isinstance(found, Unknown):
            return found
        return self._remainder(mapped, view, found)

    def _remainder(
        self, mapped: MappedRow, view: TenantView, total: tuple[Reading, ...]
    ) -> tuple[Reading, ...] | Unknown:
        """The total less what has a row of its own (R1)."""
        readings = list(total)
        for other in rows_of_their_own(mapped, self.rows):
            found = self._read(other, view)
            if isinstance(found, Unknown):
                return found
            readings.extend(_less(reading, "has a row of its own") for reading in found)
        if sum(reading.quantity or 0 for reading in readings) < 0:
            return Unknown(Reach.ROW, "the rows of their own report more than the total")
        return tuple(readings)

    def _read(self, mapped: MappedRow, view: TenantView) -> tuple[Reading, ...] | Unknown:
        if view.usages is None or view.items is None:
            return Unknown(Reach.TENANT, f"the tenant's usage {view.not_read}")
        parts = parts_of(mapped.row.measure, mapped.facts.usage_name if mapped.facts else None, self.names)
        if parts is None:
            return Unknown(Reach.ROW, f"no usage name is known for {self.labels.row(mapped.row)}")
        readings: list[Reading] = []
        for part in parts:
            found = self._read_part(part, mapped, view)
            if isinstance(found, Unknown):
                return found
            readings.extend(found)
        return tuple(readings)

    def _read_part(self, part: Part, mapped: MappedRow, view: TenantView) -> list[Reading] | Unknown:
        if mapped.row.cloud is not None and (untold := self._untold_storages(mapped, view)):
            why = f"it is not told whose the storage is: {', '.join(untold)}"
            return Unknown(Reach.ROW, why)
        usages = view.usages_of(part.usage_name, mapped.row.storage, mapped.edition, mapped.storages)
        where = [(usage.storage, usage.edition) for usage in usages]
        if len(set(where)) < len(where):
            return Unknown(Reach.TENANT, f"{self._what(part, mapped)} was answered twice")
        if not part.may_be_absent and (not usages or _lacks_storage(mapped, view, usages)):
            return self._absent(part, mapped, view)
        readings = [self._reading(usage, view) for usage in usages]
        if any(reading.quantity is None or reading.quantity < 0 for reading in readings):
            return Unknown(Reach.TENANT, f"{self._what(part, mapped)} came without a usable value")
        return readings

    def _used_on(
        self, days: Period | None, mapped: MappedRow, view: TenantView
    ) -> tuple[Reading, ...] | Unknown:
        """What a range item used inside a month: the difference of its counters (ACR-USE-08)."""
        if view.usages is None or view.items is None:
            return Unknown(Reach.TENANT, f"the tenant's usage {view.not_read}")
        if mapped.facts is None:
            return Unknown(Reach.ROW, f"no usage name is known for {self.labels.row(mapped.row)}")
        if days is None:
            return Unknown(Reach.FIRST_MONTH, "no month of the line is over yet")
        part = Part(mapped.facts.usage_name)
        usages = view.usages_of(part.usage_name, mapped.row.storage, mapped.edition)
        known = self.ranges.counters_read(
            view.tenant.id, part.usage_name, mapped.row.storage, mapped.edition, days
        )
        if _lacks_storage(mapped, view, usages) or not (usages or known):
            return self._unused_on(days, part, mapped, view)
        counters = dict.fromkeys((*(counter_of(usage) for usage in usages), *known))
        use = RangeUse(self.ranges, days, mapped.facts.unit, view.mark, self.read_at)
        found = use.readings(counters)
        if isinstance(found, NotKnown):
            reported = use.reported(view.tenant.id, mapped.row.item, part.usage_name, mapped.row.storage)
            return self._unknown_month(use, part, mapped, found) if reported is None else reported
        return found

    def _unknown_month(self, use: RangeUse, part: Part, mapped: MappedRow, found: NotKnown) -> Unknown:
        order = self.ranges.order
        state = "" if order is None else f"; {order.why}"
        reach = Reach.FIRST_MONTH if found.is_early else Reach.MONTH
        return Unknown(reach, f"{self._what(part, mapped)} on {use.days} is not known: {found.why}{state}")

    def _unused_on(
        self, days: Period, part: Part, mapped: MappedRow, view: TenantView
    ) -> tuple[Reading, ...] | Unknown:
        """What is off and not in use now was not in use in a month in which it was looked at."""
        found = self._absent(part, mapped, view)
        if isinstance(found, Unknown):
            return found
        if self.ranges.was_read(view.tenant.id, days):
            return tuple(found)
        is_early = self.ranges.is_new(view.tenant.id, days)
        why = f"{self._what(part, mapped)} was not read on {days}"
        return Unknown(Reach.FIRST_MONTH if is_early else Reach.MONTH, why)

    def _untold_storages(self, mapped: MappedRow, view: TenantView) -> list[str]:
        """Storages in use whose vendor is out of our sight: they may be this row's (ACR-STO-14)."""
        items = (view.items or {}).get(mapped.row.item, ())
        used = {item.key.storage for item in items if item.is_on and item.key.storage is not None}
        found = self.labels.storages
        untold = (one for one in used if one not in found or found[one].backend is None)
        return sorted(self.labels.storage(one) for one in untold)

    def _absent(self, part: Part, mapped: MappedRow, view: TenantView) -> list[Reading] | Unknown:
        """No row in an answer: 0 only where the platform said otherwise that nothing can be in use."""
        if mapped.is_feature:
            feature = self.labels.item(mapped.row.item)
            return Unknown(Reach.ROW, f"{feature} is a feature without a usage of its own")
        if view.is_fresh and not view.usages:
            return Unknown(Reach.NOT_YET, f"nothing is on yet, {self._what(part, mapped)} follows")
        if mapped.facts is not None and view.usages and not _is_on(mapped, view):
            return [self._zero(part, mapped, view, "the item is off and not in use")]
        if is_class(mapped.row.measure) and self._storage_is_empty(mapped, view):
            return [self._zero(part, mapped, view, "the storage is empty")]
        return Unknown(Reach.TENANT, f"{self._what(part, mapped)} is missing in the answer")

    def _what(self, part: Part, mapped: MappedRow) -> str:
        return f"the usage of {self.labels.usage(part.usage_name, mapped.row.item)}"

    def _storage_is_empty(self, mapped: MappedRow, view: TenantView) -> bool:
        """Classes are parts of the total (ACR-STO-03): of a total read as 0 they are 0."""
        totals = view.usages_of(self.names.total, mapped.row.storage, mapped.edition)
        return bool(totals) and all(usage.absolute_value == 0 for usage in totals)

    def _reading(self, usage: Usage, view: TenantView) -> Reading:
        """Levels go by the whole value (ACR-PAY-08)."""
        return Reading(
            view.tenant.id,
            usage.usage_name,
            usage.storage,
            usage.absolute_value,
            usage.unit,
            self.read_at,
            view.mark,
        )

    def _zero(self, part: Part, mapped: MappedRow, view: TenantView, why: str) -> Reading:
        unit = mapped.facts.unit if mapped.facts else ""
        note = "; ".join(filter(None, (view.mark, why)))
        return Reading(view.tenant.id, part.usage_name, mapped.row.storage, 0, unit, self.read_at, note)


def rows_of_their_own(mapped: MappedRow, rows: Iterable[MappedRow]) -> list[MappedRow]:
    """The rows whose bytes leave the remainder, each byte once (R1).

    A row over all storages holds the part of each; of a row that names its storage the remainder over all
    storages loses that part.
    """
    mine = mapped.row.storage
    found: dict[tuple[Measure, StorageId | None], MappedRow] = {}
    for other in rows:
        if other.row.item != mapped.row.item or other.service is None:
            continue
        where = other.row.storage
        if mine is not None and where in {None, mine}:
            where = mine
        elif mine is not None:
            continue
        if other.row.measure in OF_THEIR_OWN:
            found[other.row.measure, where] = replace(other, row=replace(other.row, storage=where))
    return [row for (measure, where), row in found.items() if not _is_in_another(measure, where, found)]


def _is_in_another(
    measure: Measure, where: StorageId | None, found: Mapping[tuple[Measure, StorageId | None], MappedRow]
) -> bool:
    """The same measure over all storages, or the whole geo-redundant part of which class 2 is one."""
    wider: set[tuple[Measure, StorageId | None]] = set()
    if where is not None:
        wider.add((measure, None))
    if measure is Measure.GEO_CLASS_2:
        wider |= {(Measure.GEO_TOTAL, where), (Measure.GEO_TOTAL, None)}
    return not wider.isdisjoint(found)


def _less(reading: Reading, why: str) -> Reading:
    quantity = None if reading.quantity is None else -reading.quantity
    note = "; ".join(filter(None, (reading.note, why)))
    return replace(reading, quantity=quantity, note=note)


def _is_on(mapped: MappedRow, view: TenantView) -> bool:
    return any(item.is_on for item in view.items_of(mapped))


def _lacks_storage(mapped: MappedRow, view: TenantView, usages: tuple[Usage, ...]) -> bool:
    """A row over all storages needs a usage from each that is on."""
    answered = {usage.storage for usage in usages}
    return bool(set(_storages_on(mapped, view)) - answered)


def _storages_on(mapped: MappedRow, view: TenantView) -> Iterator[StorageId]:
    for item in view.items_of(mapped):
        if item.is_on and item.key.storage is not None:
            yield item.key.storage


def used_now(mapped: MappedRow, view: TenantView, storage: StorageId | None) -> int | None:
    """What stands against a quota of the item; None: unknown."""
    if mapped.facts is None:
        return None
    usages = view.usages_of(mapped.facts.usage_name, storage, mapped.edition)
    known = [usage.absolute_value for usage in usages if usage.absolute_value is not None]
    return sum(known) if known else None
