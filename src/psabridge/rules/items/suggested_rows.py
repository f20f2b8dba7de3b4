"""Rows of the service mapping that are still missing, each with its service (ACR-CON-10, ACR-MAP-05)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from psabridge.kit.periods import PeriodType
from psabridge.rules.items.catalogue import Catalogue, known_minimum, suggested_service_name
from psabridge.rules.items.labels import GIB
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Storage
from psabridge.rules.psa import PsaSnapshot, Service
from psabridge.rules.settings import Measure, NewService, PairingSettings, ServiceMapping, StorageNames
from psabridge.rules.words import StorageId


@dataclass(frozen=True, slots=True)
class Suggested:
    rows: tuple[ServiceMapping, ...]
    left_out: tuple[str, ...] = ()  # names that several services bear: a person chooses


def suggested_rows(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    *,
    billing_code: int,
    period_type: PeriodType,
) -> Suggested:
    """Of the prepared list, what the partner offers and no row speaks of.

    A service that bears the suggested name already is taken; any other is to be created.
    """
    by_name: dict[str, list[Service]] = {}
    for service in psa.services.values():
        by_name.setdefault(service.name, []).append(service)
    rows: list[ServiceMapping] = []
    left_out: list[str] = []
    for row, name in _missing(settings, platform):
        same = by_name.get(name, [])
        if len(same) > 1:
            left_out.append(name)
        else:
            new = NewService(name, billing_code, period_type)
            rows.append(replace(row, service=same[0].id if same else new))
    return Suggested(tuple(rows), tuple(left_out))


def offered_storages(platform: PlatformSnapshot) -> frozenset[StorageId]:
    return frozenset(item.key.storage for item in platform.offered if item.is_on and item.key.storage)


def _missing(settings: PairingSettings, platform: PlatformSnapshot) -> Iterator[tuple[ServiceMapping, str]]:
    names = _storage_names(offered_storages(platform), platform.storages)
    for item in _prepared(platform.offered):
        for row in _rows_of(item, settings.storage_names):
            if not any(_speaks_of(mapped, row) for mapped in settings.services):
                storage = None if row.storage is None else names[row.storage]
                yield row, suggested_service_name(row.item, storage_name=storage, measure=row.measure)


def _prepared(offered: Iterable[OfferingItem]) -> Iterator[OfferingItem]:
    """In the order of the list, each once: "G Suite seats" is an older name of a row above it."""
    of_name: dict[str, list[OfferingItem]] = {}
    for item in offered:
        if item.is_on:
            of_name.setdefault(item.key.name, []).append(item)
    for name in dict.fromkeys(name for _, names in known_minimum() for name in names):
        yield from sorted(of_name.get(name, ()), key=lambda item: item.key.storage or "")


def _rows_of(item: OfferingItem, names: StorageNames) -> Iterator[ServiceMapping]:
    known = Catalogue.standard().find(item.key.name)
    if item.usage_name != names.total:
        yield ServiceMapping(item.key.name, counts_only=known is not None and known.counts_only)
        return
    for measure in _measures(names):
        yield ServiceMapping(item.key.name, measure, item.key.storage, unit_size=GIB)


def _measures(names: StorageNames) -> tuple[Measure, ...]:
    """Quota and total with its geo-redundant part, class 1, class 2 with its (ACR-STO-10, ACR-STO-11)."""
    geo = ((Measure.GEO_TOTAL, names.geo_total), (Measure.GEO_CLASS_2, names.geo_class_2))
    told = {measure for measure, name in geo if name}
    order = (Measure.TOTAL, Measure.GEO_TOTAL, Measure.CLASS_1, Measure.CLASS_2, Measure.GEO_CLASS_2)
    return tuple(measure for measure in order if measure in told or measure not in dict(geo))


def _speaks_of(mapped: ServiceMapping, row: ServiceMapping) -> bool:
    """Also a row over all storages, and a total that is counted in another way."""
    if mapped.item != row.item or mapped.storage not in {None, row.storage}:
        return False
    if mapped.measure is Measure.NOTHING:
        return True
    totals = {Measure.TOTAL, Measure.REMAINDER, Measure.USAGE}
    return mapped.measure is row.measure or (mapped.measure in totals and row.measure in totals)


def _storage_names(storages: Iterable[StorageId], known: Mapping[StorageId, Storage]) -> dict[StorageId, str]:
    """The first that tells a storage apart: location, name, both, name and id; else its id (ACR-STO-04)."""
    told = {one: _ways_to_tell(known[one]) for one in known}
    times = Counter(way for ways in told.values() for way in set(ways))
    return {
        one: next((way for way in told.get(one, ()) if way and times[way] == 1), str(one)) for one in storages
    }


def _ways_to_tell(storage: Storage) -> tuple[str, ...]:
    both = f"{storage.location} {storage.name}"
    return storage.location, storage.name, both, f"{storage.name} {storage.id}"
