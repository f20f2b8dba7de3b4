"""What every customer of a cycle is judged on: both snapshots and the settings, looked up once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from psabridge.rules.items.labels import Labels
from psabridge.rules.platform import OfferingItem, PlatformSnapshot
from psabridge.rules.psa import Gap, PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.contract_state import CompanyContracts, ContractIndex, SoldLine, index_contracts
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.wanted.sales import Sale, Seller, Standing, sale_of
from psabridge.rules.wanted.service_mapping import MappedRow, MappingIndex, index_mapping
from psabridge.rules.wanted.usage_readings import Meter
from psabridge.rules.words import CompanyId, ContractId, ServiceId


@dataclass(frozen=True, slots=True)
class Ground:
    settings: PairingSettings
    psa: PsaSnapshot
    platform: PlatformSnapshot
    mapping: MappingIndex
    contracts: ContractIndex
    meter: Meter
    labels: Labels
    offered: Mapping[str, tuple[OfferingItem, ...]]
    unreadable: Mapping[CompanyId, tuple[str, ...]]  # R20: why nothing may be lowered
    is_unreadable: bool  # a gap that names no company reaches all of them
    ends_seen: frozenset[CompanyId] = frozenset()  # everything sold to them was seen to end (R21)

    def why_unreadable(self, company: CompanyId) -> tuple[str, ...]:
        reasons = (*self.unreadable.get(company, ()), *self.contracts.of(company).unreadable)
        return (*reasons, "Autotask was not read completely") if self.is_unreadable else reasons

    def has_gap(self, company: CompanyId) -> bool:
        """Something of its contracts was there and could not be read: what else stands there is a guess."""
        return any(gap.company == company and hides_contracts(gap) for gap in self.psa.gaps)

    def price_of(self, sold: SoldLine, service: ServiceId) -> Decimal | None:
        if sold.line.unit_price is not None:
            return sold.line.unit_price
        found = self.psa.services.get(service)
        return None if found is None else found.unit_price


def survey(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    contracts_seen: Mapping[ContractId, CompanyId],
    ranges: RangeBook,
) -> Ground:
    offered: dict[str, tuple[OfferingItem, ...]] = {}
    for item in platform.offered:
        if not item.is_on:
            continue  # the parent has it off, so it cannot give it
        offered[item.key.name] = (*offered.get(item.key.name, ()), item)
    labels = Labels.of(settings, platform)
    mapping = index_mapping(settings, psa, platform, labels)
    return Ground(
        settings=settings,
        psa=psa,
        platform=platform,
        mapping=mapping,
        contracts=index_contracts(psa),
        meter=Meter(settings.storage_names, platform.read_at, labels, mapping.rows, ranges),
        labels=labels,
        offered=offered,
        unreadable=_unreadable(psa, contracts_seen),
        is_unreadable=any(gap.company is None and hides_contracts(gap) for gap in psa.gaps),
    )


def _unreadable(
    psa: PsaSnapshot, contracts_seen: Mapping[ContractId, CompanyId]
) -> dict[CompanyId, tuple[str, ...]]:
    """Contracts cannot be deleted: seen once and now absent is unreadable, not ended (R20)."""
    reasons: dict[CompanyId, tuple[str, ...]] = {}
    for contract, company in sorted(contracts_seen.items()):
        if contract not in psa.contracts:
            why = f"contract {contract} was seen before and is now absent"
            reasons[company] = (*reasons.get(company, ()), why)
    for gap in psa.gaps:
        if gap.company is not None and hides_contracts(gap):
            reasons[gap.company] = (*reasons.get(gap.company, ()), f"{gap.what}: {gap.why}")
    return reasons


def hides_contracts(gap: Gap) -> bool:
    """A gap of another code is a fault of its own and says nothing about what stands on contracts."""
    return gap.code in {None, "ERR-07", "R20"}


@dataclass(frozen=True, slots=True)
class Sales:
    """How each mapped service is sold to one company."""

    by_service: Mapping[ServiceId, Sale]

    def of(self, mapped: MappedRow) -> Sale:
        if mapped.refused is not None:
            return Sale(Standing.HELD)
        if mapped.service is None:
            return Sale(Standing.NOT_MAPPED)
        return self.by_service[mapped.service]

    def is_sold(self, mapped: MappedRow) -> bool:
        return self.of(mapped).standing in {Standing.PREPAID, Standing.PAYG}

    @property
    def has_live_addition(self) -> bool:
        return any(sale.is_live_addition for sale in self.by_service.values())


def sales_to(customer: Customer, ground: Ground) -> Sales:
    contracts = ground.contracts.of(customer.company.id)
    seller = Seller(contracts, customer.company.name, ground.settings.never_write)
    return Sales(
        {
            service: sale_of(service, ground.mapping.name_of(service), seller)
            for service in ground.mapping.by_service
        }
    )


def mapped_lines(contracts: CompanyContracts, services: Iterable[ServiceId]) -> list[SoldLine]:
    """The live lines that matter to the bridge, each once."""
    found = {sold.line.id: sold for service in services for sold in contracts.sold.get(service, ())}
    return [found[line] for line in sorted(found)]
