"""Who we are, the tenants below us, their pricing mode, second factor and edition."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from psabridge.clients.acronis.call import Call, Query, flag, id_list, json_body, moment_text, path_id
from psabridge.clients.acronis.forms import NewTenant, TenantChange

TENANTS = "/api/2/tenants"


def own_client(client_id: str) -> Call:
    """The id as a person entered it: whether it is one, the sign-in says (R42)."""
    return Call("read own client", "GET", f"/api/2/clients/{quote(client_id, safe='')}")


def tenants_below(
    root: str,
    *,
    updated_since: datetime | None = None,
    with_contacts: bool = False,
    with_deleted: bool = False,
) -> Call:
    query: list[tuple[str, str]] = [("subtree_root_id", path_id(root)), ("lod", "full")]
    if updated_since is not None:
        query.append(("updated_since", moment_text(updated_since)))
    if with_contacts:
        query.append(("with_contacts", "true"))
    if with_deleted:
        query.append(("allow_deleted", "true"))
    return Call("list tenants", "GET", TENANTS, tuple(query))


def tenants_after(cursor: str) -> Call:
    # The cursor keeps the filters; sending them again is not asked for (Ac8).
    return Call("list tenants", "GET", TENANTS, (("after", cursor),))


def tenants(ids: Iterable[str], *, with_contacts: bool = False, with_deleted: bool = False) -> Call:
    query: list[tuple[str, str]] = [("uuids", id_list(ids)), ("lod", "full")]
    if with_contacts:
        query.append(("with_contacts", "true"))
    if with_deleted:
        query.append(("allow_deleted", "true"))
    return Call("read tenants", "GET", TENANTS, tuple(query))


def tenant(tenant_id: str, *, with_deleted: bool = False) -> Call:
    query: Query = (("allow_deleted", "true"),) if with_deleted else ()
    return Call("read tenant", "GET", f"{TENANTS}/{path_id(tenant_id)}", query)


def children(tenant_id: str) -> Call:
    return Call("list children", "GET", f"{TENANTS}/{path_id(tenant_id)}/children")


def search(root: str, text: str, *, limit: int = 10) -> Call:
    query: Query = (("tenant", path_id(root)), ("text", text), ("limit", str(limit)))
    return Call("search tenants", "GET", "/api/2/search", query)


def create_tenant(form: NewTenant) -> Call:
    return Call("create tenant", "POST", TENANTS, body=json_body(form.wire()))


def update_tenant(tenant_id: str, change: TenantChange) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}"
    return Call("update tenant", "PUT", path, body=json_body(change.wire()), versioned=True)


def delete_tenant(tenant_id: str, version: int) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}"
    return Call("delete tenant", "DELETE", path, (("version", str(version)),), versioned=True)


def restore_tenant(tenant_id: str, *, force: bool = False) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}/restore"
    return Call("restore tenant", "POST", path, (("force", flag(value=force)),))


def pricing(tenant_id: str) -> Call:
    return Call("read pricing", "GET", f"{TENANTS}/{path_id(tenant_id)}/pricing")


def set_pricing(tenant_id: str, *, version: int, mode: str) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}/pricing"
    return Call(
        "set pricing", "PUT", path, body=json_body({"version": version, "mode": mode}), versioned=True
    )


def mfa(tenant_id: str) -> Call:
    return Call("read second factor", "GET", f"{TENANTS}/{path_id(tenant_id)}/mfa/status")


def set_mfa(tenant_id: str, *, enabled: bool) -> Call:
    path = f"{TENANTS}/{path_id(tenant_id)}/mfa/status"
    return Call("set second factor", "PUT", path, body=json_body({"enabled": enabled}))


def edition_warnings(tenant_id: str, *, application_id: str, target_edition: str) -> Call:
    query: Query = (("target_edition", target_edition), ("application_id", path_id(application_id)))
    return Call("read edition warnings", "GET", f"{TENANTS}/{path_id(tenant_id)}/edition", query)


def switch_edition(tenant_id: str, *, application_id: str, target_edition: str) -> Call:
    body = json_body({"target_edition": target_edition, "application_id": path_id(application_id)})
    return Call("switch edition", "PUT", f"{TENANTS}/{path_id(tenant_id)}/edition", body=body)
