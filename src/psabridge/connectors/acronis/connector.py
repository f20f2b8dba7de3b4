"""The Platform port over Acronis: the only place where Acronis's vocabulary and ours meet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from psabridge.clients.acronis.answers import ItemList, TenantList, UsageList
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.forms import ItemChange, QuotaForm, ReportOrder, TenantChange
from psabridge.connectors.acronis import listing, words
from psabridge.connectors.acronis.usage_report import day_uses
from psabridge.kit.clock import Clock
from psabridge.kit.errors import Unreadable
from psabridge.kit.periods import Period
from psabridge.rules.customers.directory import TenantList as ListedTenants
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Storage, Tenant, Usage
from psabridge.rules.psa import Gap
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.ranges.daily import DayUse
from psabridge.rules.words import StorageId, TenantId

# From more tenants than this on, one read of the whole subtree is cheaper than one call each.
ONE_BY_ONE = 5
SAVED, FAILED = "saved", "failed"  # of a report's file (Ac27)
STORAGES_LAST = timedelta(hours=1)


@dataclass(slots=True)
class Shelf:
    """Names and places of storages as last read: they are for people, and cost two calls."""

    asked: frozenset[StorageId] = frozenset()
    storages: Mapping[StorageId, Storage] = field(default_factory=dict)
    good_until: datetime | None = None

    def answers(self, asked: frozenset[StorageId], now: datetime) -> bool:
        """Asked for, not only found: one out of our sight is not asked for in every cycle."""
        return self.good_until is not None and now < self.good_until and asked == self.asked

    def fill(self, asked: frozenset[StorageId], found: Mapping[StorageId, Storage], now: datetime) -> None:
        self.asked, self.storages, self.good_until = asked, found, now + STORAGES_LAST


@dataclass(frozen=True, slots=True)
class AcronisPlatform:
    client: AcronisClient
    clock: Clock
    shelf: Shelf = field(default_factory=Shelf, compare=False)

    def read(self, settings: PairingSettings) -> PlatformSnapshot:
        """One list of tenants, one of all items, usages by the hundred (design section 10)."""
        started = self.calls()
        read_at = self.clock.now()
        root = self.client.own_tenant()
        tenants = self.client.tenants_below(root)
        mapped = tuple(sorted({mapping.tenant for mapping in settings.customers}))
        listed = {TenantId(one.id) for one in tenants.tenants}
        deleted = self._deleted(one for one in mapped if one not in listed)
        items = self.client.offering_items(root)
        usages = self.client.usages([one for one in mapped if one not in deleted])
        by_tenant = _items_by_tenant(items)
        return PlatformSnapshot(
            read_at=read_at,
            tenants={TenantId(one.id): words.tenant_of(one) for one in tenants.tenants} | deleted,
            # A mapped tenant out of our sight has no rows here: that is not "nothing is on" (R38).
            items={
                tenant: by_tenant.get(tenant, ())
                for tenant in mapped
                if tenant in listed and _readable(items, tenant)
            },
            usages=_usages_by_tenant(usages),
            storages=self._storages(settings, by_tenant, mapped),
            offered=by_tenant.get(TenantId(root), ()),
            gaps=_item_gaps(items, mapped) + _usage_gaps(usages) + _tenant_gaps(tenants),
            calls=self.calls() - started,
            partner=TenantId(root),
        )

    def items(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, tuple[OfferingItem, ...]]:
        wanted = sorted(set(tenants))
        if len(wanted) > ONE_BY_ONE:
            answer = self.client.offering_items(self.client.own_tenant())
            by_tenant = _items_by_tenant(answer)
            return {tenant: by_tenant.get(tenant, ()) for tenant in wanted if _readable(answer, tenant)}
        found: dict[TenantId, tuple[OfferingItem, ...]] = {}
        for tenant in wanted:
            answer = self.client.offering_items_of(tenant)
            if _readable(answer, tenant):
                found[tenant] = _items_by_tenant(answer).get(tenant, ())
        return found

    def order_report(self, days: Period) -> str:
        """Of all customers, day by day (Ac27)."""
        order = ReportOrder(
            tenant_id=self.client.own_tenant(),
            level="all_customers",
            kind="usage_daily",
            start=days.start,
            end=days.last_day,
        )
        return self.client.reports.order(order).id

    def usage_report(self, report: str) -> tuple[DayUse, ...] | None:
        files = self.client.reports.stored(report)
        saved = next((one for one in files if one.status == SAVED), None)
        if saved is not None:
            return day_uses(self.client.reports.download(report, saved.id), report)
        if any(one.status == FAILED for one in files):
            raise Unreadable(f"usage report {report}", "failed at Acronis", "It is ordered again a day later")
        return None

    def set_item(self, wanted: DesiredItem, now: OfferingItem | None) -> None:
        """One row; rows not named stay as they are (docs/vendors/acronis.md)."""
        self.client.put_offering_items(wanted.tenant, [_change(wanted, now)])

    def set_tag(self, tenant: TenantId, tag: str | None, version: int) -> None:
        """Keys that are not named stay (Ac12)."""
        self.client.update_tenant(tenant, TenantChange(version=version, internal_tag=tag))

    def tenants(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, Tenant]:
        found = self.client.tenants(sorted(set(tenants))).tenants
        return {TenantId(one.id): words.tenant_of(one) for one in found}

    def list_tenants(self, mapped: Iterable[TenantId]) -> ListedTenants:
        return listing.list_tenants(self.client, self.clock.now(), mapped)

    def tenant(self, tenant: TenantId) -> Tenant:
        return words.tenant_of(self.client.tenant(tenant, with_deleted=True))

    def switch_tenant(self, tenant: TenantId, *, is_on: bool, version: int) -> Tenant:
        """Keys left out stay (docs/vendors/acronis.md, Ac12)."""
        return words.tenant_of(
            self.client.update_tenant(tenant, TenantChange(version=version, enabled=is_on))
        )

    def delete_tenant(self, tenant: TenantId, *, version: int) -> None:
        self.client.delete_tenant(tenant, version)

    def calls(self) -> int:
        return self.client.calls.total

    def _deleted(self, missing: Iterable[TenantId]) -> dict[TenantId, Tenant]:
        """Of mapped tenants that are not below us those that were deleted; others are unknown (R34, R38)."""
        asked = sorted(missing)
        found = self.client.tenants(asked, with_deleted=True).tenants if asked else ()
        tenants = (words.tenant_of(one) for one in found)
        return {tenant.id: tenant for tenant in tenants if tenant.is_deleted}

    def _storages(
        self,
        settings: PairingSettings,
        items: Mapping[TenantId, tuple[OfferingItem, ...]],
        mapped: Iterable[TenantId],
    ) -> Mapping[StorageId, Storage]:
        used = {item.key.storage for tenant in mapped for item in items.get(tenant, ())}
        used |= {row.storage for row in settings.services}
        asked = frozenset(one for one in used if one is not None)
        if not self.shelf.answers(asked, self.clock.now()):
            self.shelf.fill(asked, self._read_storages(asked), self.clock.now())
        return self.shelf.storages

    def _read_storages(self, asked: Iterable[StorageId]) -> dict[StorageId, Storage]:
        infra = self.client.infra(sorted(asked)).by_id
        places = sorted({one.location_id for one in infra.values() if one.location_id is not None})
        names = {key: one.name for key, one in self.client.locations(places).by_id.items()}
        return {StorageId(key): words.storage_of(one, names) for key, one in infra.items()}


def _change(wanted: DesiredItem, now: OfferingItem | None) -> ItemChange:
    key = wanted.key
    status: Literal[0, 1] = 1 if wanted.is_on else 0
    if not wanted.has_quota:
        return ItemChange(application_id=key.application, name=key.name, infra_id=key.storage, status=status)
    version = now.quota.version if now is not None and now.quota is not None else 0
    quota = QuotaForm(value=wanted.quota, overage=wanted.overage, version=version)
    return ItemChange(
        application_id=key.application, name=key.name, infra_id=key.storage, status=status, quota=quota
    )


def _items_by_tenant(items: ItemList) -> dict[TenantId, tuple[OfferingItem, ...]]:
    return {
        TenantId(tenant): tuple(words.item_of(row) for row in rows)
        for tenant, rows in items.by_tenant().items()
    }


def _readable(items: ItemList, tenant: TenantId) -> bool:
    """A spoilt row without a name could be anybody's: then nobody's items were read."""
    return not items.nameless_spoilt and tenant not in items.unreadable_tenants()


def _usages_by_tenant(usages: UsageList) -> dict[TenantId, tuple[Usage, ...]]:
    return {
        TenantId(tenant): tuple(words.usage_of(TenantId(tenant), row) for row in rows)
        for tenant, rows in usages.by_tenant.items()
    }


def _tenant_gaps(tenants: TenantList) -> tuple[Gap, ...]:
    return tuple(
        Gap(f"tenant {one.tenant_id or 'of an unreadable id'}", one.why, code="ERR-22")
        for one in tenants.spoilt
    )


def _item_gaps(items: ItemList, mapped: Iterable[TenantId]) -> tuple[Gap, ...]:
    return tuple(
        Gap(f"offering items of tenant {tenant}", "came garbled", code="ERR-22")
        for tenant in mapped
        if not _readable(items, tenant)
    )


def _usage_gaps(usages: UsageList) -> tuple[Gap, ...]:
    spoilt = [(tenant, why) for tenant, why in sorted(usages.spoilt.items())]
    absent = [(tenant, "was left out of the answer") for tenant in sorted(usages.absent)]
    return tuple(
        Gap(f"usage of tenant {tenant}", why, code="ERR-22", tenant=TenantId(tenant))
        for tenant, why in spoilt + absent
    )
