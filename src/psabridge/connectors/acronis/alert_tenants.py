"""Whose an alert is. It names its tenant by a number that nothing else uses (Ac31)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from psabridge.clients.acronis.alert_records import Alert, AlertTenant, CustomerAlertCount
from psabridge.clients.acronis.answers import TenantList, UsageList
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.acronis.requests.alerts import AlertFilter
from psabridge.kit.clock import Clock
from psabridge.rules.words import TenantId

LASTS = timedelta(hours=1)  # tenants move and get new names


@dataclass(frozen=True, slots=True)
class Known:
    """Tenants in our sight, and which of them each number means."""

    root: TenantId | None = None
    parents: Mapping[TenantId, TenantId] = field(default_factory=dict)
    names: Mapping[TenantId, str] = field(default_factory=dict)
    numbers: Mapping[str, TenantId] = field(default_factory=dict)
    is_partial: bool = False  # a row could not be read: who is not found may still be there
    asked: frozenset[AlertTenant] = frozenset()  # looked for in vain when this was read
    good_until: datetime | None = None

    def tenant(self, named: AlertTenant) -> TenantId | None:
        return self.numbers.get(named.id) if named.uuid is None else TenantId(named.uuid.lower())

    def finds(self, named: AlertTenant) -> bool:
        return self.tenant(named) in self.parents

    def upwards(self, named: AlertTenant) -> tuple[TenantId, ...] | None:
        """Its own, then those above it; empty: nobody can tell. None: it could not be read this time."""
        own = self.tenant(named)
        if own is None or own not in self.parents:
            return None if self.is_partial else tuple(one for one in (own,) if one is not None)
        return self._chain(own)

    def _chain(self, own: TenantId) -> tuple[TenantId, ...] | None:
        chain = [own]
        while chain[-1] != self.root:
            above = self.parents.get(chain[-1])
            if above is None or above in chain:
                return None
            chain.append(above)
        return tuple(chain)

    def path(self, tenant: TenantId) -> list[str]:
        """Names of those above it, the nearest first."""
        return [self.names[one] for one in (self._chain(tenant) or ())[1:]]

    @classmethod
    def of(cls, root: TenantId, tenants: TenantList, numbers: Mapping[str, TenantId]) -> "Known":
        """A number once known stays: a tenant that left must not turn its alerts into somebody else's."""
        found = {TenantId(one.id): one for one in tenants.tenants}
        return cls(
            root=root,
            parents={key: TenantId(one.parent_id) for key, one in found.items()},
            names={key: one.name for key, one in found.items()},
            numbers=dict(numbers),
            is_partial=bool(tenants.spoilt),
        )


@dataclass(slots=True)
class TenantShelf:
    """What was read last. Kept between cycles, it saves their reads."""

    known: Known = field(default_factory=Known)


@dataclass(frozen=True, slots=True)
class AlertTenants:
    client: AcronisClient
    clock: Clock
    shelf: TenantShelf

    def know(self, alerts: Iterable[Alert]) -> Known:
        """Read anew where an alert names somebody who was not looked for yet, and from time to time."""
        known, named = self.shelf.known, {alert.tenant for alert in alerts}
        unknown = {one for one in named if not known.finds(one)}
        is_fresh = known.good_until is not None and self.clock.now() < known.good_until
        if unknown <= known.asked and (is_fresh or not named):
            return known
        read = self._read(named)
        vain = frozenset(one for one in named if not read.finds(one))
        # Numbers that could not be read are asked for again with the next look.
        asked = frozenset[AlertTenant]() if read.is_partial else vain
        self.shelf.known = replace(read, asked=asked, good_until=self.clock.now() + LASTS)
        return self.shelf.known

    def _read(self, named: Iterable[AlertTenant]) -> Known:
        """The tree, then usages of tenants without a number, then names of customers, as far as needed."""
        root = self.client.own_tenant()
        known = Known.of(TenantId(root), self.client.tenants_below(root), self.shelf.known.numbers)
        numbers = {one.id for one in named if one.uuid is None}
        is_whole = not known.is_partial
        if numbers - known.numbers.keys():
            has_number = set(known.numbers.values())
            lacking = sorted(tenant for tenant in known.parents if tenant not in has_number)
            known = with_usages(known, self.client.usages(lacking))
        # In a tree with holes a name could be that of another one, who was not read.
        if is_whole and numbers - known.numbers.keys():
            shown = self.client.alerts.by_customer(AlertFilter(show_deleted=True))
            known = with_names(known, shown)
        return known


def with_usages(known: Known, usages: UsageList) -> Known:
    """Rows of usage carry both: the published bridge (Ac31). A number of two tenants is nobody's."""
    pairs = [
        (str(row.tenant_id), TenantId(tenant))
        for tenant, rows in usages.by_tenant.items()
        for row in rows
        if row.tenant_id is not None and row.tenant_uuid in {None, tenant}
    ]
    numbers = _only_one([*known.numbers.items(), *pairs])
    return replace(known, numbers=numbers, is_partial=known.is_partial or bool(usages.spoilt))


def with_names(known: Known, customers: Sequence[CustomerAlertCount]) -> Known:
    """A customer without usage is known by its name, or by the names above it where that is not enough."""
    new = [one for one in customers if one.customer_id not in known.numbers]
    pairs = [(one.customer_id, tenant) for one in new for tenant in _named(known, one)]
    return replace(known, numbers={**_only_one(pairs), **known.numbers})


def _named(known: Known, customer: CustomerAlertCount) -> Iterator[TenantId]:
    taken = set(known.numbers.values())
    alike = [
        tenant
        for tenant, name in known.names.items()
        if name == customer.customer_name and tenant not in taken
    ]
    if len(alike) > 1:
        alike = [one for one in alike if _is_below(known, one, customer.parents)]
    yield from alike


def _is_below(known: Known, tenant: TenantId, parents: Sequence[str]) -> bool:
    """Names from the top down; whether the customer's own stands at the end is not said."""
    above = list(reversed(parents))
    own = known.path(tenant)
    return any(
        bool(given) and all(a == b for a, b in zip(given, own, strict=False))
        for given in (above, above[1:] if above[:1] == [known.names[tenant]] else [])
    )


def _only_one(pairs: Iterable[tuple[str, TenantId]]) -> dict[str, TenantId]:
    """Numbers that mean one tenant, of tenants that have one number."""
    of_number, of_tenant = defaultdict[str, set[TenantId]](set), defaultdict[TenantId, set[str]](set)
    for number, tenant in pairs:
        of_number[number].add(tenant)
        of_tenant[tenant].add(number)
    return {
        number: tenant
        for number, found in of_number.items()
        for tenant in found
        if len(found) == 1 and len(of_tenant[tenant]) == 1
    }
