"""The platform side in the trade's words, as one read found it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psabridge.rules.psa import Gap
from psabridge.rules.words import ItemKey, StorageId, TenantId

# Two states in Acronis's pages, one flag in its interface (Ac41), so they are told together (ERR-06).
NOT_MANAGED = (
    "it manages itself or its support access is off, which Acronis tells by one flag, so it cannot be managed"
)


class TenantKind(StrEnum):
    PARTNER = "partner"
    FOLDER = "folder"
    CUSTOMER = "customer"
    UNIT = "unit"


class PricingMode(StrEnum):
    TRIAL = "trial"
    PRODUCTION = "production"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Tenant:
    id: TenantId
    name: str
    kind: TenantKind
    parent: TenantId | None
    is_enabled: bool
    is_managed: bool  # False: self-service, or support access off (ACR-ORG-06)
    pricing_mode: PricingMode | None
    internal_tag: str | None
    version: int
    is_deleted: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TenantUser:
    """A user of a tenant. One that is not active has not followed the activation mail yet."""

    id: str
    login: str
    is_active: bool
    is_admin: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """In the item's own unit. `value` None: unlimited. `overage` 0: hard, None: never restricted."""

    value: int | None
    overage: int | None
    version: int = 0


@dataclass(frozen=True, slots=True)
class OfferingItem:
    """One licensable, countable thing of a tenant."""

    tenant: TenantId
    key: ItemKey
    edition: str | None
    usage_name: str
    item_type: str  # count, feature or infra
    unit: str  # bytes, quantity, seconds or n/a
    is_on: bool
    quota: Quota | None  # None: features and some disabled items have no quota


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tenant used, as reported. A usage may have no offering item of its own."""

    tenant: TenantId
    usage_name: str
    edition: str | None
    storage: StorageId | None
    value: int | None  # counted from the start of the range
    absolute_value: int | None  # whole; what pay as you go is billed by (ACR-PAY-08)
    unit: str
    range_start: datetime | None


@dataclass(frozen=True, slots=True)
class Storage:
    id: StorageId
    name: str
    location: str  # its name
    backend: str | None


@dataclass(frozen=True, slots=True)
class PlatformSnapshot:
    """A tenant without an entry in `usages` was not read: unknown, not unused."""

    read_at: datetime
    tenants: Mapping[TenantId, Tenant]
    items: Mapping[TenantId, tuple[OfferingItem, ...]]
    usages: Mapping[TenantId, tuple[Usage, ...]]
    storages: Mapping[StorageId, Storage]
    offered: tuple[OfferingItem, ...] = ()  # what the partner can give (its own rows)
    gaps: tuple[Gap, ...] = ()
    calls: int = 0
    partner: TenantId | None = None  # whose the connection is: the tenant of its API client

    def item(self, tenant: TenantId, key: ItemKey) -> OfferingItem | None:
        return next((item for item in self.items.get(tenant, ()) if item.key == key), None)
