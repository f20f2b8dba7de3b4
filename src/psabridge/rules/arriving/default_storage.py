"""The storage of a new customer to whom none is sold (ACR-STO-06)."""

from collections.abc import Sequence

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import OfferingItem
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.sales import Standing
from psabridge.rules.words import StorageId, TenantId

_NOT_SOLD = {Standing.NOT_MAPPED, Standing.ABSENT}


def default_storage(
    customer: Customer, tenant: TenantId, wanted: Sequence[DesiredItem], sales: Sales, ground: Ground
) -> tuple[tuple[DesiredItem, ...], Finding | None]:
    """The items it gives, or why the customer must wait."""
    offered = _storages_offered(wanted, ground)
    if not offered or _has_storage(wanted) or _sells_storage(sales, ground):
        return (), None
    chosen = ground.settings.new_customers.default_storage
    there = {item.key.storage for item in offered}
    if chosen is None and len(there) == 1:
        chosen = there.pop()
    elif chosen is None:
        return (), _none_chosen(customer, len(there))
    elif chosen not in there:
        return (), _gone(customer, chosen)
    items = (item for item in offered if item.key.storage == chosen)
    return tuple(_given(item, customer, tenant, ground) for item in items), None


def _storages_offered(wanted: Sequence[DesiredItem], ground: Ground) -> tuple[OfferingItem, ...]:
    """What the partner can give of the editions that the customer begins with."""
    total = ground.settings.storage_names.total
    given = [item for item in wanted if item.is_on]
    editions = {
        item.edition for each in given for item in ground.offered.get(each.key.name, ()) if item.edition
    }
    applications = {each.key.application for each in given}
    return tuple(
        item
        for _, same in sorted(ground.offered.items())
        for item in same
        if item.usage_name == total
        and item.key.storage is not None
        and item.key.application in applications
        and item.edition in editions
    )


def _has_storage(wanted: Sequence[DesiredItem]) -> bool:
    return any(item.is_on and item.key.storage is not None for item in wanted)


def _sells_storage(sales: Sales, ground: Ground) -> bool:
    """Also where its contract cannot be told: another storage would be a guess."""
    return any(
        sales.of(mapped).standing not in _NOT_SOLD
        for mapped in ground.mapping.rows
        if mapped.row.storage is not None
        or any(item.key.storage is not None for item in ground.offered.get(mapped.row.item, ()))
    )


def _given(item: OfferingItem, customer: Customer, tenant: TenantId, ground: Ground) -> DesiredItem:
    """Unlimited; 0 where what is not sold gets 0 and the storage is not Free (ACR-MAP-08)."""
    is_free = any(
        mapped.row.free
        and mapped.row.item == item.key.name
        and mapped.row.storage in {None, item.key.storage}
        for mapped in ground.mapping.rows
    )
    quota = 0 if ground.settings.set_quotas_to_zero and not is_free else None
    return DesiredItem(
        tenant=tenant,
        company=customer.company.id,
        key=item.key,
        is_on=True,
        has_quota=True,
        quota=quota,
        overage=quota,
        reason="no storage is sold, so it gets the default storage",
        evidence=Evidence(rule="ACR-STO-06"),
    )


def _none_chosen(customer: Customer, storages: int) -> Finding:
    return customer.finding(
        Severity.STOPS,
        "ACR-STO-06",
        "",
        f"no storage is sold to it, {storages} are offered and none is chosen as the default; "
        "nothing is made for it",
        "Name one as default_storage, or sell it a storage",
    )


def _gone(customer: Customer, chosen: StorageId) -> Finding:
    return customer.finding(
        Severity.STOPS,
        "ERR-11",
        "",
        f"the default storage {chosen} is no longer offered; nothing is made for it",
        "Name another one as default_storage, or take it out and sell the customer a storage",
    )
