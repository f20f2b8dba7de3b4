"""A small provider for lives of months: three customers and those that come, what they use, what is sold.

Acme and Cedar pay as they go, Birch prepaid. What each line should have is told here from the vendors' own
worlds, by the rules of the trade and without a line of the bridge's.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from psabridge_emulators.acronis.records import Item, Tenant
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.scenes.furnishing import GB, Customer, Furnishing, Sold
from psabridge_proof.furnished import Beginning, Furnished, Unfurnished, open_unfurnished

NAMES = ("acme", "birch", "cedar")
ACTIVE = 1
ON = 1
# How many of each are used when the provider opens; storage in GB, as it is billed.
OPENING = {
    ("acme", "workstations"): 12,
    ("acme", "storage"): 40,
    ("birch", "workstations"): 20,
    ("birch", "mobiles"): 4,
    ("cedar", "workstations"): 7,
    ("cedar", "mailboxes"): 9,
}
SOLD_UNITS = {"workstations": 25, "bundle": 6}


@dataclass(frozen=True, slots=True)
class Opening(Beginning):
    contract_day: int = 1  # of the month, on which the periods begin
    cedar_months: int = 36  # full ones that Cedar's contract runs from the start on
    lines_at: int = 0  # units the pay-as-you-go lines show before the first report


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a mapped service, or a bundle, on a contract of a customer."""

    number: int
    contract: int
    customer: str
    sold: Sold | None  # None: a bundle

    @property
    def usage_name(self) -> str:
        return "bundle" if self.sold is None else self.sold.usage_name


@dataclass(slots=True)
class Provider(Furnished):
    customers: dict[str, Customer]
    sold: Mapping[str, Sold]
    infra: str
    used: dict[tuple[str, str], int] = field(default_factory=lambda: dict(OPENING))
    unknown: set[str] = field(default_factory=set)  # customers whose usage is withheld
    unmapped: set[str] = field(default_factory=set)
    posted: dict[int, date] = field(default_factory=dict)  # by contract: everything that begins up to it
    unsure: set[int] = field(default_factory=set)  # contracts whose extra rows were un-posted (D1, D2)
    newcomers: set[str] = field(default_factory=set)  # customers that came without a tenant
    homes: dict[str, str] = field(default_factory=dict)  # of newcomers the tenant, once there is one
    offered: dict[str, str] = field(default_factory=dict)  # services mapped by name, to be made: their items
    set_by_hand: set[tuple[str, str, int]] = field(default_factory=set)  # quotas that a person gave an item

    # ---- what stands at the vendors

    def lines(self) -> list[Line]:
        database = self.autotask.database
        by_company = {one.company_id: name for name, one in self.customers.items()}
        by_service = {one.service_id: one for one in [*self.sold.values(), *self._made()]}
        owners = {row["id"]: by_company[row["companyID"]] for row in database["Contracts"].all()}
        singles = [
            Line(row["id"], row["contractID"], owners[row["contractID"]], by_service[row["serviceID"]])
            for row in database["ContractServices"].all()
        ]
        bundles = [
            Line(row["id"], row["contractID"], owners[row["contractID"]], None)
            for row in database["ContractServiceBundles"].all()
        ]
        return singles + bundles

    def _made(self) -> list[Sold]:
        """What the bridge made of services that are mapped by name."""
        rows = self.autotask.database["Services"].all() if self.offered else []
        items = [(row["id"], self.offered[row["name"]]) for row in rows if row["name"] in self.offered]
        return [
            Sold(number, item, self.acronis.kind_of(item).usage_name, "usage", None, 1)
            for number, item in items
        ]

    def is_active(self, customer: str) -> bool:
        return self.is_active_company(self.customers[customer].company_id)

    def is_live(self, contract: int, day: date) -> bool:
        return self.runs(contract, day) and self.contract(contract)["status"] == ACTIVE

    def wanted(self, line: Line) -> int | None:
        """Units the line should have today; None: nothing may be said, so nothing may be changed."""
        if line.sold is None or line.customer in self.unknown | self.unmapped:
            return None
        is_billed = self.is_payg(line.contract) and self.is_live(line.contract, self.billing_day)
        if not is_billed or not self.is_active(line.customer) or not self.has_tenant(line.customer):
            return None
        used = self.used.get((line.customer, line.usage_name))
        return 0 if used is None and self._is_on(line.customer, line.sold.item) else used

    def _is_on(self, customer: str, item: str) -> bool:
        """What is on and was never used is reported with 0."""
        return any(row.status == ON for row in self._rows(customer, item))

    def shown(self, line: Line) -> int | None:
        return self.autotask.units_on(line.number, self.billing_day)

    def quotas(self) -> Mapping[tuple[str, str], int]:
        """By customer and item the quota that is sold today, over all prepaid contracts (ACR-PRE-05).

        A bundle holds mobiles.
        """
        found: Counter[tuple[str, str]] = Counter()
        for line in self.lines():
            is_prepaid = not self.is_payg(line.contract) and self.is_live(line.contract, self.billing_day)
            units = self.shown(line)
            is_ours = line.customer not in self.unmapped and self.is_active(line.customer)
            is_ours = is_ours and self.is_enabled(line.customer) and line.contract not in self.unsure
            if is_prepaid and units is not None and is_ours:
                item = "pw_base_mobiles" if line.sold is None else line.sold.item
                found[line.customer, item] += units * (1 if line.sold is None else line.sold.unit_size)
        return found

    def quota(self, customer: str, item: str) -> int | None:
        """None: without limit. What is switched off, or not there at all, gives nothing."""
        rows = self._rows(customer, item)
        if not rows or rows[0].status != ON:
            return 0
        return None if rows[0].quota is None else rows[0].quota.value

    def _rows(self, customer: str, item: str) -> list[Item]:
        tenant = self.tenant_of(customer)
        return [] if tenant is None else [row for (_, name, _), row in tenant.items.items() if name == item]

    # ---- whose tenants they are

    def mark_of(self, customer: str) -> str:
        """The tag that names the company (R32)."""
        return f"{self.tag}{self.customers[customer].company_id}"

    def marked(self, customer: str) -> list[Tenant]:
        """Living tenants that carry its mark."""
        mark = self.mark_of(customer)
        return [
            one for one in self.acronis.tenants.values() if one.internal_tag == mark and not one.deleted_at
        ]

    def tenant_of(self, customer: str) -> Tenant | None:
        """Of a newcomer the one with its mark, even after the mark is gone. None: there was none yet."""
        if customer not in self.newcomers:
            return self.acronis.tenants[self.customers[customer].tenant_id]
        known = self.homes.get(customer)
        if known is None or self.acronis.tenants[known].deleted_at is not None:
            known = next((one.id for one in self.marked(customer)), known)
        if known is None:
            return None
        self.homes[customer] = known
        return self.acronis.tenants[known]

    def has_tenant(self, customer: str) -> bool:
        tenant = self.tenant_of(customer)
        return tenant is not None and tenant.deleted_at is None

    def is_enabled(self, customer: str) -> bool:
        tenant = self.tenant_of(customer)
        return tenant is not None and tenant.deleted_at is None and tenant.enabled

    def customer_of(self, tenant: str) -> str | None:
        known = {one.id: name for name in self.customers if (one := self.tenant_of(name)) is not None}
        return known.get(tenant)

    # ---- whether anything is sold to them

    def contracts_of(self, customer: str) -> list[Mapping[str, Any]]:
        company = self.customers[customer].company_id
        return [row for row in self.autotask.database["Contracts"].all() if row["companyID"] == company]

    def is_sold_to(self, customer: str, day: date) -> bool:
        """Something of a mapped service on a contract that runs, whatever its status (R19)."""
        return any(self._is_addition(line, day) for line in self.lines() if line.customer == customer)

    def _is_addition(self, line: Line, day: date) -> bool:
        if not self.runs(line.contract, day):
            return False
        return self.is_payg(line.contract) or self.autotask.units_on(line.number, day) != 0

    def is_to_come(self, customer: str, day: date) -> bool:
        """A contract that begins later keeps its customer (ACR-DEP-06)."""
        return any(day_of(row["startDate"]) > day for row in self.contracts_of(customer))

    def qualifies(self, customer: str) -> bool:
        """Active, and on a contract that runs and is active stands something mapped (ACR-PRV-01)."""
        if not self.is_active(customer):
            return False
        lines = (line for line in self.lines() if line.customer == customer)
        return any(self.is_live(line.contract, self.billing_day) for line in lines)

    # ---- what happens there

    def use(self, customer: str, usage_name: str, amount: int) -> None:
        found = self.tenant_of(customer)
        if found is None:
            return
        self.used[customer, usage_name] = amount
        tenant = found.id
        if usage_name != "storage":
            self.acronis.set_usage(tenant, usage_name, amount)
            return
        for name, gigabytes in (("storage", amount), ("class1_storage", amount), ("class2_storage", 0)):
            self.acronis.set_usage(tenant, name, gigabytes * GB, self.infra)


def open_provider(opening: Opening) -> Provider:
    bare = open_unfurnished(opening.doubts)
    furnishing, sold = bare.furnishing, _catalogue(bare)
    customers = {name: furnishing.customer(f"{name.title()} Ltd", contact=("Kim", name)) for name in NAMES}
    _contracts(furnishing, sold, customers, opening)
    furnishing.settings["time_zone"] = opening.zone
    bare.finish("a small provider")
    bare.emulation.clock.set(opening.start)
    provider = Provider(bare.emulation, furnishing, ZoneInfo(opening.zone), customers, sold, bare.infra)
    for (customer, usage_name), amount in OPENING.items():
        provider.use(customer, usage_name, amount)
    return provider


def _catalogue(bare: Unfurnished) -> dict[str, Sold]:
    sold, sell = bare.sell(), bare.furnishing.sell
    return {
        **sold,
        "mobiles": sell("Mobile backup", "1.50", "pw_base_mobiles", usage_name="mobiles"),
        "mailboxes": sell("Mail seats", "2.10", "pw_base_m365_seats", usage_name="mailboxes"),
    }


def _contracts(
    furnishing: Furnishing, sold: Mapping[str, Sold], customers: Mapping[str, Customer], opening: Opening
) -> None:
    starts = date(opening.start.year - 1, 1, opening.contract_day)
    plans = {
        "acme": ("Yes", 48, ("workstations", "storage")),
        "birch": (None, 48, ("workstations",)),
        "cedar": ("Yes", 12 + opening.start.month + opening.cedar_months, ("workstations", "mailboxes")),
    }
    for name, (payg, months, lines) in plans.items():
        units = [opening.lines_at if payg else SOLD_UNITS[line] for line in lines]
        contract, _ = furnishing.contract(
            customers[name],
            f"{name} backup",
            payg="Yes" if payg else None,
            starts=starts,
            months=months,
            lines=[(sold[line], count) for line, count in zip(lines, units, strict=True)],
        )
        if payg is None:
            parts = [sold["mobiles"].service_id]
            bundle = furnishing.autotask.add_bundle("Mobile pack", parts, "5.40")
            furnishing.autotask.add_bundle_line(contract, bundle, units=SOLD_UNITS["bundle"])
