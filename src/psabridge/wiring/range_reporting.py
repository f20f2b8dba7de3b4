"""What another choice for range items means for the next report, told where it is made (ACR-USE-09)."""

from dataclasses import replace
from datetime import UTC, datetime

from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.ranges.months import changed_reporting, next_report
from psabridge.rules.wanted.ranges.readings import has_ranges
from psabridge.rules.wanted.ranges.reporting import ReportingMonth


def reporting_from(before: PairingSettings | None, after: PairingSettings, at: datetime) -> PairingSettings:
    """Another choice for range items begins where the months already reported end (ACR-USE-09)."""
    if before is None or not has_ranges(before.services):
        return after
    day = at.astimezone(UTC).date()
    return replace(
        after, usage_reporting=changed_reporting(before.usage_reporting, after.usage_reporting, day)
    )


def next_reports(before: PairingSettings | None, after: PairingSettings, at: datetime) -> list[str]:
    reporting = after.usage_reporting
    if not has_ranges(after.services) or (before is not None and before.usage_reporting == reporting):
        return []
    on, month = next_report(reporting, at.astimezone(UTC).date())
    daily = "; until then it is shown every day" if reporting.month is ReportingMonth.CURRENT else ""
    return [f"{after.name}: range items are reported next on {on} for {month}, UTC days{daily}"]
