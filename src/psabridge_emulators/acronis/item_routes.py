"""Offering items, their prices, editions (acronis-api.md 6.2)."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from psabridge_emulators.acronis import bodies, editions, offering, stamps
from psabridge_emulators.acronis.catalogue import ITEM_BY_KEY
from psabridge_emulators.acronis.errors import bad_request
from psabridge_emulators.acronis.presenting import item_text
from psabridge_emulators.acronis.records import Item, Tenant
from psabridge_emulators.acronis.routing import Call, Routes, check_version, cursor, open_cursor
from psabridge_emulators.acronis.shapes import (
    comma_list,
    flag,
    identity,
    moment,
    one_of,
    positive,
    status,
    text,
)
from psabridge_emulators.acronis.tenant_routes import check_lock, check_own
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/2")
DEFAULT_LIMIT = 5000


def _listing(call: Call, items: Iterable[Item], after: str | None = None) -> Reply:
    """Rows are kept encoded: a batch of a large partner is tens of thousands of them."""
    rows = ", ".join([item_text(item) for item in items])
    paging = "{}" if after is None else f'{{"after": "{after}"}}'
    body = (
        f'{{"timestamp": "{stamps.plain(call.now)}", "items": [{rows}], "paging": {{"cursors": {paging}}}}}'
    )
    return Reply(200, body.encode())


@ROUTES.add(
    "GET",
    "/tenants/{tenant_id}/offering_items",
    query={
        "infra_uuid": identity,
        "available_only": one_of("true", "false", "0", "1"),
        "for_ui": flag,
        "edition": text,
        "usage_names": comma_list(text),
        "status": status,
        "include_secondary": flag,
        "type": one_of("count", "feature", "infra"),
    },
)
def list_items(call: Call) -> Reply:
    tenant, asked = call.tenant(), call.query
    # acronis-api.md 6.2: without `edition` only the old standard edition and rows without one come.
    edition = asked.get("edition", "standard")
    tests: list[Callable[[Item], bool]] = [lambda item: offering.of_edition(item.kind, edition)]
    if not asked.get("include_secondary", False):
        tests.append(lambda item: not item.kind.secondary)
    if "infra_uuid" in asked:
        tests.append(lambda item: item.infra_id == asked["infra_uuid"])
    if asked.get("available_only") in ("true", "1"):
        tests.append(lambda item: item.status == 1)
    if "usage_names" in asked:
        tests.append(lambda item: item.kind.usage_name in asked["usage_names"])
    if "status" in asked:
        tests.append(lambda item: item.status == asked["status"])
    if "type" in asked:
        tests.append(lambda item: item.kind.type == asked["type"])
    return _listing(call, (item for item in tenant.items.values() if all(test(item) for test in tests)))


@ROUTES.add("PUT", "/tenants/{tenant_id}/offering_items", body=bodies.OFFERING_ITEMS_PUT)
def put_items(call: Call) -> Reply:
    tenant = call.tenant()
    check_own(call.world, tenant)
    check_lock(call.world, tenant)
    done = offering.put_items(
        call.world, tenant, call.body["offering_items"], check_usage=call.body.get("check_usage", True)
    )
    return _listing(call, done)


@ROUTES.add(
    "GET",
    "/tenants/{tenant_id}/offering_items/available_for_child",
    query={"kind": one_of(*bodies.KINDS), "edition": text},
)
def list_for_child(call: Call) -> Reply:
    found = offering.available_for_child(
        call.world,
        call.tenant(),
        kind=call.query.get("kind"),
        edition=call.query.get("edition", "standard"),
    )
    return _listing(call, found)


@ROUTES.add(
    "GET",
    "/tenants/offering_items",
    query={
        "subtree_root_tenant_id": identity,
        "usage_names": comma_list(text),
        "editions": comma_list(text),
        "offering_items": comma_list(text),
        "updated_since": moment,
        "limit": positive,
        "after": text,
        "allow_deleted": flag,
    },
)
def list_items_of_subtree(call: Call) -> Reply:
    asked, place = _asked(call)
    tenant = call.tenant(asked["subtree_root_tenant_id"])
    tenants = sorted(
        call.world.subtree(tenant.id, deleted=asked.get("allow_deleted", False)),
        key=lambda found: (found.level, found.numeric_id),
    )
    limit = asked.get("limit", DEFAULT_LIMIT)
    page: list[Item] = []
    last: list[int] = []
    for here, item in _after(tenants, place):
        if not _passes(item, asked):
            continue
        if len(page) == limit:
            return _listing(call, page, cursor({"asked": asked, "place": last}))
        page.append(item)
        last = here
    return _listing(call, page)


def _asked(call: Call) -> tuple[dict[str, Any], list[int] | None]:
    if "after" in call.query:
        kept = open_cursor(call.query["after"])
        if "subtree_root_tenant_id" not in kept.get("asked", {}):
            raise bad_request("Wrong cursor", parameter="after")
        return kept["asked"], kept["place"]
    if "subtree_root_tenant_id" not in call.query:
        raise bad_request("Missing query parameter subtree_root_tenant_id")
    asked = dict(call.query)
    if "updated_since" in asked:
        asked["updated_since"] = stamps.plain(asked["updated_since"])
    return asked, None


def _after(tenants: list[Tenant], place: list[int] | None) -> Iterator[tuple[list[int], Item]]:
    for tenant in tenants:
        if place is not None and [tenant.level, tenant.numeric_id] < place[:2]:
            continue
        for index, item in enumerate(tenant.items.values()):
            here = [tenant.level, tenant.numeric_id, index]
            if place is None or here > place:
                yield here, item


def _passes(item: Item, asked: dict[str, Any]) -> bool:
    if "editions" in asked and not any(offering.of_edition(item.kind, one) for one in asked["editions"]):
        return False
    if "usage_names" in asked and item.kind.usage_name not in asked["usage_names"]:
        return False
    if "offering_items" in asked and item.kind.name not in asked["offering_items"]:
        return False
    return "updated_since" not in asked or stamps.plain(item.updated_at) >= asked["updated_since"]


@ROUTES.add("GET", "/tenants/{tenant_id}/offering_items/pricing")
def list_prices(call: Call) -> Reply:
    return Reply.of(200, {"items": _prices(call.tenant())})


def _prices(tenant: Tenant) -> list[dict[str, Any]]:
    return [
        {"application_id": key[0], "name": key[1], "infra_id": key[2], "price": price, "version": version}
        for key, (price, version) in tenant.prices.items()
    ]


@ROUTES.add("PUT", "/tenants/{tenant_id}/offering_items/pricing", body=bodies.PRICES_PUT)
def put_prices(call: Call) -> Reply:
    tenant = call.tenant()
    keys = [(row["application_id"], row["name"], row.get("infra_id")) for row in call.body["items"]]
    for key, row in zip(keys, call.body["items"], strict=True):
        if key[:2] not in ITEM_BY_KEY:
            raise bad_request(f"There is no offering item {key[1]} of this application", name=key[1])
        if key in tenant.prices:
            check_version(row.get("version"), tenant.prices[key][1])
    for key, row in zip(keys, call.body["items"], strict=True):
        before = tenant.prices.get(key, ("0", 0))[1]
        tenant.prices[key] = (row["price"], call.world.stamp(before))
    return Reply.of(200, {"items": _prices(tenant)})


@ROUTES.add(
    "GET",
    "/tenants/{tenant_id}/edition",
    query={"target_edition": text, "application_id": identity},
    required="target_edition application_id",
)
def preview_edition(call: Call) -> Reply:
    found = editions.warnings(call.tenant(), call.query["application_id"], call.query["target_edition"])
    return Reply.of(200, {"warnings": found})


@ROUTES.add("PUT", "/tenants/{tenant_id}/edition", body=bodies.EDITION_PUT)
def switch_edition(call: Call) -> Reply:
    tenant = call.tenant()
    check_own(call.world, tenant)
    check_lock(call.world, tenant)
    rows = editions.switch(call.world, tenant, call.body["application_id"], call.body["target_edition"])
    return _listing(call, rows)
