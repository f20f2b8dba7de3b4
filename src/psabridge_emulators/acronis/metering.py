"""What a usage stands at: for one tenant, for a partner's subtree, now or at any past moment."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.catalogue import CUMULATIVE
from psabridge_emulators.acronis.presenting import quota_row
from psabridge_emulators.acronis.records import Item, Level, ReadingKey, Tenant

if TYPE_CHECKING:
    from psabridge_emulators.acronis.world import AcronisWorld

Totals = dict[ReadingKey, tuple[int, int]]  # value and absolute value


def level_at(key: ReadingKey, levels: Sequence[Level], moment: datetime) -> tuple[int, int] | None:
    """Value and absolute value at a moment; None before the first reading."""
    for level in reversed(levels):
        if level.since <= moment:
            started_again = key[0] in CUMULATIVE and level.since < stamps.month_start(moment)
            return (0 if started_again else level.value, level.absolute)
    return None


def whole(key: ReadingKey, levels: Sequence[Level], value: int, now: datetime) -> int:
    """The absolute value that goes with a new value: the same, but compute points go on growing (7.1)."""
    before = level_at(key, levels, now)
    if key[0] not in CUMULATIVE or before is None:
        return value
    return before[1] - before[0] + value


def withheld(tenant: Tenant, key: ReadingKey) -> bool:
    return bool(tenant.withheld) and (
        ("*", None) in tenant.withheld
        or (key[0], None) in tenant.withheld
        or (key[0], key[2]) in tenant.withheld
    )


def visible_at(world: "AcronisWorld", moment: datetime) -> datetime:
    """The last refresh: about every half hour where the switch says so (acronis-api.md 7.1)."""
    step = world.switches.usage_refresh_minutes
    if step == 0:
        return moment
    return moment - timedelta(
        minutes=moment.minute % step, seconds=moment.second, microseconds=moment.microsecond
    )


def counted_tenants(world: "AcronisWorld", tenant: Tenant, *, deleted: bool = False) -> list[Tenant]:
    """Whose readings make up a tenant's usage: its own and, summed, those below it (7.1, assumed)."""
    if not world.switches.partner_usage_sums:
        return [tenant]
    return world.subtree(tenant.id, deleted=deleted) if tenant.id in world.children else [tenant]


def totals(world: "AcronisWorld", tenant: Tenant, moment: datetime) -> Totals:
    found: Totals = {}
    for counted in counted_tenants(world, tenant):
        for key, levels in counted.readings.items():
            level = level_at(key, levels, moment)
            if level is not None and not withheld(counted, key):
                value, absolute = found.get(key, (0, 0))
                found[key] = (value + level[0], absolute + level[1])
    return found


def in_use(world: "AcronisWorld", tenant: Tenant, key: ReadingKey) -> int:
    """How much of a usage is there for the rule that an item in use stays on."""
    found = 0
    for counted in counted_tenants(world, tenant):
        level = level_at(key, counted.readings.get(key, ()), world.now)
        found += 0 if level is None else level[0]
    return found


def usage_rows(world: "AcronisWorld", tenant: Tenant, moment: datetime) -> Iterator[dict[str, Any]]:
    """A row per item that is on or has a reading, then the readings that have no item."""
    seen_at = visible_at(world, moment)
    sums = totals(world, tenant, seen_at)
    started = stamps.plain(stamps.month_start(seen_at))
    for item in tenant.items.values():
        key = item.reading_key
        read = sums.pop(key, None)
        shown = read is not None or (item.status == 1 and item.kind.type != "feature")
        if shown and not withheld(tenant, key):
            yield _row(tenant, key, read or (0, 0), started, item)
    for key, read in sums.items():
        yield _row_without_item(world, tenant, key, read, started)


def _row(tenant: Tenant, key: ReadingKey, read: tuple[int, int], started: str, item: Item) -> dict[str, Any]:
    kind = item.kind
    offering: dict[str, Any] = {"status": item.status}
    if item.quota is not None:
        offering["quota"] = quota_row(item.quota)
    return {
        "application_id": kind.application_id,
        "name": kind.name,
        "edition": kind.edition,
        "usage_name": kind.usage_name,
        "type": kind.type,
        "measurement_unit": kind.unit,
        "range_start": started,
        "value": read[0],
        "absolute_value": read[1],
        "infra_id": key[2],
        "tenant_uuid": tenant.id,
        "tenant_id": tenant.numeric_id,
        "offering_item": offering,
    }


def _row_without_item(
    world: "AcronisWorld", tenant: Tenant, key: ReadingKey, read: tuple[int, int], started: str
) -> dict[str, Any]:
    usage_name, edition, infra_id = key
    described = world.describe_usage(usage_name, edition)
    return {
        "application_id": described.application_id,
        "name": described.name,
        "edition": edition,
        "usage_name": usage_name,
        "type": described.type,
        "measurement_unit": described.unit,
        "range_start": started,
        "value": read[0],
        "absolute_value": read[1],
        "infra_id": infra_id,
        "tenant_uuid": tenant.id,
        "tenant_id": tenant.numeric_id,
    }
