"""Bytes that are charged twice (R1) and splits that do not add up (R11). Found and said, never adjusted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from psabridge.rules.evidence import Arithmetic
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.labels import amount
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.contract_state import SoldLine
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.wanted.sales import Sale
from psabridge.rules.wanted.storage_measures import OVERLAPS, is_class, split_difference
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
    """Two rows of one storage with a price on one contract: the bytes in both (R1)."""
    priced = [
        (work, part) for work in works if ground.price_of(work.line, work.service) for part in work.parts
    ]
    for big, whole in priced:
        for small, piece in priced:
            if _overlap(big, whole, small, piece) and piece.quantity > 0:
                names = [ground.mapping.name_of(work.service) for work in (big, small)]
                yield customer.finding(
                    Severity.WARNING,
                    "R1",
                    f"contract '{big.line.contract.name}'",
                    f"'{names[0]}' and '{names[1]}' both have a price, and {amount(piece.quantity, 'bytes')} "
                    f"({piece.row.measure}) are charged with both",
                    f"Set one of the prices to 0, or let the total's row report the '{Measure.REMAINDER}'",
                )


def _overlap(big: LineWork, whole: Arithmetic, small: LineWork, piece: Arithmetic) -> bool:
    same_storage = (whole.row.item, whole.row.storage) == (piece.row.item, piece.row.storage)
    same_contract = big.line.contract.id == small.line.contract.id
    return same_storage and same_contract and (whole.row.measure, piece.row.measure) in OVERLAPS


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
