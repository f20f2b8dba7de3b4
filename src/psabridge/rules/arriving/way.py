"""The way of one company: what stops it, and the parts that are still missing, in the order they are done.

What is there already is no part, so a customer whose creation was cut off anywhere is finished later.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC

from psabridge.rules.arriving.accounts import account_of
from psabridge.rules.arriving.arrivals import Inside
from psabridge.rules.arriving.first_items import FirstItems, first_items
from psabridge.rules.arriving.ground import ArrivalGround
from psabridge.rules.arriving.settings import NewMode
from psabridge.rules.arriving.stops import gap_stop, inactive_stop, same_name_stop, tagged_stop, unread_stop
from psabridge.rules.findings import Finding
from psabridge.rules.plans.arrival_changes import (
    ArrivalChange,
    BeginProduction,
    CreateTenant,
    CreateUser,
    EnableApplication,
    GiveItem,
    MapCustomer,
    RequireSecondFactor,
    SendActivation,
)
from psabridge.rules.plans.item_planning import is_right
from psabridge.rules.plans.step_words import item_reason
from psabridge.rules.platform import PricingMode, Tenant
from psabridge.rules.psa import Company
from psabridge.rules.wanted.ground import Ground
from psabridge.rules.words import StepKind

_LISTED = "it was there when customers began to be created, and a person decides about that list (ACR-PRV-04)"
_WAS_MAPPED = "it was mapped before and is not any more"
_FOUND = "a tenant with its mark is there, and this bridge does not know of having begun it"
_MONTH = "production would begin in a later month than the tenant was made in, and bills all of it (R35)"


@dataclass(frozen=True, slots=True)
class Part:
    """One write of the way: `what` in words, and what tells it from others of its kind."""

    kind: StepKind
    change: ArrivalChange
    what: str
    why: str
    told_by: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    company: Company
    tenant: Tenant | None
    inside: Inside
    items: FirstItems
    ground: ArrivalGround
    seen: Ground  # as if the newcomers were mapped
    stop: Finding | None

    @classmethod
    def of(cls, company: Company, ground: ArrivalGround, seen: Ground, *, is_first: bool) -> "Way":
        """`is_first`: of the new customers of its name."""
        tagged = ground.register.marked(company.id)
        tenant = tagged[0] if tagged else None
        inside = (
            Inside() if tenant is None else ground.insides.get(tenant.id, Inside(unread="it was not read"))
        )
        items = first_items(company, tenant, inside.items, seen)
        account = None if inside.admin else account_of(company, ground)
        stops = (
            inactive_stop(company),
            gap_stop(company, ground.newcomers),
            tagged_stop(company, tagged, ground.settings),
            None if tagged else same_name_stop(company, ground.register, ground.settings, is_first=is_first),
            unread_stop(company, inside.unread),
            account if isinstance(account, Finding) else None,
            items.stop,
        )
        stop = next((one for one in stops if one is not None), None)
        return cls(company, tenant, inside, items, ground, seen, stop)

    @property
    def said(self) -> tuple[Finding, ...]:
        return self.items.findings if self.stop is None else (self.stop,)

    def parts(self) -> tuple[Part, ...]:
        """Where a person is to be asked the first one says so; the others come after it."""
        parts = () if self.stop is not None else tuple(self._parts())
        asks = self._asks()
        if not parts or not asks:
            return parts
        first = replace(parts[0], change=replace(parts[0].change, asks=asks))
        return (first, *parts[1:])

    def _parts(self) -> Iterator[Part]:
        who = self.ground.newcomer(self.company)
        if self.tenant is None:
            why = "a person asked for it (ACR-ORG-03)" if who.by_hand else _WHY_TENANT
            yield Part(StepKind.CREATE_TENANT, CreateTenant(who), "tenant", why)
        yield from self._item_parts()
        yield from self._user_parts()
        if self.ground.settings.new_customers.two_factor and not self.inside.has_second_factor:
            why = "every new customer has it on (ACR-PRV-08)"
            yield Part(StepKind.REQUIRE_SECOND_FACTOR, RequireSecondFactor(who), "second factor", why)
        if self._wants_production():
            change = BeginProduction(who, _MONTH if self._is_of_an_earlier_month() else "")
            why = "a new tenant begins in trial, and production was ordered (R35)"
            yield Part(StepKind.BEGIN_PRODUCTION, change, "production", why)
        why = "its tenant is complete: quotas and usage follow"
        yield Part(StepKind.MAP_CUSTOMER, MapCustomer(who), "customer mapping", why)

    def _item_parts(self) -> Iterator[Part]:
        who, labels = self.ground.newcomer(self.company), self.seen.labels
        before = {item.key: item for item in self.inside.items}
        missing = [one for one in self.items.wanted if not is_right(one, before.get(one.key))]
        for application in sorted({one.key.application for one in missing if one.is_on}):
            change = EnableApplication(who, application)
            first = next(one for one in missing if one.is_on and one.key.application == application)
            what = f"application of {labels.key(first.key)}"
            yield Part(StepKind.ENABLE_APPLICATION, change, what, "its items need it", (application,))
        for wanted in missing:
            now = before.get(wanted.key)
            why = item_reason(wanted, now, labels)
            told_by = (wanted.key, wanted.is_on, wanted.quota, wanted.overage)
            what = labels.key(wanted.key)
            yield Part(StepKind.GIVE_ITEM, GiveItem(who, wanted, now), what, why, told_by)

    def _user_parts(self) -> Iterator[Part]:
        account = None if self.inside.admin else account_of(self.company, self.ground)
        if isinstance(account, CreateUser):
            why = "a tenant needs an administrator (ACR-PRV-05)"
            yield Part(StepKind.CREATE_USER, account, "first user", why)
        if not self._was_mailed():
            change = SendActivation(self.ground.newcomer(self.company))
            why = "the first user is told how to sign in (ACR-PRV-07)"
            yield Part(StepKind.SEND_ACTIVATION, change, "activation mail", why)

    def _was_mailed(self) -> bool:
        """Kept; where nobody kept it, production is begun after the mail, so that it tells as well."""
        begun, admin = self.ground.memory.begun.get(self.company.id), self.inside.admin
        if begun is not None and begun.mailed_at is not None:
            return True
        if admin is None or self.tenant is None:
            return False
        is_lost = begun is None and self.tenant.pricing_mode is PricingMode.PRODUCTION
        return admin.is_active or is_lost

    def _wants_production(self) -> bool:
        """Trial to production happens once and never back (LIM-14); what a tenant's mode is, is read."""
        mode = PricingMode.TRIAL if self.tenant is None else self.tenant.pricing_mode
        return self.ground.settings.new_customers.mode is NewMode.PRODUCTION and mode is PricingMode.TRIAL

    def _is_of_an_earlier_month(self) -> bool:
        """A tenant that does not tell its first day may be of any month."""
        if self.tenant is None:
            return False
        made, now = self.tenant.created_at, self.ground.now.astimezone(UTC)
        return made is None or (made.astimezone(UTC).year, made.astimezone(UTC).month) != (
            now.year,
            now.month,
        )

    def _asks(self) -> str:
        memory, company = self.ground.memory, self.company.id
        if company in self.ground.by_hand or company in memory.begun:
            return ""
        if self.tenant is not None:
            return _FOUND
        if company in self.ground.was_mapped:
            return _WAS_MAPPED
        if company in memory.elsewhere:
            return f"the pairing {memory.elsewhere[company]} has a tenant for it already"
        return _LISTED if memory.asked_at is None or company in memory.listed else ""


_WHY_TENANT = "it is sold a mapped service and has no tenant (ACR-PRV-01)"
