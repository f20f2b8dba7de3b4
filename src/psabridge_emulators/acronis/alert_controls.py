"""The back door of the alerts: what producers, devices and people do. See README.md."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from psabridge_emulators.acronis import alert_life, stamps
from psabridge_emulators.acronis.alert_life import Coming
from psabridge_emulators.acronis.alert_stream import Stream
from psabridge_emulators.acronis.alert_types import SEVERITIES, AlertType
from psabridge_emulators.acronis.world import AcronisWorld

KNOWN_KEYS = {
    "alert": "tenant type severity category details created_at source affinity seen_after gone_after gone_by",
    "alert/repeat": "id details seen_after",
    "alert/change": "id details severity seen_after",
    "alert/clear": "id by seen_after",
    "alert/burst": "tenants type severity details count resources over_seconds seen_after",
    "alert/stream": "per_day seed",
    "alert/type": "id enabled category severity",
}


def _raise_alert(world: AcronisWorld, told: dict[str, Any]) -> object:
    created, gone_after = told.get("created_at"), told.get("gone_after")
    coming = Coming(
        told["tenant"],
        told["type"],
        told.get("severity"),
        told.get("category"),
        told.get("details"),
        None if created is None else stamps.read(created),
        told.get("source"),
        affinity=told.get("affinity"),
        seen_after=told.get("seen_after"),
        gone_at=None if gone_after is None else world.now + timedelta(seconds=gone_after),
        gone_by=told.get("gone_by", "itself"),
    )
    _check(coming)
    return {"id": alert_life.raise_alert(world, coming, world.now)}


def _check(coming: Coming) -> None:
    if coming.severity is not None and coming.severity not in SEVERITIES:
        raise ValueError(f"no severity {coming.severity}; known: {', '.join(SEVERITIES)}")
    if coming.gone_by not in alert_life.ENDINGS:
        raise ValueError(f"nobody called {coming.gone_by}; known: {', '.join(alert_life.ENDINGS)}")


def _repeat(world: AcronisWorld, told: dict[str, Any]) -> object:
    alert = world.alerts[told["id"].upper()]
    return {"id": alert_life.repeat(world, alert, told.get("details"), told.get("seen_after"))}


def _change(world: AcronisWorld, told: dict[str, Any]) -> object:
    alert_life.change(
        world,
        world.alerts[told["id"].upper()],
        details=told.get("details"),
        severity=told.get("severity"),
        seen_after=told.get("seen_after"),
    )
    return {}


def _clear(world: AcronisWorld, told: dict[str, Any]) -> object:
    alert_life.clear(
        world,
        world.alerts[told["id"].upper()],
        by=told.get("by", "person"),
        moment=world.now,
        seen_after=told.get("seen_after"),
    )
    return {}


def _burst(world: AcronisWorld, told: dict[str, Any]) -> object:
    tenants = [world.tenants[one].id for one in told["tenants"]]
    count = int(told["count"])
    if not tenants or count < 1:
        raise ValueError("a burst needs tenants and a count above 0")
    kind = Coming(
        tenants[0], told["type"], told.get("severity"), None, told.get("details"),
        seen_after=told.get("seen_after"),
    )  # fmt: skip
    _check(kind)
    resources, over_seconds = told.get("resources"), int(told.get("over_seconds", 0))
    alert_life.burst(world, tenants, kind, count=count, resources=resources, over_seconds=over_seconds)
    return {"alerts": len(world.alerts)}


def _stream(world: AcronisWorld, told: dict[str, Any]) -> object:
    """From now on; 0 a day ends it, and what it raised goes on to its end."""
    per_day = int(told["per_day"])
    if per_day < 0:
        raise ValueError("per_day must not be negative")
    world.alert_stream = Stream(per_day, int(told.get("seed", 1)), world.now) if per_day else None
    return {"per_day": per_day}


def _alert_type(world: AcronisWorld, told: dict[str, Any]) -> object:
    """A disabled type's alerts vanish (acronis-api.md 8.2); an unknown id with both words is new."""
    if told["id"] not in world.alert_types and {"category", "severity"} <= told.keys():
        kind = AlertType(told["id"], told["category"], told["severity"])
        _check(Coming("", kind.id, kind.severity))
        world.alert_types[kind.id] = kind
    known = world.alert_types[told["id"]]
    enabled = told.get("enabled", True)
    (world.disabled_alert_types.discard if enabled else world.disabled_alert_types.add)(known.id)
    return {}


ACTS: dict[tuple[str, str], Callable[[AcronisWorld, dict[str, Any]], object]] = {
    ("POST", "alert"): _raise_alert,
    ("POST", "alert/repeat"): _repeat,
    ("POST", "alert/change"): _change,
    ("POST", "alert/clear"): _clear,
    ("POST", "alert/burst"): _burst,
    ("POST", "alert/stream"): _stream,
    ("POST", "alert/type"): _alert_type,
}
