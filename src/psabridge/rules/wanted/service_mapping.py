"""The service mapping made ready for use: rows with their item, their service and what is wrong with them.

Faults of a row are found once for the whole pairing, not once per customer.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.items.catalogue import Catalogue
from psabridge.rules.items.labels import Labels
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot, Service
from psabridge.rules.settings import DatingPolicy, MeterPart, NewService, PairingSettings, ServiceMapping
from psabridge.rules.wanted.meters import mistakes
from psabridge.rules.wanted.quantities import refusal
from psabridge.rules.words import ServiceId, StorageId


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What an offering item is, wherever it stands."""

    application: str
    name: str
    edition: str | None
    usage_name: str
    unit: str
    is_feature: bool


@dataclass(frozen=True, slots=True)
class MappedRow:
    row: ServiceMapping
    service: ServiceId | None  # None: not mapped, or not created yet
    facts: ItemFacts | None  # None: the platform offers no such item here
    refused: str | None = None  # why the row is not used at all
    plus: "tuple[MappedRow, ...]" = ()  # what its meter adds and takes away
    minus: "tuple[MappedRow, ...]" = ()
    storages: frozenset[StorageId] | None = None  # those of its public cloud; None: the row's own words hold

    @property
    def edition(self) -> str | None:
        if self.row.edition is not None or self.facts is None:
            return self.row.edition
        return self.facts.edition

    @property
    def application(self) -> str | None:
        return None if self.facts is None else self.facts.application

    @property
    def is_feature(self) -> bool:
        return self.facts is not None and self.facts.is_feature

    @property
    def carries_quota(self) -> bool:
        """Class and counting rows never do (ACR-MAP-04, ACR-STO-18), features have none (R4)."""
        return self.row.measure.sets_quota and not self.row.counts_only and not self.is_feature


@dataclass(frozen=True, slots=True)
class MappingIndex:
    rows: tuple[MappedRow, ...]
    by_service: Mapping[ServiceId, tuple[MappedRow, ...]]
    names: Mapping[ServiceId, str]
    mapped_items: frozenset[str]
    new_services: tuple[NewService, ...]
    findings: tuple[Finding, ...]

    def name_of(self, service: ServiceId) -> str:
        return self.names.get(service, f"service {service}")


def index_mapping(
    settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot, labels: Labels
) -> MappingIndex:
    facts = item_facts(platform)
    by_name = _services_by_name(psa)
    clouds = storages_by_cloud(settings, platform)
    doubled = _keys_used_twice(settings.services)
    rows = tuple(
        replace(
            _mapped(row, facts, by_name, settings.policy, is_doubled=row.key in doubled),
            storages=None if row.cloud is None else clouds.get(row.cloud, frozenset()),
        )
        for row in _as_they_count(settings.services, labels.catalogue)
    )
    by_service: dict[ServiceId, tuple[MappedRow, ...]] = {}
    for mapped in rows:
        if mapped.service is not None:
            by_service[mapped.service] = (*by_service.get(mapped.service, ()), mapped)
    names = {service.id: service.name for service in psa.services.values()}
    findings = (
        *_row_findings(rows, labels),
        *_service_findings(by_service, psa),
        *_shared_findings(by_service, names, labels),
    )
    return MappingIndex(
        rows, by_service, names, frozenset(r.item for r in settings.services), _new(rows), findings
    )


def _as_they_count(rows: Iterable[ServiceMapping], catalogue: Catalogue) -> Iterator[ServiceMapping]:
    """What only counts sets no quota and has no Free box, whatever its row leaves out (ACR-MAP-04)."""
    for row in sorted(rows, key=lambda row: (row.key, row.edition or "")):
        counts = row.counts_only or catalogue.counts_only(row.item)
        yield replace(row, counts_only=True, free=False) if counts else row


def storages_by_cloud(
    settings: PairingSettings, platform: PlatformSnapshot
) -> Mapping[str, frozenset[StorageId]]:
    """The storages of each public cloud, told by their backend (ACR-STO-13)."""
    found: dict[str, frozenset[StorageId]] = {}
    for storage in platform.storages.values():
        cloud = settings.cloud_of(storage.backend)
        if cloud is not None:
            found[cloud] = found.get(cloud, frozenset()) | {storage.id}
    return found


def item_facts(platform: PlatformSnapshot) -> dict[str, ItemFacts]:
    """What is known of each item by name: from what the partner offers, else from any tenant that has it."""
    facts: dict[str, ItemFacts] = {}
    for item in _all_items(platform):
        if item.key.name not in facts:
            facts[item.key.name] = ItemFacts(
                item.key.application,
                item.key.name,
                item.edition,
                item.usage_name,
                item.unit,
                item.item_type == "feature",
            )
    return facts


def _all_items(platform: PlatformSnapshot) -> Iterator[OfferingItem]:
    yield from platform.offered
    for _, items in sorted(platform.items.items()):
        yield from items


def _services_by_name(psa: PsaSnapshot) -> dict[str, list[Service]]:
    by_name: dict[str, list[Service]] = {}
    for service in psa.services.values():
        by_name.setdefault(service.name, []).append(service)
    return by_name


def _keys_used_twice(rows: Iterable[ServiceMapping]) -> set[str]:
    keys = [row.key for row in rows]
    return {key for key in keys if keys.count(key) > 1}


def _mapped(
    row: ServiceMapping,
    facts: Mapping[str, ItemFacts],
    by_name: Mapping[str, list[Service]],
    policy: DatingPolicy,
    *,
    is_doubled: bool,
) -> MappedRow:
    own = facts.get(row.item)
    refused = refusal(row, None if own is None else own.unit) or _meter_refusal(row, facts, policy)
    if is_doubled:
        refused = "the same measure of this item has two rows, so its use would be counted twice"
    meter = row.meter
    plus, minus = ((), ()) if meter is None else (meter.plus, meter.minus)
    return MappedRow(
        row,
        _resolved(row, by_name),
        own,
        refused,
        tuple(_part(part, row, facts) for part in plus),
        tuple(_part(part, row, facts) for part in minus),
    )


def _part(part: MeterPart, row: ServiceMapping, facts: Mapping[str, ItemFacts]) -> MappedRow:
    """A part of a meter is read like a row of its own that has no service."""
    read_as = ServiceMapping(part.item, part.measure, part.storage, is_range=row.is_range)
    return MappedRow(read_as, None, facts.get(part.item))


def _meter_refusal(row: ServiceMapping, facts: Mapping[str, ItemFacts], policy: DatingPolicy) -> str | None:
    if row.meter is None:
        return None
    wrong = list(mistakes(row, policy))
    own = facts.get(row.item)
    for part in (*row.meter.plus, *row.meter.minus):
        found = facts.get(part.item)
        if found is None:
            wrong.append(f"it names {part.item}, which the platform does not offer")
        elif own is not None and found.unit != own.unit:
            wrong.append(f"it counts {part.item} in {found.unit} with {row.item} in {own.unit}")
    return f"its meter cannot be used: {'; '.join(wrong)}" if wrong else None


def _resolved(row: ServiceMapping, by_name: Mapping[str, list[Service]]) -> ServiceId | None:
    """A service to be created that is there by now is that service."""
    if not isinstance(row.service, NewService):
        return row.service
    same = by_name.get(row.service.name, [])
    return same[0].id if len(same) == 1 else None


def _new(rows: Iterable[MappedRow]) -> tuple[NewService, ...]:
    """Services to create, each once (ACR-MAP-05)."""
    wanted = {
        mapped.row.service.name: mapped.row.service
        for mapped in rows
        if isinstance(mapped.row.service, NewService) and mapped.service is None and mapped.refused is None
    }
    return tuple(wanted[name] for name in sorted(wanted))


def refusal_code(refused: str) -> str:
    return "ERR-08" if "two rows" in refused else "R7"


def _row_findings(rows: Iterable[MappedRow], labels: Labels) -> Iterator[Finding]:
    for mapped in rows:
        subject = f"mapping row '{labels.row_in_mode(mapped.row)}'"
        if mapped.refused is not None:
            act = "Correct the row; until then it does nothing"
            yield Finding(refusal_code(mapped.refused), Severity.STOPS, subject, mapped.refused, act)
        elif mapped.facts is None and not mapped.row.counts_only:
            yield Finding(
                "R4",
                Severity.WARNING,
                subject,
                "the platform offers no item of this name",
                "Map an item that is offered; lines of this row are not written",
            )


def _service_findings(
    by_service: Mapping[ServiceId, tuple[MappedRow, ...]], psa: PsaSnapshot
) -> Iterator[Finding]:
    """A mapped service that is gone or inactive: its lines go on, no new line comes (R45)."""
    for service_id in sorted(by_service):
        service = psa.services.get(service_id)
        if service is not None and service.is_active:
            continue
        label = f"service {service_id}" if service is None else f"service '{service.name}'"
        problem = "it could not be read" if service is None else "it is inactive in Autotask"
        yield Finding(
            "R45",
            Severity.WARNING,
            label,
            f"{problem}; lines that have it go on, no new line gets it",
            "Activate it or map another service",
        )


def _shared_findings(
    by_service: Mapping[ServiceId, tuple[MappedRow, ...]], names: Mapping[ServiceId, str], labels: Labels
) -> Iterator[Finding]:
    for service_id, rows in sorted(by_service.items()):
        if shared := sharing_rows(rows):
            keys = ", ".join(f"'{labels.row(mapped.row)}'" for mapped in shared)
            yield Finding(
                "R3",
                Severity.WARNING,
                f"service '{names.get(service_id, service_id)}'",
                f"the rows {keys} share it: its units are their sum, and it can set no quota",
                "Give each row a service of its own if units must be told apart",
            )


def sharing_rows(rows: Iterable[MappedRow]) -> tuple[MappedRow, ...]:
    """Rows of one mode that share their service; rows of two modes never meet in one tenant (R3)."""
    in_mode: dict[str | None, list[MappedRow]] = {}
    for mapped in rows:
        in_mode.setdefault(mapped.edition, []).append(mapped)
    return tuple(mapped for same in in_mode.values() if len(same) > 1 for mapped in same)
