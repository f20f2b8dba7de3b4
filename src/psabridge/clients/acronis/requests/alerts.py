"""Alerts. There is no builder that dismisses without an id: that would dismiss everything (Ac33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from psabridge.clients.acronis.call import Call, Query, json_body, path_id

BASE = "/api/alert_manager/v1"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 100  # the vendor names neither preset nor maximum (Ac29)
OS_TYPES = ("ios", "linux", "macos", "windows")


class Compare(StrEnum):
    EQUAL = "eq"
    BEFORE = "lt"
    UP_TO = "le"
    AFTER = "gt"
    FROM = "ge"


class Severity(StrEnum):
    OK = "ok"
    INFORMATION = "information"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class Embed(StrEnum):
    TENANTS = "embed_tenants"
    TYPES = "embed_types"
    SEVERITIES = "embed_severities"
    CATEGORIES = "embed_categories"


@dataclass(frozen=True, slots=True)
class When:
    compare: Compare
    moment: datetime

    def wire(self) -> str:
        return f"{self.compare}({nanoseconds(self.moment)})"


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What to see. Tenants are the numeric ids of alerts, not UUIDs (Ac31)."""

    created: When | None = None
    updated: When | None = None
    deleted: When | None = None
    severity: tuple[Compare, Severity] | None = None
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    resource_ids: tuple[str, ...] = ()
    plan_ids: tuple[str, ...] = ()
    show_deleted: bool = False
    show_deleted_only: bool = False

    def query(self) -> Query:
        pairs = [*self._moments(), *self._lists()]
        if self.severity is not None:
            compare, severity = self.severity
            pairs.append(("severity", f"{compare}({severity})"))
        if self.show_deleted:
            pairs.append(("show_deleted", "true"))
        if self.show_deleted_only:
            pairs.append(("show_deleted_only", "true"))
        return tuple(pairs)

    def _moments(self) -> list[tuple[str, str]]:
        fields = (("created_at", self.created), ("updated_at", self.updated), ("deleted_at", self.deleted))
        return [(name, when.wire()) for name, when in fields if when is not None]

    def _lists(self) -> list[tuple[str, str]]:
        # Lists repeat their key here, unlike in account management (Ac30).
        fields = (
            ("id", tuple(path_id(alert_id) for alert_id in self.ids)),
            ("type", self.types),
            ("category", self.categories),
            ("tenant", self.tenants),
            ("resourceId", self.resource_ids),
            ("planId", self.plan_ids),
        )
        return [(name, value) for name, values in fields for value in values]


EVERYTHING = AlertFilter()


def nanoseconds(moment: datetime) -> int:
    """Unix nanoseconds, in whole numbers all the way (Ac30)."""
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1) * 1000


def alerts(
    wanted: AlertFilter = EVERYTHING,
    *,
    order: str = "asc(updated_at)",
    limit: int = PAGE,
    after: str | None = None,
) -> Call:
    # The cursor travels together with the same filters and limit, unlike in account management (Ac29).
    query: Query = (*wanted.query(), ("order", order), ("limit", str(limit)))
    return Call(
        "list alerts", "GET", f"{BASE}/alerts", query if after is None else (*query, ("after", after))
    )


def alert(alert_id: str, *, show_deleted: bool = True) -> Call:
    query: Query = (("show_deleted", "true"),) if show_deleted else ()
    return Call("read alert", "GET", f"{BASE}/alerts/{path_id(alert_id)}", query)


def dismiss_alert(alert_id: str) -> Call:
    return Call("dismiss alert", "DELETE", f"{BASE}/alerts/{path_id(alert_id)}")


def mark_false_positive(alert_id: str, *, false_positive: bool) -> Call:
    path = f"{BASE}/alerts/{path_id(alert_id)}/false_positive"
    return Call("mark false positive", "PATCH", path, body=json_body({"falsePositive": false_positive}))


def count(wanted: AlertFilter = EVERYTHING, *, embed: Embed | None = None) -> Call:
    query = wanted.query()
    return Call(
        "count alerts", "GET", f"{BASE}/count", query if embed is None else (*query, (embed.value, "true"))
    )


def stats() -> Call:
    return Call("probe alerts", "GET", f"{BASE}/stats")


def types(*, os_types: Sequence[str] = OS_TYPES) -> Call:
    return Call("list alert types", "GET", f"{BASE}/types", tuple(("os_type", name) for name in os_types))


def categories(*, include_disabled: bool = True) -> Call:
    query: Query = (("include_disabled", "true"),) if include_disabled else ()
    return Call("list alert categories", "GET", f"{BASE}/categories", query)


def customer_alert_counts(wanted: AlertFilter = EVERYTHING) -> Call:
    return Call("count alerts by customer", "GET", f"{BASE}/customer_alerts_count", wanted.query())
