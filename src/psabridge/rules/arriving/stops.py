"""Why nothing is made for a company now: each is a finding with the next act, and the others go on."""

from collections.abc import Sequence

from psabridge.rules.arriving.register import Register
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.platform import Tenant
from psabridge.rules.psa import Company, Newcomers
from psabridge.rules.settings import PairingSettings

_AGAIN = "; it is looked at again in each cycle"


def stop(company: Company, code: str, problem: str, next_act: str) -> Finding:
    return Finding(code, Severity.STOPS, company.name, problem, next_act, company.id)


def inactive_stop(company: Company) -> Finding | None:
    if company.is_active:
        return None
    problem = "the company is inactive, perhaps merged into another; nothing is made for it"
    return stop(company, "R38", problem, "Activate it, or map its successor")


def gap_stop(company: Company, newcomers: Newcomers) -> Finding | None:
    gaps = [gap for gap in newcomers.gaps if gap.company == company.id]
    if not gaps:
        return None
    told = "; ".join(f"{gap.what}: {gap.why}" for gap in gaps)
    return stop(
        company,
        "ERR-22",
        f"it could not be read whole ({told}), so nothing is made for it",
        "Correct in Autotask what is named",
    )


def same_name_stop(
    company: Company, register: Register, settings: PairingSettings, *, is_first: bool
) -> Finding | None:
    """Two tenants of one customer split its backups (ACR-PRV-15)."""
    same = register.namesake(company)
    if same is not None:
        mapped = settings.company_of(same.id)
        whose = "mapped to nobody" if mapped is None else f"mapped to company {mapped}"
        problem = f"a tenant '{same.name}' exists already, {whose}, so none is made"
        return stop(
            company,
            "ERR-13",
            problem,
            "Map the company by hand (psabridge customers map), or rename one of the two",
        )
    if not is_first:
        problem = "another company of this name gets a tenant first, so none is made"
        return stop(company, "ERR-13", problem, "Rename one of the two companies")
    return None


def tagged_stop(company: Company, tagged: Sequence[Tenant], settings: PairingSettings) -> Finding | None:
    """A tenant with our mark for the company, with which nothing can be done."""
    if len(tagged) > 1:
        names = " and ".join(f"'{one.name}'" for one in tagged)
        problem = f"the tenants {names} carry the mark of this company (internal_tag)"
        return stop(company, "R32", problem, "Map the right one, and clear the mark of the other in Acronis")
    if not tagged:
        return None
    tenant = tagged[0]
    owner = settings.company_of(tenant.id)
    if owner is not None:
        problem = f"its tenant '{tenant.name}' is mapped to company {owner}"
        return stop(company, "R32", problem, "Map it to this company, or clear its internal_tag in Acronis")
    if not tenant.is_enabled or not tenant.is_managed:
        problem = f"its tenant '{tenant.name}' is disabled or manages itself, so nothing is done to it"
        return stop(company, "R34", problem, "Enable it in Acronis, or map the company by hand")
    return None


def no_contact(company: Company) -> Finding:
    problem = "it has no active primary contact with an e-mail address, so no tenant is made for it" + _AGAIN
    return stop(company, "ERR-12", problem, "Name a primary contact with an e-mail address in Autotask")


def no_login(company: Company, login: str) -> Finding:
    problem = f"'{login}' cannot be a login: only letters, digits and . _ - + @ may stand in one"
    return stop(company, "R36", problem + _AGAIN, "Correct the e-mail address of the primary contact")


def unread_stop(company: Company, why: str) -> Finding | None:
    if not why:
        return None
    return stop(
        company,
        "ERR-22",
        f"its tenant could not be read ({why}), so nothing is done to it",
        "Look at the tenant in Acronis",
    )
