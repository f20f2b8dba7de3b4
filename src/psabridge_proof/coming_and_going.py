"""Customers come, are mapped by hand, leave and come back: what people do at both vendors and in the bridge.

Newcomers are called by names that are free; a word about one that is not there does nothing, so that a script
can be made shorter anywhere.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.scenes.furnishing import Customer, month_after
from psabridge_proof.furnished import MONTHLY, service_to_make
from psabridge_proof.installation import PAIRING
from psabridge_proof.orders import Orders
from psabridge_proof.surroundings import Surroundings


class ComingAndGoing(Surroundings):
    document: dict[str, Any]
    namesakes: dict[str, str]  # tenants of a newcomer's name that stood there before it
    by_hand: dict[str, str]  # newcomers that a person mapped, and the tenant

    # ---- companies and what is sold to them

    def arrives(
        self,
        *,
        customer: str,
        payg: bool,
        sold: dict[str, int],
        starts: int | None = 0,
        contact: bool = True,
        in_the_way: str = "",
    ) -> None:
        """A company appears. `starts`: its contract does so many days from today; None: it has none yet.

        `in_the_way`: a tenant of its name, or another's user with its login.
        """
        if customer in self.provider.customers:
            return
        name = f"{customer.title()} Ltd"
        company = self.provider.autotask.add_company(name)
        self.provider.customers[customer] = Customer(name, company, "")
        self.provider.newcomers.add(customer)
        if in_the_way == "tenant":
            self.namesakes[customer] = self.provider.acronis.add_tenant(name)
        if in_the_way == "login":
            self.provider.add_user(self.provider.acronis.root_id, _address(customer))
        if contact:
            self.contact(customer=customer)
        if starts is not None:
            self.signs(customer=customer, payg=payg, sold=sold, starts=starts)

    def contact(self, *, customer: str) -> None:
        found = self.provider.customers.get(customer)
        if found is not None and customer in self.provider.newcomers:
            address = _address(customer)
            self.provider.autotask.add_contact(
                found.company_id, "Kim", customer.title(), address, primary=True
            )

    def signs(self, *, customer: str, payg: bool, sold: dict[str, int], starts: int) -> None:
        """A contract of a year, from so many days after today."""
        if customer not in self.provider.customers:
            return
        first = min(self.provider.billing_day + timedelta(days=starts), date.max).replace(day=1)
        if starts > 0:
            first = month_after(first, 1)
        contract, _ = self.provider.furnishing.contract(
            self.provider.customers[customer],
            f"{customer} backup {first}",
            payg="Yes" if payg else None,
            starts=first,
            months=12,
            lines=[(self.provider.sold[name], units) for name, units in sold.items()],
        )
        self.judge.disturb(contract)
        self.judge.customers.changed(customer)

    def leaves(self, *, customer: str, days: int) -> None:
        """All its contracts end so many days from today."""
        if customer not in self.provider.customers:
            return
        for row in self.provider.contracts_of(customer):
            ends = max(self.provider.billing_day + timedelta(days=days), day_of(row["startDate"]))
            if day_of(row["endDate"]) > ends:
                self.provider.control(
                    "autotask", "contract", {"contract": row["id"], "end": ends.isoformat()}
                )
                self.judge.disturb(row["id"])
        self.judge.customers.changed(customer)

    def comes_back(self, *, customer: str) -> None:
        """Its last contract runs again, for a year from the month that it is."""
        rows = self.provider.contracts_of(customer) if customer in self.provider.customers else []
        if not rows:
            return
        last = max(rows, key=lambda row: (row["endDate"], row["id"]))
        ends = month_after(self.provider.billing_day.replace(day=1), 12) - timedelta(days=1)
        self.provider.control("autotask", "contract", {"contract": last["id"], "end": ends.isoformat()})
        self.judge.disturb(last["id"])
        self.judge.customers.changed(customer)

    # ---- people at Acronis

    def clears_the_way(self, *, customer: str) -> None:
        """Somebody renames the tenant that has the newcomer's name."""
        tenant = self.namesakes.get(customer)
        if tenant is not None and customer not in self.by_hand:
            self._edits(tenant, {"name": f"{customer.title()} of old"})
            del self.namesakes[customer]

    def switch_tenant(self, *, customer: str, enabled: bool) -> None:
        """A person disables or enables it, over the bridge."""
        tenant = self._tenant(customer)
        if tenant is not None:
            self._edits(tenant, {"enabled": enabled})

    def tag(self, *, customer: str, text: str) -> None:
        """Another system writes its own tag, or takes one away."""
        tenant = self._tenant(customer)
        if tenant is not None:
            self._edits(tenant, {"internal_tag": text or None})

    def item(self, *, customer: str, name: str, on: bool) -> None:
        """A person switches an item on or off."""
        tenant = self._tenant(customer)
        if tenant is None:
            return
        body = {"tenant": tenant, "name": name, "status": int(on)}
        self.provider.control("acronis", "item", body)
        if not on:
            self.provider.set_by_hand.add((customer, name, 0))

    def _tenant(self, customer: str) -> str | None:
        found = self.provider.tenant_of(customer) if customer in self.provider.customers else None
        return None if found is None or found.deleted_at is not None else found.id

    def _edits(self, tenant: str, fields: dict[str, Any]) -> None:
        self.provider.control("acronis", "tenant/edit", {"tenant": tenant, "fields": fields})
        self.judge.customers.touched(tenant, enabled=fields.get("enabled") is True)

    # ---- what the operator decides

    def settings(self, **settings: Any) -> None:  # noqa: ANN401  as a configuration file says them
        """Modes that are not named stay."""
        pairing = self.document["pairings"][PAIRING]
        modes = {**pairing.get("modes", {}), **settings.get("modes", {})}
        pairing.update(settings | {"modes": modes})
        self.judge.policy = pairing.get("policy", "as_it_changes")
        self.judge.decreases_wait = pairing.get("decreases_wait", True)
        self.judge.close_figure = pairing.get("close_figure", "last")
        self._configure()

    def both_ways(self, *, on: bool) -> None:
        """Two-way sync is switched; services it makes need a code and a period type (LIM-11)."""
        code = self._billing_code()
        self.settings(two_way={"is_on": on, "billing_code": code, "period_type": MONTHLY})

    def offers(self, *, name: str, item: str) -> None:
        """A row is mapped to a service that is still to be made (ACR-MAP-05)."""
        rows = self.document["pairings"][PAIRING]["services"]
        if any(row["item"] == item for row in rows):
            return
        rows.append(service_to_make(name, item, self._billing_code()))
        self.provider.offered[name] = item
        self._configure()

    def prices(self, *, name: str, price: int) -> None:
        """Somebody gives the services of a name a price: before that no line is made of them (R9)."""
        for row in list(self.provider.autotask.database["Services"].all()):
            if row["name"] == name:
                self.provider.autotask.database.change("Services", row["id"], unitPrice=Decimal(price))

    def _billing_code(self) -> int:
        return int(min(row["id"] for row in self.provider.autotask.database["BillingCodes"].all()))

    def map_by_hand(self, *, customer: str) -> None:
        """A person maps a newcomer to the tenant that has its name."""
        tenant = self.namesakes.get(customer)
        if tenant is not None and self.provider.tenant_of(customer) is None:
            self.by_hand[customer] = self.provider.homes[customer] = tenant
            self._configure()

    def unmap(self, *, customer: str) -> None:
        if customer not in self.provider.customers or self.provider.tenant_of(customer) is None:
            return
        self.provider.unmapped.add(customer)
        self._configure()

    def map(self, *, customer: str) -> None:
        if customer not in self.provider.unmapped:
            return
        if customer in self.provider.newcomers:
            self.by_hand[customer] = self.provider.homes[customer]
        self.provider.unmapped.discard(customer)
        self._configure()

    def exempt(self, *, customer: str, ends: bool = False) -> None:
        """The customer stays, whatever its contracts say (R5); `ends`: no longer."""
        self._word_on(customer, "exempt_customers", {"reason": "an agreement"}, is_taken_back=ends)

    def confirm_left(self, *, customer: str) -> None:
        """A person says that it has left (R21)."""
        day = self.provider.billing_day.isoformat()
        self._word_on(customer, "leaving_confirmed", {"day": day}, is_taken_back=False)

    def _word_on(self, customer: str, key: str, word: dict[str, Any], *, is_taken_back: bool) -> None:
        if customer not in self.provider.customers:
            return
        company = self.provider.customers[customer].company_id
        others = [one for one in self.document["pairings"][PAIRING].get(key, []) if one["company"] != company]
        said = others if is_taken_back else [*others, {"company": company, **word}]
        self.settings(**{key: said})

    def _configure(self) -> None:
        """As an operator does who exports first: what the bridge mapped meanwhile stays (R33)."""
        pairing = self.document["pairings"][PAIRING]
        pairing["customers"] = [*self._rows()]
        self.judge.customers.ordered(Orders.of(pairing, frozenset(self.by_hand)))
        self.bridge.configure(self.document)

    def _rows(self) -> list[dict[str, Any]]:
        customers, left = self.provider.customers, self.provider.unmapped
        gone = {customers[name].company_id for name in left}
        rows = self.bridge.wanted()["pairings"][PAIRING]["customers"]
        placed = {customers[name].company_id: tenant for name, tenant in self.by_hand.items()}
        rows += [{"tenant": tenant, "company": company} for company, tenant in placed.items()]
        if self.provider.newcomers:
            known = self.bridge.exported()["pairings"][PAIRING]
            there = {row["company"] for row in rows}
            rows += [row for row in known.get("customers", []) if row["company"] not in there]
        return [row for row in rows if row["company"] not in gone]


def _address(customer: str) -> str:
    return f"kim@{customer}.example"
