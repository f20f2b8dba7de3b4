"""Fetches the usage report of a month that own readings do not tell (R17). A file comes in a later cycle."""

from dataclasses import replace
from datetime import UTC

from psabridge.engine.ports import Ports
from psabridge.engine.prepare import range_book
from psabridge.kit.errors import BridgeError
from psabridge.kit.periods import Period
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.ranges.daily import READY_FROM_HOUR, ReportOrder
from psabridge.rules.wanted.ranges.months import closed_month
from psabridge.rules.wanted.ranges.readings import has_ranges

ON_ITS_WAY = "a usage report of Acronis is on its way"


def fetch_usage_report(settings: PairingSettings, platform: PlatformSnapshot, ports: Ports) -> None:
    """One order a month and at most one call or two a cycle, and none where every month is known."""
    if not has_ranges(settings.services):
        return
    now = ports.clock.now()
    days = closed_month(settings.usage_reporting, now.astimezone(UTC).date())
    if days is None or not range_book(settings, platform, ports).lacks(days):
        return
    order = ports.records.report_order(settings.pairing, days)
    if order is None or order.is_over(now):
        if now.astimezone(UTC).hour >= READY_FROM_HOUR:
            _ask(days, settings, ports)
    elif order.report:
        _take_in(order, settings, ports)


def _ask(days: Period, settings: PairingSettings, ports: Ports) -> None:
    """An order whose answer was lost makes a report nobody reads; it is asked for again."""
    try:
        report, why = ports.platform.order_report(days), ON_ITS_WAY
    except BridgeError as error:
        report, why = "", f"its usage report could not be ordered: {error}"
    order = ReportOrder(days, report, ports.clock.now(), why)
    ports.records.keep_report_order(settings.pairing, order)


def _take_in(order: ReportOrder, settings: PairingSettings, ports: Ports) -> None:
    try:
        uses = ports.platform.usage_report(order.report)
    except BridgeError as error:
        told = replace(order, why=f"its usage report could not be read: {error}")
        ports.records.keep_report_order(settings.pairing, told)
        return
    if uses is not None:
        items = {row.item for row in settings.services if row.is_range}
        ports.records.keep_day_uses(settings.pairing, order.days, [use for use in uses if use.item in items])
