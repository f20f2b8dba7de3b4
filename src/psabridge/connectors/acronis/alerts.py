"""The Alerts port over Acronis' alert manager."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from psabridge.clients.acronis.alert_records import Alert
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.requests.alerts import PAGE
from psabridge.clients.acronis.wire import Page
from psabridge.connectors.acronis import alert_words as words
from psabridge.connectors.acronis.alert_tenants import AlertTenants, TenantShelf
from psabridge.kit.clock import Clock
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.rules.tickets.alerts import AlertId, AlertRead, AlertType, BackupAlert, Probe

# Ten thousand may come at once. The vendor names no maximum (Ac29): where it takes less, less is asked for.
LARGE_PAGE = 1000
NO_ID = "an alert whose id cannot be read"


@dataclass(frozen=True, slots=True)
class AcronisAlerts:
    client: AcronisClient
    clock: Clock
    shelf: TenantShelf = field(default_factory=TenantShelf, compare=False)

    def probe(self) -> Probe:
        stats = self.client.alerts.stats()
        return Probe(stats.count, stats.modified_at)

    def changed_since(self, moment: datetime) -> AlertRead:
        """The overlap is the caller's (Ac42)."""
        return self._understood(
            _in_pages(
                lambda limit: self.client.alerts.changed_since(moment, overlap=timedelta(), limit=limit)
            )
        )

    def reported(self) -> AlertRead:
        return self._understood(_in_pages(lambda limit: self.client.alerts.list(limit=limit)))

    def types(self) -> tuple[AlertType, ...]:
        return tuple(words.type_of(one) for one in self.client.alerts.types())

    def dismiss(self, alert: AlertId) -> None:
        try:
            self.client.alerts.dismiss(alert)
        except ValueError as error:
            # Without an id of its form the request would mean every alert in sight (Ac33).
            raise Refused(
                f"alert {alert}", "has an id of a strange form", "Dismiss it in Acronis",
                kind=RefusalKind.OTHER,
            ) from error  # fmt: skip
        except Refused as refused:
            if refused.kind is not RefusalKind.MISSING:
                raise

    def calls(self) -> int:
        return self.client.calls.total

    def _understood(self, page: Page[Alert]) -> AlertRead:
        """An alert whose tenant could not be read is no alert of nobody: it waits like a garbled row."""
        known = AlertTenants(self.client, self.clock, self.shelf).know(page.items)
        alerts: list[BackupAlert] = []
        unreadable = [one.tenant_id or NO_ID for one in page.spoilt]
        for record in page.items:
            tenants = known.upwards(record.tenant)
            if tenants is None:
                unreadable.append(record.key)
            else:
                name = known.names.get(tenants[0], "") if tenants else ""
                alerts.append(words.alert_of(record, tenants, name))
        return AlertRead(tuple(sorted(alerts, key=lambda one: one.updated_at)), tuple(unreadable))


def _in_pages(read: Callable[[int], Page[Alert]]) -> Page[Alert]:
    try:
        return read(LARGE_PAGE)
    except Refused as refused:
        if refused.kind is not RefusalKind.OTHER:
            raise
        return read(PAGE)
