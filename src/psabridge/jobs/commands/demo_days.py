"""How usage moves in the demo: every day a few billed readings grow, and now and then one shrinks."""

import random
from collections.abc import Iterable
from typing import Any

from psabridge.engine.prepare import Observed
from psabridge.rules.platform import Usage
from psabridge.rules.words import StorageId, TenantId

MOVED_EACH_DAY = 4

Place = tuple[TenantId, str, StorageId | None]


def usage_of_tomorrow(observed: Observed, days: random.Random) -> list[dict[str, Any]]:
    """Readings as the emulator takes them, of what pay-as-you-go lines are billed by."""
    billed = _billed_places(observed)
    chosen = days.sample(billed, k=min(MOVED_EACH_DAY, len(billed)))
    return [reading for place in chosen for reading in _moved(observed, place, days)]


def _billed_places(observed: Observed) -> list[Place]:
    parts = [part for wanted in observed.desired.units for part in wanted.evidence.parts]
    readings = [reading for part in parts for reading in part.readings if reading.quantity]
    return sorted({(one.tenant, one.usage_name, one.storage) for one in readings}, key=str)


def _moved(observed: Observed, place: Place, days: random.Random) -> Iterable[dict[str, Any]]:
    _, name, storage = place
    if storage is None:
        usages = _usages(observed, place, {name})
        return [_reading(one, (one.value or 0) * days.randint(-2, 6) // 100 + 1) for one in usages]
    names = observed.settings.storage_names
    usages = _usages(observed, place, {names.total, names.class_2})
    total = max((one.value or 0 for one in usages), default=0)
    more = total * days.randint(1, 4) // 100
    return [_reading(one, more) for one in usages]  # total = class 1 + class 2 still holds (R11)


def _usages(observed: Observed, place: Place, names: set[str]) -> list[Usage]:
    tenant, _, storage = place
    rows = observed.platform.usages[tenant]
    return [one for one in rows if one.usage_name in names and one.storage == storage and one.value]


def _reading(usage: Usage, more: int) -> dict[str, Any]:
    return {
        "tenant": usage.tenant,
        "usage_name": usage.usage_name,
        "infra_id": usage.storage,
        "edition": usage.edition,
        "value": max((usage.value or 0) + more, 0),
    }
