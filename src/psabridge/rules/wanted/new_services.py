"""Rows that name a service still to be made: found by its exact name once, then known by id (R45)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from psabridge.rules.psa import Service
from psabridge.rules.settings import NewService, PairingSettings, ServiceMapping
from psabridge.rules.words import ServiceId


def with_found_services(settings: PairingSettings, services: Iterable[Service]) -> PairingSettings:
    """The same settings, with every row whose service exists now pointing to its id.

    A name that two services bear is not taken: a person chooses.
    """
    found = _by_unique_name(services)
    rows = tuple(_found(row, found) for row in settings.services)
    return settings if rows == settings.services else replace(settings, services=rows)


def _found(row: ServiceMapping, found: Mapping[str, ServiceId]) -> ServiceMapping:
    if not isinstance(row.service, NewService) or row.service.name not in found:
        return row
    return replace(row, service=found[row.service.name])


def _by_unique_name(services: Iterable[Service]) -> dict[str, ServiceId]:
    named: dict[str, list[ServiceId]] = {}
    for service in services:
        named.setdefault(service.name, []).append(service.id)
    return {name: ids[0] for name, ids in named.items() if len(ids) == 1}
