"""Companies with their tenants, or "Not mapped" (ACR-ORG-01); and tenants that nobody is billed for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from psabridge.rules.customers.directory import Directory, ListedCompany, ListedTenant, WhyNot
from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.staying import still_left
from psabridge.rules.platform import TenantKind
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, TenantId


class Which(StrEnum):
    ALL = "all"
    MAPPED = "mapped"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to. `type` None: every account type."""

    which: Which = Which.ALL
    search: str = ""
    type: str | None = None


@dataclass(frozen=True, slots=True)
class TenantCell:
    id: TenantId
    name: str
    why_not: WhyNot | None  # None: it can be managed
    receives_quotas: bool
    partner: TenantId | None = None  # under which it was mapped; None: not read yet (ACR-ORG-08)
    mode: str = ""  # trial or suspended, with its dates (ACR-PRV-10)
    children: tuple[str, ...] = ()  # mapped tenants below it, whose usage it reports too (ACR-ORG-07)


@dataclass(frozen=True, slots=True)
class CompanyRow:
    id: CompanyId
    name: str
    type: str
    is_active: bool
    is_readable: bool
    tenants: tuple[TenantCell, ...]

    @property
    def is_mapped(self) -> bool:
        return bool(self.tenants)


@dataclass(frozen=True, slots=True)
class FreeTenant:
    """A tenant that is mapped to no company here. `elsewhere`: the pairing that bills it (R31)."""

    id: TenantId
    name: str
    kind: TenantKind
    why_not: WhyNot | None
    mode: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Never a list without how much there is (promise 7)."""

    rows: tuple[CompanyRow, ...]
    free: tuple[FreeTenant, ...]
    left: tuple[LeftLine, ...]
    companies: int
    mapped: int
    partner: TenantId  # whose the connection is
    partner_name: str
    gaps: tuple[str, ...] = field(default=())


def list_customers(settings: PairingSettings, directory: Directory, wanted: Wanted) -> CustomerList:
    rows = tuple(_rows(settings, directory))
    return CustomerList(
        rows=tuple(row for row in rows if _is_wanted(row, wanted)),
        free=tuple(one for one in _free(settings, directory) if _has(wanted.search, one.name, one.id)),
        left=still_left(settings),
        companies=len(rows),
        mapped=sum(1 for row in rows if row.is_mapped),
        partner=directory.tenants.root,
        partner_name=directory.tenant_name(directory.tenants.root),
        gaps=tuple(f"{gap.what}: {gap.why}" for gap in directory.gaps),
    )


def _rows(settings: PairingSettings, directory: Directory) -> Iterator[CompanyRow]:
    """Active companies, and every mapped one, so that no mapping becomes invisible."""
    mapped: dict[CompanyId, list[CustomerMapping]] = {}
    for row in settings.customers:
        mapped.setdefault(row.company, []).append(row)
    listed = directory.companies.companies
    shown = {company for company, one in listed.items() if one.company.is_active} | mapped.keys()
    below = _below(settings, directory.tenants.tenants)
    for company in sorted(shown, key=lambda one: (directory.company_name(one).casefold(), one)):
        cells = (_cell(row, directory, below) for row in mapped.get(company, ()))
        yield _row(company, listed.get(company), directory, tuple(cells))


def _row(
    company: CompanyId, found: ListedCompany | None, directory: Directory, tenants: tuple[TenantCell, ...]
) -> CompanyRow:
    name = directory.company_name(company)
    if found is None:
        return CompanyRow(company, name, "", is_active=False, is_readable=False, tenants=tenants)
    return CompanyRow(company, name, found.type, found.company.is_active, is_readable=True, tenants=tenants)


def _cell(
    row: CustomerMapping, directory: Directory, below: Mapping[TenantId, tuple[TenantId, ...]]
) -> TenantCell:
    return TenantCell(
        row.tenant,
        directory.tenant_name(row.tenant),
        directory.why_elsewhere(row) or directory.why_not(row.tenant),
        row.receives_quotas,
        row.partner,
        directory.mode_of(row.tenant),
        tuple(directory.tenant_name(child) for child in below.get(row.tenant, ())),
    )


def _is_wanted(row: CompanyRow, wanted: Wanted) -> bool:
    if wanted.which is not Which.ALL and row.is_mapped is not (wanted.which is Which.MAPPED):
        return False
    if wanted.type is not None and row.type.casefold() != wanted.type.strip().casefold():
        return False
    texts = (row.name, f"{row.id}", *(text for one in row.tenants for text in (one.name, one.id)))
    return _has(wanted.search, *texts)


def _has(search: str, *texts: str) -> bool:
    return any(search.strip().casefold() in text.casefold() for text in texts)


def _free(settings: PairingSettings, directory: Directory) -> Iterator[FreeTenant]:
    """Customers and sub-partners below us; a part of a customer is none of them (ACR-ORG-07)."""
    mapped = {row.tenant for row in settings.customers}
    for one in _by_name(directory.tenants.tenants.values()):
        is_ours = one.id != directory.tenants.root and not one.tenant.is_deleted
        is_customer = one.tenant.kind in {TenantKind.CUSTOMER, TenantKind.PARTNER}
        if is_ours and is_customer and one.id not in mapped:
            why_not, elsewhere = directory.why_not(one.id), directory.elsewhere.get(one.id, "")
            yield FreeTenant(one.id, one.name, one.tenant.kind, why_not, one.mode, elsewhere)


def _by_name(tenants: Iterable[ListedTenant]) -> list[ListedTenant]:
    return sorted(tenants, key=lambda one: (one.name.casefold(), one.id))


def _below(
    settings: PairingSettings, tenants: Mapping[TenantId, ListedTenant]
) -> dict[TenantId, tuple[TenantId, ...]]:
    """Of each tenant the mapped ones below it."""
    found: dict[TenantId, tuple[TenantId, ...]] = {}
    for row in settings.customers:
        for ancestor in ancestors(row.tenant, tenants):
            found[ancestor] = (*found.get(ancestor, ()), row.tenant)
    return found


def ancestors(tenant: TenantId, tenants: Mapping[TenantId, ListedTenant]) -> Iterator[TenantId]:
    seen = {tenant}
    found = tenants.get(tenant)
    while found is not None and found.tenant.parent is not None and found.tenant.parent not in seen:
        yield found.tenant.parent
        seen.add(found.tenant.parent)
        found = tenants.get(found.tenant.parent)
