"""The calls a full read may use (design section 10, as amended by R62)."""

from dataclasses import dataclass
from math import ceil

PAGE, BATCH = 500, 100
FACTOR_TENTHS = 12  # 1.2
FROM_CUSTOMERS = 50


@dataclass(frozen=True, slots=True)
class Size:
    """What stands at the vendors. Contacts and tickets are not read before provisioning and tickets are."""

    customers: int
    contracts: int
    lines: int
    bundle_lines: int


def autotask(size: Size) -> int:
    """Services, field, threshold and marker make the last four."""
    pages = [ceil(count / PAGE) for count in (size.customers, size.contracts)]
    twice = [ceil(count / PAGE) for count in (size.lines, size.bundle_lines)]
    return sum(pages) + 2 * sum(twice) + 4


def acronis(size: Size) -> int:
    return 2 * ceil(size.customers / BATCH) + 1


def is_within(used: int, formula: int, size: Size) -> bool:
    """The factor applies from 50 customers on (R62)."""
    return size.customers < FROM_CUSTOMERS or used * 10 <= formula * FACTOR_TENTHS
