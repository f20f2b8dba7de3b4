"""Tenants looked up by our mark and by their name: once for all companies of a cycle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from psabridge.rules.customers.tags import tag_of
from psabridge.rules.platform import Tenant
from psabridge.rules.psa import Company
from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class Register:
    by_tag: Mapping[str, tuple[Tenant, ...]]
    by_name: Mapping[str, Tenant]
    database_id: str

    @classmethod
    def of(cls, tenants: Iterable[Tenant], database_id: str) -> Self:
        by_tag: dict[str, tuple[Tenant, ...]] = {}
        by_name: dict[str, Tenant] = {}
        for tenant in tenants:
            if tenant.is_deleted:
                continue
            by_name.setdefault(plain_name(tenant.name), tenant)
            if tenant.internal_tag:
                by_tag[tenant.internal_tag] = (*by_tag.get(tenant.internal_tag, ()), tenant)
        return cls(by_tag, by_name, database_id)

    def marked(self, company: CompanyId) -> tuple[Tenant, ...]:
        """Those that carry the mark of this company (R32)."""
        return self.by_tag.get(tag_of(self.database_id, company), ())

    def namesake(self, company: Company) -> Tenant | None:
        return self.by_name.get(plain_name(company.name))


def plain_name(name: str) -> str:
    """Names that differ in case and spaces alone are one to a person who looks for a tenant."""
    return " ".join(name.casefold().split())


def first_of_their_name(companies: Iterable[Company]) -> frozenset[CompanyId]:
    """Of companies with one name the first; Acronis takes no two tenants of one name beside each other."""
    first: dict[str, CompanyId] = {}
    for company in sorted(companies, key=lambda one: one.id):
        first.setdefault(plain_name(company.name), company.id)
    return frozenset(first.values())
