"""What happens around a bridge of a market: firms come and go, and people act. Each is a word.

Firms are named by their place, so that a script fits every world.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psabridge_proof.living import Living
from tests.proof.market import ITEMS, LATER, NEW_SERVICE, Firm, Market
from tests.proof.market_judge import MarketJudge

# What is on its way this long is dead, and a read shows everything older (protocol 2.1).
DEAD_AFTER = timedelta(minutes=75)


class MarketPeople(Living):
    market: Market
    judge: MarketJudge
    _unclear: dict[str, datetime]  # when a request about it left whose end is not known

    # ---- what customers and the office do

    def arrive(self, *, payg: bool, units: int, contact: bool, taken: str) -> None:
        """`taken`: a tenant of the name, or a user of the login, is there already."""
        firm = self.market.arrives(payg=payg, units=units, contact=contact)
        if firm is None:
            return
        acronis = self.market.acronis
        if taken == "name":
            self.market.by_hand.add(acronis.add_tenant(firm.name))
        elif taken == "login":
            other = acronis.add_tenant(f"{firm.name} elsewhere")
            self.market.by_hand.add(other)
            first = firm.name.split()[0].lower()
            self.market.add_user(other, f"kim@{first}.example")

    def end(self, *, firm: int, days: int) -> None:
        """All that is sold to it ends so many days from today."""
        found, ends = self.market.firm(firm), self.market.billing_day + timedelta(days=days)
        self._move_ends(found, ends)

    def come_back(self, *, firm: int) -> None:
        """Its contracts go on after all."""
        self._move_ends(self.market.firm(firm), LATER)

    def _move_ends(self, firm: Firm, ends: date) -> None:
        for number in firm.contracts:
            self.market.control("autotask", "contract", {"contract": number, "end": ends.isoformat()})

    def buy(self, *, firm: int, payg: bool, units: int, days: int) -> None:
        """A contract more, which begins so many days from today."""
        found = self.market.firm(firm)
        if len(found.contracts) < 3:
            starts = self.market.billing_day + timedelta(days=days)
            self.market.sells(found, payg="Yes" if payg else None, units=units, starts=starts)

    def kind(self, *, firm: int, payg: str | None) -> None:
        for number in self.market.firm(firm).contracts[-1:]:
            body = {"entity": "Contracts", "id": number, "udfs": {"Acronis PAYG": payg}}
            self.market.control("autotask", "edit", body)

    def status(self, *, firm: int, active: bool) -> None:
        for number in self.market.firm(firm).contracts:
            self.market.control("autotask", "contract", {"contract": number, "status": int(active)})

    def company(self, *, firm: int, active: bool) -> None:
        values = {"isActive": active}
        body = {"entity": "Companies", "id": self.market.firm(firm).company, "values": values}
        self.market.control("autotask", "edit", body)

    def units(self, *, firm: int, change: int) -> None:
        """Somebody changes what is ordered."""
        for line in list(self.market.lines(self.market.firm(firm)))[:1]:
            body = {"line": line["id"], "day": f"{self.market.billing_day}", "change": change}
            with suppress(AssertionError):  # the vendor may refuse it
                self.market.control("autotask", "foreign-edit", body)

    def price(self) -> None:
        """A person gives the new service its price; without one nothing is sold (R9)."""
        for number in self.market.service(NEW_SERVICE):
            self.market.autotask.database.change("Services", number, unitPrice=Decimal(22))

    def add_line(self, *, firm: int) -> None:
        """A person puts the new service on the contract, unless one of ours may be on its way there."""
        found, made = self.market.firm(firm), self.market.service(NEW_SERVICE)
        there = {line["serviceID"] for line in self.market.lines(found)}
        if made and made[0] not in there and found.contracts and not self._may_be_late("line"):
            self.market.autotask.add_line(found.contracts[-1], made[0], units=2)

    def hide(self, *, firm: int) -> None:
        """The bridge's user may not see its contracts any more."""
        self.market.hidden.add(self.market.firm(firm).company)
        self._let_see()

    def show_again(self) -> None:
        self.market.hidden.clear()
        self._let_see()

    def _let_see(self) -> None:
        hidden = [
            one for firm in self.market.firms if firm.company in self.market.hidden for one in firm.contracts
        ]
        self.market.control("autotask", "user", {"hidden_contracts": hidden})

    # ---- what people do in Acronis

    def order(self, *, firm: int, item: int, units: int | None, on: bool) -> None:
        """A person sets a quota there, or switches an item on or off."""
        for tenant in self._tenants(firm):
            name = ITEMS[item % len(ITEMS)]
            status = 1 if on else 0
            self.market.acronis.enable_item(
                tenant, name, quota=units if on else None, overage=0, status=status
            )

    def usage(self, *, firm: int, item: int, amount: int) -> None:
        for tenant in self._tenants(firm):
            name = ("workstations", "servers")[item % len(ITEMS)]
            self.market.acronis.set_usage(tenant, name, amount)

    def touch(self, *, firm: int, fields: dict[str, Any]) -> None:
        """A person edits the tenant; not while an answer about it is still awaited."""
        for tenant in self._tenants(firm):
            if self._may_be_late(tenant):
                continue
            if fields.get("enabled") and tenant in self.judge.disabled:
                self.judge.reopened(tenant)
            self.judge.disabled.pop(tenant, None)
            self.market.control("acronis", "tenant/edit", {"tenant": tenant, "fields": fields})

    def remove(self, *, firm: int) -> None:
        for tenant in self._tenants(firm):
            if not self._may_be_late(tenant):
                self.judge.disabled.pop(tenant, None)
                self.market.control("acronis", "tenant/delete", {"tenant": tenant})

    def move(self, *, firm: int, out: bool) -> None:
        parent = {} if out else {"parent": self.market.acronis.root_id}
        for tenant in self._tenants(firm):
            self.judge.disabled.pop(tenant, None)
            self.judge.away.add(tenant)
            self.market.control("acronis", "tenant/move", {"tenant": tenant, **parent})

    def _tenants(self, firm: int) -> list[str]:
        """Those that are there of this firm: mapped, of its name or with its mark."""
        found = self.market.firm(firm)
        mapped = {row.tenant for row in self.judge.settings.customers if row.company == found.company}
        mark = f"{self.market.tag}{found.company}"
        return [
            one.id
            for one in self.market.alive()
            if one.id in mapped or one.name == found.name or one.internal_tag == mark
        ]

    def _may_be_late(self, what: str) -> bool:
        left = self._unclear.get(what)
        return left is not None and self.market.now - left < DEAD_AFTER
