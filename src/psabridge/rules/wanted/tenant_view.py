"""One tenant of a snapshot, looked up by item and usage name."""

from collections.abc import Mapping
from dataclasses import dataclass

from psabridge.rules.platform import OfferingItem, PlatformSnapshot, PricingMode, Tenant, Usage
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.words import StorageId


@dataclass(frozen=True, slots=True)
class TenantView:
    tenant: Tenant
    items: Mapping[str, tuple[OfferingItem, ...]] | None  # None: not read
    usages: Mapping[str, tuple[Usage, ...]] | None  # None: not read, which is not "unused"
    modes: Mapping[str, frozenset[str]]  # application → editions of the items that are on
    not_read: str = "was not read"  # what happened to usage that is None

    @property
    def is_fresh(self) -> bool:
        """Read, and nothing is on yet: the first sync provisions, the next reports (ACR-PAY-05)."""
        return self.items is not None and not any(item.is_on for same in self.items.values() for item in same)

    @property
    def mark(self) -> str:
        """Shown beside each quantity (ACR-PRV-11)."""
        mode = self.tenant.pricing_mode
        return mode.value if mode in {PricingMode.TRIAL, PricingMode.SUSPENDED} else ""

    def items_of(self, mapped: MappedRow) -> tuple[OfferingItem, ...]:
        """The tenant's items a row speaks of: one, or one per storage where the row names none."""
        if self.items is None:
            return ()
        wanted = mapped.row.storage
        return tuple(
            item
            for item in self.items.get(mapped.row.item, ())
            if wanted is None or item.key.storage == wanted
            if mapped.storages is None or item.key.storage in mapped.storages
        )

    def usages_of(
        self,
        usage_name: str,
        storage: StorageId | None,
        edition: str | None,
        storages: frozenset[StorageId] | None = None,
    ) -> tuple[Usage, ...]:
        """Joined by usage name, storage or storages, and edition (docs/vendors/acronis.md)."""
        here = [
            usage
            for usage in (self.usages or {}).get(usage_name, ())
            if storage is None or usage.storage == storage
            if storages is None or usage.storage in storages
        ]
        if edition is None:
            return tuple(here)
        exact = tuple(usage for usage in here if usage.edition == edition)
        return exact or tuple(usage for usage in here if usage.edition is None)

    def is_in_mode(self, mapped: MappedRow) -> bool | None:
        """Whether a row is of the tenant's own edition; None while nothing of the application is on."""
        if mapped.edition is None:
            return True
        modes = self.modes.get(mapped.application or "")
        return mapped.edition in modes if modes else None


def view_of(tenant: Tenant, platform: PlatformSnapshot) -> TenantView:
    items, usages = platform.items.get(tenant.id), platform.usages.get(tenant.id)
    modes: dict[str, set[str]] = {}
    by_name: dict[str, tuple[OfferingItem, ...]] = {}
    for item in items or ():
        by_name[item.key.name] = (*by_name.get(item.key.name, ()), item)
        if item.is_on and item.edition is not None:
            modes.setdefault(item.key.application, set()).add(item.edition)
    by_usage: dict[str, tuple[Usage, ...]] = {}
    for usage in usages or ():
        by_usage[usage.usage_name] = (*by_usage.get(usage.usage_name, ()), usage)
    return TenantView(
        tenant,
        None if items is None else by_name,
        None if usages is None else by_usage,
        {application: frozenset(editions) for application, editions in modes.items()},
        next((gap.why for gap in platform.gaps if gap.tenant == tenant.id), "was not read"),
    )
