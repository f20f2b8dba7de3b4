"""What one cycle saw of a mapped customer: what is live, and why something may be out of sight. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psabridge.rules.leaving.kept import Addition, Kept
from psabridge.rules.plans.step_words import company_name
from psabridge.rules.platform import PlatformSnapshot, Tenant
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.wanted.contract_state import kind_of, units_today
from psabridge.rules.wanted.customers import Customer, call_the_roll
from psabridge.rules.wanted.ground import Ground, sales_to, survey
from psabridge.rules.wanted.ranges.book import RangeBook
from psabridge.rules.words import BillingKind, CompanyId, ContractId, TenantId

_NO_USAGE = RangeBook()  # what is sold says who leaves; what is used does not


@dataclass(frozen=True, slots=True)
class Look:
    """One mapped tenant. `pause` names what keeps a day from counting; empty: all was seen."""

    tenant: TenantId
    company: CompanyId
    subject: str
    now: Tenant | None  # None: it was not in the list
    live: tuple[Addition, ...] = ()
    pause: str = ""
    is_elsewhere: bool = False  # it was mapped under another partner (ACR-ORG-08)
    end_seen: bool = False  # everything that was live before was seen to end (R21)


@dataclass(frozen=True, slots=True)
class _Company:
    live: tuple[Addition, ...]
    pause: str


def looks_at(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    *,
    contracts_seen: Mapping[ContractId, CompanyId],
    kept: Mapping[TenantId, Kept],
) -> Iterator[Look]:
    ground = survey(settings, psa, platform, contracts_seen, _NO_USAGE)
    roll = call_the_roll(settings, psa, platform)
    seen = {customer.company.id: _company(customer, ground) for customer in roll.customers}
    for mapped in settings.customers:
        tenant = platform.tenants.get(mapped.tenant)
        is_elsewhere = not mapped.is_under(platform.partner)
        known = seen.get(mapped.company, _Company((), "its company is inactive or could not be read"))
        before = kept.get(mapped.tenant)
        sold = before.count.sold if before is not None and before.count.company == mapped.company else ()
        yield Look(
            tenant=mapped.tenant,
            company=mapped.company,
            subject=_subject(mapped.company, tenant or mapped.tenant, psa),
            now=tenant,
            live=known.live,
            pause=known.pause or _out_of_sight(tenant, is_elsewhere=is_elsewhere),
            is_elsewhere=is_elsewhere,
            end_seen=bool(sold) and all(has_ended(addition, psa) for addition in sold),
        )


def is_gone(look: Look, kept: Kept) -> bool:
    """The bridge deleted it, and it is not there."""
    was_deleted = kept.disabling is not None and kept.disabling.gone_at is not None
    return was_deleted and (look.now is None or look.now.is_deleted)


def gone_tenants(kept: Mapping[TenantId, Kept], platform: PlatformSnapshot) -> frozenset[TenantId]:
    """Those that the bridge deleted, and nobody restored since."""
    there = {tenant for tenant, one in platform.tenants.items() if not one.is_deleted}
    done = (tenant for tenant, one in kept.items() if one.disabling and one.disabling.gone_at is not None)
    return frozenset(done) - there


def has_ended(addition: Addition, psa: PsaSnapshot) -> bool:
    """Its contract is over, or it is on a prepaid contract with 0 units.

    A line that is not there any more has not ended for us: it may be out of sight, or out of the mapping.
    """
    contract = psa.contracts.get(addition.contract)
    if contract is None:
        return False
    if contract.ends < psa.today:
        return True
    is_prepaid = kind_of(contract, psa.payg) is BillingKind.PREPAID
    rows = psa.rows.get(addition.line, ())
    return addition.line in psa.lines and is_prepaid and units_today(rows, psa.today) == 0


def _company(customer: Customer, ground: Ground) -> _Company:
    company = customer.company.id
    sales = sales_to(customer, ground)
    live = {
        Addition(sold.line.id, sold.contract.id)
        for sale in sales.by_service.values()
        if sale.is_live_addition
        for sold in sale.lines
    }
    return _Company(tuple(sorted(live)), _pause(company, ground))


def _pause(company: CompanyId, ground: Ground) -> str:
    """What could not be read may be a live addition (R20); one that is to come is a customer that stays."""
    if why := ground.why_unreadable(company):
        return "; ".join(why)
    if ground.contracts.of(company).has_future:
        return "a contract begins later (ACR-DEP-06)"
    return ""


def _out_of_sight(tenant: Tenant | None, *, is_elsewhere: bool) -> str:
    if is_elsewhere:
        return "the tenant was mapped under another Acronis partner (ACR-ORG-08)"
    if tenant is None:
        return "the tenant is not in sight"
    if tenant.is_deleted:
        return "the tenant was deleted (R34)"
    return "" if tenant.is_managed else "the tenant manages itself or its support access is off (ERR-06)"


def _subject(company: CompanyId, tenant: Tenant | TenantId, psa: PsaSnapshot) -> str:
    """Company and tenant; once where they have one name."""
    owner = company_name(company, psa)
    name = tenant.name if isinstance(tenant, Tenant) else str(tenant)
    return owner if owner.casefold() == name.casefold() else f"{owner}, tenant '{name}'"
