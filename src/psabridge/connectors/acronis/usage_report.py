"""A daily usage report of Acronis in our words. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from psabridge.kit.errors import Unreadable
from psabridge.rules.wanted.ranges.daily import DayUse
from psabridge.rules.words import StorageId, TenantId

# Columns of csv_v2_0; that a daily report has one for the day is assumed (Ac40).
DAY, TENANT, ITEM, STORAGE, USED = "date", "tenant.id", "name", "infra.id", "usage.delta.total"
COLUMNS = frozenset({DAY, TENANT, ITEM, STORAGE, USED})


def day_uses(content: bytes, report: str) -> tuple[DayUse, ...]:
    """Raises Unreadable: a report of which one row is not understood says nothing."""
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), strict=True)
        _check_columns(rows.fieldnames or ())
        return _added_up(tuple(map(_use, rows)))
    except (ValueError, TypeError, csv.Error) as error:
        problem, act = f"cannot be understood ({error})", "It is ordered again a day later"
        raise Unreadable(f"usage report {report}", problem, act) from error


def _check_columns(names: Iterable[str]) -> None:
    missing = COLUMNS.difference(names)
    if missing:
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")


def _use(row: Mapping[str, str]) -> DayUse:
    if not row[TENANT] or not row[ITEM]:
        raise ValueError("a row has no tenant or no item")
    storage = StorageId(row[STORAGE]) if row[STORAGE] else None
    return DayUse(TenantId(row[TENANT]), row[ITEM], storage, date.fromisoformat(row[DAY]), int(row[USED]))


def _added_up(uses: tuple[DayUse, ...]) -> tuple[DayUse, ...]:
    """Rows of one item that differ in what is not asked for, such as the edition."""
    found: dict[tuple[TenantId, str, StorageId | None, date], int] = {}
    for use in uses:
        key = (use.tenant, use.item, use.storage, use.day)
        found[key] = found.get(key, 0) + use.used
    return tuple(DayUse(*key, used) for key, used in found.items())
