"""What must hold of customers that come and go, judged by what the vendors hold and by what happened.

Nothing is asked of the bridge but what its operator decided. What was sent is judged as it leaves, so that a
request that gets lost is judged as well.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import CompanyId, Mode, TenantId, WorkKind
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.frame.calls import route_of
from psabridge_emulators.frame.wire import Request
from psabridge_proof.judge import Violation
from tests.proof.market import NEW_SERVICE, Firm, Market

TENANT = re.compile(r"/tenants/([^/]+)$")
INSIDE = re.compile(r"/tenants/([^/]+)/(pricing|offering_items)$")
A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Days:
    """Days without a sale that the bridge may have counted at most, and whether it saw anything sold."""

    looked_at: dict[date, bool] = field(default_factory=dict)  # False: a look found something, or too little
    was_sold: bool = False

    @property
    def most(self) -> int:
        """The first day was not without a sale from its beginning, and the last one is not over."""
        inner = sorted(self.looked_at)[1:-1]
        return sum(self.looked_at[day] for day in inner)


@dataclass(slots=True)
class MarketJudge:
    """`excused`: firms that somebody changed inside the cycle; what was read of them no longer held."""

    market: Market
    settings: PairingSettings
    checked: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)  # writes that left, by what they are
    person: bool = False  # a person has released what is sent now
    excused: set[int] = field(default_factory=set)
    days: dict[int, Days] = field(default_factory=dict)
    disabled: dict[str, datetime] = field(default_factory=dict)  # by us, and touched by nobody since
    away: set[str] = field(default_factory=set)  # tenants that were moved out of sight once
    doubled: set[str] = field(default_factory=set)  # delivered twice by something in between
    _sold: dict[int, bool] = field(default_factory=dict)
    _seen: int = 0

    def hold(self, invariant: str, text: str, *, holds: bool) -> None:
        self.checked[invariant] += 1
        if not holds:
            raise Violation(invariant, text)

    # ---- what the bridge may have counted

    def begins(self) -> None:
        """A cycle looks at everything now."""
        self._sold = {firm.company: self.market.is_sold_to(firm) for firm in self.market.firms}
        for firm in self.market.firms:
            days = self.days.setdefault(firm.company, Days())
            days.looked_at.setdefault(self.market.billing_day, True)
            is_seen = self._sold[firm.company] and self._is_mapped(firm) and self.settings.leaving.is_on
            days.was_sold = days.was_sold or is_seen

    def ended(self) -> None:
        """It came to its end, so what it saw is kept."""
        for firm in self.market.firms:
            days = self.days[firm.company]
            if self._sold[firm.company] or self._starts_anew(firm):
                days.looked_at.clear()
            elif self._is_unclear(firm):
                days.looked_at[self.market.billing_day] = False
            if not self._is_mapped(firm) or not self.settings.leaving.is_on:
                days.was_sold = False

    def _starts_anew(self, firm: Firm) -> bool:
        return self._is_exempt(firm) or not self._is_mapped(firm) or not self.settings.leaving.is_on

    def _is_unclear(self, firm: Firm) -> bool:
        market = self.market
        return firm.company in market.hidden or not market.is_active(firm) or market.has_later_contract(firm)

    def _is_mapped(self, firm: Firm) -> bool:
        return any(row.company == firm.company for row in self.settings.customers)

    def _is_exempt(self, firm: Firm) -> bool:
        return any(one.company == firm.company for one in self.settings.exempt_customers)

    def reopened(self, tenant: str) -> None:
        """A person enabled it: the days begin anew (ACR-DEP-08)."""
        for row in self.settings.customers:
            if row.tenant == tenant and row.company in self.days:
                self.days[row.company].looked_at.clear()

    # ---- what leaves

    def leaves(self, vendor: str, request: Request) -> None:
        if request.method != "GET" and not request.path.endswith(("/query", "/token")):
            self.sent[f"{request.method} {route_of(request.path)}"] += 1
        if vendor != "acronis" or request.method not in {"PUT", "DELETE"}:
            return
        found = TENANT.search(request.path)
        if found is not None:
            self._tenant(request, self.market.acronis.tenants[found[1]])
        inside = INSIDE.search(request.path)
        if inside is not None:
            body, tenant = request.json(), self.market.acronis.tenants[inside[1]]
            self._production(tenant) if inside[2] == "pricing" else self._items(tenant, body)

    def _tenant(self, request: Request, tenant: Tenant) -> None:
        if request.method == "DELETE":
            self._deletes(tenant)
            return
        body = request.json()
        if "internal_tag" in body:
            self._tags(tenant)
        if body.get("enabled"):
            self._enables(tenant)
        elif "enabled" in body:
            self._disables(tenant)

    def _firm(self, tenant: Tenant, what: str) -> Firm:
        company = self.settings.company_of(TenantId(tenant.id))
        self.hold("mapped", f"{what} '{tenant.name}', which is mapped to nobody", holds=company is not None)
        assert company is not None
        return self.market.firm_of(company)

    def _disables(self, tenant: Tenant) -> None:
        self.sent["disabled"] += 1
        firm = self._firm(tenant, "disables")
        self._may_end(firm, "disables", self.settings.leaving.first_after)
        self.disabled[tenant.id] = self.market.now

    def _deletes(self, tenant: Tenant) -> None:
        firm = self._firm(tenant, "deletes")
        self._may_end(firm, "deletes", self.settings.leaving.delete_after)
        leaving = self.settings.leaving
        self.hold("deletion", f"deletes {firm.name}; that is off", holds=leaving.deletes)
        is_let = self.person or leaving.deletes_unasked
        self.hold("deletion", f"deletes {firm.name} without a person (R61)", holds=is_let)
        since = self.disabled.get(tenant.id)
        text = f"deletes {firm.name}, which it did not disable or somebody touched since (R34)"
        self.hold("deletion", text, holds=since is not None or self._is_excused(firm))
        is_a_day = since is None or self.market.now - since >= A_DAY
        self.hold("deletion", f"deletes {firm.name} within a day of {since} (R37)", holds=is_a_day)

    def _may_end(self, firm: Firm, what: str, after: int) -> None:
        name, market, days = firm.name, self.market, self.days[firm.company]
        mode = self.settings.mode_of(WorkKind.DEPROVISIONING)
        is_let = mode is Mode.AUTOMATIC or (mode is Mode.APPROVE and self.person)
        self.hold("mode", f"{what} {name} in mode {mode}", holds=is_let)
        if self._is_excused(firm):
            return
        self.hold("alive", f"{what} {name}, to which is sold (ACR-DEP-03)", holds=not market.is_sold_to(firm))
        text = f"{what} {name}, whose contracts cannot be seen (R20)"
        self.hold("unknown", text, holds=firm.company not in market.hidden)
        text = f"{what} {name}, which is exempt (ACR-DEP-07)"
        self.hold("exempt", text, holds=not self._is_exempt(firm))
        text = f"{what} {name} after at most {days.most} of {after} days (ACR-DEP-05)"
        self.hold("days", text, holds=days.most >= after)
        is_known = days.was_sold or self.settings.confirmed_on(CompanyId(firm.company)) is not None
        self.hold("R21", f"{what} {name}, whose end nobody saw or confirmed", holds=is_known)

    def _enables(self, tenant: Tenant) -> None:
        self.sent["enabled"] += 1
        firm = self._firm(tenant, "enables")
        if self._is_excused(firm):
            return
        text = f"enables {firm.name}, which it did not disable or somebody touched since (R34)"
        self.hold("R34", text, holds=tenant.id in self.disabled)
        self.hold("R34", f"enables {firm.name}, to which nothing is sold", holds=self.market.is_sold_to(firm))

    def _tags(self, tenant: Tenant) -> None:
        tag = tenant.internal_tag or ""
        is_ours = not tag or tag.startswith(self.market.tag)
        text = f"writes the tag of '{tenant.name}' over '{tag}' (R32)"
        self.hold("R32", text, holds=is_ours or bool(self.excused))

    def _production(self, tenant: Tenant) -> None:
        self.hold("R35", f"begins production of '{tenant.name}' again", holds=tenant.mode == "trial")

    def _items(self, tenant: Tenant, body: Mapping[str, Any]) -> None:
        """Unknown is not zero: nothing is lowered while contracts cannot be seen (R20)."""
        company = self.settings.company_of(TenantId(tenant.id))
        if company is None or company not in self.market.hidden or company in self.excused:
            return
        for row in body["offering_items"]:
            is_on, quota = self.market.item(tenant.id, row["name"])
            wanted = (row.get("quota") or {}).get("value")
            is_lower = is_on and (
                row.get("status") == 0 or (wanted is not None and (quota is None or wanted < quota))
            )
            text = f"lowers {row['name']} of '{tenant.name}', whose contracts cannot be seen"
            self.hold("unknown", text, holds=not is_lower)

    def _is_excused(self, firm: Firm) -> bool:
        return firm.company in self.excused

    # ---- what is there

    def look(self) -> None:
        """After everything that happens: one of everything (promise 1)."""
        self._one_tenant()
        self._one_service()
        self._one_line()
        self._one_change()

    def _one_tenant(self) -> None:
        marks: Counter[str] = Counter()
        for tenant in self.market.of_bridge():
            users = self.market.users_in(tenant.id)
            self.hold("one user", f"'{tenant.name}' has {users} users", holds=users <= 1)
            if tenant.deleted_at is None and tenant.id not in self.away:
                marks[tenant.internal_tag or ""] += 1
        twice = [tag for tag, count in marks.items() if count > 1 and tag.startswith(self.market.tag)]
        self.hold("one tenant", f"tenants made twice: {twice}", holds=not twice)
        mails = Counter(mail["to"] for mail in self.market.acronis.mails)
        self.checked["mails"] += mails.total()

    def _one_service(self) -> None:
        made = len(self.market.service(NEW_SERVICE))
        holds = made <= 1 or "service" in self.doubled
        self.hold("one service", f"there are {made} services '{NEW_SERVICE}'", holds=holds)

    def _one_line(self) -> None:
        rows = self.market.autotask.database["ContractServices"].all()
        found = Counter((row["contractID"], row["serviceID"]) for row in rows)
        twice = [key for key, count in found.items() if count > 1]
        self.hold("one line", f"on contract, service: {twice}", holds=not twice or "line" in self.doubled)

    def _one_change(self) -> None:
        """Our changes of a line never share a day, so a second one is a change billed twice."""
        ours = [one for one in self.market.autotask.ledger.adjustments if one.by == "api"]
        found = Counter((one.line_id, one.effective_date) for one in ours)
        twice = [key for key, count in found.items() if count > 1]
        self.hold("never twice", f"on line, day: {twice}", holds=not twice or "units" in self.doubled)
