"""Who is due for what: tenants to disable, delete or enable again, and what a person is told before. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.kit.wording import counted as so_many
from psabridge.rules.findings import Finding
from psabridge.rules.leaving.counting import Terms, counted
from psabridge.rules.leaving.ends import ends_seen
from psabridge.rules.leaving.kept import AsSeen, Kept, LeavingCount, TenantState
from psabridge.rules.leaving.looks import Look, is_gone, looks_at
from psabridge.rules.leaving.telling import Leaver, clocks_differ, findings_of, told_disabled
from psabridge.rules.platform import PlatformSnapshot, Tenant, TenantKind
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.permission import CLOCK_TOLERANCE
from psabridge.rules.words import CompanyId, ContractId, TenantId

A_DAY = timedelta(days=1)
SOLD_AGAIN = (
    "a service is sold to it again, and nobody touched it since the bridge disabled it; "
    "its quotas follow with the cycle after"
)


@dataclass(frozen=True, slots=True)
class DueTenant:
    """A tenant whose state should be another one now."""

    tenant: Tenant
    company: CompanyId
    subject: str
    wanted: TenantState
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Leavers:
    """What a cycle knows of customers that leave or left; `kept` is what the next one begins with."""

    kept: Mapping[TenantId, Kept] = field(default_factory=dict)
    due: tuple[DueTenant, ...] = ()
    listed: tuple[Leaver, ...] = ()
    findings: tuple[Finding, ...] = ()
    told: frozenset[TenantId] = frozenset()  # disabled ones of which steps or findings here speak

    def is_due(self, tenant: TenantId, wanted: TenantState) -> bool:
        return any(one.tenant.id == tenant and one.wanted is wanted for one in self.due)


def leavers_of(
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    *,
    contracts_seen: Mapping[ContractId, CompanyId],
    kept: Mapping[TenantId, Kept],
    epoch: int,
    clock_offset: timedelta | None,
) -> Leavers:
    """Nothing at all while all of it is off, except for tenants that the bridge disabled before."""
    if not settings.watches_leaving and not kept:
        return Leavers()
    if clock_offset is not None and abs(clock_offset) > CLOCK_TOLERANCE:
        return Leavers(kept=kept, findings=(clocks_differ(clock_offset),))
    looks = tuple(looks_at(settings, psa, platform, contracts_seen=contracts_seen, kept=kept))
    now = {
        look.tenant: _kept_now(look, kept.get(look.tenant), settings, psa, platform, epoch) for look in looks
    }
    carried = {tenant: one for tenant, one in now.items() if settings.watches_leaving or one.disabling}
    due = [one for look in looks for one in _due(look, now[look.tenant], settings, platform)]
    listed = [_leaver(look, now[look.tenant], settings) for look in looks if not look.live]
    return Leavers(
        kept=carried,
        due=tuple(due),
        listed=tuple(sorted(listed, key=lambda one: one.order)) if settings.leaving.is_on else (),
        findings=tuple(findings_of(looks, now, listed, settings, ends_seen(settings, psa, kept))),
        told=told_disabled(looks, now, listed, settings),
    )


def _kept_now(
    look: Look,
    before: Kept | None,
    settings: PairingSettings,
    psa: PsaSnapshot,
    platform: PlatformSnapshot,
    epoch: int,
) -> Kept:
    terms = Terms(
        today=psa.today,
        epoch=epoch,
        counts=settings.leaving.is_on and settings.exemption_of(look.company) is None,
        confirmed_on=settings.confirmed_on(look.company),
    )
    count = counted(None if before is None else before.count, look, terms)
    if before is None or before.disabling is None:
        return Kept(count)
    seen = AsSeen.of(before.disabling, look.now, at=platform.read_at, all_listed=not platform.gaps)
    return Kept(_anew(count, look, terms) if seen.is_reopened else count, seen.disabling)


def _anew(count: LeavingCount, look: Look, terms: Terms) -> LeavingCount:
    """Somebody enabled it by hand: its days begin at 0, with the first day that can be read."""
    if not count.is_running:
        return count
    return replace(count, days=0, day=None if look.pause else terms.today, is_whole=False)


def _due(
    look: Look, kept: Kept, settings: PairingSettings, platform: PlatformSnapshot
) -> Iterator[DueTenant]:
    tenant, done = look.now, kept.disabling
    if tenant is None or tenant.is_deleted or not tenant.is_managed or look.is_elsewhere:
        return
    if look.live:
        if done is not None and done.still_holds(tenant):
            yield DueTenant(tenant, look.company, look.subject, TenantState.ENABLED, SOLD_AGAIN, "R34")
        return
    if look.pause or not kept.count.is_running or why_left_alone(tenant, settings, platform):
        return
    if _is_to_disable(tenant, kept, settings, platform.read_at):
        rule = "ACR-DEP-03" if settings.leaving.disables else "ACR-DEP-04"
        yield DueTenant(tenant, look.company, look.subject, TenantState.DISABLED, _why(kept.count), rule)
    if _is_to_delete(tenant, kept, settings, platform.read_at):
        reason = f"{_why(kept.count)}; disabled by the bridge, and nobody touched it since"
        yield DueTenant(tenant, look.company, look.subject, TenantState.DELETED, reason, "ACR-DEP-04")


def _is_to_disable(tenant: Tenant, kept: Kept, settings: PairingSettings, at: datetime) -> bool:
    is_on_its_way = kept.disabling is not None and kept.disabling.may_be_late(at)
    is_ripe = settings.leaving.is_on and kept.count.days >= settings.leaving.first_after
    return tenant.is_enabled and is_ripe and not is_on_its_way


def _is_to_delete(tenant: Tenant, kept: Kept, settings: PairingSettings, at: datetime) -> bool:
    """At least a day after a read showed it disabled, by the clock and by the count (R37)."""
    done, leaving = kept.disabling, settings.leaving
    if not leaving.deletes or kept.count.days < leaving.delete_after:
        return False
    if done is None or done.confirmed_at is None or not done.still_holds(tenant):
        return False
    return kept.count.days > done.days and at - done.confirmed_at >= A_DAY


def why_left_alone(tenant: Tenant, settings: PairingSettings, platform: PlatformSnapshot) -> str:
    """A partner or a folder, or a tenant with other mapped ones below: its end would be theirs."""
    if tenant.kind is not TenantKind.CUSTOMER:
        return f"it is a {tenant.kind}: what is below it would go with it"
    mapped = {customer.tenant for customer in settings.customers} - {tenant.id}
    if any(tenant.id in _above(one, platform) for one in mapped):
        return "other mapped tenants are below it"
    return ""


def _above(tenant: TenantId, platform: PlatformSnapshot) -> frozenset[TenantId]:
    seen: set[TenantId] = set()
    found = platform.tenants.get(tenant)
    while found is not None and found.parent is not None and found.parent not in seen:
        seen.add(found.parent)
        found = platform.tenants.get(found.parent)
    return frozenset(seen)


def _why(count: LeavingCount) -> str:
    return f"{count.ground}, {so_many(count.days, 'whole day')} counted"


def _leaver(look: Look, kept: Kept, settings: PairingSettings) -> Leaver:
    """One row of the list before the steps (ACR-DEP-07)."""
    leaving, tenant = settings.leaving, look.now
    is_disabled = tenant is not None and not tenant.is_enabled
    if is_gone(look, kept):
        after, wanted = None, None
    elif is_disabled:
        after, wanted = (leaving.delete_after, TenantState.DELETED) if leaving.deletes else (None, None)
    else:
        after, wanted = leaving.first_after, TenantState.DISABLED
    exemption = settings.exemption_of(look.company)
    return Leaver(
        company=look.company,
        tenant=look.tenant,
        subject=look.subject,
        days=kept.count.days,
        after=after,
        wanted=wanted,
        is_counting=kept.count.is_running,
        ground=None if kept.count.ground is None else str(kept.count.ground),
        pause=look.pause or kept.count.pause,
        exempt=None if exemption is None else exemption.reason,
        is_ours=kept.disabling is not None and tenant is not None and kept.disabling.still_holds(tenant),
        is_disabled=is_disabled,
    )
