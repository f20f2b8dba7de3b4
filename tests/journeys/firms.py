"""Small providers for journeys: a few customers, each with what the test is about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Payg, Sold
from tests.emulated import Running

WORKSTATIONS = "pw_base_workstations"
SERVERS = "pw_base_servers"


@dataclass(frozen=True, slots=True)
class Sale:
    """One service on one contract of a customer."""

    customer: Customer
    sold: Sold
    contract: int
    line: int

    @property
    def tenant(self) -> str:
        return self.customer.tenant_id


class Firms:
    """A provider that sells workstations, servers and storage by the GB."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.furnishing = Furnishing(1, running.autotask, running.acronis)
        self.furnishing.autotask.add_billing_code("Recurring Services")
        self.furnishing.autotask.add_payg_definition()
        sell = self.furnishing.sell
        self.workstations = sell("Workstation backup", "4.50", WORKSTATIONS, usage_name="workstations")
        self.servers = sell("Server backup", "22.00", SERVERS, usage_name="servers")

    def customer(self, name: str) -> Customer:
        return self.furnishing.customer(name, contact=("Kim", "Known"))

    def sale(
        self,
        customer: Customer | str,
        *,
        units: int,
        used: int | None = None,
        sold: Sold | None = None,
        payg: Payg | None = "Yes",
        starts: date = date(2026, 1, 1),
        months: int = 24,
        period_type: int = 2,
        **fields: object,
    ) -> Sale:
        """A contract with one line; without `used` the usage is what the line shows."""
        bought = sold or self.workstations
        who = self.customer(customer) if isinstance(customer, str) else customer
        contract_id, [line] = self.furnishing.contract(
            who,
            f"{bought.usage_name} contract",
            payg=payg,
            starts=starts,
            months=months,
            lines=[(bought, units)],
            period_type=period_type,
        )
        self.furnishing.autotask.database.change("Contracts", contract_id, **fields)
        self.furnishing.use(who, bought, units if used is None else used)
        self.furnishing.switch_on(who, bought, None if payg == "Yes" else units)
        return Sale(who, bought, contract_id, line)

    def second_line(self, sale: Sale, sold: Sold, *, units: int, used: int | None = None) -> Sale:
        """Another service on the same contract."""
        line = self.furnishing.autotask.add_line(sale.contract, sold.service_id, units=units)
        self.furnishing.use(sale.customer, sold, units if used is None else used)
        self.furnishing.switch_on(sale.customer, sold)
        return Sale(sale.customer, sold, sale.contract, line)

    def finish(self) -> None:
        """From now on the back door tells this mapping as the scene's."""
        self.running.emulation.scene.mapping.update(self.furnishing.finish("firms").mapping)


Furnish = Callable[[Firms], Any]


def two_firms(firms: Firms) -> tuple[Sale, Sale]:
    """One that the test is about, and one that must not notice. The first sync reports two workstations."""
    return (
        firms.sale("Meadow Dental", units=10, used=12),
        firms.sale("Other & Sons", units=20, used=21),
    )
