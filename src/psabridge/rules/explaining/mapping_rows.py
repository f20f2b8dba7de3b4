"""Every row of the service mapping with what it counts, in words, and its figure of today (ACR-MAP-01)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from psabridge.kit.periods import Period
from psabridge.rules.evidence import Reading
from psabridge.rules.items.catalogue import GROUPED, Catalogue, mode_label
from psabridge.rules.items.labels import GIB
from psabridge.rules.items.meter_words import units_words
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import Limit, Measure, NewService, PairingSettings, ServiceMapping
from psabridge.rules.wanted.customers import Customer, call_the_roll
from psabridge.rules.wanted.ground import Ground, survey
from psabridge.rules.wanted.quantities import arithmetic, is_below_zero, turns_round, used_units
from psabridge.rules.wanted.range_lines import days_so_far, last_month
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.service_mapping import MappedRow, item_facts
from psabridge.rules.wanted.usage_readings import Unknown

_CATALOGUE = Catalogue.standard()
_ITEMS = _CATALOGUE.items


def _widening(group: str) -> Iterator[str]:
    """A group and those it is part of: the service, its licensing mode, the pack."""
    parts = group.split(GROUPED)
    return (GROUPED.join(parts[: number + 1]) for number in range(len(parts)))


def _first_places() -> dict[str, int]:
    """Where an item, or the first of a group, stands in the catalogue."""
    first: dict[str, int] = {}
    for number, item in enumerate(_ITEMS.values()):
        for name in (item.name, *_widening(item.group)):
            first.setdefault(name, number)
    return first


_FIRST = _first_places()


@dataclass(frozen=True, slots=True)
class RowShown:
    key: str
    group: str  # service, licensing mode, pack
    item: str
    storage: str
    counts: str
    service: str
    used: int  # contract units over all customers whose figure is known, before a minimum
    known: int  # customers whose figure is known
    unknown: int
    is_free: bool
    limit: str
    is_switch: bool = False  # a feature: on or off is all it knows (R4)
    refused: str | None = None
    is_off: bool = False  # a storage of which no option is ticked (ACR-STO-01)
    so_far: int | None = None  # of a range item: the month that runs, as of yesterday (ACR-USE-03)

    @property
    def figure(self) -> str:
        """Unknown is never shown as 0."""
        return self._counted if self.so_far is None else f"{self._counted}; {self.so_far:,} so far this month"

    @property
    def _counted(self) -> str:
        if self.is_off:
            return "off"
        if self.refused is not None:
            return "refused"
        if self.is_switch:
            return "on or off"
        if not self.unknown:
            return f"{self.used:,}"
        return f"{self.used:,}, {self.unknown} unknown" if self.known else "unknown"


def mapping_rows(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    *,
    ranges: RangeBook | None = None,
    with_unmapped: bool = False,
) -> tuple[RowShown, ...]:
    """In the order of the catalogue; `with_unmapped` adds what the partner offers and no row speaks of.

    Of a range item the figure is that of the last month that is over.
    """
    ground = survey(settings, psa, platform, {}, ranges or RangeBook())
    customers = call_the_roll(settings, psa, platform).customers
    unmapped = _unmapped(platform, ground) if with_unmapped else ()
    rows = sorted((*ground.mapping.rows, *unmapped), key=_place)
    return tuple(_shown(mapped, customers, ground) for mapped in rows)


def _place(mapped: MappedRow) -> tuple[tuple[int, ...], int, str, str, int]:
    """Service, licensing mode, pack, item; unknown items come last."""
    row = mapped.row
    last = len(_ITEMS)
    group = tuple(_FIRST.get(part, last) for part in _widening(_CATALOGUE.group_of(row.item)))
    place = _FIRST.get(row.item, last)
    return group, place, row.item, row.storage or "", list(Measure).index(row.measure)


def _unmapped(platform: PlatformSnapshot, ground: Ground) -> Iterator[MappedRow]:
    """Counted as a row of their whole would, so that what is billed to nobody has a figure."""
    facts = item_facts(platform)
    for item in platform.offered:
        if item.is_on and item.key.name not in ground.mapping.mapped_items:
            measure = Measure.USAGE if item.key.storage is None else Measure.TOTAL
            size = GIB if item.unit == "bytes" else 1
            row = ServiceMapping(item.key.name, measure, item.key.storage, unit_size=size)
            yield MappedRow(row, None, facts[item.key.name])


def _shown(mapped: MappedRow, customers: Iterable[Customer], ground: Ground) -> RowShown:
    row, labels = mapped.row, ground.labels
    counted = [customer for customer in customers if _is_counted(mapped, customer)]
    figures = [_figure(mapped, customer, ground, last_month(ground)) for customer in counted]
    known = [figure for figure in figures if figure is not None]
    item = labels.catalogue.find(row.item)
    mode = "" if item is not None or row.edition is None else f" ({mode_label(row.edition)})"
    return RowShown(
        key=row.key,
        group=labels.catalogue.group_of(row.item),
        item=f"{labels.item(row.item)}{mode}",
        storage=_storage(row, ground),
        counts=units_words(row, labels, "" if mapped.facts is None else mapped.facts.unit),
        service=_service(mapped, ground),
        used=sum(known),
        known=len(known),
        unknown=len(figures) - len(known),
        is_free=row.free,
        limit=_limit(mapped) if row.item in ground.mapping.mapped_items else "",
        is_switch=mapped.is_feature,
        refused=mapped.refused,
        is_off=row.measure is Measure.NOTHING,
        so_far=_so_far(mapped, counted, ground),
    )


def _is_counted(mapped: MappedRow, customer: Customer) -> bool:
    """A customer none of whose tenants is in the row's mode is no business of the row."""
    return bool(customer.absent) or any(view.is_in_mode(mapped) is not False for view in customer.views)


def _so_far(mapped: MappedRow, customers: Iterable[Customer], ground: Ground) -> int | None:
    """None where the month that runs is not shown, or is not known of everybody."""
    days = days_so_far(ground)
    if not mapped.row.is_range or days is None:
        return None
    figures = [_figure(mapped, customer, ground, days) for customer in customers]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def _figure(mapped: MappedRow, customer: Customer, ground: Ground, days: Period | None) -> int | None:
    if mapped.refused is not None or customer.absent:
        return None
    readings: list[Reading] = []
    for view in customer.views:
        if view.is_in_mode(mapped) is False:
            continue
        found = ground.meter.read(mapped, view, days)
        if isinstance(found, Unknown):
            return None
        readings.extend(found)
    quantity = arithmetic(mapped.row, readings).quantity
    return None if is_below_zero(quantity, mapped.row) else used_units(quantity, mapped.row)


def _storage(row: ServiceMapping, ground: Ground) -> str:
    if row.storage is not None:
        return ground.labels.storage(row.storage)
    return "" if row.measure is Measure.USAGE else "all"


def _service(mapped: MappedRow, ground: Ground) -> str:
    if mapped.service is not None:
        return ground.mapping.name_of(mapped.service)
    if mapped.row.item not in ground.mapping.mapped_items:
        return "in no row"
    new = mapped.row.service
    return f"{new.name} (to be created)" if isinstance(new, NewService) else "none"


def _limit(mapped: MappedRow) -> str:
    """What happens to backups at the quota of a prepaid contract (R6)."""
    row = mapped.row
    if not mapped.carries_quota or not turns_round(row):
        return "sets no quota"
    return f"{row.overage:,} units above" if row.limit is Limit.ALLOWANCE else str(row.limit)
