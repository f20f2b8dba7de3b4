"""What the tags of tenants should say, so that mappings can be found again from them (R32)."""

from collections.abc import Iterator

from psabridge.rules.customers.tags import company_tagged, is_foreign, tag_of
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import PlatformSnapshot, Tenant
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.customers import Customer, Roll
from psabridge.rules.wanted.desired import DesiredTag
from psabridge.rules.words import CompanyId, TenantId


def wanted_tags(
    settings: PairingSettings, roll: Roll, platform: PlatformSnapshot, database_id: str
) -> Iterator[DesiredTag]:
    """Never over a foreign value, and cleared only where a person unmapped: an unknown tag may be all that
    is left of a mapping."""
    if not settings.writes_tags:
        return
    for customer, tenant in _tenants(roll):
        if not is_foreign(tenant.internal_tag, database_id):
            yield _naming(tenant.id, customer.company.id, database_id)
    mapped = {row.tenant for row in settings.customers}
    for key in sorted(settings.unmapped_tenants - mapped):
        gone = platform.tenants.get(key)
        if gone is not None and _can_be_written(gone) and _is_ours(gone, database_id):
            yield DesiredTag(key, None, None, "it was unmapped (R32)")


def foreign_tag_findings(settings: PairingSettings, roll: Roll, database_id: str) -> Iterator[Finding]:
    for customer, tenant in _tenants(roll) if settings.writes_tags else ():
        if is_foreign(tenant.internal_tag, database_id):
            yield customer.finding(
                Severity.WARNING,
                "R32",
                f"tenant '{tenant.name}'",
                f"its tag says '{tenant.internal_tag}', which another system wrote; it is left, "
                "and the mapping is kept in the bridge and its export alone",
                "Clear the tag in Acronis if nothing needs it any more",
            )


def _naming(tenant: TenantId, company: CompanyId, database_id: str) -> DesiredTag:
    return DesiredTag(tenant, company, tag_of(database_id, company), "it is mapped to this company (R32)")


def _tenants(roll: Roll) -> Iterator[tuple[Customer, Tenant]]:
    every = ((customer, view.tenant) for customer in roll.customers for view in customer.views)
    return ((customer, tenant) for customer, tenant in every if _can_be_written(tenant))


def _can_be_written(tenant: Tenant) -> bool:
    """A disabled tenant is left untouched, so that it is known whether anybody touched it since (R34)."""
    return tenant.is_managed and tenant.is_enabled and not tenant.is_deleted


def _is_ours(tenant: Tenant, database_id: str) -> bool:
    return company_tagged(tenant.internal_tag, database_id) is not None
