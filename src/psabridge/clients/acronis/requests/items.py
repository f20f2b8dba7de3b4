"""Offering items, their prices, usages, storages, locations and applications."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from psabridge.clients.acronis.call import (
    Call,
    Query,
    SwitchOff,
    flag,
    id_list,
    json_body,
    moment_text,
    path_id,
)
from psabridge.clients.acronis.forms import ItemChange

TENANTS = "/api/2/tenants"
APPLICATIONS = "/api/2/applications"
# Without it a read answers for edition "standard" only and hides every current row (Ac17).
EVERY_EDITION = "*"


def offering_items(
    subtree_root: str, *, updated_since: datetime | None = None, rows_per_page: int | None = None
) -> Call:
    query: list[tuple[str, str]] = [
        ("subtree_root_tenant_id", path_id(subtree_root)),
        ("editions", EVERY_EDITION),
    ]
    if updated_since is not None:
        query.append(("updated_since", moment_text(updated_since)))
    if rows_per_page is not None:
        query.append(("limit", str(rows_per_page)))
    return Call("list offering items", "GET", f"{TENANTS}/offering_items", tuple(query))


def offering_items_after(cursor: str, *, subtree_root: str | None = None) -> Call:
    """The description requires the root, the guide asks for the cursor alone: both forms exist (Ac8)."""
    root: Query = () if subtree_root is None else (("subtree_root_tenant_id", path_id(subtree_root)),)
    return Call("list offering items", "GET", f"{TENANTS}/offering_items", (*root, ("after", cursor)))


def offering_items_of(tenant_id: str, *, include_secondary: bool = False) -> Call:
    query: Query = (("edition", EVERY_EDITION),)
    if include_secondary:
        query = (*query, ("include_secondary", "true"))
    return Call("read offering items", "GET", f"{TENANTS}/{path_id(tenant_id)}/offering_items", query)


def put_offering_items(
    tenant_id: str, rows: Sequence[ItemChange], *, check_usage: bool | None = None
) -> Call:
    content: dict[str, object] = {"offering_items": [row.wire() for row in rows]}
    if check_usage is not None:
        content["check_usage"] = check_usage
    return Call(
        "set offering items",
        "PUT",
        f"{TENANTS}/{path_id(tenant_id)}/offering_items",
        body=json_body(content),
        versioned=True,
        switches_off=_switches_off(rows),
    )


def _switches_off(rows: Sequence[ItemChange]) -> SwitchOff:
    off = [row.status == 0 for row in rows]
    if not any(off):
        return SwitchOff.NOTHING
    return SwitchOff.ALL if all(off) else SwitchOff.SOME


def available_for_child(parent_id: str, *, kind: str = "customer") -> Call:
    path = f"{TENANTS}/{path_id(parent_id)}/offering_items/available_for_child"
    return Call("read items for a child", "GET", path, (("kind", kind), ("edition", EVERY_EDITION)))


def item_prices(tenant_id: str) -> Call:
    return Call("read item prices", "GET", f"{TENANTS}/{path_id(tenant_id)}/offering_items/pricing")


def usages(tenant_ids: Iterable[str]) -> Call:
    return Call("read usages", "GET", f"{TENANTS}/usages", (("tenants", id_list(tenant_ids)),))


def usages_of(tenant_id: str) -> Call:
    return Call("read usages", "GET", f"{TENANTS}/{path_id(tenant_id)}/usages")


def infra(ids: Iterable[str]) -> Call:
    return Call("read storages", "GET", "/api/2/infra", (("uuids", id_list(ids)),))


def locations(ids: Iterable[str]) -> Call:
    return Call("read locations", "GET", "/api/2/locations", (("uuids", id_list(ids)),))


def location_infra(location_id: str) -> Call:
    return Call("list storages of a location", "GET", f"/api/2/locations/{path_id(location_id)}/infra")


def owned_locations(tenant_id: str) -> Call:
    return Call("list owned locations", "GET", f"{TENANTS}/{path_id(tenant_id)}/locations")


def applications() -> Call:
    return Call("list applications", "GET", APPLICATIONS)


def applications_of(tenant_id: str, *, for_ui: bool = False) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}/applications"
    return Call("list bound applications", "GET", path, (("for_ui", flag(value=for_ui)),))


def bindings(tenant_ids: Iterable[str]) -> Call:
    return Call("list bindings", "GET", f"{TENANTS}/applications", (("tenants", id_list(tenant_ids)),))


def bind_application(application_id: str, tenant_id: str) -> Call:
    return Call("bind application", "POST", _binding(application_id, tenant_id))


def unbind_application(application_id: str, tenant_id: str) -> Call:
    return Call(
        "unbind application", "DELETE", _binding(application_id, tenant_id), switches_off=SwitchOff.ALL
    )


def _binding(application_id: str, tenant_id: str) -> str:
    return f"{APPLICATIONS}/{path_id(application_id)}/bindings/tenants/{path_id(tenant_id)}"
