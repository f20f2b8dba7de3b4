"""The offering item catalogue: labels, units and kinds of what can be sold. Data, and never complete."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from psabridge.rules.items.catalogue_rows import (
    KNOWN_MINIMUM,
    PACKS,
    PROTECTION,
    SECTIONS,
    USAGE_ONLY,
    MinimumRow,
    Row,
)
from psabridge.rules.settings import Measure, StorageNames

MODES = {"pw": ("pck_per_workload", "Per workload"), "pg": ("pck_per_gigabyte", "Per gigabyte")}
NOT_IN_THE_CATALOGUE = "Not in the catalogue"
GROUPED = " / "
STANDARD, ADVANCED = "Standard Protection", "Advanced "
OTHER_PACK = "Advanced packs not in the catalogue"
IN_A_PACK = "_pack_adv_"
INCLUDED = "_secondary_"  # in the names of included features and shared seats
_OF_THE_BASE = frozenset({STANDARD, "Disaster Recovery", "Cloud storage"})
BACKUP_STORAGE = "storage"  # the usage name of every backup storage row, in every edition


class Unit(StrEnum):
    QUANTITY = "quantity"
    BYTES = "bytes"
    SECONDS = "seconds"
    NONE = "n/a"


class ItemKind(StrEnum):
    WORKLOAD = "workload"
    STORAGE = "storage"
    FEATURE = "feature"  # on or off, shown under a seat or a service
    PACK = "pack"
    RANGE = "range"  # accumulates over a period and starts again (ACR-USE-02)
    SECONDARY = "secondary"  # included features and shared seats
    SWITCH = "switch"  # allows the partner's own storage


class Evidence(StrEnum):
    CAPTURED = "captured from a live tenant"
    NAMED = "name seen in third-party code"
    LEGACY = "known in the legacy form only"
    ASSUMED = "assumed by analogy"
    OFFERED = "seen in the partner's own list"


_EVIDENCE = {"D": Evidence.CAPTURED, "N": Evidence.NAMED, "L": Evidence.LEGACY, "A": Evidence.ASSUMED}


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    name: str
    usage_name: str | None  # None: not known, told by the partner's own list
    label: str
    unit: Unit
    kind: ItemKind
    edition: str | None
    group: str
    application: str | None  # its id
    item_type: str  # count, feature or infra
    evidence: Evidence
    parent: str | None = None  # the item it is shown under (ACR-MAP-03)

    @property
    def full_label(self) -> str:
        """Outside its group a pack's "Workstations" would read like those of the base."""
        pack = self.group.rpartition(GROUPED)[2]
        return self.label if pack in _OF_THE_BASE else f"{pack}: {self.label}"

    @property
    def counts_only(self) -> bool:
        """Written to a pay-as-you-go contract; never a quota, never provisioned (ACR-MAP-04)."""
        return self.kind is ItemKind.SECONDARY

    @property
    def has_free_box(self) -> bool:
        return not self.counts_only

    @property
    def is_range(self) -> bool:
        return self.kind is ItemKind.RANGE

    @property
    def is_known(self) -> bool:
        return self.evidence is not Evidence.OFFERED


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Immutable: editing gives another catalogue."""

    items: Mapping[str, CatalogueItem]
    storage_names: StorageNames

    @classmethod
    def standard(cls, storage_names: StorageNames | None = None) -> "Catalogue":
        return cls(_STANDARD, storage_names or StorageNames())

    def find(self, name: str) -> CatalogueItem | None:
        return self.items.get(name)

    def with_items(self, added: Iterable[CatalogueItem]) -> "Catalogue":
        return replace(self, items=MappingProxyType({**self.items, **{item.name: item for item in added}}))

    def counts_only(self, name: str) -> bool:
        """Included features and shared seats, by the name where the catalogue lacks the item (ACR-MAP-04)."""
        found = self.find(name)
        return INCLUDED in name if found is None else found.counts_only

    def advanced_pack_of(self, name: str) -> str | None:
        """The advanced pack an item belongs to, by its name where the catalogue lacks it; None: to none."""
        pack = self._pack_of(name)
        return pack if pack.startswith(ADVANCED) else None

    def is_standard_protection(self, name: str) -> bool:
        return self._pack_of(name) == STANDARD

    def group_of(self, name: str) -> str:
        """Service, licensing mode and pack. An item of a pack that we do not list stands with its pack."""
        found = self.find(name)
        return _group_by_name(name) if found is None else found.group

    def _pack_of(self, name: str) -> str:
        return self.group_of(name).rpartition(GROUPED)[2]

    def describe(
        self,
        name: str,
        usage_name: str,
        item_type: str,
        unit: str,
        *,
        edition: str | None = None,
        application: str | None = None,
    ) -> CatalogueItem:
        """Any row of the vendor's, known or not: what the vendor says of it now goes before our table."""
        known = self.find(name)
        if known is not None:
            return replace(known, usage_name=usage_name, item_type=item_type, unit=_unit(unit))
        return CatalogueItem(
            name=name,
            usage_name=usage_name,
            label=name.replace("_", " "),
            unit=_unit(unit),
            kind=_likely_kind(name, item_type, _unit(unit)),
            edition=edition,
            group=_group_by_name(name),
            application=application,
            item_type=item_type,
            evidence=Evidence.OFFERED,
        )

    def usage_label(self, usage_name: str) -> str | None:
        """A label for a counter that no offering item carries."""
        return USAGE_ONLY.get(usage_name)

    def measure_of(self, usage_name: str) -> Measure | None:
        """Which measure of a backup storage a usage row is; None: it is none of them."""
        return {name: measure for measure, name in self._storage_measures().items()}.get(usage_name)

    def usage_behind(self, item: CatalogueItem, measure: Measure) -> str | None:
        """The usage name to read for a mapping row. None: the vendor has not told it, so nothing is read."""
        if item.usage_name != BACKUP_STORAGE:
            return item.usage_name if measure in {Measure.USAGE, Measure.TOTAL} else None
        return self._storage_measures().get(Measure.TOTAL if measure is Measure.USAGE else measure)

    def _storage_measures(self) -> dict[Measure, str]:
        names = self.storage_names
        pairs = (
            (Measure.TOTAL, names.total),
            (Measure.CLASS_1, names.class_1),
            (Measure.CLASS_2, names.class_2),
            (Measure.GEO_TOTAL, names.geo_total),
            (Measure.GEO_CLASS_2, names.geo_class_2),
        )
        return {measure: name for measure, name in pairs if name is not None}


def mode_label(edition: str) -> str:
    """A licensing mode as people read it; another edition keeps its own name."""
    return dict(MODES.values()).get(edition, edition)


def known_minimum() -> tuple[tuple[MinimumRow, tuple[str, ...]], ...]:
    """The rows the mapping page must have, each with its items in both licensing modes (ACR-MAP-02)."""
    return tuple(
        (row, tuple(name for each in row.items for name in _both_modes(each))) for row in KNOWN_MINIMUM
    )


_SUFFIXES = {Measure.CLASS_1: "free", Measure.CLASS_2: "billed", Measure.GEO_CLASS_2: "billed"}
_GEO = frozenset({Measure.GEO_TOTAL, Measure.GEO_CLASS_2})


def suggested_service_name(
    item_name: str, *, storage_name: str | None = None, measure: Measure = Measure.USAGE
) -> str:
    """The name a mapping row comes pre-filled with (ACR-MAP-05)."""
    parts = ["Acronis", item_name.replace("_", " ")]
    if measure in _GEO:
        parts.append("gr")
    if storage_name is not None:
        parts.append(storage_name)
    if measure in _SUFFIXES:
        parts.append(_SUFFIXES[measure])
    return " ".join(parts)


def _expanded() -> Iterator[CatalogueItem]:
    for (service, application), pack, rows in SECTIONS:
        for row in rows:
            for name in _both_modes(row.name):
                yield _item(row, name, service, application, pack)


def _both_modes(name: str) -> tuple[str, ...]:
    return tuple(name.replace("*", mode) for mode in MODES) if "*" in name else (name,)


def _item(row: Row, name: str, service: str, application: str, pack: str) -> CatalogueItem:
    mode = name.partition("_")[0]
    edition, mode_label = MODES[mode] if "*" in row.name else (row.edition, None)
    return CatalogueItem(
        name=name,
        usage_name=row.usage_name,
        label=row.label,
        unit=Unit(row.unit),
        kind=ItemKind(row.kind),
        edition=edition,
        group=GROUPED.join(dict.fromkeys(part for part in (service, mode_label, pack) if part)),
        application=application,
        item_type=row.item_type,
        evidence=_EVIDENCE[row.evidence],
        parent=row.parent and row.parent.replace("*", mode),
    )


def _group_by_name(name: str) -> str:
    """What the partner may give and our table lacks: the pack stands in its name (Ac37, ACR-MAP-11)."""
    mode, _, pack = name.partition(IN_A_PACK)
    if not pack or mode not in MODES:
        return NOT_IN_THE_CATALOGUE
    known = (label for stem, label in PACKS.items() if f"{pack}_".startswith(f"{stem}_"))
    return GROUPED.join((PROTECTION[0], MODES[mode][1], next(known, OTHER_PACK)))


def _unit(text: str) -> Unit:
    """A unit nobody knows cannot be billed, so it reads as none."""
    return Unit(text) if text in set(Unit) else Unit.NONE


def _likely_kind(name: str, item_type: str, unit: Unit) -> ItemKind:
    if INCLUDED in name:
        return ItemKind.SECONDARY
    if "child_storages" in name:
        return ItemKind.SWITCH
    if item_type == "feature":
        return ItemKind.FEATURE
    if unit is Unit.BYTES:
        return ItemKind.STORAGE
    if unit is Unit.SECONDS:
        return ItemKind.RANGE
    return ItemKind.PACK if "_pack_" in name else ItemKind.WORKLOAD


_STANDARD: Mapping[str, CatalogueItem] = MappingProxyType({item.name: item for item in _expanded()})
