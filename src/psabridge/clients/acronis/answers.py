"""What a read of many brings back: the rows, the spoilt ones, and who was missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from psabridge.clients.acronis.records import (
    Infra,
    ItemKey,
    Location,
    OfferingItem,
    Tenant,
    TenantUsages,
    Usage,
)
from psabridge.clients.acronis.wire import Page, Spoilt

P = TypeVar("P", Infra, Location)


@dataclass(frozen=True, slots=True)
class TenantList:
    tenants: tuple[Tenant, ...]
    spoilt: tuple[Spoilt, ...]
    as_of: datetime | None  # the server's clock: the next `updated_since`

    @classmethod
    def of(cls, page: Page[Tenant]) -> "TenantList":
        """A tenant that changed while the pages were read may come twice; the later row holds."""
        return cls(tuple({tenant.id: tenant for tenant in page.items}.values()), page.spoilt, page.as_of)

    def absent_of(self, asked: Iterable[str]) -> frozenset[str]:
        """Asked for, neither answered nor spoilt."""
        return (
            frozenset(asked)
            - {tenant.id for tenant in self.tenants}
            - {each.tenant_id for each in self.spoilt}
        )


@dataclass(frozen=True, slots=True)
class ItemList:
    items: tuple[OfferingItem, ...]
    spoilt: tuple[Spoilt, ...]
    as_of: datetime | None

    @classmethod
    def of(cls, page: Page[OfferingItem]) -> "ItemList":
        latest: dict[tuple[str, ItemKey], OfferingItem] = {
            (item.tenant_id, item.key): item for item in page.items
        }
        return cls(tuple(latest.values()), page.spoilt, page.as_of)

    def by_tenant(self) -> Mapping[str, tuple[OfferingItem, ...]]:
        found: defaultdict[str, list[OfferingItem]] = defaultdict(list)
        for item in self.items:
            found[item.tenant_id].append(item)
        return {tenant: tuple(items) for tenant, items in found.items()}

    def unreadable_tenants(self) -> frozenset[str]:
        """Tenants with a row that could not be read: what else they show is incomplete."""
        return frozenset(each.tenant_id for each in self.spoilt if each.tenant_id is not None)

    @property
    def nameless_spoilt(self) -> bool:
        """A spoilt row without a readable tenant: nobody's rows are surely complete."""
        return any(each.tenant_id is None for each in self.spoilt)


@dataclass(frozen=True, slots=True)
class UsageList:
    """Every tenant asked for is in exactly one of the three."""

    by_tenant: Mapping[str, tuple[Usage, ...]]  # answered; an empty tuple means: answered with no rows
    spoilt: Mapping[str, str]  # answered, but not to be trusted, and why
    absent: frozenset[str]  # not in the answer: unknown, never zero

    @classmethod
    def of(cls, asked: Sequence[str], rows: Iterable[TenantUsages], spoilt: Iterable[Spoilt]) -> "UsageList":
        wanted = dict.fromkeys(asked)
        bad = {each.tenant_id: each.why for each in spoilt if each.tenant_id in wanted}
        good: dict[str, tuple[Usage, ...]] = {}
        for row in rows:
            if row.tenant in good:
                bad[row.tenant] = "answered twice"
            elif row.tenant in wanted:
                good[row.tenant] = row.usages
        trusted = {tenant: usages for tenant, usages in good.items() if tenant not in bad}
        named = {tenant: why for tenant, why in bad.items() if tenant is not None}
        return cls(trusted, named, frozenset(wanted) - trusted.keys() - named.keys())


@dataclass(frozen=True, slots=True)
class PlaceList(Generic[P]):
    """Storages or locations by id. An absent one is out of the caller's sight (Ac23)."""

    by_id: Mapping[str, P]
    absent: frozenset[str]

    @classmethod
    def of(cls, asked: Sequence[str], pages: Sequence[Page[P]]) -> "PlaceList[P]":
        found = {place.id: place for page in pages for place in page.items}
        return cls(found, frozenset(asked) - found.keys())
