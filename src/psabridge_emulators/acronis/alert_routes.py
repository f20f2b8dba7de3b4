"""The alert manager (acronis-api.md 8)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from psabridge_emulators.acronis import alerting, bodies, stamps
from psabridge_emulators.acronis.alert_types import OS_TYPES, SEVERITIES, AlertType
from psabridge_emulators.acronis.alerting import Order
from psabridge_emulators.acronis.errors import bad_request, not_found
from psabridge_emulators.acronis.presenting import alert_row
from psabridge_emulators.acronis.records import Alert, Tenant
from psabridge_emulators.acronis.routing import Call, Routes, cursor, open_cursor
from psabridge_emulators.acronis.shapes import (
    Check,
    flag,
    identity,
    nanosecond_filter,
    one_of,
    positive,
    severity_filter,
    text,
)
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply

ROUTES = Routes("/api/alert_manager/v1")
_FILTERS: dict[str, Check] = {
    "created_at": nanosecond_filter,
    "updated_at": nanosecond_filter,
    "deleted_at": nanosecond_filter,
    "query": text,
    "severity": severity_filter,
    "source": text,
    "source_time_stamp": nanosecond_filter,
}
_SHOWN: dict[str, Check] = {"show_deleted": flag, "show_deleted_only": flag}
# Arrays repeat the key (acronis-api.md 8.2).
_LISTS: dict[str, Check] = {
    "id": identity,
    "type": text,
    "category": text,
    "planId": text,
    "resourceId": text,
    "planName": text,
    "resourceName": text,
}
_TENANTS: dict[str, Check] = {"tenant": text}


@ROUTES.add(
    "GET",
    "/alerts",
    query={**_FILTERS, **_SHOWN, "limit": positive, "order": text, "after": text, "before": text},
    repeated={**_LISTS, **_TENANTS, "skip": identity},
)
def list_alerts(call: Call) -> Reply:
    """The cursor is a place only: the same filters, order and limit are sent again with it (1.2)."""
    asked, world = call.query, call.world
    order = alerting.read_order(asked.get("order"))
    found = order.sort(alerting.matching(world, asked))
    limit = min(asked.get("limit", world.switches.alert_limit_default), world.switches.alert_limit_max)
    start = _start(found, order, asked, limit)
    page = found[start : start + limit]
    cursors: dict[str, str] = {}
    if page and start > 0:
        cursors["before"] = cursor({"place": order.place(page[0])})
    if page and start + limit < len(found):
        cursors["after"] = cursor({"place": order.place(page[-1])})
    answer = {"items": [alert_row(world, alert) for alert in page], "paging": {"cursors": cursors}}
    return Reply.of(200, answer)


def _start(found: list[Alert], order: Order, asked: Mapping[str, Any], limit: int) -> int:
    given = asked.get("after", asked.get("before"))
    if given is None:
        return 0
    place = open_cursor(given).get("place")
    if not isinstance(place, list) or (found and type(order.key(found[0])) is not type(place[0])):
        raise bad_request("The cursor does not belong to this question")
    if "after" in asked:
        return sum(not order.is_past(alert, place) for alert in found)
    until = sum(not order.is_past(alert, place) and order.place(alert) != place for alert in found)
    return max(0, until - limit)


@ROUTES.add("POST", "/alerts", body=bodies.ALERT_POST)
def raise_alert(call: Call) -> Reply:
    """A producer's way in; the alert belongs to the client's own tenant."""
    alert_id = call.world.raise_alert(
        call.world.root_id, call.body["type"], details=call.body.get("details"), source="api"
    )
    return Reply.of(200, {"id": alert_id})


@ROUTES.add("DELETE", "/alerts", query=_FILTERS, repeated={**_LISTS, **_TENANTS, "skip": identity})
def dismiss_alerts(call: Call) -> Reply:
    """Without a filter: everything in scope."""
    for alert in alerting.matching(call.world, call.query):
        call.world.clear_alert(alert.id, by="client")
    return Reply.empty()


def _alert(call: Call, *, deleted: bool = False) -> Alert:
    alert = alerting.one_visible(call.world, call.path["alert_id"])
    if alert is None or (alert.deleted is not None and not deleted):
        raise not_found()
    return alert


@ROUTES.add("GET", "/alerts/{alert_id}", query={"show_deleted": flag})
def get_alert(call: Call) -> Reply:
    return Reply.of(200, alert_row(call.world, _alert(call, deleted=call.query.get("show_deleted", False))))


@ROUTES.add("DELETE", "/alerts/{alert_id}")
def dismiss_alert(call: Call) -> Reply:
    """What somebody else dismissed first is gone, though a read may still show it."""
    alert = call.world.alerts[_alert(call).id]
    if alert.deleted is not None:
        raise not_found()
    call.world.clear_alert(alert.id, by="client")
    return Reply.empty()


@ROUTES.add("PATCH", "/alerts/{alert_id}/false_positive", body=bodies.FALSE_POSITIVE)
def mark_false_positive(call: Call) -> Reply:
    shown = _alert(call)
    for alert in (shown, call.world.alerts[shown.id]):
        alert.false_positive = call.body["falsePositive"]
    return Reply.empty()


@ROUTES.add(
    "GET",
    "/count",
    query={
        **_FILTERS,
        **_SHOWN,
        "embed_tenants": flag,
        "embed_types": flag,
        "embed_severities": flag,
        "embed_categories": flag,
    },
    repeated={**_LISTS, **_TENANTS},
)
def count_alerts(call: Call) -> Reply:
    embeds = [key for key in call.query if key.startswith("embed_") and call.query[key]]
    if len(embeds) > 1:
        raise bad_request("One embed switch a call", embeds=embeds)
    found = alerting.matching(call.world, call.query)
    return Reply.of(200, alerting.counted(call.world, found, call.query))


@ROUTES.add("GET", "/stats")
def get_stats(call: Call) -> Reply:
    """The number of live alerts and the last change of any: a cheap probe before polling."""
    behind = timedelta(seconds=call.world.switches.alert_stats_lag_seconds)
    seen = alerting.visible(call.world, at=call.world.now - behind)
    stats: dict[str, Any] = {"count": sum(alert.deleted is None for alert in seen)}
    if seen:
        stats["modifiedAt"] = stamps.zulu(max(alert.updated for alert in seen))
    return Reply.of(200, stats)


_TYPE_ORDERS: dict[str, Callable[[AlertType], Any]] = {
    "id": lambda kind: kind.id,
    "severity": lambda kind: SEVERITIES.index(kind.severity),
    "category": lambda kind: kind.category,
}


def _type_row(world: AcronisWorld, kind: AlertType) -> dict[str, Any]:
    return {
        "id": kind.id,
        "enabled": kind.id not in world.disabled_alert_types,
        "severity": kind.severity,
        "contextKeys": [],
        "searchableDetails": ["planName", "resourceName"],
        "supportedOS": list(kind.supported_os),
        "category": kind.category,
    }


@ROUTES.add(
    "GET",
    "/types",
    query={"order": text},
    repeated={"category": text, "os_type": one_of(*OS_TYPES)},
    required="os_type",
)
def list_types(call: Call) -> Reply:
    asked, world = call.query, call.world
    found = [
        kind
        for kind in world.alert_types.values()
        if set(kind.supported_os) & set(asked["os_type"])
        and ("category" not in asked or kind.category in asked["category"])
    ]
    direction, _, rest = asked.get("order", "asc(id)").partition("(")
    field = rest.removesuffix(")")
    if direction not in ("asc", "desc") or field not in _TYPE_ORDERS:
        raise bad_request("order: asc() or desc() over id, severity, category is expected")
    found.sort(key=_TYPE_ORDERS[field], reverse=direction == "desc")
    return Reply.of(200, {"items": [_type_row(world, kind) for kind in found]})


@ROUTES.add("GET", "/types/{type_id}")
def get_type(call: Call) -> Reply:
    kind = call.world.alert_types.get(call.path["type_id"])
    if kind is None:
        raise not_found()
    return Reply.of(200, _type_row(call.world, kind))


@ROUTES.add("GET", "/categories", query={"include_disabled": flag})
def list_categories(call: Call) -> Reply:
    """A category is disabled while all of its types are."""
    world = call.world
    kinds = list(world.alert_types.values())
    on = {kind.category for kind in kinds if kind.id not in world.disabled_alert_types}
    rows = [{"name": name, "disabled": name not in on} for name in sorted({kind.category for kind in kinds})]
    shown = call.query.get("include_disabled", False)
    return Reply.of(200, {"items": [row for row in rows if shown or not row["disabled"]]})


@ROUTES.add(
    "GET",
    "/customer_alerts",
    query={**_FILTERS, **_SHOWN},
    repeated={**_LISTS, "customer_id": text},
    required="customer_id",
)
def alerts_of_customers(call: Call) -> Reply:
    found = _by_customer(call)
    rows = [
        {"customer_id": number, "alerts": [alert_row(call.world, alert) for alert in found[number]]}
        for number in call.query["customer_id"]
        if number in found
    ]
    return Reply.of(200, {"items": rows})


def _by_customer(call: Call) -> dict[str, list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for alert in alerting.matching(call.world, call.query):
        customer = _customer(call.world, call.world.tenants[alert.tenant_id])
        if customer is not None:
            found.setdefault(str(customer.numeric_id), []).append(alert)
    return found


def _customer(world: AcronisWorld, tenant: Tenant) -> Tenant | None:
    return next((above for above in world.ancestry(tenant) if above.kind == "customer"), None)


@ROUTES.add("GET", "/customer_alerts_count", query={**_FILTERS, **_SHOWN}, repeated=_LISTS)
def count_alerts_of_customers(call: Call) -> Reply:
    """Customers without alerts are left out; `parents` are names from the top partner down."""
    world, rows = call.world, []
    for number, alerts in _by_customer(call).items():
        customer = world.tenants[world.by_number[int(number)]]
        path = [above.name for above in world.ancestry(customer) if world.in_scope(above)]
        rows.append(
            {
                "customer_id": number,
                "customer_name": customer.name,
                "parents": path[::-1],
                "alerts_count": len(alerts),
            }
        )
    return Reply.of(200, {"items": rows})
