"""One change of a customer mapping, judged by itself (ACR-ORG-02, ACR-ORG-04, ACR-ORG-06, R31)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from psabridge.kit.errors import BridgeError
from psabridge.rules.customers.directory import Directory, ListedCompany, ListedTenant
from psabridge.rules.customers.listing import ancestors
from psabridge.rules.psa import Company
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import TenantId


class NotFound(BridgeError):
    """No company or tenant answers to what was named, or more than one does."""


class MappingMoved(BridgeError):
    """Somebody else changed the mapping meanwhile. Nothing was changed."""


class Became(StrEnum):
    MAPPED = "mapped"
    UNCHANGED = "was mapped already"
    UNMAPPED = "unmapped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Named:
    """A row as a person gave it, by ids or names. `receives` None: the first tenant of a company does."""

    company: str
    tenant: str
    receives: bool | None = None
    partner: str = ""  # the Acronis partner the row was made under, as a file may tell (ACR-ORG-08)


@dataclass(frozen=True, slots=True)
class Judged:
    """What becomes of a row. `mapping` is what to keep; without one nothing is changed."""

    became: Became
    company: str
    tenant: str
    text: str = ""
    code: str | None = None
    mapping: CustomerMapping | None = None


T = TypeVar("T", Company, ListedCompany, ListedTenant)


def judge(row: Named, settings: PairingSettings, directory: Directory, *, may_add: bool) -> Judged:
    """`may_add`: a person confirmed that a company may have several tenants (R31)."""
    try:
        company = find_company(row.company, directory)
        tenant = find_tenant(row.tenant, directory)
    except NotFound as error:
        return Judged(Became.REFUSED, row.company, row.tenant, f"{error}", error.code)
    refusal = _elsewhere(row, directory) or _refusal(company, tenant, settings, directory)
    if refusal is not None:
        return Judged(Became.REFUSED, company.name, tenant.name, refusal[1], refusal[0])
    return _judged(company, tenant, settings, directory, receives=row.receives, may_add=may_add)


def _judged(
    company: ListedCompany,
    tenant: ListedTenant,
    settings: PairingSettings,
    directory: Directory,
    *,
    receives: bool | None,
    may_add: bool,
) -> Judged:
    own = [row for row in settings.customers if row.company == company.id]
    there = next((row for row in own if row.tenant == tenant.id), None)
    is_here = there is not None and there.is_under(directory.tenants.root)
    if there is not None and is_here and receives in {None, there.receives_quotas}:
        return Judged(Became.UNCHANGED, company.name, tenant.name)
    if there is None and own and not may_add:
        names = ", ".join(directory.tenant_name(row.tenant) for row in own)
        text = f"the company has {names} already: usage would add up. Say --yes if that is meant"
        return Judged(Became.REFUSED, company.name, tenant.name, text, "R31")
    if receives is None:
        receives = not own if there is None else there.receives_quotas
    mapping = CustomerMapping(tenant.id, company.id, receives, directory.tenants.root)
    return Judged(
        Became.MAPPED, company.name, tenant.name, _told(mapping, own, settings, directory), mapping=mapping
    )


def _told(
    mapping: CustomerMapping, own: Iterable[CustomerMapping], settings: PairingSettings, directory: Directory
) -> str:
    """What a person should know of a mapping that is made."""
    tenants = directory.tenants.tenants
    below = [row.tenant for row in settings.customers if mapping.tenant in ancestors(row.tenant, tenants)]
    mapped = {row.tenant for row in settings.customers}
    above = [one for one in ancestors(mapping.tenant, tenants) if one in mapped]
    said = []
    if any(row.tenant != mapping.tenant for row in own):
        said.append(
            "it takes the quotas of the company" if mapping.receives_quotas else "quotas go to another tenant"
        )
    if below:
        names = ", ".join(directory.tenant_name(one) for one in below)
        said.append(
            f"its usage is the sum of everything below it, and {names} is mapped as well (ACR-ORG-07)"
        )
    if above:
        names = ", ".join(directory.tenant_name(one) for one in above)
        said.append(f"its usage is reported by {names} above it as well (ACR-ORG-07)")
    return "; ".join(said)


def _elsewhere(row: Named, directory: Directory) -> tuple[str, str] | None:
    root = directory.tenants.root
    if row.partner in {"", root}:
        return None
    text = f"the row was made under the Acronis partner {row.partner}, and the connection is that of {root}"
    return "ACR-ORG-08", f"{text}. Clear its partner_id if it is meant"


def _refusal(
    company: ListedCompany, tenant: ListedTenant, settings: PairingSettings, directory: Directory
) -> tuple[str, str] | None:
    """Its code and why, None where nothing speaks against it."""
    if not company.company.is_active:
        return "R38", "the company is inactive in Autotask, perhaps merged into another"
    why_not = directory.why_not(tenant.id)
    if why_not is not None:
        return why_not.code, why_not.text
    elsewhere = directory.taken_elsewhere(settings).get(tenant.id)
    if elsewhere is not None:
        return "R31", f"it is mapped in the pairing {elsewhere}, so its usage would be billed twice"
    owner = settings.company_of(tenant.id)
    if owner not in {None, company.id}:
        name = directory.company_name(owner) if owner is not None else ""
        return "R31", f"it is mapped to {name}, so its usage would be billed twice. Unmap it there first"
    return None


def find_company(text: str, directory: Directory) -> ListedCompany:
    """By number, by name, or by a part of the name that one company has."""
    companies = directory.companies.companies
    by_id = {f"{company}": one for company, one in companies.items()}
    return find_one("company", text, by_id, companies.values())


def find_tenant(text: str, directory: Directory) -> ListedTenant:
    tenants = directory.tenants.tenants
    return find_one("tenant", text, dict(tenants), tenants.values())


def find_one(what: str, text: str, by_id: Mapping[str, T] | Mapping[TenantId, T], named: Iterable[T]) -> T:
    given = text.strip()
    found = next((one for one_id, one in by_id.items() if one_id == given), None)
    if found is not None:
        return found
    everybody = list(named) if given else []
    same = [one for one in everybody if one.name.strip().casefold() == given.casefold()]
    alike = same or [one for one in everybody if given.casefold() in one.name.casefold()]
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise NotFound(f"{what} {given!r}", "was not found", "See psabridge customers list", code="R38")
    some = ", ".join(f"{one.name} ({one.id})" for one in alike[:5])
    raise NotFound(f"{what} {given!r}", f"could be {some}", "Name it by its id", code="R38")


def with_mapping(settings: PairingSettings, mapping: CustomerMapping) -> tuple[CustomerMapping, ...]:
    """One tenant of a company takes the quotas: who is named takes them from the others (R31)."""
    others = (
        replace(row, receives_quotas=False)
        if mapping.receives_quotas and row.company == mapping.company
        else row
        for row in settings.customers
        if row.tenant != mapping.tenant
    )
    return (*others, mapping)
