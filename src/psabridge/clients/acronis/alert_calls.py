"""Alerts: list, count, probe, and dismiss one. Never more than one (Ac33)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psabridge.clients.acronis.alert_records import (
    Alert,
    AlertCategories,
    AlertCategory,
    AlertCount,
    AlertStats,
    AlertType,
    AlertTypes,
    CustomerAlertCount,
    CustomerAlertCounts,
)
from psabridge.clients.acronis.paging import read_page, refuse_endless
from psabridge.clients.acronis.requests import alerts as ask
from psabridge.clients.acronis.session import Session
from psabridge.clients.acronis.wire import Page, Spoilt

# Clocks of producers and server differ a little; what comes twice is one by its id (Ac30).
OVERLAP = timedelta(minutes=1)


class AlertCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    def changed_since(
        self, moment: datetime, *, overlap: timedelta = OVERLAP, limit: int = ask.PAGE
    ) -> Page[Alert]:
        """Raised and cleared since then, in one stream.

        What reads show later than it happened is found only if the overlap is as long as that delay (Ac42).
        """
        since = ask.When(ask.Compare.FROM, moment - overlap)
        return self.list(ask.AlertFilter(updated=since, show_deleted=True), limit=limit)

    def list(
        self,
        wanted: ask.AlertFilter = ask.EVERYTHING,
        *,
        order: str = "asc(updated_at)",
        limit: int = ask.PAGE,
    ) -> Page[Alert]:
        """Every page. An alert that changed meanwhile comes twice; the later row holds.

        A spoilt row names its alert instead of a tenant.
        """
        found: dict[str, Alert] = {}
        spoilt: list[Spoilt] = []
        seen: set[str] = set()
        after: str | None = None
        while True:
            call = ask.alerts(wanted, order=order, limit=limit, after=after)
            page = read_page(self._session, call, Alert, tenant_key="id")
            found |= {alert.key: alert for alert in page.items}
            spoilt += page.spoilt
            if not page.after or not (page.items or page.spoilt):
                return Page(tuple(found.values()), None, None, tuple(spoilt))
            refuse_endless(call, page.after, seen)
            after = page.after

    def read(self, alert_id: str) -> Alert:
        """Dismissed ones, too; refused as MISSING when there is none in our sight."""
        return self._session.read_record(ask.alert(alert_id), Alert)

    def dismiss(self, alert_id: str) -> None:
        """Refused as MISSING when it is gone already; an unknown outcome is settled by `read`."""
        self._session.write(ask.dismiss_alert(alert_id))

    def mark_false_positive(self, alert_id: str, *, false_positive: bool) -> None:
        self._session.write(ask.mark_false_positive(alert_id, false_positive=false_positive))

    def count(
        self, wanted: ask.AlertFilter = ask.EVERYTHING, *, embed: ask.Embed | None = None
    ) -> AlertCount:
        return self._session.read_record(ask.count(wanted, embed=embed), AlertCount)

    def stats(self) -> AlertStats:
        return self._session.read_record(ask.stats(), AlertStats)

    def types(self, *, os_types: Sequence[str] = ask.OS_TYPES) -> tuple[AlertType, ...]:
        return self._session.read_record(ask.types(os_types=os_types), AlertTypes).items

    def categories(self, *, include_disabled: bool = True) -> tuple[AlertCategory, ...]:
        return self._session.read_record(
            ask.categories(include_disabled=include_disabled), AlertCategories
        ).items

    def by_customer(self, wanted: ask.AlertFilter = ask.EVERYTHING) -> tuple[CustomerAlertCount, ...]:
        return self._session.read_record(ask.customer_alert_counts(wanted), CustomerAlertCounts).items
