"""Who is billed for which tenants, and which customers cannot be worked on at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psabridge.kit.wording import counted
from psabridge.rules.customers.renames import last_known
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import NOT_MANAGED, PlatformSnapshot, Tenant, TenantKind
from psabridge.rules.psa import Company, PsaSnapshot
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.wanted.tenant_view import TenantView, view_of
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class Customer:
    """A company with the tenants that can be worked with."""

    company: Company
    views: tuple[TenantView, ...]
    absent: tuple[str, ...]  # names of tenants that cannot: their usage is unknown
    receiver: TenantId | None  # takes the quotas of prepaid contracts (R31)

    def finding(self, severity: Severity, code: str, subject: str, problem: str, next_act: str) -> Finding:
        where = f"{self.company.name}, {subject}" if subject else self.company.name
        return Finding(code, severity, where, problem, next_act, self.company.id)


@dataclass(frozen=True, slots=True)
class Apart:
    """Tenants that are no work of this pairing's, which is told elsewhere or as what it is.

    `deleted`: by the bridge. `elsewhere`: billed by another pairing, whose name it is (R31).
    """

    deleted: frozenset[TenantId] = frozenset()
    elsewhere: Mapping[TenantId, str] = field(default_factory=dict)


NOBODY = Apart()


@dataclass(frozen=True, slots=True)
class Roll:
    """`disabled`: what is said of a disabled tenant, unless the rules of leaving say what becomes of it."""

    customers: tuple[Customer, ...]
    findings: tuple[Finding, ...]
    unmapped_tenants: int
    disabled: tuple[tuple[TenantId, Finding], ...] = ()


def call_the_roll(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    apart: Apart = NOBODY,
) -> Roll:
    by_company, doubled = _by_company(settings.customers)
    customers: list[Customer] = []
    findings = [*_doubled_findings(doubled, psa, platform), *_sub_partner_findings(settings, psa, platform)]
    disabled: list[tuple[TenantId, Finding]] = []
    for company_id, mapped in sorted(by_company.items()):
        company = psa.companies.get(company_id)
        if company is None or not company.is_active:
            findings.append(_held_company(settings, company_id, company))
            continue
        left = [row for row in mapped if row.tenant not in apart.deleted]
        findings.extend(_tenant_findings(settings, company, left, platform))
        disabled.extend(_disabled(company, left, platform))
        customers.append(_customer(company, mapped, platform))
    free = _without_company(settings, platform)
    unmapped = [tenant for tenant in free if tenant.id not in apart.elsewhere]
    findings.extend(_unmapped_finding(unmapped))
    findings.extend(_billed_elsewhere(free, apart))
    return Roll(tuple(customers), tuple(findings), len(unmapped), tuple(disabled))


def _by_company(
    customers: Sequence[CustomerMapping],
) -> tuple[dict[CompanyId, list[CustomerMapping]], dict[TenantId, list[CompanyId]]]:
    """One tenant has one company, always: a tenant with two is worked on for neither (R31)."""
    owners: dict[TenantId, list[CompanyId]] = {}
    for mapped in customers:
        owners.setdefault(mapped.tenant, []).append(mapped.company)
    doubled = {tenant: companies for tenant, companies in owners.items() if len(set(companies)) > 1}
    by_company: dict[CompanyId, list[CustomerMapping]] = {}
    for mapped in sorted(set(customers), key=lambda mapped: (mapped.company, mapped.tenant)):
        by_company.setdefault(mapped.company, []).append(mapped)
    held = {company for companies in doubled.values() for company in companies}
    return {c: rows for c, rows in by_company.items() if c not in held}, doubled


def _doubled_findings(
    doubled: Mapping[TenantId, list[CompanyId]], psa: PsaSnapshot, platform: PlatformSnapshot
) -> Iterator[Finding]:
    for tenant, companies in sorted(doubled.items()):
        names = " and ".join(_company_name(company, psa) for company in sorted(set(companies)))
        yield Finding(
            "R31",
            Severity.STOPS,
            f"tenant {_tenant_name(tenant, platform)}",
            f"it is mapped to {names}, so its usage would be billed twice",
            "Keep one of the mappings",
        )


def _company_name(company: CompanyId, psa: PsaSnapshot) -> str:
    found = psa.companies.get(company)
    return f"company {company}" if found is None else found.name


def _tenant_name(tenant: TenantId, platform: PlatformSnapshot) -> str:
    found = platform.tenants.get(tenant)
    return str(tenant) if found is None else f"'{found.name}'"


def _held_company(settings: PairingSettings, company_id: CompanyId, company: Company | None) -> Finding:
    if company is None:
        problem = "the company could not be read"
        next_act = f"Check the rights of the API user; or psabridge customers unmap {company_id}"
    else:
        problem = "the company is inactive, perhaps merged into another"
        next_act = "Activate it; or map its tenants to its successor: psabridge customers suggest names it"
    label = last_known(settings, f"company {company_id}") if company is None else company.name
    return Finding("R38", Severity.STOPS, label, f"{problem}; nothing is changed", next_act, company_id)


def _customer(company: Company, mapped: Sequence[CustomerMapping], platform: PlatformSnapshot) -> Customer:
    tenants = [platform.tenants.get(row.tenant) for row in mapped if row.is_under(platform.partner)]
    usable = [tenant for tenant in tenants if tenant is not None and _is_usable(tenant)]
    absent = [
        _tenant_name(row.tenant, platform)
        for row in mapped
        if row.tenant not in {tenant.id for tenant in usable}
    ]
    receivers = {row.tenant for row in mapped if row.receives_quotas}
    receiver = next(iter(receivers)) if len(receivers) == 1 else None
    return Customer(company, tuple(view_of(tenant, platform) for tenant in usable), tuple(absent), receiver)


def _is_usable(tenant: Tenant) -> bool:
    return tenant.is_managed and not tenant.is_deleted


def _tenant_findings(
    settings: PairingSettings, company: Company, mapped: Sequence[CustomerMapping], platform: PlatformSnapshot
) -> Iterator[Finding]:
    for row in mapped:
        elsewhere = None if row.is_under(platform.partner) else _elsewhere(row, platform)
        trouble = elsewhere or _trouble(platform.tenants.get(row.tenant), company)
        if trouble is not None:
            code, severity, problem, next_act = trouble
            place = _place(company, row.tenant, platform)
            if row.tenant not in platform.tenants:
                place = f"{company.name}, {last_known(settings, f'tenant {row.tenant}')}"
            yield Finding(code, severity, place, problem, next_act, company.id)


def _disabled(
    company: Company, mapped: Sequence[CustomerMapping], platform: PlatformSnapshot
) -> Iterator[tuple[TenantId, Finding]]:
    for row in mapped:
        tenant = platform.tenants.get(row.tenant)
        is_here = row.is_under(platform.partner) and tenant is not None and _is_usable(tenant)
        if tenant is not None and is_here and not tenant.is_enabled:
            yield (
                tenant.id,
                Finding(
                    "R34",
                    Severity.NOTE,
                    _place(company, tenant.id, platform),
                    "it is disabled; its usage is still billed, its quotas are left as they are",
                    "Enable it in Acronis if it should work again",
                    company.id,
                ),
            )


def _place(company: Company, tenant: TenantId, platform: PlatformSnapshot) -> str:
    return f"{company.name}, tenant {_tenant_name(tenant, platform)}"


def _elsewhere(row: CustomerMapping, platform: PlatformSnapshot) -> tuple[str, Severity, str, str]:
    """What was decided with one partner in sight is no word on what another may see and change."""
    made, now = (_tenant_name(one, platform) for one in (row.partner, platform.partner) if one is not None)
    problem = f"it was mapped under the Acronis partner {made}, the connection is now that of {now}"
    return (
        "ACR-ORG-08",
        Severity.STOPS,
        f"{problem}; nothing is changed for it",
        "Give the connection that partner's API client again, or map it anew: psabridge customers map",
    )


def _trouble(tenant: Tenant | None, company: Company) -> tuple[str, Severity, str, str] | None:
    if tenant is None:
        return (
            "R38",
            Severity.STOPS,
            "it could not be read, perhaps it was moved out of our reach; nothing is changed for it",
            f"Map the tenant that took its place (psabridge customers map), or customers unmap {company.id}",
        )
    if tenant.is_deleted:
        return (
            "R34",
            Severity.STOPS,
            "it was deleted; the lines of the company stand as they are",
            f"Restore it in Acronis; or psabridge customers unmap {company.id}, then map or create one",
        )
    if not tenant.is_managed:
        return (
            "ERR-06",
            Severity.STOPS,
            NOT_MANAGED,
            "Ask an administrator of the customer which of the two it is, and to end it; the mapping stays",
        )
    return None


def _sub_partner_findings(
    settings: PairingSettings, psa: PsaSnapshot, platform: PlatformSnapshot
) -> Iterator[Finding]:
    """A sub-partner reports the sum of everything below it; children mapped too are reported twice."""
    owner = {row.tenant: row.company for row in settings.customers}
    below: dict[TenantId, list[TenantId]] = {}
    for tenant in sorted(owner):
        for ancestor in _ancestors(tenant, platform):
            if ancestor in owner:
                below.setdefault(ancestor, []).append(tenant)
    for partner, children in sorted(below.items()):
        names = ", ".join(_tenant_name(child, platform) for child in children)
        company = owner[partner]
        yield Finding(
            "ACR-ORG-07",
            Severity.WARNING,
            f"{_company_name(company, psa)}, tenant {_tenant_name(partner, platform)}",
            f"its usage is the sum of everything below it, and {names} is mapped as well",
            "Check that the same usage is meant to be reported to both companies",
            company,
        )


def _ancestors(tenant: TenantId, platform: PlatformSnapshot) -> Iterator[TenantId]:
    seen = {tenant}
    found = platform.tenants.get(tenant)
    while found is not None and found.parent is not None and found.parent not in seen:
        yield found.parent
        seen.add(found.parent)
        found = platform.tenants.get(found.parent)


def _without_company(settings: PairingSettings, platform: PlatformSnapshot) -> list[Tenant]:
    mapped = {row.tenant for row in settings.customers}
    return [
        tenant
        for key, tenant in sorted(platform.tenants.items())
        if tenant.kind is TenantKind.CUSTOMER and not tenant.is_deleted and key not in mapped
    ]


def _unmapped_finding(tenants: Sequence[Tenant]) -> Iterator[Finding]:
    if tenants:
        yield Finding(
            "ACR-ORG-01",
            Severity.WARNING,
            counted(len(tenants), "customer tenant"),
            f"mapped to no company, so nothing is billed for: {_some_names(tenants)}",
            "Map those that are billed: psabridge customers suggest, or customers map",
        )


def _billed_elsewhere(free: Sequence[Tenant], apart: Apart) -> Iterator[Finding]:
    """Not mapped here, and billed all the same (R31)."""
    for pairing in sorted(set(apart.elsewhere.values())):
        tenants = [tenant for tenant in free if apart.elsewhere.get(tenant.id) == pairing]
        if tenants:
            yield Finding(
                "R31",
                Severity.NOTE,
                counted(len(tenants), "customer tenant"),
                f"mapped in the pairing {pairing}, which bills for: {_some_names(tenants)}",
                "Nothing; to bill one here, unmap it there first",
            )


def _some_names(tenants: Sequence[Tenant]) -> str:
    names = ", ".join(f"'{tenant.name}'" for tenant in tenants[:5])
    return f"{names} and {len(tenants) - 5} more" if len(tenants) > 5 else names
