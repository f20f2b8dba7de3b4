"""Providers of any size, four lines per customer, made from a seed."""

import random
from collections.abc import Callable
from datetime import date

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.desk import add_service_desk
from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Sold, units_of


def _words(text: str) -> list[str]:
    return text.split()


_FIRST = _words(
    "Amber Birch Cedar Dale Elder Fern Grove Heath Ivory Jade Keld Loch Maple North Orchard Pine Quarry"
    " River Stone Thorn Umber Vale Willow Yew Zephyr"
)
_SECOND = _words("bridge field gate hill house lane mere port side ton wick wood")
_TRADE = _words(
    "Accounting Bakery Builders Clinic Dental Design Electrical Farms Freight Garage Hotels Interiors"
    " Joinery Legal Logistics Marine Media Optics Pharmacy Plumbing Printing Retail Surveying Textiles"
    " Training Travel Veterinary Wealth"
)
_PEOPLE = _words("Alex Blair Casey Drew Ellis Frankie Glen Harper Indra Jules Kit Lou Morgan Noor")
_STARTS = (date(2025, 6, 1), date(2025, 9, 15), date(2025, 11, 17), date(2026, 1, 1))
# Of a hundred lines so many show last month's units, not what is used now.
_STALE_IN_100 = 8


def of_size(name: str, customers: int) -> Callable[[int], Scene]:
    """A builder for a provider with so many customers."""

    def build(seed: int) -> Scene:
        return _build(name, customers, seed)

    return build


def _build(name: str, count: int, seed: int) -> Scene:
    furnishing = Furnishing.begin(seed)
    dice = random.Random(seed)
    furnishing.autotask.add_billing_code("Recurring Services")
    add_service_desk(furnishing.autotask)
    furnishing.autotask.add_payg_definition()
    storage = furnishing.storage("Frankfurt", "Cloud storage Frankfurt 1")
    total = furnishing.sell_storage("Cloud storage Frankfurt", "0.09", storage, "total")
    counted = _counted(furnishing)
    for number in range(count):
        person = (dice.choice(_PEOPLE), f"Number{number}")
        customer = furnishing.customer(_name(number), contact=person)
        _add_contract(furnishing, dice, customer, (*counted, total))
    return furnishing.finish(name)


def _counted(furnishing: Furnishing) -> tuple[Sold, ...]:
    return (
        furnishing.sell("Workstation backup", "4.50", "pw_base_workstations", usage_name="workstations"),
        furnishing.sell("Server backup", "22.00", "pw_base_servers", usage_name="servers"),
        furnishing.sell("Microsoft 365 seat backup", "2.80", "pw_base_m365_seats", usage_name="mailboxes"),
    )


def _name(number: int) -> str:
    """Different for every number: the parts are counted through, the rest becomes a branch."""
    rest, first = divmod(number, len(_FIRST))
    rest, trade = divmod(rest, len(_TRADE))
    branch, second = divmod(rest, len(_SECOND))
    name = f"{_FIRST[first]}{_SECOND[second]} {_TRADE[trade]}"
    return name if branch == 0 else f"{name} {branch + 1}"


def _add_contract(
    furnishing: Furnishing, dice: random.Random, customer: Customer, sold: tuple[Sold, ...]
) -> None:
    prepaid = dice.randrange(5) == 0
    starts = dice.choice(_STARTS)
    lines = [(what, _line(furnishing, dice, customer, what, prepaid=prepaid)) for what in sold]
    contract_id, _ = furnishing.contract(
        customer,
        "Cyber Protect",
        payg=None if prepaid else "Yes",
        starts=starts,
        months=24,
        lines=lines,
    )
    furnishing.post_past(contract_id, starts)


def _line(
    furnishing: Furnishing, dice: random.Random, customer: Customer, sold: Sold, *, prepaid: bool
) -> int:
    """The units on the contract, after usage and item were set to match."""
    if sold.infra_id is None:
        amount = dice.randrange(1, 60)
        furnishing.use(customer, sold, amount)
    else:
        amount = dice.randrange(20, 2000) * sold.unit_size - dice.randrange(sold.unit_size)
        free = amount // 5
        furnishing.use_storage(customer, sold.infra_id, class_1=free, class_2=amount - free)
    units = units_of(sold, amount)
    if prepaid:
        furnishing.switch_on(customer, sold, units + 5)
        return units + 5
    furnishing.switch_on(customer, sold)
    return max(units - 1, 0) if dice.randrange(100) < _STALE_IN_100 else units
