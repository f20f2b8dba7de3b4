"""Which alerts a question means: filters with operators, order, counts (acronis-api.md 8.2)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge, gt, le, lt
from typing import Any

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.alert_life import seen
from psabridge_emulators.acronis.alert_types import SEVERITIES
from psabridge_emulators.acronis.errors import bad_request
from psabridge_emulators.acronis.presenting import locator
from psabridge_emulators.acronis.records import Alert
from psabridge_emulators.acronis.world import AcronisWorld

Test = Callable[[Alert], bool]
_OPERATORS: dict[str, Callable[[int, int], bool]] = {"eq": eq, "lt": lt, "le": le, "gt": gt, "ge": ge}
_TIMES: dict[str, Callable[[Alert], int | None]] = {
    "created_at": lambda alert: alert.created,
    "updated_at": lambda alert: alert.updated,
    "deleted_at": lambda alert: alert.deleted,
    "source_time_stamp": lambda alert: alert.source_stamp,
}
_ORDERS: dict[str, Callable[[Alert], Any]] = {
    "created_at": lambda alert: alert.created,
    "updated_at": lambda alert: alert.updated,
    "deleted_at": lambda alert: alert.deleted or 0,
    "source_time_stamp": lambda alert: alert.source_stamp or 0,
    "type": lambda alert: alert.type,
    "severity": lambda alert: SEVERITIES.index(alert.severity),
    "source": lambda alert: alert.source or "",
    "category": lambda alert: alert.category,
    "planId": lambda alert: _detail(alert, "planId"),
    "planName": lambda alert: _detail(alert, "planName"),
    "resourceId": lambda alert: _detail(alert, "resourceId"),
    "resourceName": lambda alert: _detail(alert, "resourceName"),
}


def _detail(alert: Alert, key: str) -> str:
    return str((alert.details or {}).get(key, ""))


def visible(world: AcronisWorld, *, at: datetime | None = None) -> list[Alert]:
    """In the client's subtree, not in self-service customers, not of a disabled type; as reads show them."""
    inside = {tenant.id for tenant in world.subtree(world.root_id) if not world.hidden(tenant)}
    moment = stamps.nanoseconds(at or world.now)
    shown = (seen(alert, moment) for alert in world.alerts.values() if alert.tenant_id in inside)
    return [alert for alert in shown if alert is not None and alert.type not in world.disabled_alert_types]


def one_visible(world: AcronisWorld, alert_id: str) -> Alert | None:
    alert = world.alerts.get(alert_id.upper())
    if alert is None or alert.type in world.disabled_alert_types:
        return None
    tenant = world.tenants[alert.tenant_id]
    if tenant.deleted_at is not None or not world.in_scope(tenant) or world.hidden(tenant):
        return None
    return seen(alert, stamps.nanoseconds(world.now))


def matching(world: AcronisWorld, asked: Mapping[str, Any]) -> list[Alert]:
    tests = [*_time_tests(asked), *_list_tests(world, asked), *_text_tests(asked), _liveness(asked)]
    return [alert for alert in visible(world) if all(test(alert) for test in tests)]


def _liveness(asked: Mapping[str, Any]) -> Test:
    if asked.get("show_deleted_only", False):
        return lambda alert: alert.deleted is not None
    shown = asked.get("show_deleted", False)
    return lambda alert: shown or alert.deleted is None


def _time_tests(asked: Mapping[str, Any]) -> list[Test]:
    tests: list[Test] = []
    for key, of_alert in _TIMES.items():
        if key in asked:
            operator, wanted = asked[key]
            tests.append(_time_test(of_alert, _OPERATORS[operator], wanted))
    return tests


def _time_test(
    of_alert: Callable[[Alert], int | None], compare: Callable[[int, int], bool], wanted: int
) -> Test:
    def test(alert: Alert) -> bool:
        found = of_alert(alert)
        return found is not None and compare(found, wanted)

    return test


def _list_tests(world: AcronisWorld, asked: Mapping[str, Any]) -> list[Test]:
    tests: list[Test] = []
    if "id" in asked:
        ids = {one.upper() for one in asked["id"]}
        tests.append(lambda alert: alert.id in ids)
    if "skip" in asked:
        skipped = {one.upper() for one in asked["skip"]}
        tests.append(lambda alert: alert.id not in skipped)
    if "severity" in asked:
        tests.append(lambda alert: alert.severity in asked["severity"])
    if "type" in asked:
        tests.append(lambda alert: alert.type in asked["type"])
    if "category" in asked:
        tests.append(lambda alert: alert.category in asked["category"])
    if "source" in asked:
        tests.append(lambda alert: alert.source == asked["source"])
    if "tenant" in asked:
        numbers = set(asked["tenant"])
        tests.append(lambda alert: str(world.tenants[alert.tenant_id].numeric_id) in numbers)
    return tests


def _text_tests(asked: Mapping[str, Any]) -> list[Test]:
    keys = ("planId", "resourceId", "planName", "resourceName")
    tests = [_any_text(key, asked[key], whole=key.endswith("Id")) for key in keys if key in asked]
    if "query" in asked:
        wanted = asked["query"].lower()
        tests.append(
            lambda alert: any(wanted in _detail(alert, k).lower() for k in ("planName", "resourceName"))
        )
    return tests


def _any_text(key: str, wanted: Iterable[str], *, whole: bool) -> Test:
    """Ids are compared whole, names by a part unless eq() or or() is written; case never counts."""
    exact: set[str] = set()
    parts: list[str] = []
    for text in (one.lower() for one in wanted):
        if text.endswith(")") and text.startswith(("or(", "eq(")):
            exact.update(text[3:-1].split(","))
        elif whole:
            exact.add(text)
        else:
            parts.append(text)

    def test(alert: Alert) -> bool:
        found = _detail(alert, key).lower()
        return found in exact or any(part in found for part in parts)

    return test


@dataclass(frozen=True, slots=True)
class Order:
    """A listing's order, and each alert's place in it: alerts may come and go between two pages."""

    key: Callable[[Alert], Any]
    descending: bool

    def place(self, alert: Alert) -> list[Any]:
        return [self.key(alert), alert.id]

    def sort(self, alerts: Iterable[Alert]) -> list[Alert]:
        return sorted(alerts, key=self.place, reverse=self.descending)

    def is_past(self, alert: Alert, place: list[Any]) -> bool:
        return self.place(alert) < place if self.descending else self.place(alert) > place


def read_order(order: str | None) -> Order:
    """asc(field) or desc(field); the newest first where nothing is said [assumed]."""
    direction, _, rest = (order or "desc(created_at)").partition("(")
    key = _ORDERS.get(rest.removesuffix(")"))
    if direction not in ("asc", "desc") or key is None or not rest.endswith(")"):
        raise bad_request("order: asc(field) or desc(field) is expected", order=order)
    return Order(key, direction == "desc")


_EMBEDS: dict[str, tuple[str, Callable[[Alert], str]]] = {
    "embed_types": ("types", lambda alert: alert.type),
    "embed_severities": ("severities", lambda alert: alert.severity),
    "embed_categories": ("categories", lambda alert: alert.category),
}


def counted(world: AcronisWorld, alerts: list[Alert], asked: Mapping[str, Any]) -> dict[str, Any]:
    report: dict[str, Any] = {"total": len(alerts)}
    for embed, (name, of_alert) in _EMBEDS.items():
        if asked.get(embed):
            report[name] = dict(Counter(of_alert(alert) for alert in alerts))
    if asked.get("embed_tenants"):
        totals = Counter(alert.tenant_id for alert in alerts)
        report["tenants"] = [
            {
                "id": str(world.tenants[tenant_id].numeric_id),
                "locator": locator(world, world.tenants[tenant_id]),
                "total": total,
            }
            for tenant_id, total in totals.items()
        ]
    return report
