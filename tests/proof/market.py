"""A provider whose customers come and go; what is true of each is told here without the bridge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.scenes.furnishing import Customer, Payg, Sold
from psabridge_proof.furnished import Beginning, Furnished, open_unfurnished

WORKSTATIONS, SERVERS = "pw_base_workstations", "pw_base_servers"
ITEMS = (WORKSTATIONS, SERVERS)
# The bridge has to make it (ACR-MAP-05).
NEW_SERVICE = "Server backup"
FIRST_DAY = date(2026, 1, 1)
LATER = date(2029, 12, 31)
NAMES = ("Known & Sons", "Often Used Ltd", "Meadow Dental", "Hill Farm", "Quay Chandlers", "Ash & Elm")


@dataclass(slots=True)
class Firm:
    """`tenants` are those a person made or mapped; the bridge's own are found by its mark."""

    name: str
    company: int
    contracts: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MarketOpening(Beginning):
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Market(Furnished):
    sold: Mapping[str, Sold]
    code: int  # allocation code of services that are still to be made
    firms: list[Firm] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)  # companies whose contracts the bridge may not see now
    by_hand: set[str] = field(default_factory=set)  # tenants that a person made

    # ---- firms

    def firm(self, nth: int) -> Firm:
        return self.firms[nth % len(self.firms)]

    def firm_of(self, company: int) -> Firm:
        return next(one for one in self.firms if one.company == company)

    def arrives(self, *, payg: bool, units: int, contact: bool) -> Firm | None:
        """A company appears, and buys workstations; None when all that there are have come."""
        if len(self.firms) == len(NAMES):
            return None
        firm = Firm(NAMES[len(self.firms)], 0)
        firm.company = self.autotask.add_company(firm.name)
        if contact:
            first = firm.name.split()[0].lower()
            self.autotask.add_contact(firm.company, "Kim", "New", f"kim@{first}.example", primary=True)
        self.firms.append(firm)
        self.sells(firm, payg="Yes" if payg else None, units=units)
        return firm

    def sells(self, firm: Firm, *, payg: Payg | None, units: int, starts: date = FIRST_DAY) -> None:
        lines = [(self.sold["workstations"], 0 if payg else units)]
        buyer = Customer(firm.name, firm.company, "")
        name = f"{firm.name} {len(firm.contracts) + 1}"
        contract, _ = self.furnishing.contract(buyer, name, payg=payg, starts=starts, months=36, lines=lines)
        firm.contracts.append(contract)

    def lines(self, firm: Firm) -> Iterator[Mapping[str, Any]]:
        rows = self.autotask.database["ContractServices"].all()
        return (row for row in rows if row["contractID"] in firm.contracts)

    def service(self, name: str) -> list[int]:
        return [row["id"] for row in self.autotask.database["Services"].all() if row["name"] == name]

    def is_active(self, firm: Firm) -> bool:
        return self.is_active_company(firm.company)

    def is_sold_to(self, firm: Firm, day: date | None = None) -> bool:
        """Something of ours stands on a contract of these days, whatever its status (R19, ACR-DEP-06)."""
        today = day or self.billing_day
        return any(self._is_addition(line, today) for line in self.lines(firm))

    def has_later_contract(self, firm: Firm) -> bool:
        return any(day_of(self.contract(one)["startDate"]) > self.billing_day for one in firm.contracts)

    def _is_addition(self, line: Mapping[str, Any], day: date) -> bool:
        if not self.runs(line["contractID"], day):
            return False
        if self.is_payg(line["contractID"]):
            return True
        units = self.autotask.units_on(line["id"], day)
        return units is None or units > 0

    def ordered(self, firm: Firm, item: str) -> int | None:
        """What is sold of it on prepaid contracts today; None: nothing is to be told."""
        services = self.service(NEW_SERVICE) if item == SERVERS else [self.sold["workstations"].service_id]
        found = [line for line in self.lines(firm) if line["serviceID"] in services]
        now = [line for line in found if self.runs(line["contractID"], self.billing_day)]
        if not now or any(self.is_payg(line["contractID"]) for line in now):
            return None
        units = [self.autotask.units_on(line["id"], self.billing_day) for line in now]
        return None if None in units else sum(one or 0 for one in units)

    # ---- tenants

    def alive(self) -> list[Tenant]:
        return [one for one in self.acronis.tenants.values() if one.deleted_at is None]

    def of_bridge(self) -> list[Tenant]:
        """Customers that no person made."""
        tenants = self.acronis.tenants.values()
        return [one for one in tenants if one.kind == "customer" and one.id not in self.by_hand]

    def users_in(self, tenant: str) -> int:
        users = self.acronis.users.values()
        return sum(one.tenant_id == tenant and one.deleted_at is None for one in users)

    def item(self, tenant: str, name: str) -> tuple[bool, int | None]:
        """Whether it is on, and its quota; None is without limit."""
        rows = [row for (_, key, _), row in self.acronis.tenants[tenant].items.items() if key == name]
        if not rows or rows[0].status != 1:
            return False, 0
        return True, None if rows[0].quota is None else rows[0].quota.value


def open_market(opening: MarketOpening) -> Market:
    bare = open_unfurnished(opening.doubts)
    furnishing = bare.furnishing
    sold = bare.sell()
    market = Market(bare.emulation, furnishing, ZoneInfo(opening.zone), sold, bare.code)
    for name, payg, units in ((NAMES[0], None, 9), (NAMES[1], "Yes", 0)):
        _known(market, name, payg="Yes" if payg else None, units=units)
    furnishing.settings["time_zone"] = opening.zone
    bare.finish("a market")
    bare.emulation.clock.set(opening.start)
    return market


def _known(market: Market, name: str, *, payg: Payg | None, units: int) -> None:
    """A customer that was mapped before the bridge was switched on."""
    customer = market.furnishing.customer(name, contact=("Ann", "Known"))
    firm = Firm(name, customer.company_id)
    market.firms.append(firm)
    market.by_hand.add(customer.tenant_id)
    market.sells(firm, payg=payg, units=units)
    market.acronis.set_usage(customer.tenant_id, "workstations", units or 7)
    market.furnishing.switch_on(customer, market.sold["workstations"], None if payg else units)
