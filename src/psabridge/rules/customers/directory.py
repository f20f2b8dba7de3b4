"""Companies and tenants as two lists, read when a person asks. A cycle reads none of this."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from psabridge.rules.platform import NOT_MANAGED, PlatformSnapshot, PricingMode, Tenant, TenantKind
from psabridge.rules.psa import Company, Gap, PsaSnapshot
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class ListedCompany:
    """Empty texts and no domains: Autotask does not say."""

    company: Company
    type: str = ""  # the account type's label
    city: str = ""
    number: str = ""  # the provider's own number for it
    web_domains: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()  # of its contacts

    @property
    def id(self) -> CompanyId:
        return self.company.id

    @property
    def name(self) -> str:
        return self.company.name


@dataclass(frozen=True, slots=True)
class ListedTenant:
    tenant: Tenant
    city: str = ""
    external_id: str = ""  # what Acronis calls the customer id
    web_domains: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()
    production_from: datetime | None = None  # as Acronis tells it, never worked out (R35)

    @property
    def mode(self) -> str:
        """Trial or suspended, with the dates that Acronis tells; empty in production (ACR-PRV-10)."""
        mode, made = self.tenant.pricing_mode, self.tenant.created_at
        if mode not in {PricingMode.TRIAL, PricingMode.SUSPENDED}:
            return ""
        said = f"in {mode}" if mode is PricingMode.TRIAL else f"{mode}"
        said += "" if made is None else f", made on {made.date()}"
        start = self.production_from
        return said if start is None else f"{said}, production from {start.date()}"

    @property
    def id(self) -> TenantId:
        return self.tenant.id

    @property
    def name(self) -> str:
        return self.tenant.name


@dataclass(frozen=True, slots=True)
class CompanyList:
    """`types` are the labels a company may have, in the order of Autotask's own list."""

    companies: Mapping[CompanyId, ListedCompany]
    types: tuple[str, ...]
    database_id: str
    read_at: datetime
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class TenantList:
    """All below the partner, and the partner itself, whose id is `root`."""

    tenants: Mapping[TenantId, ListedTenant]
    root: TenantId
    read_at: datetime
    gaps: tuple[Gap, ...] = ()


def kept_companies(last: PsaSnapshot) -> CompanyList:
    """What the last run kept, for who may not ask Autotask: those that are worked for, and it says so."""
    why = "were not kept by the last run; a list with the credentials has them"
    return CompanyList(
        companies={key: ListedCompany(company) for key, company in last.companies.items()},
        types=(),
        database_id=last.database_id,
        read_at=last.read_at,
        gaps=(*last.gaps, Gap("companies without a tenant, and account types", why)),
    )


def kept_tenants(last: PlatformSnapshot) -> TenantList:
    given = (item.tenant for item in last.offered)
    return TenantList(
        tenants={key: ListedTenant(tenant) for key, tenant in last.tenants.items()},
        root=last.partner or next(given, TenantId("unknown")),
        read_at=last.read_at,
        gaps=last.gaps,
    )


@dataclass(frozen=True, slots=True)
class Directory:
    """`elsewhere`: tenants that another pairing bills, each with its pairing's name (R31)."""

    companies: CompanyList
    tenants: TenantList
    elsewhere: Mapping[TenantId, str] = field(default_factory=dict)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return (*self.companies.gaps, *self.tenants.gaps)

    def taken_elsewhere(self, settings: PairingSettings) -> Mapping[TenantId, str]:
        """In sight, and not to be mapped here while another pairing bills them; who observes may (R31)."""
        own = {row.tenant for row in settings.customers}
        return {
            tenant: pairing
            for tenant, pairing in self.elsewhere.items()
            if settings.works and tenant in self.tenants.tenants and tenant not in own
        }

    def company_name(self, company: CompanyId) -> str:
        found = self.companies.companies.get(company)
        return f"company {company}" if found is None else found.name

    def tenant_name(self, tenant: TenantId) -> str:
        found = self.tenants.tenants.get(tenant)
        return f"tenant {tenant}" if found is None else found.name

    def mode_of(self, tenant: TenantId) -> str:
        found = self.tenants.tenants.get(tenant)
        return "" if found is None else found.mode

    def why_elsewhere(self, row: CustomerMapping) -> "WhyNot | None":
        """A mapping made under another partner is held (ACR-ORG-08)."""
        if row.partner is None or row.is_under(self.tenants.root):
            return None
        return WhyNot("ACR-ORG-08", f"it was mapped under the partner {self.tenant_name(row.partner)}")

    def why_not(self, tenant: TenantId) -> "WhyNot | None":
        """Why a tenant cannot be billed to a company (ACR-ORG-06); None where it can."""
        found = self.tenants.tenants.get(tenant)
        if found is None:
            return WhyNot("R38", "it could not be read: perhaps it lies out of our reach")
        if tenant == self.tenants.root:
            return WhyNot("ACR-ORG-07", "it is the provider's own tenant, not a customer's")
        return _why_not(found.tenant)


@dataclass(frozen=True, slots=True)
class WhyNot:
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def _why_not(tenant: Tenant) -> WhyNot | None:
    """Customers and sub-partners are billed; folders and units are parts of them (ACR-ORG-07)."""
    if tenant.kind not in {TenantKind.CUSTOMER, TenantKind.PARTNER}:
        return WhyNot("ACR-ORG-07", f"it is a {tenant.kind}, neither a customer nor a sub-partner")
    if tenant.is_deleted:
        return WhyNot("R34", "it was deleted")
    if not tenant.is_managed:
        return WhyNot("ERR-06", NOT_MANAGED)
    return None
