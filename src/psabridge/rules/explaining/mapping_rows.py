"""Every row of the service mapping with what it counts, in words, and its figure of today."""

from collections.abc import Iterable
from dataclasses import dataclass

from psabridge.rules.evidence import Reading
from psabridge.rules.items.catalogue import mode_label
from psabridge.rules.items.meter_words import measure_words
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import Limit, Measure, NewService, PairingSettings, ServiceMapping
from psabridge.rules.wanted.customers import Customer, call_the_roll
from psabridge.rules.wanted.ground import Ground, survey
from psabridge.rules.wanted.quantities import arithmetic, is_below_zero, turns_round, used_units
from psabridge.rules.wanted.service_mapping import MappedRow
from psabridge.rules.wanted.usage_readings import Unknown


@dataclass(frozen=True, slots=True)
class RowShown:
    key: str
    item: str
    storage: str
    counts: str
    service: str
    used: int  # contract units over all customers whose figure is known, before a minimum
    known: int  # customers whose figure is known
    unknown: int
    is_free: bool
    limit: str
    is_switch: bool = False  # a feature: on or off is all it knows (R4)
    refused: str | None = None

    @property
    def figure(self) -> str:
        """Unknown is never shown as 0."""
        if self.refused is not None:
            return "refused"
        if self.is_switch:
            return "on or off"
        if not self.unknown:
            return f"{self.used:,}"
        return f"{self.used:,}, {self.unknown} unknown" if self.known else "unknown"


def mapping_rows(
    settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot
) -> tuple[RowShown, ...]:
    ground = survey(settings, psa, platform, {})
    customers = call_the_roll(settings, psa, platform).customers
    return tuple(_shown(mapped, customers, ground) for mapped in ground.mapping.rows)


def _shown(mapped: MappedRow, customers: Iterable[Customer], ground: Ground) -> RowShown:
    row, labels = mapped.row, ground.labels
    figures = [_figure(mapped, customer, ground) for customer in customers if _is_counted(mapped, customer)]
    known = [figure for figure in figures if figure is not None]
    mode = "" if row.edition is None else f" ({mode_label(row.edition)})"
    return RowShown(
        key=row.key,
        item=f"{labels.item(row.item)}{mode}",
        storage=_storage(row, ground),
        counts=measure_words(row, labels, "" if mapped.facts is None else mapped.facts.unit),
        service=_service(mapped, ground),
        used=sum(known),
        known=len(known),
        unknown=len(figures) - len(known),
        is_free=row.free,
        limit=_limit(mapped),
        is_switch=mapped.is_feature,
        refused=mapped.refused,
    )


def _is_counted(mapped: MappedRow, customer: Customer) -> bool:
    """A customer none of whose tenants is in the row's mode is no business of the row."""
    return bool(customer.absent) or any(view.is_in_mode(mapped) is not False for view in customer.views)


def _figure(mapped: MappedRow, customer: Customer, ground: Ground) -> int | None:
    if mapped.refused is not None or customer.absent:
        return None
    readings: list[Reading] = []
    for view in customer.views:
        if view.is_in_mode(mapped) is False:
            continue
        found = ground.meter.read(mapped, view)
        if isinstance(found, Unknown):
            return None
        readings.extend(found)
    quantity = arithmetic(mapped.row, readings).quantity
    return None if is_below_zero(quantity, mapped.row) else used_units(quantity, mapped.row)


def _storage(row: ServiceMapping, ground: Ground) -> str:
    if row.storage is not None:
        return ground.labels.storage(row.storage)
    return "" if row.measure is Measure.USAGE else "all"


def _service(mapped: MappedRow, ground: Ground) -> str:
    if mapped.service is not None:
        return ground.mapping.name_of(mapped.service)
    new = mapped.row.service
    return f"{new.name} (to be created)" if isinstance(new, NewService) else "none"


def _limit(mapped: MappedRow) -> str:
    """What happens to backups at the quota of a prepaid contract (R6)."""
    row = mapped.row
    if not mapped.carries_quota or not turns_round(row):
        return "sets no quota"
    return f"{row.overage:,} units above" if row.limit is Limit.ALLOWANCE else str(row.limit)
