"""Acronis's records in our words. Pure: one function per record."""

from psabridge.clients.acronis import records
from psabridge.rules.platform import OfferingItem, PricingMode, Quota, Storage, Tenant, TenantKind, Usage
from psabridge.rules.words import ItemKey, StorageId, TenantId

UNNAMED_LOCATION = "location not readable"


def tenant_of(record: records.Tenant) -> Tenant:
    """`ancestral_access` False is self-service: nobody above may look inside (ACR-ORG-06)."""
    return Tenant(
        id=TenantId(record.id),
        name=record.name,
        kind=_kind(record.kind),
        parent=None if record.parent_id is None else TenantId(record.parent_id),
        is_enabled=record.enabled is not False,
        is_managed=record.ancestral_access is not False,
        pricing_mode=_pricing_mode(record.pricing_mode),
        internal_tag=record.internal_tag,
        version=record.version,
        is_deleted=record.deleted_at is not None,
        created_at=record.created_at,
    )


def item_of(record: records.OfferingItem) -> OfferingItem:
    return OfferingItem(
        tenant=TenantId(record.tenant_id),
        key=ItemKey(record.application_id, record.name, _storage_id(record.infra_id)),
        edition=record.edition,
        usage_name=record.usage_name,
        item_type=record.type,
        unit=record.measurement_unit,
        is_on=record.on,
        quota=_quota(record.quota),
    )


def usage_of(tenant: TenantId, record: records.Usage) -> Usage:
    return Usage(
        tenant=tenant,
        usage_name=record.usage_name,
        edition=record.edition,
        storage=_storage_id(record.infra_id),
        value=record.value,
        absolute_value=record.absolute_value,
        unit=record.measurement_unit,
        range_start=record.range_start,
    )


def storage_of(record: records.Infra, locations: dict[str, str]) -> Storage:
    place = UNNAMED_LOCATION if record.location_id is None else locations.get(record.location_id)
    return Storage(StorageId(record.id), record.name, place or UNNAMED_LOCATION, record.backend_type)


def _quota(record: records.Quota | None) -> Quota | None:
    if record is None or not record.stated:
        return None
    return Quota(record.value, record.overage, record.version or 0)


def _storage_id(infra: str | None) -> StorageId | None:
    return None if infra is None else StorageId(infra)


def _kind(kind: str) -> TenantKind:
    """The root is a partner to us; a kind this version does not know is left alone like a folder."""
    if kind == "root":
        return TenantKind.PARTNER
    return TenantKind(kind) if kind in set(TenantKind) else TenantKind.FOLDER


def _pricing_mode(mode: str | None) -> PricingMode | None:
    return PricingMode(mode) if mode in set(PricingMode) else None
