"""What the vendors hold in the end: what two runs are compared by."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

from psabridge_emulators.acronis.records import Tenant
from tests.proof.world import FIRST, Landed, World

# Nothing is taken from a tenant that has it: what was to be taken or given back is still to come.
LATER = {("enabled", "disabled"), ("disabled", "deleted"), ("enabled", "deleted"), ("disabled", "enabled")}

# The days that are lived, and the period after them: a change dated ahead shows here.
SHOWN = tuple(FIRST - timedelta(days=9) + timedelta(days=n) for n in range(71))


@dataclass(frozen=True, slots=True)
class Ending:
    landed: tuple[Landed, ...]  # by our user of the API, sorted: what was billed
    foreign: int  # how many changes of others there are
    units: dict[str, tuple[int | None, ...]]  # by line, on every day
    lines: tuple[str, ...]  # a doubled one stands here twice
    items: dict[str, tuple[object, ...]]  # by tenant and item: switched on, quota, overage
    services: tuple[str, ...]
    definitions: int
    options: tuple[str, ...]  # of lists of the tenant's own fields
    tenants: tuple[str, ...]  # each with its tag and its users
    states: dict[str, str]  # of tenants by name: enabled, disabled, deleted
    mails: tuple[str, ...]  # to whom

    @classmethod
    def of(cls, month: World) -> "Ending":
        autotask, places = month.autotask, month.places()
        ours = [one for one in autotask.ledger.adjustments if one.by == "api"]
        tables = autotask.database
        return cls(
            landed=tuple(sorted((places[one.line_id], one.effective_date, one.unit_change) for one in ours)),
            foreign=len(autotask.ledger.adjustments) - len(ours),
            units={place: autotask.units_on_days(line, SHOWN) for line, place in places.items()},
            lines=tuple(sorted(places.values())),
            items=_items(month),
            services=tuple(sorted(row["name"] for row in tables["Services"].all())),
            definitions=len(list(tables["UserDefinedFieldDefinitions"].all())),
            options=tuple(
                sorted(str(row["valueForDisplay"]) for row in tables["UserDefinedFieldListItems"].all())
            ),
            tenants=tuple(sorted(_told_tenant(month, one) for one in month.acronis.tenants.values())),
            states=_states(month),
            mails=tuple(sorted(mail["to"] for mail in month.acronis.mails)),
        )

    @property
    def sums(self) -> dict[str, int]:
        """What landed on each line altogether, whatever its days."""
        summed: Counter[str] = Counter()
        for line, _, change in self.landed:
            summed[line] += change
        return dict(summed)

    def differs(self, other: "Ending", *, since: date | None = None) -> list[str]:
        """In words, what is not the same. With `since`, dates before it may differ, sums may not."""
        found = []
        if since is None and self.landed != other.landed:
            ours, theirs = Counter(self.landed), Counter(other.landed)
            found.append(f"landed besides: {_told(ours - theirs)}; did not land: {_told(theirs - ours)}")
        if self.sums != other.sums:
            found.append(f"sums {self.sums} instead of {other.sums}")
        shown = [n for n, day in enumerate(SHOWN) if since is None or day >= since]
        for line in sorted(self.units.keys() & other.units.keys()):
            units, wanted = self.units[line], other.units[line]
            if any(units[n] != wanted[n] for n in shown):
                found.append(f"line {line} shows {units}, not {wanted}")
        if self.foreign != other.foreign:
            found.append(f"foreign: {self.foreign}")
        return [*found, *self._is_besides(other)]

    def without(self, line: str, tenant: str) -> "Ending":
        """As if there were no such line, and nothing were given to its tenant."""
        return replace(
            self.without_units(line),
            items={name: item for name, item in self.items.items() if not name.startswith(f"{tenant} ")},
        )

    def twins(self, other: "Ending") -> tuple[str, ...]:
        """Lines that are here once more than there."""
        return tuple(Counter(self.lines) - Counter(other.lines))

    def without_units(self, line: str) -> "Ending":
        """As if nothing were billed on the line."""
        return replace(
            self,
            landed=tuple(one for one in self.landed if one[0] != line),
            units={place: units for place, units in self.units.items() if place != line},
        )

    def mailed_again(self, other: "Ending") -> int | None:
        """The most mails besides that one person got; None where another lacks one."""
        ours, theirs = Counter(self.mails), Counter(other.mails)
        return None if theirs - ours else max((ours - theirs).values(), default=0)

    def later(self, other: "Ending") -> list[str]:
        """Tenants to which has not yet been done what was done to the other's."""
        known = self.states.keys() & other.states.keys()
        return sorted(name for name in known if (self.states[name], other.states[name]) in LATER)

    def _is_besides(self, other: "Ending") -> list[str]:
        """What is there besides, and what is not there."""
        names = ("lines", "items", "services", "definitions", "options", "tenants", "states", "mails")
        found = []
        for name in names:
            ours, theirs = _counted(getattr(self, name)), _counted(getattr(other, name))
            if ours != theirs:
                found.append(f"{name} besides: {_listed(ours - theirs)}; missing: {_listed(theirs - ours)}")
        return found


def _counted(held: object) -> Counter[str]:
    if isinstance(held, dict):
        return Counter(f"{name}={value}" for name, value in held.items())
    return Counter(held if isinstance(held, tuple) else [f"{held}"])


def _listed(held: Counter[str]) -> str:
    return ", ".join(sorted(held.elements())) or "-"


def _told(landed: Counter[Landed]) -> str:
    return ", ".join(f"{change:+} on {line} from {day}" for line, day, change in landed.elements()) or "-"


def _items(month: World) -> dict[str, tuple[object, ...]]:
    items: dict[str, tuple[object, ...]] = {}
    for tenant in month.acronis.tenants.values():
        for one in tenant.items.values() if tenant.kind == "customer" else ():
            quota = one.quota
            told = (None, None) if quota is None else (quota.value, quota.overage)
            items[f"{tenant.name} {one.kind.name} {one.infra_id}"] = (one.status, *told)
    return items


def _states(month: World) -> dict[str, str]:
    states: dict[str, str] = {}
    for tenant in month.acronis.tenants.values():
        states[tenant.name] = "enabled" if tenant.enabled else "disabled"
        if tenant.deleted_at is not None:
            states[tenant.name] = "deleted"
    return states


def _told_tenant(month: World, tenant: Tenant) -> str:
    """What a bridge may write to it, its users included; a doubled one is told twice."""
    users = sorted(
        f"{user.login} ({', '.join(sorted(policy['role_id'] for policy in user.policies))})"
        for user in month.acronis.users.values()
        if user.tenant_id == tenant.id and user.deleted_at is None
    )
    factor = "with" if tenant.mfa else "without"
    told = (
        f"{tenant.name} in {tenant.mode}, tag {tenant.internal_tag}",
        f"applications {len(tenant.applications)}",
        f"{factor} a second factor",
        f"users {', '.join(users) or 'none'}",
    )
    return "; ".join(told)
