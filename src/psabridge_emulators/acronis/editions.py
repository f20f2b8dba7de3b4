"""Switching a tenant's edition: what would be lost, what stands in the way, and the switch itself."""

from dataclasses import dataclass
from typing import Any

from psabridge_emulators.acronis import metering
from psabridge_emulators.acronis.catalogue import EDITIONS, ItemKind, counterpart
from psabridge_emulators.acronis.errors import bad_request
from psabridge_emulators.acronis.records import Item, Quota, Tenant
from psabridge_emulators.acronis.world import AcronisWorld


@dataclass(frozen=True, slots=True)
class Swap:
    """One active row of another edition, and what takes its place."""

    old: Item
    new: ItemKind | None


def _swaps(tenant: Tenant, application_id: str, target: str) -> list[Swap]:
    return [
        Swap(item, counterpart(item.kind, target))
        for item in tenant.items.values()
        if item.status == 1
        and item.kind.application_id == application_id
        and item.kind.edition not in (None, target)
    ]


def check_edition(target: str) -> None:
    if target not in EDITIONS:
        raise bad_request(f"Unknown edition {target}", target_edition=target)


def warnings(tenant: Tenant, application_id: str, target: str) -> list[dict[str, Any]]:
    """Rows that the target edition does not have."""
    check_edition(target)
    return [
        {"name": swap.old.kind.name, "infra_id": swap.old.infra_id, "reason": "not in the target edition"}
        for swap in _swaps(tenant, application_id, target)
        if swap.new is None
    ]


def switch(world: AcronisWorld, tenant: Tenant, application_id: str, target: str) -> list[Item]:
    """All rows or none; blockers are listed in the error's context (acronis-api.md 6.2)."""
    check_edition(target)
    swaps = _swaps(tenant, application_id, target)
    blockers = [
        {"name": swap.old.kind.name, "infra_id": swap.old.infra_id, "reason": reason}
        for swap in swaps
        if (reason := _blocks(world, tenant, swap)) is not None
    ]
    if blockers:
        raise bad_request("The edition cannot be switched", blockers=blockers)
    rows = [_swap(world, tenant, swap) for swap in swaps]
    tenant.edition = target
    return [row for row in rows if row is not None]


def _blocks(world: AcronisWorld, tenant: Tenant, swap: Swap) -> str | None:
    if swap.new is None:
        return "in use" if metering.in_use(world, tenant, swap.old.reading_key) else None
    above = world.provider(tenant).items.get((swap.new.application_id, swap.new.name, swap.old.infra_id))
    return None if above is not None and above.status == 1 else "the parent tenant does not have the target"


def _swap(world: AcronisWorld, tenant: Tenant, swap: Swap) -> Item | None:
    """The old row goes off, the new one takes its quota and its usage."""
    old = swap.old
    old.status, old.updated_at, old.text = 0, world.now, ""
    if swap.new is None:
        return None
    quota = old.quota
    if quota is not None and quota.version:
        quota = Quota(quota.value, quota.overage, world.stamp(quota.version))
    row = world.put_item(tenant, swap.new, old.infra_id, status=1, quota=quota)
    levels = tenant.readings.pop(old.reading_key, None)
    if levels is not None:
        tenant.readings[row.reading_key] = levels
    return row
