"""The reference month: three customers with five lines each, 31 days from 10 March 2026, one cycle a day.

Acme and Cedar pay as they go, Birch prepaid; Cedar's contract ends with March. Each has workstations, the
three rows of one storage and a bundle. What happens on a day happens before that day's cycle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from psabridge_emulators.scenes.emulating import emulate
from psabridge_emulators.scenes.furnishing import GB, Customer, Furnishing, Payg, Sold
from tests.proof.world import FIRST, Landed, Stretch, World

DAYS = 31
NEW_SERVICE = "Server backup, per server"
SERVERS = "pw_base_servers"


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer with its contract and lines, in the order of `LINES`."""

    customer: Customer
    contract: int
    lines: Mapping[str, int]

    @property
    def tenant(self) -> str:
        return self.customer.tenant_id


@dataclass(slots=True)
class Month(World):
    sold: Mapping[str, Sold]
    storage: str
    firms: Mapping[str, Firm]
    billing_code: int

    def happens(self, day: int) -> None:
        self._use(min(day, DAYS - 1))
        if day in EVENTS:
            EVENTS[day](self)

    def _use(self, day: int) -> None:
        for number, name in enumerate(("acme", "cedar", "birch")):
            customer = self.firms[name].customer
            self.furnishing.use(customer, self.sold["workstations"], workstations(number, day))
            class_1, class_2 = storage(number, day)
            self.furnishing.use_storage(customer, self.storage, class_1=class_1 * GB, class_2=class_2 * GB)

    def choose(self, pairing: dict[str, Any]) -> None:
        """A service that is still to be made."""
        service = {"name": NEW_SERVICE, "billing_code": self.billing_code, "period_type": 1}
        pairing["services"].append({"item": SERVERS, "service": service, "edition": "pck_per_workload"})

    def put_off(self, day: int) -> list[Landed]:
        """A change that nobody made by hand is ours to make."""
        assert day in EVENTS
        return [(self.places()[self.firms["acme"].lines["workstations"]], self.today, -3)]


def workstations(firm: int, day: int) -> int:
    """Grows through the month, with dips that wait for the next period."""
    return 10 + 5 * firm + (day + firm) // 2 - (2 if (day + firm) % 7 == 3 else 0)


def storage(firm: int, day: int) -> tuple[int, int]:
    """Class 1 moves every fourth day, class 2 every third; on the others nothing of them is written."""
    return 20 + 10 * firm + (day + 2 * firm) // 4, 50 + 20 * firm + (day + firm) // 3 * 2


def open_month(seed: int = 1, *, uniqueness: str = "start") -> Month:
    """`uniqueness`: what a second adjustment of a date meets (D15, D16; U of protocol.md)."""
    emulation = emulate("empty", seed=seed)
    worlds = emulation.scene.worlds
    furnishing = Furnishing(seed, worlds["autotask"], worlds["acronis"])
    furnishing.autotask.doubts = furnishing.autotask.doubts.changed({"uniqueness": uniqueness})
    code = furnishing.autotask.add_billing_code("Recurring Services")
    furnishing.autotask.add_payg_definition()
    infra = furnishing.storage("Frankfurt", "Cloud storage Frankfurt 1")
    sold = _catalogue(furnishing, infra)
    parts = [sold["mobiles"].service_id, sold["seats"].service_id]
    bundle = furnishing.autotask.add_bundle("Mobile and mail", parts, "5.40")
    firms = {
        name: _firm(furnishing, sold, bundle, name, payg, months)
        for name, payg, months in (("acme", "Yes", 24), ("birch", None, 24), ("cedar", "Yes", 15))
    }
    emulation.scene.mapping.update(furnishing.finish("reference month").mapping)
    return Month(emulation, furnishing, sold, infra, firms, code)


def _catalogue(furnishing: Furnishing, infra: str) -> dict[str, Sold]:
    sell, sell_storage = furnishing.sell, furnishing.sell_storage
    return {
        "workstations": sell("Workstation backup", "4.50", "pw_base_workstations", usage_name="workstations"),
        "total": sell_storage("Cloud storage", "0.09", infra, "total"),
        "class 1": sell_storage("Cloud storage, class 1", "0.00", infra, "class1"),
        "class 2": sell_storage("Cloud storage, class 2", "0.12", infra, "class2"),
        "mobiles": sell("Mobile backup", "1.50", "pw_base_mobiles", usage_name="mobiles"),
        "seats": sell("Mail seats", "2.10", "pw_base_m365_seats", usage_name="m365_seats"),
    }


LINES = ("workstations", "total", "class 1", "class 2")
# Prepaid units are what was sold; the pay-as-you-go lines are reported for the first time.
SOLD_UNITS = {"workstations": 25, "total": 120, "class 1": 40, "class 2": 90}


def _firm(
    furnishing: Furnishing, sold: Mapping[str, Sold], bundle: int, name: str, payg: Payg | None, months: int
) -> Firm:
    customer = furnishing.customer(f"{name.title()} Ltd", contact=("Kim", name.title()))
    units = dict.fromkeys(LINES, 0) if payg else SOLD_UNITS
    contract, lines = furnishing.contract(
        customer,
        f"{name} backup",
        payg=payg,
        starts=date(2025, 1, 1),
        months=months,
        lines=[(sold[line], units[line]) for line in LINES],
    )
    seats = furnishing.autotask.add_bundle_line(contract, bundle, units=4)
    return Firm(customer, contract, {**dict(zip(LINES, lines, strict=True)), "bundle": seats})


# ---- what people do in Autotask


def _sell(line: str, change: int) -> Callable[[Month], None]:
    """The office sells Birch more, or less, from today on: the quotas follow."""

    def happens(month: Month) -> None:
        month.autotask.adjust(month.firms["birch"].lines[line], month.today, change)

    return happens


def _foreign_edit(month: Month) -> None:
    """Somebody changes a line of ours, on the day on which it would be changed by us."""
    month.autotask.adjust(month.firms["acme"].lines["workstations"], month.today, 3)


def _post(month: Month) -> None:
    """Acme's March is invoiced early: what changes after that waits for April."""
    month.autotask.post_through(month.firms["acme"].contract, date(2026, 3, 31))


EVENTS: Mapping[int, Callable[[Month], None]] = {
    3: _sell("workstations", 5),
    9: _foreign_edit,
    12: _sell("total", 30),
    16: _sell("bundle", 2),
    18: _post,
    21: _sell("workstations", -4),
    23: _sell("total", 10),
}


def _opened(uniqueness: str) -> World:
    return open_month(uniqueness=uniqueness)


MONTH = Stretch(
    name="month",
    open=_opened,
    days=DAYS,
    settled=((date(2026, 5, 1) - FIRST).days, (date(2026, 5, 5) - FIRST).days),
    period_day=1,
    # First sync with creations, quotas and the marker; increases; a foreign edit; a bundle sold; posted
    # early; the first of April with its decreases; the days after it.
    struck=(0, 3, 9, 16, 18, 22, 24),
    read=(0, 3, 22),
    small_until=4,
    strikes="",
)
