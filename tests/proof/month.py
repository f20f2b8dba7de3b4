"""The reference month: three customers with five lines each, 31 days from 10 March 2026, one cycle a day.

Acme and Cedar pay as they go, Birch prepaid; Cedar's contract ends with March. Each has workstations, the
three rows of one storage and a bundle. What happens on a day happens before that day's cycle.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from psabridge_emulators.scenes.furnishing import GB, Furnishing, Payg, Sold
from psabridge_proof.furnished import open_unfurnished
from tests.proof.world import FIRST, Landed, Order, Stretch, World

DAYS = 31
NEW_SERVICE = "Server backup, per server"


@dataclass(slots=True)
class Month(World):
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
        pairing["services"].append(self.new_service(NEW_SERVICE))

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


def open_month(uniqueness: str = "start") -> Month:
    """`uniqueness`: what a second adjustment of a date meets (D15, D16; U of protocol.md)."""
    bare = open_unfurnished({"uniqueness": uniqueness})
    sold = _catalogue(bare.furnishing, bare.infra)
    parts = [sold["mobiles"].service_id, sold["seats"].service_id]
    bundle = bare.furnishing.autotask.add_bundle("Mobile and mail", parts, "5.40")
    month = Month(bare.emulation, bare.furnishing, sold, bare.infra, bare.code)
    for name, payg, months in SIGNED:
        _sign(month, bundle, name, payg, months)
    bare.finish("reference month")
    return month


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


SIGNED: tuple[tuple[str, Payg | None, int], ...] = (
    ("acme", "Yes", 24),
    ("birch", None, 24),
    ("cedar", "Yes", 15),
)
# Prepaid units are what was sold; the pay-as-you-go lines are reported for the first time.
SOLD_UNITS = {"workstations": 25, "total": 120, "class 1": 40, "class 2": 90}


def _sign(month: Month, bundle: int, name: str, payg: Payg | None, months: int) -> None:
    customer = month.furnishing.customer(f"{name.title()} Ltd", contact=("Kim", name.title()))
    units = dict.fromkeys(SOLD_UNITS, 0) if payg else SOLD_UNITS
    firm = month.sign(name, customer, Order(payg, date(2025, 1, 1), months, units))
    seats = month.furnishing.autotask.add_bundle_line(firm.contract, bundle, units=4)
    month.firms[name] = replace(firm, lines={**firm.lines, "bundle": seats})


# ---- what people do in Autotask


def _foreign_edit(month: Month) -> None:
    """Somebody changes a line of ours, on the day on which it would be changed by us."""
    month.sell("acme", "workstations", 3)


def _post(month: Month) -> None:
    """Acme's March is invoiced early: what changes after that waits for April."""
    month.autotask.post_through(month.firms["acme"].contract, date(2026, 3, 31))


EVENTS: Mapping[int, Callable[[Month], None]] = {
    3: lambda month: month.sell("birch", "workstations", 5),
    9: _foreign_edit,
    12: lambda month: month.sell("birch", "total", 30),
    16: lambda month: month.sell("birch", "bundle", 2),
    18: _post,
    21: lambda month: month.sell("birch", "workstations", -4),
    23: lambda month: month.sell("birch", "total", 10),
}

MONTH = Stretch(
    name="month",
    open=open_month,
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
