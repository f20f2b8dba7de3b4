"""Which company could go on with the tenants of one that is inactive or gone from sight (R38).

How Autotask merges companies is not published. What can be seen afterwards is who has the contracts, and who
is called alike; a person decides.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from psabridge.kit.wording import counted
from psabridge.rules.customers.directory import Directory, ListedCompany, ListedTenant
from psabridge.rules.matching.suggesting import suggest
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, ContractId


@dataclass(frozen=True, slots=True)
class Successor:
    """`rivals` are as good, or nearly. Nothing is taken from this by itself."""

    company: CompanyId  # inactive, or not in sight
    name: str
    successor: CompanyId
    confidence: Confidence
    reasons: tuple[str, ...]
    rivals: tuple[str, ...] = ()


def gone(settings: PairingSettings, directory: Directory) -> tuple[CustomerMapping, ...]:
    """Mappings of companies that are inactive, perhaps merged away, or that Autotask does not show."""
    listed = directory.companies.companies
    return tuple(
        row
        for row in settings.customers
        if row.company not in listed or not listed[row.company].company.is_active
    )


def successors(
    settings: PairingSettings,
    directory: Directory,
    *,
    seen: Mapping[ContractId, CompanyId],
    owners: Mapping[ContractId, CompanyId],
) -> tuple[Successor, ...]:
    """`seen`: contracts as they once were read (R20). `owners`: whose they are now, those that were found."""
    found: dict[CompanyId, tuple[Successor, ...]] = {}
    for row in gone(settings, directory):
        if row.company not in found:
            by_contracts = tuple(_by_contracts(row, settings, directory, seen, owners))
            found[row.company] = by_contracts or tuple(_by_name(row, settings, directory))
    return tuple(one for company in sorted(found) for one in found[company])


def _by_contracts(
    row: CustomerMapping,
    settings: PairingSettings,
    directory: Directory,
    seen: Mapping[ContractId, CompanyId],
    owners: Mapping[ContractId, CompanyId],
) -> Iterator[Successor]:
    """Who has the most of its contracts first. Those of two companies are no sure sign of one."""
    moved = Counter(
        owners[contract]
        for contract, company in seen.items()
        if company == row.company and owners.get(contract, company) != company
    )
    own = sum(1 for company in seen.values() if company == row.company)
    for company, number in sorted(moved.items(), key=lambda one: (-one[1], one[0])):
        rivals = tuple(directory.company_name(other) for other in sorted(moved) if other != company)
        yield Successor(
            row.company,
            _name(row, settings, directory),
            company,
            Confidence.LIKELY if rivals else Confidence.SURE,
            (f"{number} of its {counted(own, 'contract')} {'is' if number == 1 else 'are'} its by now",),
            rivals,
        )


def _by_name(row: CustomerMapping, settings: PairingSettings, directory: Directory) -> Iterator[Successor]:
    """Alike in name, number, town or domains: never sure, for nothing shows that they are one firm."""
    alike = suggest(
        (one for one in directory.companies.companies.values() if one.company.is_active),
        _as_it_was(row, settings, directory),
        database_id=directory.companies.database_id,
    )
    for one in alike:
        yield Successor(
            row.company,
            _name(row, settings, directory),
            one.company,
            _not_sure(one),
            one.reasons,
            tuple(directory.company_name(other.company) for other in alike if other is not one),
        )


def _not_sure(one: Suggestion) -> Confidence:
    return Confidence.LIKELY if one.confidence is Confidence.SURE else one.confidence


def _as_it_was(
    row: CustomerMapping, settings: PairingSettings, directory: Directory
) -> Iterable[ListedTenant]:
    """The company in the place of its tenant, whose tag names the company that is gone."""
    tenant = directory.tenants.tenants.get(row.tenant)
    company = directory.companies.companies.get(row.company)
    if tenant is None:
        return
    name = _name(row, settings, directory)
    plain = replace(tenant, tenant=replace(tenant.tenant, name=name, internal_tag=None))
    yield plain if company is None else _with_traits(plain, company)


def _with_traits(tenant: ListedTenant, company: ListedCompany) -> ListedTenant:
    return replace(
        tenant,
        city=company.city or tenant.city,
        external_id=company.number or tenant.external_id,
        web_domains=company.web_domains | tenant.web_domains,
        mail_domains=company.mail_domains | tenant.mail_domains,
    )


def _name(row: CustomerMapping, settings: PairingSettings, directory: Directory) -> str:
    """As it is listed, or as it was called when a person last saw it."""
    listed = directory.companies.companies.get(row.company)
    if listed is not None:
        return listed.name
    known = {one.of: one.name for one in settings.known_names}
    return known.get(f"company {row.company}") or directory.tenant_name(row.tenant)
