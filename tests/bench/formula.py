"""The calls a cycle may use (design section 10, as amended by R62)."""

from dataclasses import dataclass
from math import ceil

PAGE, BATCH = 500, 100
ROWS_A_LINE = 6  # rows of a line in the window of a change, as protocol 2.5 allows for
FACTOR_TENTHS = 12  # 1.2
FROM_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Size:
    """What stands at the vendors. Contacts and tickets are not read before provisioning and tickets are."""

    customers: int
    contracts: int
    lines: int
    bundle_lines: int

    @property
    def all_lines(self) -> int:
        return self.lines + self.bundle_lines


def autotask(size: Size) -> int:
    """A full read. Services, field, threshold and marker make the last four."""
    return (
        _pages(size.customers)
        + _pages(size.contracts)
        + 2 * _pages(size.lines)
        + 2 * _pages(size.bundle_lines)
        + 4
    )


def incremental(size: Size) -> int:
    """Companies changed since, contracts, lines; threshold; definition and marker."""
    return 1 + _pages(size.contracts) + _pages(size.lines) + _pages(size.bundle_lines) + 1 + 2


def writes(changed: int) -> int:
    """The changes, pictures before and after, and the marker read and written."""
    return changed + 2 * _pages(changed * ROWS_A_LINE) + 2


def acronis(size: Size) -> int:
    return 2 * ceil(size.customers / BATCH) + 1


def is_within(used: int, formula: int, size: Size) -> bool:
    """The factor applies from 50 customers on (R62)."""
    return size.customers < FROM_CUSTOMERS or used * 10 <= formula * FACTOR_TENTHS


def _pages(rows: int) -> int:
    return ceil(rows / PAGE)
