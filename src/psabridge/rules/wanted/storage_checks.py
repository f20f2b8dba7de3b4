"""Bytes that are charged twice (R1) and splits that do not add up (R11). Found and said, never adjusted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from psabridge.rules.evidence import Arithmetic
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import amount
from psabridge.rules.items.meter_words import measure_words, unit_of
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.wanted.sales import Sale
from psabridge.rules.wanted.same_usage import counted_twice
from psabridge.rules.wanted.storage_measures import is_class, split_difference
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.wanted.usage_readings import Unknown
from psabridge.rules.words import ServiceId, StorageId


@dataclass(slots=True)
class LineWork:
    """One line on its way to a figure."""

    service: ServiceId
    sale: Sale
    line: SoldLine
    parts: list[Arithmetic] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)


def charged_twice(works: Sequence[LineWork], customer: Customer, ground: Ground) -> Iterator[Finding]:
    """Two rows with a price on one contract that count some of the same usage (R1)."""
    names = ground.settings.storage_names
    priced = [
        (work, part) for work in works if ground.price_of(work.line, work.service) for part in work.parts
    ]
    for one, other in combinations(priced, 2):
        if not _may_meet(one, other):
            continue
        (big, whole), (small, piece) = sorted((one, other), key=_biggest_first)
        shared = counted_twice(whole.readings, piece.readings, names)
        if shared > 0:
            sold = [ground.mapping.name_of(work.service) for work in (big, small)]
            yield customer.finding(
                Severity.WARNING,
                "R1",
                f"contract '{big.line.contract.name}'",
                f"'{sold[0]}' and '{sold[1]}' both have a price, and {amount(shared, unit_of(piece))} "
                f"({measure_words(piece.row, ground.labels, unit_of(piece))}) are charged with both",
                "Set one of the prices to 0, take it away in a meter (minus), or let the total's row report "
                f"the '{Measure.REMAINDER}'",
            )


def _may_meet(one: tuple[LineWork, Arithmetic], other: tuple[LineWork, Arithmetic]) -> bool:
    """On one contract, and of one item unless a meter counts others too."""
    rows = one[1].row, other[1].row
    counts_others = any(row.meter is not None for row in rows)
    same_contract = one[0].line.contract.id == other[0].line.contract.id
    return same_contract and (counts_others or rows[0].item == rows[1].item)


def _biggest_first(priced: tuple[LineWork, Arithmetic]) -> tuple[int, int]:
    _, part = priced
    return -part.quantity, list(Measure).index(part.row.measure)


def split_findings(customer: Customer, ground: Ground) -> Iterator[Finding]:
    """Total = class 1 + class 2 is a check, not an assumption (R11, ACR-STO-03)."""
    mapped = {row.row.storage for row in ground.mapping.rows if is_class(row.row.measure)}
    if not mapped:
        return
    for view in customer.views:
        for storage in _storages(view, ground):
            if storage in mapped or None in mapped:
                yield from _split_finding(customer, view, storage, ground)


def _storages(view: TenantView, ground: Ground) -> list[StorageId]:
    usages = (view.usages or {}).get(ground.settings.storage_names.total, ())
    return sorted({usage.storage for usage in usages if usage.storage is not None})


def _split_finding(
    customer: Customer, view: TenantView, storage: StorageId, ground: Ground
) -> Iterator[Finding]:
    names = ground.settings.storage_names
    total, class_1, class_2 = (
        _whole(view, name, storage) for name in (names.total, names.class_1, names.class_2)
    )
    difference = split_difference(total, class_1, class_2)
    if difference is not None:
        yield customer.finding(
            Severity.WARNING,
            "R11",
            f"tenant '{view.tenant.name}', {ground.labels.storage(storage)}",
            f"class 1: {_bytes(class_1)} and class 2: {_bytes(class_2)} differ from the "
            f"total: {_bytes(total)}, by {_bytes(difference)}",
            "Nothing is adjusted; ask Acronis if it stays",
        )


def _bytes(quantity: int | None) -> str:
    return "unknown" if quantity is None else amount(quantity, "bytes")


def _whole(view: TenantView, usage_name: str, storage: StorageId) -> int | None:
    values = [usage.absolute_value for usage in view.usages_of(usage_name, storage, None)]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
