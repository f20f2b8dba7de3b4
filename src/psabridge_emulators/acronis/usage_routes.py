"""Usage of the running month, single and in batches (acronis-api.md 7.1)."""

from collections.abc import Iterator
from typing import Any

from psabridge_emulators.acronis import metering
from psabridge_emulators.acronis.errors import forbidden
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.acronis.routing import Call, Routes
from psabridge_emulators.acronis.shapes import comma_list, identity, text
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")
_FILTERS = {"usage_names": comma_list(text), "editions": comma_list(text)}


def _rows(call: Call, tenant: Tenant) -> Iterator[dict[str, Any]]:
    names, editions = call.query.get("usage_names"), call.query.get("editions")
    for row in metering.usage_rows(call.world, tenant, call.now):
        if names is not None and row["usage_name"] not in names:
            continue
        if editions is None or row["edition"] is None or "*" in editions or row["edition"] in editions:
            yield row


def _shut(call: Call, tenant: Tenant) -> bool:
    return call.world.switches.self_service_hides_usage and call.world.hidden(tenant)


@ROUTES.add("GET", "/tenants/{tenant_id}/usages", query=_FILTERS)
def usages_of_tenant(call: Call) -> Reply:
    tenant = call.tenant()
    if _shut(call, tenant):
        raise forbidden("The tenant manages itself")
    return Reply.of(200, {"items": [] if tenant.unreported else list(_rows(call, tenant))})


@ROUTES.add(
    "GET",
    "/tenants/usages",
    query={"tenants": comma_list(identity), **_FILTERS},
    required="tenants",
)
def usages_of_tenants(call: Call) -> Reply:
    found = [
        tenant
        for tenant in call.readable(call.query["tenants"])
        if not tenant.unreported and not _shut(call, tenant)
    ]
    rows = [{"tenant": tenant.id, "usages": list(_rows(call, tenant))} for tenant in found]
    return Reply.of(200, {"items": rows})
