"""What a new tenant is given: the decision table as for every customer, and the default storage."""

from dataclasses import dataclass, replace

from psabridge.rules.arriving.default_storage import default_storage
from psabridge.rules.findings import Finding
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, PricingMode, Tenant, TenantKind
from psabridge.rules.psa import Company
from psabridge.rules.wanted.customers import Customer
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.wanted.ground import Ground, sales_to
from psabridge.rules.wanted.prepaid import items_of
from psabridge.rules.wanted.tenant_view import view_of
from psabridge.rules.words import CompanyId, TenantId


@dataclass(frozen=True, slots=True)
class FirstItems:
    wanted: tuple[DesiredItem, ...]
    findings: tuple[Finding, ...]
    stop: Finding | None  # ERR-11, or no storage was chosen


def stand_in(company: Company) -> Tenant:
    """The tenant that is to be made, before it has an id."""
    return Tenant(
        id=_id_of(company.id),
        name=company.name,
        kind=TenantKind.CUSTOMER,
        parent=None,
        is_enabled=True,
        is_managed=True,
        pricing_mode=PricingMode.TRIAL,
        internal_tag=None,
        version=0,
    )


def _id_of(company: CompanyId) -> TenantId:
    return TenantId(f"of company {company}")


def first_items(
    company: Company, tenant: Tenant | None, items: tuple[OfferingItem, ...], ground: Ground
) -> FirstItems:
    """`ground` holds the newcomers as if they were mapped."""
    home = tenant or stand_in(company)
    platform = _with(home, items, ground.platform)
    customer = Customer(company, (view_of(home, platform),), (), home.id)
    sales = sales_to(customer, ground)
    wanted, findings = items_of(customer, sales, ground)
    storage, stop = default_storage(customer, home.id, wanted, sales, ground)
    return FirstItems((*wanted, *storage), tuple(findings), stop)


def _with(tenant: Tenant, items: tuple[OfferingItem, ...], platform: PlatformSnapshot) -> PlatformSnapshot:
    """What one tenant's view is made from; the others are no part of it."""
    return replace(platform, tenants={tenant.id: tenant}, items={tenant.id: items}, usages={})
