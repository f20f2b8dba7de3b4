"""Which offering items of a tenant the mapping rows speak of, in the tenant's own mode (ACR-MAP-13, R4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from psabridge.rules.platform import OfferingItem
from psabridge.rules.settings import Measure
from psabridge.rules.wanted.ground import Ground, Sales
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.tenant_view import TenantView
from psabridge.rules.words import ItemKey


@dataclass(frozen=True, slots=True)
class Target:
    """One item of the tenant with every row that speaks of it."""

    key: ItemKey
    item: OfferingItem | None  # None: the tenant has no such item yet
    is_feature: bool
    rows: tuple[MappedRow, ...]

    @property
    def is_on(self) -> bool:
        return self.item is not None and self.item.is_on


@dataclass(frozen=True, slots=True)
class Targets:
    targets: tuple[Target, ...]
    not_offered: tuple[MappedRow, ...]  # the parent lacks the item
    on_many: tuple[MappedRow, ...]  # the row names no storage and there are several


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The rows a tenant is judged by."""

    rows: tuple[MappedRow, ...]
    undecided_modes: tuple[str, ...] = ()  # nothing is on and two modes are sold
    other_modes: tuple[str, ...] = ()  # the tenant's mode has no row


def own_rows(view: TenantView, sales: Sales, ground: Ground) -> OwnRows:
    """Rows of the tenant's edition. While nothing is on, the edition that is sold, or the only one mapped."""
    own: list[MappedRow] = []
    open_rows: dict[str, list[MappedRow]] = {}
    mapped_modes: dict[str, set[str]] = {}
    for mapped in ground.mapping.rows:
        if mapped.row.measure is Measure.PUBLIC_CLOUD:
            continue  # one way only: nothing is provisioned for public clouds (ACR-STO-16)
        is_own = view.is_in_mode(mapped)
        if mapped.edition is not None and mapped.application is not None:
            mapped_modes.setdefault(mapped.application, set()).add(mapped.edition)
        if is_own:
            own.append(mapped)
        elif is_own is None:
            open_rows.setdefault(mapped.application or "", []).append(mapped)
    undecided: list[str] = []
    for rows in open_rows.values():
        modes = _modes_to_begin_with(rows, sales)
        if len(modes) == 1:
            own.extend(mapped for mapped in rows if mapped.edition in modes)
        elif modes:
            undecided.extend(modes)
    others = [
        mode
        for application, mapped in mapped_modes.items()
        for mode in view.modes.get(application, ())
        if not view.modes[application] & mapped
    ]
    return OwnRows(tuple(own), tuple(sorted(undecided)), tuple(sorted(others)))


def _modes_to_begin_with(rows: Sequence[MappedRow], sales: Sales) -> set[str]:
    sold = {mapped.edition for mapped in rows if mapped.edition and sales.is_sold(mapped)}
    every = {mapped.edition for mapped in rows if mapped.edition}
    if sold:
        return sold
    return every if len(every) == 1 else set()


def targets_of(view: TenantView, rows: Sequence[MappedRow], ground: Ground) -> Targets:
    found: dict[ItemKey, Target] = {}
    not_offered: list[MappedRow] = []
    on_many: list[MappedRow] = []
    for mapped in rows:
        places = _places(mapped, view, ground)
        if not places:
            not_offered.append(mapped)
        elif len(places) > 1:
            on_many.append(mapped)
        else:
            key, item = places[0]
            before = found[key].rows if key in found else ()
            found[key] = Target(key, item, mapped.is_feature, (*before, mapped))
    return Targets(tuple(found[key] for key in sorted(found, key=_order)), tuple(not_offered), tuple(on_many))


def _order(key: ItemKey) -> tuple[str, str, str]:
    return key.application, key.name, key.storage or ""


def _places(mapped: MappedRow, view: TenantView, ground: Ground) -> list[tuple[ItemKey, OfferingItem | None]]:
    items = view.items_of(mapped)
    if len(items) > 1:
        items = tuple(item for item in items if item.is_on) or items
    if items:
        return [(item.key, item) for item in items]
    if mapped.row.counts_only:
        return []  # it counts what is there and provisions nothing (ACR-MAP-04)
    storage = mapped.row.storage
    return [
        (item.key, None)
        for item in ground.offered.get(mapped.row.item, ())
        if storage is None or item.key.storage == storage
    ]
