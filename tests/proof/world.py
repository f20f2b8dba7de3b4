"""A stretch of days that proofs live: both vendors, what happens in them from day to day, and who acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from psabridge_emulators.autotask.lines import KINDS
from psabridge_emulators.frame.clock import SCENE_START
from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Payg, Sold
from psabridge_proof.furnished import service_to_make
from psabridge_proof.installation import Installation
from psabridge_proof.vendors import Vendors

FIRST = SCENE_START.date()
Landed = tuple[str, date, int]  # line by its place, effective date, change
SERVERS = "pw_base_servers"


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer with its contract, and its lines by what is sold on them."""

    customer: Customer
    contract: int
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Order:
    """What a contract says. `payg` None: prepaid."""

    payg: Payg | None
    starts: date
    months: int
    units: Mapping[str, int]  # by what is sold


@dataclass(slots=True)
class World(Vendors):
    """The emulated vendors, furnished. What happens on a day happens before that day's cycle."""

    furnishing: Furnishing
    sold: Mapping[str, Sold]
    storage: str
    billing_code: int
    firms: dict[str, Firm] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set, kw_only=True)

    def begin(self, day: int) -> None:
        """Eight in the morning of a day (0 is the first), and what happened since the last cycle."""
        if day not in self._begun:
            self._begun.add(day)
            self.emulation.clock.set(SCENE_START + timedelta(days=day))
            self.happens(day)

    def happens(self, day: int) -> None:
        """What customers use and people do at the vendors."""
        raise NotImplementedError

    def choose(self, pairing: dict[str, Any]) -> None:
        """What the operator decided besides, in the configuration of the pairing."""

    def act(self, day: int, bridge: Installation) -> None:
        """What a person does with the bridge up to that day, unless it was done and is still known."""

    def put_off(self, day: int) -> list[Landed]:
        """What people could not do on a day, because a fault had changed what they would have changed."""
        raise AssertionError(f"nothing of day {day} can be refused")

    def sign(self, name: str, customer: Customer, order: Order) -> Firm:
        contract, lines = self.furnishing.contract(
            customer,
            f"{name} backup",
            payg=order.payg,
            starts=order.starts,
            months=order.months,
            lines=[(self.sold[line], units) for line, units in order.units.items()],
        )
        self.firms[name] = Firm(customer, contract, dict(zip(order.units, lines, strict=True)))
        return self.firms[name]

    def sell(self, name: str, line: str, change: int) -> None:
        """The office sells more, or less, from today on."""
        self.autotask.adjust(self.firms[name].lines[line], self.today, change)

    def new_service(self, name: str) -> dict[str, Any]:
        """The row of servers, whose service is still to be made."""
        return service_to_make(name, SERVERS, self.billing_code)

    # ---- names

    def places(self) -> dict[int, str]:
        """Every line by where it stands: numbers depend on what was made first."""
        database, found = self.autotask.database, {}
        for kind in KINDS:
            for row in database[kind.lines].all():
                item = database[kind.catalogue].get(row[kind.item_field])
                contract = database["Contracts"].get(row["contractID"])
                assert item is not None
                assert contract is not None
                found[row["id"]] = f"{contract['contractName']}: {item['name']}"
        return found

    def company_of(self, line: int) -> str:
        """Who pays for a line."""
        database = self.autotask.database
        rows = [row for kind in KINDS if (row := database.row(kind.lines, line)) is not None]
        contract = database["Contracts"].get(rows[0]["contractID"])
        assert contract is not None
        company = database["Companies"].get(contract["companyID"])
        assert company is not None
        name: str = company["companyName"]
        return name

    def companies(self) -> list[str]:
        return [row["companyName"] for row in self.autotask.database["Companies"].all()]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which world is lived, and how long. Days are counted from 0."""

    name: str
    open: Callable[[str], World]  # by the uniqueness of adjustments (U of protocol.md)
    days: int  # after them nothing moves
    settled: tuple[int, int]  # the first days of the second period after it: whatever waits is done then
    period_day: int  # of the month, on which its contracts' periods begin
    struck: tuple[int, ...]  # days that hold every kind of write
    read: tuple[int, ...]  # days on which reads are struck, too
    small_until: int  # up to this day rows span several pages where faults strike
    strikes: str  # which writes faults strike: a pattern of method, vendor and route

    @property
    def last(self) -> int:
        """After the days, so that what a person sent again on the last of them is seen."""
        return self.days + 2
