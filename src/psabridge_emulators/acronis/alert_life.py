"""How alerts come and go: raised, repeated, changed, dismissed, cleared by themselves (acronis-api.md 8.1).

What happens to an alert carries the stamp of its moment. By switch, or for one alert alone, reads show it
later than that stamp: whoever asks "what changed since my last look" then misses it.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.records import Alert

if TYPE_CHECKING:
    from psabridge_emulators.acronis.world import AcronisWorld

ENDINGS = ("person", "client", "itself")
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Coming:
    """An alert to be raised; how long after its stamp reads show it, and when it will be gone."""

    tenant_id: str
    type: str
    severity: str | None = None
    category: str | None = None
    details: Mapping[str, Any] | None = None
    created_at: datetime | None = None  # by its producer's clock
    source: str | None = None
    source_stamp: int | None = None
    affinity: str | None = None
    seen_after: int | None = None
    gone_at: datetime | None = None
    gone_by: str = "itself"


@dataclass(frozen=True, slots=True)
class Going:
    alert_id: str
    by: str


class Plans:
    """What will happen to alerts, by its moment; at one moment in the order it was planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Coming | Going]] = []
        self._count = 0

    def add(self, moment: datetime, event: Coming | Going) -> None:
        self._count += 1
        heapq.heappush(self._heap, (moment, self._count, event))

    def take_due(self, now: datetime) -> tuple[datetime, Coming | Going] | None:
        if not self._heap or self._heap[0][0] > now:
            return None
        moment, _, event = heapq.heappop(self._heap)
        return moment, event


def seen(alert: Alert, at: int) -> Alert | None:
    """The alert as a read shows it: an earlier picture, or none, while its last change is on its way."""
    found: Alert | None = alert
    while found is not None and found.shown_from > at:
        found = found.earlier
    return found


def raise_alert(world: "AcronisWorld", told: Coming, moment: datetime) -> str:
    alert_id = world.new_id("alert").upper()
    received = world.alert_stamp(moment)
    known = world.alert_types.get(told.type)
    world.alerts[alert_id] = Alert(
        id=alert_id,
        tenant_id=world.tenants[told.tenant_id].id,
        type=told.type,
        severity=told.severity or (known.severity if known else "warning"),
        category=told.category or (known.category if known else "Custom"),
        created=received if told.created_at is None else stamps.nanoseconds(told.created_at),
        received=received,
        updated=received,
        details=None if told.details is None else dict(told.details),
        source=told.source,
        source_stamp=told.source_stamp,
        affinity=told.affinity,
        shown_from=_shown_from(world, moment, told.seen_after),
    )
    if told.gone_at is not None:
        world.alert_plans.add(max(told.gone_at, moment), Going(alert_id, told.gone_by))
    return alert_id


def clear(
    world: "AcronisWorld", alert: Alert, *, by: str, moment: datetime, seen_after: int | None = None
) -> None:
    if by not in ENDINGS:
        raise ValueError(f"nobody called {by} ends alerts; known: {', '.join(ENDINGS)}")
    if alert.deleted is None:
        _begin_change(world, alert, moment, seen_after)
        alert.deleted, alert.cleared_by = alert.updated, by


def change(
    world: "AcronisWorld",
    alert: Alert,
    *,
    details: Mapping[str, Any] | None = None,
    severity: str | None = None,
    seen_after: int | None = None,
) -> None:
    """In place, its id kept: not described (acronis-api.md 8.1), though other accounts tell of it."""
    if alert.deleted is not None:
        raise ValueError("a dismissed alert does not change any more")
    _begin_change(world, alert, world.now, seen_after)
    alert.severity = severity or alert.severity
    if details is not None:
        alert.details = {**(alert.details or {}), **details}


def repeat(
    world: "AcronisWorld", alert: Alert, details: Mapping[str, Any] | None, seen_after: int | None
) -> str:
    """The same condition again: a new alert beside the old one, or by switch the old one with new details."""
    if world.switches.alert_repeats_keep_id and alert.deleted is None:
        change(world, alert, details=details, seen_after=seen_after)
        return alert.id
    again = Coming(
        alert.tenant_id,
        alert.type,
        alert.severity,
        alert.category,
        alert.details if details is None else {**(alert.details or {}), **details},
        source=alert.source,
        affinity=alert.affinity,
        seen_after=seen_after,
    )
    return raise_alert(world, again, world.now)


def _begin_change(world: "AcronisWorld", alert: Alert, moment: datetime, seen_after: int | None) -> None:
    shown_from = _shown_from(world, moment, seen_after)
    alert.earlier = replace(alert) if shown_from > stamps.nanoseconds(world.now) else None
    alert.shown_from = shown_from
    alert.updated = world.alert_stamp(moment)


def _shown_from(world: "AcronisWorld", moment: datetime, seen_after: int | None) -> int:
    lag = world.switches.alerts_lag_seconds if seen_after is None else seen_after
    return stamps.nanoseconds(moment) + lag * _SECOND


def burst(
    world: "AcronisWorld",
    tenant_ids: Sequence[str],
    kind: Coming,
    *,
    count: int,
    resources: int | None,
    over_seconds: int,
) -> None:
    """Many at once, turn by turn over the tenants, now or spread over the coming seconds.

    Each is about a resource of its own, or about one of so many; with 0 about none.
    """
    for number in range(count):
        about = None if resources == 0 else number % (resources or count)
        one = replace(kind, tenant_id=tenant_ids[number % len(tenant_ids)], details=_about(kind, about))
        after = timedelta(microseconds=over_seconds * 1_000_000 * number // count)
        world.alert_plans.add(world.now + after, one)
    pass_time(world)


def _about(kind: Coming, number: int | None) -> dict[str, Any]:
    subject = {} if number is None else {"resourceId": f"resource-{number}", "resourceName": f"PC-{number}"}
    return {**(kind.details or {}), **subject}


def pass_time(world: "AcronisWorld") -> None:
    """Everything planned up to now happens, each at its own moment."""
    while (due := world.alert_plans.take_due(world.now)) is not None:
        moment, event = due
        if isinstance(event, Going):
            clear(world, world.alerts[event.alert_id], by=event.by, moment=moment)
        else:
            raise_alert(world, event, moment)
