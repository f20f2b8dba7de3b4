"""Companies and tenants for tests of suggestions and mappings."""

from datetime import UTC, datetime

from psabridge.rules.customers.directory import (
    CompanyList,
    Directory,
    ListedCompany,
    ListedTenant,
    TenantList,
)
from psabridge.rules.matching.suggesting import suggest
from psabridge.rules.matching.suggestion import Suggestion
from psabridge.rules.platform import Tenant, TenantKind
from psabridge.rules.psa import Company
from psabridge.rules.words import CompanyId, TenantId

DATABASE = "4711"
ROOT = TenantId("root")
NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


def company(  # the fields a test is about
    number: int,
    name: str,
    *,
    is_active: bool = True,
    account_type: str = "Customer",
    city: str = "",
    own_number: str = "",
    web: str = "",
    mail: str = "",
) -> ListedCompany:
    return ListedCompany(
        Company(CompanyId(number), name, is_active),
        type=account_type,
        city=city,
        number=own_number,
        web_domains=frozenset(web.split()),
        mail_domains=frozenset(mail.split()),
    )


def tenant(
    key: str,
    name: str,
    *,
    kind: TenantKind = TenantKind.CUSTOMER,
    parent: str = ROOT,
    is_managed: bool = True,
    is_deleted: bool = False,
    tag: str | None = None,
    city: str = "",
    external_id: str = "",
    mail: str = "",
) -> ListedTenant:
    plain = Tenant(
        TenantId(key),
        name,
        kind,
        TenantId(parent),
        is_enabled=True,
        is_managed=is_managed,
        pricing_mode=None,
        internal_tag=tag,
        version=1,
        is_deleted=is_deleted,
    )
    return ListedTenant(plain, city=city, external_id=external_id, mail_domains=frozenset(mail.split()))


def directory(companies: list[ListedCompany], tenants: list[ListedTenant]) -> Directory:
    root = tenant(ROOT, "Our own", kind=TenantKind.PARTNER, parent="above")
    return Directory(
        CompanyList({one.id: one for one in companies}, ("Customer", "Lead"), DATABASE, NOW),
        TenantList({one.id: one for one in (root, *tenants)}, ROOT, NOW),
    )


def suggested(companies: list[ListedCompany], tenants: list[ListedTenant]) -> tuple[Suggestion, ...]:
    return suggest(companies, tenants, database_id=DATABASE)
