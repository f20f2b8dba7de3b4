"""Records as the vendor writes them on the wire."""

import json
from typing import TYPE_CHECKING, Any

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.records import (
    Alert,
    Infra,
    Item,
    Location,
    Quota,
    Report,
    Tenant,
    User,
)

if TYPE_CHECKING:
    from psabridge_emulators.acronis.world import AcronisWorld

CONTACT_FIELDS = (
    "email",
    "address1",
    "address2",
    "country",
    "state",
    "city",
    "zipcode",
    "phone",
    "firstname",
    "lastname",
    "title",
    "website",
    "industry",
    "organization_size",
    "aan",
    "fax",
    "language",
)


def quota_row(quota: Quota) -> dict[str, int | None]:
    return {"value": quota.value, "overage": quota.overage, "version": quota.version}


def item_row(item: Item) -> dict[str, Any]:
    kind = item.kind
    row: dict[str, Any] = {
        "application_id": kind.application_id,
        "name": kind.name,
        "edition": kind.edition,
        "usage_name": kind.usage_name,
        "tenant_id": item.tenant_id,
        "status": item.status,
        "type": kind.type,
        "measurement_unit": kind.unit,
        "updated_at": stamps.plain(item.updated_at),
        "deleted_at": None,
        "locked": False,
        "infra_id": item.infra_id,
    }
    if item.quota is not None:
        row["quota"] = quota_row(item.quota)
    return row


def item_text(item: Item) -> str:
    """The encoded row, kept until the item changes: batches read tens of thousands of them."""
    if not item.text:
        item.text = json.dumps(item_row(item))
    return item.text


def contact_row(contact: dict[str, Any] | None) -> dict[str, Any]:
    shown: dict[str, Any] = dict.fromkeys(CONTACT_FIELDS)
    shown |= contact or {}
    shown.setdefault("types", [])
    return shown


def contact_rows(tenant: Tenant) -> list[dict[str, Any]]:
    rows = []
    for contact, types in ((tenant.contact, ["primary"]), (tenant.billing_contact, ["company_billing"])):
        if contact is not None:
            row = contact_row({**contact, "types": contact.get("types") or types})
            created, updated = stamps.plain(tenant.created_at), stamps.plain(tenant.updated_at)
            row |= {
                "tenant_id": tenant.id,
                "created_at": created,
                "updated_at": updated,
                "deleted_at": None,
            }
            rows.append(row)
    return rows


def tenant_stamps(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.id,
        "parent_id": tenant.parent_id,
        "version": tenant.version,
        "created_at": stamps.plain(tenant.created_at),
        "updated_at": stamps.plain(tenant.updated_at),
        "deleted_at": stamps.plain_or_none(tenant.deleted_at),
    }


def tenant_basic(tenant: Tenant) -> dict[str, Any]:
    return tenant_stamps(tenant) | {"name": tenant.name, "kind": tenant.kind, "enabled": tenant.enabled}


def tenant_full(world: "AcronisWorld", tenant: Tenant) -> dict[str, Any]:
    return tenant_basic(tenant) | {
        "customer_type": tenant.customer_type,
        "customer_id": tenant.customer_id,
        "brand_id": None,
        "brand_uuid": None,
        "brand_enabled": False,
        "internal_tag": tenant.internal_tag,
        "language": tenant.language,
        "owner_id": None,
        "has_children": bool(world.live_children(tenant.id)),
        "default_idp_id": tenant.default_idp_id,
        "update_lock": {"enabled": tenant.locked, "owner_id": tenant.lock_owner},
        "ancestral_access": tenant.ancestral_access,
        "mfa_status": "enabled" if tenant.mfa else "disabled",
        "pricing_mode": tenant.mode,
        "production_start_date": stamps.plain_or_none(tenant.production_start),
        "external_operation_status": tenant.external_operation_status,
        "contact": contact_row(tenant.contact),
    }


def tenant_row(world: "AcronisWorld", tenant: Tenant) -> dict[str, Any]:
    return tenant_full(world, tenant) | {"contacts": contact_rows(tenant)}


def pricing_row(tenant: Tenant) -> dict[str, Any]:
    return {
        "mode": tenant.mode,
        "currency": tenant.currency,
        "version": tenant.pricing_version,
        "production_start_date": stamps.plain_or_none(tenant.production_start),
    }


def user_row(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "version": user.version,
        "tenant_id": user.tenant_id,
        "login": user.login,
        "contact": contact_row(user.contact),
        "activated": user.activated,
        "enabled": user.enabled,
        "created_at": stamps.plain(user.created_at),
        "updated_at": stamps.plain(user.updated_at),
        "deleted_at": stamps.plain_or_none(user.deleted_at),
        "language": user.language,
        "idp_id": user.extra.get("idp_id"),
        "external_id": user.extra.get("external_id"),
        "origin_id": user.extra.get("origin_id"),
        "origin_external_id": user.extra.get("origin_external_id"),
        "disable_after": user.extra.get("disable_after"),
        "personal_tenant_id": user.personal_tenant_id,
        "business_types": list(user.business_types),
        "notifications": list(user.notifications),
        "mfa_status": "setup_required" if user.mfa else "disabled",
        "external_operation_status": None,
    }


def infra_row(infra: Infra) -> dict[str, Any]:
    row = {
        "id": infra.id,
        "owner_tenant_id": infra.owner_id,
        "location_id": infra.location_id,
        "platform_owned": infra.platform_owned,
        "name": infra.name,
        "url": infra.url,
        "capabilities": list(infra.capabilities),
        "backend_type": infra.backend_type,
        "version": infra.version,
    }
    if infra.content_url is not None:
        row["content_url"] = infra.content_url
    if infra.content_mobile_url is not None:
        row["content_mobile_url"] = infra.content_mobile_url
    return row | ({"readonly": True} if infra.platform_owned else {})


def location_row(location: Location) -> dict[str, Any]:
    row = {
        "id": location.id,
        "owner_tenant_id": location.owner_id,
        "platform_owned": location.platform_owned,
        "name": location.name,
        "version": location.version,
    }
    return row | ({"readonly": True} if location.platform_owned else {})


def report_row(report: Report) -> dict[str, Any]:
    order = report.order
    schedule = {"enabled": True} | order["schedule"]
    created = report.created_at.date().isoformat()
    return {
        "id": report.id,
        "version": report.version,
        "recipients": order["recipients"],
        "result_action": order["result_action"],
        "parameters": order["parameters"],
        "schedule": schedule,
        "generation_date": order.get("generation_date", created),
    }


def locator(world: "AcronisWorld", tenant: Tenant) -> str:
    path = [str(above.numeric_id) for above in world.ancestry(tenant)]
    return f"/{'/'.join(reversed(path))}/"


def alert_row(world: "AcronisWorld", alert: Alert) -> dict[str, Any]:
    tenant = world.tenants[alert.tenant_id]
    whose = {"id": str(tenant.numeric_id), "locator": locator(world, tenant)}
    if world.switches.alerts_carry_tenant_uuid:
        whose["uuid"] = tenant.id
    row: dict[str, Any] = {
        "id": alert.id,
        "type": alert.type,
        "severity": alert.severity,
        "createdAt": stamps.zulu(alert.created),
        "receivedAt": stamps.zulu(alert.received),
        "updatedAt": stamps.zulu(alert.updated),
        "details": alert.details,
        "tenant": whose,
        "category": alert.category,
        "falsePositive": alert.false_positive,
    }
    optional = {
        "deletedAt": None if alert.deleted is None else stamps.zulu(alert.deleted),
        "_source": alert.source,
        "_sourceTimeStamp": alert.source_stamp,
        "affinity": alert.affinity,
    }
    return row | {key: value for key, value in optional.items() if value is not None}
