"""Tenants: the tree, its cursor, create, change, disable, delete, restore (acronis-api.md 3)."""

from datetime import datetime
from typing import Any

from psabridge_emulators.acronis import bodies, stamps
from psabridge_emulators.acronis.errors import RefusedError, bad_request, conflict, forbidden
from psabridge_emulators.acronis.presenting import (
    contact_rows,
    item_row,
    tenant_basic,
    tenant_full,
    tenant_row,
    tenant_stamps,
    user_row,
)
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.acronis.routing import Call, Routes, check_version, cursor, open_cursor
from psabridge_emulators.acronis.shapes import (
    comma_list,
    flag,
    identity,
    moment,
    one_of,
    positive,
    text,
    whole,
)
from psabridge_emulators.acronis.world import PROVIDERS, AcronisWorld
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")
DEFAULT_LIMIT = 5000


@ROUTES.add(
    "GET",
    "/tenants",
    query={
        "uuids": comma_list(identity, at_most=100),
        "parent_id": identity,
        "subtree_root_id": identity,
        "updated_since": moment,
        "limit": positive,
        "after": text,
        "lod": one_of("stamps", "basic", "full"),
        "with_contacts": flag,
        "with_offering_items": flag,
        "with_infra_offering_items": flag,
        "expand_offering_items": flag,
        "include_relative_path": flag,
        "allow_deleted": flag,
    },
)
def list_tenants(call: Call) -> Reply:
    asked, place = _asked(call)
    found = _selected(call, asked)
    if asked.get("updated_since") is not None:
        since = stamps.read(asked["updated_since"])
        found = [tenant for tenant in found if tenant.updated_at.replace(microsecond=0) >= since]
    if place is not None:
        found = [tenant for tenant in found if _place(tenant) > place]
    limit = asked.get("limit", DEFAULT_LIMIT)
    page = found[:limit]
    answer: dict[str, Any] = {
        "timestamp": stamps.plain(call.now),
        "items": [_listed(call.world, tenant, asked) for tenant in page],
        "paging": {"cursors": {}},
    }
    if len(found) > limit:
        answer["paging"]["cursors"]["after"] = cursor({"asked": asked, "place": _place(page[-1])})
    return Reply.of(200, answer)


def _asked(call: Call) -> tuple[dict[str, Any], list[int] | None]:
    """The filters and the place to go on from; a cursor keeps the filters of the first call (1.2)."""
    if "after" in call.query:
        kept = open_cursor(call.query["after"])
        if "place" not in kept or "asked" not in kept:
            raise bad_request("Wrong cursor", parameter="after")
        return kept["asked"], kept["place"]
    asked = {
        key: stamps.plain(value) if isinstance(value, datetime) else value
        for key, value in call.query.items()
    }
    if "uuids" in asked and ("parent_id" in asked or "subtree_root_id" in asked):
        raise bad_request("uuids excludes parent_id and subtree_root_id")
    if not asked.keys() & {"uuids", "parent_id", "subtree_root_id"}:
        raise bad_request("One of uuids, parent_id and subtree_root_id is required")
    return asked, None


def _selected(call: Call, asked: dict[str, Any]) -> list[Tenant]:
    deleted = asked.get("allow_deleted", False)
    if "uuids" in asked:
        return sorted(call.readable(asked["uuids"], deleted=deleted), key=_place)
    if "parent_id" in asked:
        parent = call.tenant(asked["parent_id"], deleted=deleted)
        return call.readable(call.world.children.get(parent.id, []), deleted=deleted)
    root = call.tenant(asked["subtree_root_id"], deleted=deleted)
    return sorted(call.world.subtree(root.id, deleted=deleted), key=_place)


def _place(tenant: Tenant) -> list[int]:
    return [tenant.level, tenant.numeric_id]


def _listed(world: AcronisWorld, tenant: Tenant, asked: dict[str, Any]) -> dict[str, Any]:
    detail = asked.get("lod", "full")
    if detail == "stamps":
        row = tenant_stamps(tenant)
    elif detail == "basic":
        row = tenant_basic(tenant)
    else:
        row = tenant_full(world, tenant) | {"barrier": 0}
    if asked.get("with_contacts"):
        row["contacts"] = contact_rows(tenant)
    plain, of_storages = asked.get("with_offering_items"), asked.get("with_infra_offering_items")
    if plain or of_storages:
        row["offering_items"] = [
            item_row(item)
            for item in tenant.items.values()
            if (plain if item.infra_id is None else of_storages)
        ]
    return row


@ROUTES.add("GET", "/tenants/{tenant_id}", query={"embed_path": flag, "allow_deleted": flag})
def get_tenant(call: Call) -> Reply:
    tenant = call.tenant(deleted=call.query.get("allow_deleted", False))
    return Reply.of(200, tenant_row(call.world, tenant))


@ROUTES.add(
    "GET",
    "/tenants/{tenant_id}/children",
    query={"order": text, "allow_deleted": flag, "after": text},
)
def list_children(call: Call) -> Reply:
    parent = call.tenant()
    found = call.readable(
        call.world.children.get(parent.id, []), deleted=call.query.get("allow_deleted", False)
    )
    order = call.query.get("order", "name")
    keys = {"name": lambda t: (t.name, t.numeric_id), "status": lambda t: (not t.enabled, t.numeric_id)}
    found.sort(key=keys.get(order.removeprefix("-"), _place), reverse=order.startswith("-"))
    return Reply.of(200, {"items": [tenant.id for tenant in found]})


@ROUTES.add("POST", "/tenants", body=bodies.TENANT_POST)
def create_tenant(call: Call) -> Reply:
    body = call.body
    parent = call.tenant(body["parent_id"])
    _check_kind(body["kind"], parent)
    if call.world.name_taken(body["name"], parent.id):
        raise conflict("A tenant with this name already exists", name=body["name"])
    # acronis-api.md 3.2: the body has no pricing mode, so a new customer starts in trial.
    mode = "production" if body["kind"] in PROVIDERS else "trial"
    tenant = call.world.create_tenant(body["name"], body["kind"], parent.id, mode)
    if body["kind"] == "unit":
        tenant.mode, tenant.edition = parent.mode, parent.edition
    tenant.billing_contact = body.get("company_billing_contact")
    tenant.enhanced_security = body.get("settings", {}).get("enhanced_security", False)
    _take_over(call.world, tenant, body)
    return Reply.of(201, tenant_row(call.world, tenant))


def _check_kind(kind: str, parent: Tenant) -> None:
    """Who may stand under whom (acronis-api.md 3.2, partly assumed)."""
    allowed = {
        "partner": PROVIDERS,
        "folder": PROVIDERS,
        "customer": PROVIDERS,
        "unit": ("customer", "unit"),
    }
    if parent.kind not in allowed.get(kind, ()):
        raise bad_request(f"A {kind} cannot be created under a {parent.kind}", kind=kind)


_PLAIN_FIELDS = (
    "name",
    "customer_type",
    "enabled",
    "customer_id",
    "internal_tag",
    "language",
    "default_idp_id",
    "ancestral_access",
)


def _take_over(world: AcronisWorld, tenant: Tenant, body: dict[str, Any]) -> None:
    """Keys left out stay as they are [assumed: only the version is required]."""
    for key in _PLAIN_FIELDS:
        if key in body:
            setattr(tenant, key, body[key])
    if "contact" in body:
        # The contact's parts merge too: a part left out is no order to empty it [assumed].
        contact = {"id": world.new_id("contact"), **(tenant.contact or {}), **body["contact"]}
        tenant.contact = {key: value for key, value in contact.items() if key not in ("tenant_id", "user_id")}
    if "update_lock" in body:
        tenant.locked = body["update_lock"]["enabled"]
        tenant.lock_owner = world.client_id if tenant.locked else None
    if "external_operation_status" in body:
        status = body["external_operation_status"]
        tenant.external_operation_status = None if status == "no_operation" else status


def check_lock(world: AcronisWorld, tenant: Tenant) -> None:
    """A lock held by someone else blocks edits (acronis-api.md 3.1)."""
    if tenant.locked and tenant.lock_owner != world.client_id:
        raise forbidden("The tenant is locked by another owner")


def check_own(world: AcronisWorld, tenant: Tenant) -> None:
    if tenant.id == world.root_id:
        raise forbidden("The tenant of the client itself is changed by its parent")


@ROUTES.add("PUT", "/tenants/{tenant_id}", body=bodies.TENANT_PUT)
def change_tenant(call: Call) -> Reply:
    tenant, body = call.tenant(), call.body
    check_lock(call.world, tenant)
    check_version(body["version"], tenant.version)
    if body.get("kind", tenant.kind) != tenant.kind:
        raise bad_request("The kind of a tenant cannot be changed", kind=body["kind"])
    if tenant.id == call.world.root_id and ("enabled" in body or "parent_id" in body):
        check_own(call.world, tenant)
    parent_id = body.get("parent_id", tenant.parent_id)
    if call.world.name_taken(body.get("name", tenant.name), parent_id, but=tenant.id):
        raise conflict("A tenant with this name already exists", name=body.get("name", tenant.name))
    if parent_id != tenant.parent_id:
        _move(call, tenant, parent_id)
    _take_over(call.world, tenant, body)
    call.world.touch(tenant)
    return Reply.of(200, tenant_row(call.world, tenant))


def _move(call: Call, tenant: Tenant, parent_id: str) -> None:
    parent = call.tenant(parent_id)
    _check_kind(tenant.kind, parent)
    if any(above.id == tenant.id for above in call.world.ancestry(parent)):
        raise bad_request("A tenant cannot be moved below itself")
    call.world.move(tenant, parent_id)


@ROUTES.add("DELETE", "/tenants/{tenant_id}", query={"version": whole}, required="version")
def delete_tenant(call: Call) -> Reply:
    """Soft, and only when disabled: an enabled one gives 400 with code 1006 (acronis-api.md 1.1)."""
    tenant = call.tenant()
    check_own(call.world, tenant)
    check_lock(call.world, tenant)
    check_version(call.query["version"], tenant.version)
    if tenant.enabled:
        raise RefusedError(
            400,
            "Tenant is enabled",
            code=1006,
            context={"id": tenant.numeric_id},
            addition=[{"id": tenant.numeric_id}],
        )
    if call.world.live_children(tenant.id):
        raise bad_request("The tenant has children", id=tenant.numeric_id)
    bury(call.world, tenant)
    return Reply.empty()


def bury(world: AcronisWorld, tenant: Tenant) -> None:
    world.touch(tenant)
    tenant.version = world.stamp(tenant.version)
    tenant.deleted_at = world.now


@ROUTES.add("POST", "/tenants/{tenant_id}/restore", query={"force": flag})
def restore_tenant(call: Call) -> Reply:
    """Back as it went: disabled. `force` adds a postfix to a name taken meanwhile."""
    tenant = call.tenant(deleted=True)
    if tenant.deleted_at is None:
        raise conflict("The tenant is not deleted")
    while call.world.name_taken(tenant.name, tenant.parent_id):
        if not call.query.get("force", False):
            raise conflict("A tenant with this name already exists", name=tenant.name)
        tenant.name += " (restored)"
    tenant.deleted_at = None
    call.world.touch(tenant)
    return Reply.empty()


@ROUTES.add(
    "GET",
    "/search",
    query={"tenant": identity, "text": text, "limit": positive, "allow_deleted": flag},
    required="tenant text",
)
def search(call: Call) -> Reply:
    """Tenants and users below, whose name or login holds the text."""
    wanted, deleted = call.query["text"].lower(), call.query.get("allow_deleted", False)
    below = call.world.subtree(call.tenant(call.query["tenant"]).id, deleted=deleted)
    found = [
        _hit(call.world, tenant, "tenant", {"name": tenant.name, "kind": tenant.kind})
        | {"id": tenant.id, "parent_id": tenant.parent_id}
        for tenant in below
        if wanted in tenant.name.lower()
    ]
    inside = {tenant.id for tenant in below}
    for user in call.world.users.values():
        if user.tenant_id in inside and wanted in user.login.lower() and user.deleted_at is None:
            shown = {"login": user.login, "id": user.id, "parent_id": user.tenant_id}
            shown["name"] = user_row(user)["login"]
            found.append(_hit(call.world, call.world.tenants[user.tenant_id], "user", shown))
    return Reply.of(200, {"items": found[: call.query.get("limit", 10)]})


def _hit(world: AcronisWorld, tenant: Tenant, kind: str, shown: dict[str, Any]) -> dict[str, Any]:
    path = [above.name for above in world.ancestry(tenant) if world.in_scope(above)]
    return {
        "obj_type": kind,
        "path": path[::-1],
        "deleted_at": stamps.plain_or_none(tenant.deleted_at),
    } | shown
