"""A month of customers, told in eleven days from 10 March 2026, one cycle a day and more while it is busy.

Customers come, go, come back and are deleted, and two-way sync moves units and quotas. Contracts are billed
by the month from the 20th on, so that a period ends inside these days. What happens on a day happens before
that day's cycle. Oak stays as it is from the first day to the last, and so does a tenant that nobody mapped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from psabridge.engine.mapping import Keeping, map_rows, read_directory
from psabridge.rules.customers.mapping import Named
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.scenes.furnishing import GB, Customer, Payg
from psabridge_proof.furnished import open_unfurnished
from psabridge_proof.installation import PERSON, Installation
from tests.proof.world import FIRST, SERVERS, Firm, Order, Stretch, World

DAYS = 11
MAPPED_ON = 4
WORKSTATIONS = "pw_base_workstations"
BEGAN, UNTIL = date(2025, 12, 20), date(2027, 12, 19)
# Deletion is switched on by name: nothing waits for a person.
LEAVING = {
    "disables": True,
    "disable_after": 2,
    "deletes": True,
    "delete_after": 4,
    "deletes_unasked": True,
}
AUTOMATIC = {"billing": "automatic", "provisioning": "automatic", "deprovisioning": "automatic"}


@dataclass(slots=True)
class Customers(World):
    def happens(self, day: int) -> None:
        if day in EVENTS:
            EVENTS[day](self)
        self._use(min(day, DAYS - 1))

    def _use(self, day: int) -> None:
        """Pay as you go moves every other day; what is prepaid is used below its quota, and says nothing."""
        for name, beginning in (("Ash Clinic", 8), ("Meadow Dental", 3), ("Cedar Works", 5)):
            for tenant in self._tenants(name):
                self.acronis.set_usage(tenant.id, "workstations", beginning + day // 2, None)
        for tenant in self._tenants("Meadow Dental"):
            for usage_name in ("storage", "class2_storage"):
                self.acronis.set_usage(tenant.id, usage_name, (20 + day // 3) * GB, self.storage)

    def _tenants(self, name: str) -> list[Tenant]:
        return [one for one in self.acronis.tenants.values() if one.name == name and one.deleted_at is None]

    def choose(self, pairing: dict[str, Any]) -> None:
        pairing["services"].append(self.new_service("Server backup"))
        pairing["modes"] = AUTOMATIC
        pairing["leaving"] = LEAVING
        pairing["creates_customers"] = True
        pairing["new_customers"] = {"two_factor": True}
        pairing["two_way"] = {"is_on": True, "billing_code": self.billing_code, "period_type": 1}
        pairing["writes_tags"] = True

    def act(self, day: int, bridge: Installation) -> None:
        """On one day a person maps Cedar; where a mapping was lost with its database, once more."""
        cedar = self.firms["Cedar Works"].customer
        known = any(row.tenant == cedar.tenant_id for row in bridge.settings.customers)
        if day < MAPPED_ON or known:
            return
        directory = read_directory(bridge.settings, bridge.ports)
        keeping = Keeping(bridge.bridge.mappings, bridge.ports, PERSON)
        row = Named(str(cedar.company_id), cedar.tenant_id)
        (judged,) = map_rows([row], bridge.settings, directory, keeping, may_add=False)
        assert judged.mapping is not None, judged

    # ---- what people do at the vendors

    def arrive(self, name: str, *, payg: Payg | None, units: Mapping[str, int]) -> None:
        """A company, whom to write to, and what it is sold."""
        first, last = name.split()
        company = self.autotask.add_company(name)
        self.autotask.add_contact(company, first, last, f"{first}@{last}.example".lower(), primary=True)
        self.sold_to(Customer(name, company, ""), payg=payg, units=units)

    def sold_to(self, customer: Customer, *, payg: Payg | None, units: Mapping[str, int]) -> None:
        self.sign(customer.name, customer, Order(payg, BEGAN, 24, units))

    def ends(self, name: str, last: date) -> None:
        self.autotask.life.move_end(self.firms[name].contract, last)

    def set_quota(self, name: str, item: str, quota: int) -> None:
        """Somebody at the provider sets it in Acronis."""
        self.acronis.enable_item(self.firms[name].customer.tenant_id, item, quota=quota, overage=0)


def open_customers(uniqueness: str = "start") -> Customers:
    bare = open_unfurnished({"uniqueness": uniqueness})
    furnishing, sold = bare.furnishing, bare.sell()
    world = Customers(bare.emulation, furnishing, sold, bare.infra, bare.code)
    for name, payg, units in KNOWN:
        customer = furnishing.customer(name, contact=("Kim", name.split()[0]))
        world.sold_to(customer, payg=payg, units={"workstations": units})
        if payg is None:
            furnishing.switch_on(customer, sold["workstations"], units)
    _unmapped(world)
    bare.finish("month of customers")
    return world


KNOWN: tuple[tuple[str, Payg | None, int], ...] = (
    ("Oak Partners", None, 20),
    ("Birch Ltd", None, 25),
    ("Ash Clinic", "Yes", 0),
    ("Yew Studio", None, 12),
)


def _unmapped(world: Customers) -> None:
    """One that a person will map, not yet under contract; and one that is none of ours, marked by another."""
    cedar = world.furnishing.customer("Cedar Works", mapped=False)
    world.firms["Cedar Works"] = Firm(cedar, 0, {})
    other = world.acronis.add_tenant("Somebody else", internal_tag="another system: 7")
    world.acronis.enable_item(other, WORKSTATIONS, quota=3, overage=0)


def _priced(world: Customers) -> None:
    """The service that the bridge made gets its price: without one no new line is made (R9)."""
    for row in world.autotask.database["Services"].all():
        if row["name"] == "Server backup":  # a planted bug makes it twice
            world.autotask.database.change("Services", row["id"], unitPrice=22)
    world.ends("Yew Studio", world.today)


def _sold_and_switched_on(world: Customers) -> None:
    world.sell("Birch Ltd", "workstations", 4)
    world.ends("Ash Clinic", world.today)


def _mapped(world: Customers) -> None:
    """Cedar signs; a person maps it before the day's cycle. At Birch servers are switched on in Acronis."""
    world.sold_to(world.firms["Cedar Works"].customer, payg="Yes", units={"workstations": 0})
    world.set_quota("Birch Ltd", SERVERS, 4)


EVENTS: Mapping[int, Callable[[Customers], None]] = {
    1: lambda world: world.arrive("Meadow Dental", payg="Yes", units={"workstations": 0, "storage": 0}),
    2: _priced,
    3: _sold_and_switched_on,
    4: _mapped,
    5: lambda world: world.arrive("Brook Vets", payg=None, units={"workstations": 6, "storage": 40}),
    6: lambda world: world.set_quota("Birch Ltd", WORKSTATIONS, 33),
    8: lambda world: world.ends("Ash Clinic", UNTIL),
    9: lambda world: world.set_quota("Birch Ltd", WORKSTATIONS, 31),
}


CUSTOMERS = Stretch(
    name="customers",
    open=open_customers,
    days=DAYS,
    settled=((date(2026, 5, 20) - FIRST).days, (date(2026, 5, 24) - FIRST).days),
    period_day=20,
    struck=tuple(range(DAYS)),
    read=(),
    small_until=0,
    strikes=r"(PUT|POST|DELETE) acronis (?!.*/token$)|POST autotask .*/Services$",
)
