"""Items, storages and amounts as people read them. Settings, ids and prints stay on the vendor's names."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from psabridge.rules.items.catalogue import Catalogue, mode_label
from psabridge.rules.platform import PlatformSnapshot, Storage
from psabridge.rules.settings import Measure, PairingSettings, ServiceMapping
from psabridge.rules.words import ItemKey, StorageId

GIB = 1024**3  # what the trade calls a GB (R7)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the catalogue does not know keeps its own name and says so."""

    catalogue: Catalogue
    storages: Mapping[StorageId, Storage]

    @classmethod
    def of(cls, settings: PairingSettings, platform: PlatformSnapshot) -> "Labels":
        return cls(Catalogue.standard(settings.storage_names), platform.storages)

    def item(self, name: str) -> str:
        found = self.catalogue.find(name)
        return _unknown(name) if found is None else found.full_label

    def storage(self, storage: StorageId) -> str:
        """By its name; those of one name are told apart by location, or else by their id (ACR-STO-04)."""
        found = self.storages.get(storage)
        if found is None:
            return f"storage {storage}"
        alike = [one for one in self.storages.values() if one.name == found.name and one.id != found.id]
        if not alike:
            return found.name
        is_told = found.location and found.location not in {one.location for one in alike}
        return f"{found.name} ({found.location if is_told else storage})"

    def key(self, key: ItemKey) -> str:
        return self._on(self.item(key.name), key.storage)

    def row(self, row: ServiceMapping) -> str:
        """What a mapping row reports: "Backup storage on Frankfurt 1, total"."""
        where = self._on(self.item(row.item), row.storage)
        if row.measure is Measure.USAGE:
            return where
        return f"{where}, {row.measure} {row.cloud}" if row.cloud else f"{where}, {row.measure}"

    def row_in_mode(self, row: ServiceMapping) -> str:
        """Beside the same row of the other mode."""
        return self.row(row) if row.edition is None else f"{self.row(row)} ({mode_label(row.edition)})"

    def usage(self, usage_name: str, item: str) -> str:
        """What a usage that goes into a row of this item counts."""
        found = self.catalogue.find(item)
        if found is not None and found.usage_name in {usage_name, None}:
            return found.full_label
        measure = self.catalogue.measure_of(usage_name)
        if found is not None and measure is not None:
            return f"{found.full_label} ({measure})"
        return self.catalogue.usage_label(usage_name) or _unknown(usage_name)

    def unit(self, item: str) -> str:
        """The item's own unit as far as the catalogue knows it."""
        found = self.catalogue.find(item)
        return "" if found is None else found.unit.value

    def _on(self, label: str, storage: StorageId | None) -> str:
        return label if storage is None else f"{label} on {self.storage(storage)}"


def amount(quantity: int, unit: str) -> str:
    """A quantity in an item's own unit; bytes also in GB, and alone only where they are whole ones."""
    if unit == "seconds":
        return f"{quantity:,} seconds"
    if unit != "bytes":
        return f"{quantity:,}"
    if quantity % GIB == 0:
        return f"{quantity // GIB:,} GB"
    return f"{(Decimal(quantity) / GIB).quantize(_HUNDREDTH):,} GB ({quantity:,} bytes)"


def counted(quantity: int, unit: str, what: str) -> str:
    """A quantity of something: "14 Workstations", "431.62 GB (463,448,446,074 bytes) of Backup storage"."""
    link = " of" if unit in {"bytes", "seconds"} else ""
    return f"{amount(quantity, unit)}{link} {what}"


def _unknown(name: str) -> str:
    return f"{name} (not in the catalogue)"
