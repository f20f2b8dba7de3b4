"""A fortnight of seven customers, and a book of what each should have, kept without asking the bridge.

The book knows the rules in the trade's own words: usage becomes units at once and falls with the next period;
a prepaid contract and its quotas say the same, whichever side moved; who left is disabled and deleted after
its whole days; who came has one tenant, one user, one mail.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from psabridge_emulators.scenes.furnishing import Customer, Sold
from tests.journeys.firms import SERVERS, WORKSTATIONS, Firms, Sale
from tests.journeys.journey import Journey

BEGINS = date(2026, 3, 10)
DISABLE_AFTER, DELETE_AFTER = 2, 5
FAR = date(2028, 12, 31)
ADJUSTMENT = {"vendor": "autotask", "method": "POST", "path": "/ContractServiceAdjustments$"}
LINE = {"vendor": "autotask", "method": "POST", "path": "/Contracts/[0-9]+/Services$"}
ITEMS = {"vendor": "acronis", "method": "PUT", "path": "/offering_items$"}
TENANT = {"vendor": "acronis", "method": "PUT", "path": "/tenants/[^/]+$"}
CREATION = {"vendor": "acronis", "method": "POST", "path": "/tenants$"}
USER = {"vendor": "acronis", "method": "POST", "path": "/users$"}
DELETION = {"vendor": "acronis", "method": "DELETE", "path": "/tenants/[^/]+$"}
READS = {"vendor": "autotask", "path": "/Contracts/query"}
Event = Callable[["Street"], None]


@dataclass
class Entry:
    """What one customer should have today."""

    quotas: dict[str, int | str]  # by item; what is not named is off
    units: dict[str, int]  # of its one contract, by service
    tenant: str = "enabled"


@dataclass
class Street:
    """The customers, what happened to them, and the book."""

    journey: Journey
    firms: Firms
    sales: dict[str, Sale]
    book: dict[str, Entry] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)

    # ---- what people do; each word stands in the book at once

    def uses(self, name: str, amount: int) -> None:
        tenant, acronis = self.tenant_id(name), self.journey.vendors.acronis
        self.journey.vendors.do(lambda: acronis.set_usage(tenant, "workstations", amount))
        self.book[name].units["Workstation backup"] = amount

    def sets_quota(self, name: str, amount: int, item: str = WORKSTATIONS) -> None:
        """Somebody changes it in Acronis: the contract follows."""
        tenant, acronis = self.tenant_id(name), self.journey.vendors.acronis
        self.journey.vendors.do(lambda: acronis.enable_item(tenant, item, quota=amount, overage=0))
        self.book[name].quotas[item] = amount
        self.book[name].units["Server backup" if item == SERVERS else "Workstation backup"] = amount

    def sells(self, name: str, more: int) -> None:
        """Somebody adds units to the contract in Autotask: the quota follows."""
        journey = self.journey
        body = {"line": self.sales[name].line, "day": f"{journey.today}", "change": more}
        journey.control("foreign-edit", body)
        entry = self.book[name]
        entry.units["Workstation backup"] += more
        entry.quotas[WORKSTATIONS] = entry.units["Workstation backup"]

    def ends(self, name: str) -> None:
        self._move_end(name, self.journey.today)

    def comes_back(self, name: str) -> None:
        """Autotask fills the periods with the level of before."""
        self._move_end(name, FAR)
        self.book[name] = first_book()[name]

    def arrives(self, name: str, payg: Any, units: int) -> None:  # noqa: ANN401  a literal of the scenes
        def happens() -> tuple[int, int, int]:
            autotask, furnishing = self.firms.furnishing.autotask, self.firms.furnishing
            company = autotask.add_company(name)
            mail = f"kim@{name.split(maxsplit=1)[0].lower()}.example"
            autotask.add_contact(company, "Kim", name.split(maxsplit=1)[0], mail, primary=True)
            buyer = Customer(name, company, "")
            contract, [line] = furnishing.contract(
                buyer, "backup", payg=payg, starts=date(2026, 1, 1), months=24, lines=[(self._sold, units)]
            )
            return company, contract, line

        company, contract, line = self.journey.vendors.do(happens)
        self.sales[name] = Sale(Customer(name, company, ""), self._sold, contract, line)
        self.arrived.append(name)
        quota: int | str = "unlimited" if payg == "Yes" else units
        self.book[name] = Entry({WORKSTATIONS: quota}, {"Workstation backup": units})

    @property
    def _sold(self) -> Sold:
        return self.firms.workstations

    def _move_end(self, name: str, day: date) -> None:
        life, contract = self.journey.vendors.autotask.life, self.sales[name].contract
        self.journey.vendors.do(lambda: life.move_end(contract, day))

    # ---- what the vendors hold

    def tenant_id(self, name: str) -> str:
        [found] = [one.id for one in self._tenants() if one.name == name]
        return str(found)

    def held(self) -> dict[str, Entry]:
        """The same book, read off the vendors."""
        return {name: self._entry(name) for name in self.sales}

    def strangers(self) -> list[str]:
        """Tenants that nobody ordered, and those there twice."""
        names = [one.name for one in self._tenants() if one.kind == "customer"]
        return sorted(name for name in names if name not in self.sales or names.count(name) > 1)

    def doubled_lines(self) -> list[tuple[str, int]]:
        rows = self.journey.vendors.do(
            lambda: list(self.journey.vendors.autotask.database["ContractServices"].all())
        )
        lines = [(row["contractID"], row["serviceID"]) for row in rows]
        return [
            (name, service)
            for name, sale in self.sales.items()
            for contract, service in set(lines)
            if contract == sale.contract and lines.count((contract, service)) > 1
        ]

    def welcome(self, name: str) -> tuple[int, int, str]:
        """Of a new customer: its users, the mails to them, and its mode."""
        world, tenant = self.journey.vendors.acronis, self.tenant_id(name)

        def look() -> tuple[int, int, str]:
            users = [one for one in world.users.values() if one.tenant_id == tenant]
            mails = [one for one in world.mails if one["to"] in {user.contact["email"] for user in users}]
            return len(users), len(mails), world.tenants[tenant].mode

        found: tuple[int, int, str] = self.journey.vendors.do(look)
        return found

    def _tenants(self) -> list[Any]:
        found: list[Any] = self.journey.vendors.do(
            lambda: list(self.journey.vendors.acronis.tenants.values())
        )
        return found

    def _entry(self, name: str) -> Entry:
        [tenant] = [one for one in self._tenants() if one.name == name]
        lines = self.journey.lines(self.sales[name].contract)
        state = "deleted" if tenant.deleted_at is not None else "enabled" if tenant.enabled else "disabled"
        return Entry(
            {item: quota for item, quota in self._quotas(tenant.id) if quota != "off"},
            {service: units for service, units in self._units(lines) if units is not None},
            state,
        )

    def _quotas(self, tenant: str) -> Iterator[tuple[str, int | str]]:
        for item in (WORKSTATIONS, SERVERS):
            items = self.journey.vendors.do(
                lambda: {key[1] for key in self.journey.vendors.acronis.tenants[tenant].items}
            )
            if item in items:
                yield item, self.journey.quota(tenant, item)

    def _units(self, lines: Mapping[str, int]) -> Iterator[tuple[str, int | None]]:
        return ((service, self.journey.units(line)) for service, line in sorted(lines.items()))


def furnish(firms: Firms) -> tuple[Firms, dict[str, Sale]]:
    sales = {
        "Meadow Dental": firms.sale("Meadow Dental", units=10, used=12),
        "Fixed Ltd": firms.sale("Fixed Ltd", units=10, used=3, payg="No"),
        "Gone Bakery": firms.sale("Gone Bakery", units=6, used=2, payg="No"),
        "Back Again": firms.sale("Back Again", units=4, used=4),
        "Other & Sons": firms.sale("Other & Sons", units=20, used=21),
    }
    return firms, sales


def first_book() -> dict[str, Entry]:
    """After the first sync: what is used where it is paid as it goes, what was sold where it is prepaid."""
    payg = {"Meadow Dental": 12, "Back Again": 4, "Other & Sons": 21}
    prepaid = {"Fixed Ltd": 10, "Gone Bakery": 6}
    return {
        **{
            name: Entry({WORKSTATIONS: "unlimited"}, {"Workstation backup": units})
            for name, units in payg.items()
        },
        **{
            name: Entry({WORKSTATIONS: units}, {"Workstation backup": units})
            for name, units in prepaid.items()
        },
    }


def disabled_on(last_day: date) -> date:
    """The first day without anything live is no whole one; each cycle looks in the morning."""
    return last_day + timedelta(days=DISABLE_AFTER + 2)


def deleted_on(last_day: date) -> date:
    return last_day + timedelta(days=DELETE_AFTER + 2)
