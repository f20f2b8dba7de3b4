"""What a company's contracts say today: which are live, of which kind, with how many units of what.

Live is what lies within start and end, whatever its status (R19). The kind comes from the "Acronis PAYG"
field and only while its definition is sound (R22). Units are those in force today (ACR-PRE-04).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from psabridge.rules.psa import (
    Contract,
    ContractLine,
    DefinitionState,
    PaygDefinition,
    PsaSnapshot,
    UnitRow,
)
from psabridge.rules.units.picture_reading import are_overlays, is_extra
from psabridge.rules.words import BillingKind, CompanyId, ContractId, ServiceId


def kind_of(contract: Contract, definition: PaygDefinition) -> BillingKind:
    """Empty is prepaid only while the definition is sound (R22, ACR-PRE-02)."""
    if definition.state is not DefinitionState.SOUND:
        return BillingKind.UNKNOWN
    if contract.payg_value in definition.yes_values:
        return BillingKind.PAYG
    if not contract.payg_value or contract.payg_value in definition.no_values:
        return BillingKind.PREPAID
    return BillingKind.UNKNOWN


def is_live(contract: Contract, today: date) -> bool:
    return contract.starts <= today <= contract.ends


def units_today(rows: Iterable[UnitRow], today: date) -> int | None:
    """The level in force; None where no row says so (W10: no rows is not zero), or not surely.

    Of totals the row with the latest start wins. Two rows that share more than a boundary day are
    overlays, whose sum is the level (protocol 2.5). A row of the other's last day alone may be either, and
    so may a row that came into a posted period (D2).
    """
    started = sorted(row for row in rows if row.starts <= today <= row.ends)
    if not started:
        return None
    total, latest = sum(row.units for row in started), started[-1]
    pairs = list(combinations(started, 2))
    if any(are_overlays(earlier, later) for earlier, later in pairs):
        return total
    fits_both = any(is_extra(*pair) or _is_last_day(*pair) for pair in pairs)
    return None if fits_both and latest.units != total else latest.units


def _is_last_day(earlier: UnitRow, later: UnitRow) -> bool:
    return earlier.starts < later.starts == later.ends == earlier.ends


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a live contract, as it stands today."""

    line: ContractLine
    contract: Contract
    kind: BillingKind
    units: int | None  # None: no row says how many

    @property
    def is_bundle(self) -> bool:
        return self.line.bundle is not None


@dataclass(slots=True)
class CompanyContracts:
    """The recurring contracts of one company; others are ignored without an error (ACR-PRV-13)."""

    company: CompanyId
    contracts: list[Contract] = field(default_factory=list)
    live: list[Contract] = field(default_factory=list)
    sold: dict[ServiceId, list[SoldLine]] = field(default_factory=dict)  # bundles under each service
    over: dict[ServiceId, list[SoldLine]] = field(default_factory=dict)  # on contracts that have ended
    coming: dict[ServiceId, list[SoldLine]] = field(default_factory=dict)  # on contracts that begin later
    ever_sold: dict[ServiceId, list[Contract]] = field(default_factory=dict)  # ended and running contracts
    kinds: dict[ContractId, BillingKind] = field(default_factory=dict)
    has_future: bool = False
    has_other_types: bool = False
    unreadable: list[str] = field(default_factory=list)  # why its contracts are not all known (R20)

    @property
    def has_none(self) -> bool:
        return not self.contracts and not self.has_other_types


@dataclass(frozen=True, slots=True)
class ContractIndex:
    by_company: Mapping[CompanyId, CompanyContracts]
    kinds: Mapping[ContractId, BillingKind]

    def of(self, company: CompanyId) -> CompanyContracts:
        return self.by_company.get(company) or CompanyContracts(company)


def index_contracts(psa: PsaSnapshot) -> ContractIndex:
    """Everything looked up once, so that a customer costs only its own lines."""
    kinds = {contract.id: kind_of(contract, psa.payg) for contract in psa.contracts.values()}
    companies: dict[CompanyId, CompanyContracts] = {}
    for _, contract in sorted(psa.contracts.items()):
        company = companies.setdefault(contract.company, CompanyContracts(contract.company))
        if not contract.is_recurring:
            company.has_other_types = True
        else:
            company.kinds[contract.id] = kinds[contract.id]
            _note_contract(company, contract, psa)
    for _, line in sorted(psa.lines.items()):
        owner = psa.contracts.get(line.contract)
        if owner is not None and owner.is_recurring:
            _note_line(companies[owner.company], owner, line, psa, kinds[owner.id])
    return ContractIndex(companies, kinds)


def _note_contract(company: CompanyContracts, contract: Contract, psa: PsaSnapshot) -> None:
    company.contracts.append(contract)
    if is_live(contract, psa.today):
        company.live.append(contract)
    elif contract.starts > psa.today:
        company.has_future = True


def _note_line(
    company: CompanyContracts, contract: Contract, line: ContractLine, psa: PsaSnapshot, kind: BillingKind
) -> None:
    services = services_of(line, psa)
    if line.bundle is not None and line.bundle not in psa.bundles and is_live(contract, psa.today):
        company.unreadable.append(f"the services of bundle {line.bundle} were not read")
    if contract.starts <= psa.today:
        for service in services:
            company.ever_sold.setdefault(service, []).append(contract)
    sold = SoldLine(line, contract, kind, units_today(psa.rows.get(line.id, ()), psa.today))
    lines = company.sold if is_live(contract, psa.today) else company.over
    if contract.starts > psa.today:
        lines = company.coming
    for service in services:
        lines.setdefault(service, []).append(sold)


def services_of(line: ContractLine, psa: PsaSnapshot) -> tuple[ServiceId, ...]:
    """A bundle sells each of its services (ACR-MAP-12)."""
    if line.bundle is None:
        return () if line.service is None else (line.service,)
    bundle = psa.bundles.get(line.bundle)
    return () if bundle is None else tuple(dict.fromkeys(bundle.services))
