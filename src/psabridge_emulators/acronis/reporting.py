"""Usage reports of closed periods: who stands in them, and how they are written (acronis-api.md 7.2)."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from psabridge_emulators.acronis import metering, stamps
from psabridge_emulators.acronis.catalogue import CUMULATIVE
from psabridge_emulators.acronis.records import Level, ReadingKey, Report, Tenant
from psabridge_emulators.acronis.world import PROVIDERS, AcronisWorld

WRITTEN = ("csv_v2_0", "json_v2_0", "json_v1")
_COUNTS = ("absolute", "delta", "effective")
_PARTS = ("total", "production", "trial")
_HEADER = (
    "tenant.id",
    "tenant.name",
    "tenant.kind",
    "application.id",
    "name",
    "edition",
    "usage_name",
    "measurement_unit",
    "infra.id",
    "infra.owner_id",
    "infra.backend_type",
    *(f"usage.{count}.{part}" for count in _COUNTS for part in _PARTS),
)

Spans = list[tuple[datetime, datetime]]
Counts = dict[str, dict[str, int]]


def saved_at(world: AcronisWorld, report: Report) -> datetime:
    """Files arrive late: in progress first (acronis-api.md 10, item 10)."""
    return report.created_at + timedelta(minutes=world.switches.report_minutes)


def first_day(report: Report) -> datetime:
    return _day(report.order["parameters"]["period"]["start"])


def _day(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def spans(report: Report) -> Spans:
    """The whole period, or its days where a daily report was ordered; UTC, end excluded."""
    period = report.order["parameters"]["period"]
    start, end = _day(period["start"]), _day(period["end"]) + timedelta(days=1)
    if report.order["parameters"]["kind"] != "usage_daily":
        return [(start, end)]
    days = (end - start).days
    return [(start + timedelta(days=n), start + timedelta(days=n + 1)) for n in range(days)]


def reported_tenants(world: AcronisWorld, report: Report) -> list[Tenant]:
    parameters = report.order["parameters"]
    root = parameters["tenant_id"]
    below = [tenant for tenant in world.subtree(root, deleted=True) if _was_there(tenant, report)]
    tests: dict[str, Callable[[Tenant], bool]] = {
        "itself": lambda tenant: tenant.id == root,
        "direct_partners": lambda tenant: tenant.parent_id == root and tenant.kind in PROVIDERS,
        "all_partners": lambda tenant: tenant.kind in PROVIDERS,
        "all_customers": lambda tenant: tenant.kind == "customer",
        "accounts": lambda _tenant: True,
    }
    return [tenant for tenant in below if tests[parameters["level"]](tenant)]


def _was_there(tenant: Tenant, report: Report) -> bool:
    return tenant.deleted_at is None or tenant.deleted_at > first_day(report)


def rows(world: AcronisWorld, report: Report) -> Iterator[dict[str, Any]]:
    quiet = report.order["parameters"].get("hide_zero_usage", False)
    for span in spans(report):
        for tenant in reported_tenants(world, report):
            for key, counts in _counted(world, tenant, span).items():
                if quiet and not any(part["total"] for part in counts.values()):
                    continue
                yield _row(world, tenant, key, counts) | _date(report, span)


def _date(report: Report, span: tuple[datetime, datetime]) -> dict[str, Any]:
    daily = report.order["parameters"]["kind"] == "usage_daily"
    return {"date": span[0].date().isoformat()} if daily else {}


def _counted(
    world: AcronisWorld, tenant: Tenant, span: tuple[datetime, datetime]
) -> dict[ReadingKey, Counts]:
    """Customers' readings, summed for a partner and split by the mode they were in at the end."""
    found: dict[ReadingKey, Counts] = {}
    for counted in metering.counted_tenants(world, tenant, deleted=True):
        since = counted.production_start
        part = "production" if since is not None and since < span[1] else "trial"
        for key, levels in counted.readings.items():
            read = _read(key, levels, span)
            if read is None:
                continue
            kept = found.setdefault(key, {count: dict.fromkeys(_PARTS, 0) for count in _COUNTS})
            for count, value in read.items():
                kept[count]["total"] += value
                kept[count][part] += value
    return found


def _read(key: ReadingKey, levels: Sequence[Level], span: tuple[datetime, datetime]) -> dict[str, int] | None:
    """Absolute at the end, the difference to the start, and what is charged: effective."""
    end = metering.level_at(key, levels, span[1] - timedelta(microseconds=1))
    if end is None:
        return None
    start = metering.level_at(key, levels, span[0] - timedelta(microseconds=1))
    before = start[1] if start is not None else (end[1] - end[0] if key[0] in CUMULATIVE else 0)
    delta = end[1] - before
    return {"absolute": end[1], "delta": delta, "effective": delta if key[0] in CUMULATIVE else end[1]}


def _row(world: AcronisWorld, tenant: Tenant, key: ReadingKey, counts: Counts) -> dict[str, Any]:
    usage_name, edition, infra_id = key
    described = world.describe_usage(usage_name, edition)
    infra = world.infras.get(infra_id or "")
    return {
        "tenant": {"id": tenant.id, "name": tenant.name, "kind": tenant.kind},
        "application": {"id": described.application_id},
        "name": described.name,
        "edition": edition,
        "usage_name": usage_name,
        "measurement_unit": described.unit,
        "infra": {
            "id": infra_id,
            "owner_id": None if infra is None else infra.owner_id,
            "backend_type": None if infra is None else infra.backend_type,
        },
        "usage": counts,
    }


def written(world: AcronisWorld, report: Report, format_: str) -> str:
    found = list(rows(world, report))
    if format_ != "csv_v2_0":
        return json.dumps({"report_id": report.id, "created_at": _made(report), "items": found})
    daily = report.order["parameters"]["kind"] == "usage_daily"
    header = ("date", *_HEADER) if daily else _HEADER
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_cell(row, column) for column in header] for row in found])
    return sheet.getvalue()


def _made(report: Report) -> str:
    return stamps.plain(report.created_at)


def _cell(row: dict[str, Any], column: str) -> str:
    value: Any = row
    for part in column.split("."):
        value = value[part]
    return "" if value is None else str(value)
