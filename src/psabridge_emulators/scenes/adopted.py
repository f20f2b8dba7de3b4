"""Everything already right, as the vendor's own integration left it: nothing to do (R40)."""

from dataclasses import dataclass
from datetime import date

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.desk import add_service_desk
from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Sold, gigabytes, units_of

_FIRMS = (
    ("Ashdown Glazing", "payg"),
    ("Bellweather Cafes", "prepaid"),
    ("Coldharbour Studios", "payg"),
    ("Dovetail Furniture", "prepaid"),
    ("Elmsett Surgery", "payg"),
    ("Foxglove Publishing", "payg"),
    ("Glenmoor Fishing", "prepaid"),
    ("Hollin Bank Farms", "payg"),
    ("Ivy House Hotel", "payg"),
    ("Jessop Engineering", "prepaid"),
    ("Kilnwood Ceramics", "payg"),
    ("Larkspur Lettings", "payg"),
)
_STARTS = (date(2025, 6, 1), date(2025, 9, 15), date(2025, 11, 17))


@dataclass(frozen=True, slots=True)
class _Catalogue:
    storage: str
    total: Sold
    free: Sold
    billed: Sold
    workstations: Sold
    seats: Sold


def build(seed: int) -> Scene:
    adopted = Furnishing.begin(seed)
    adopted.autotask.add_billing_code("Recurring Services")
    add_service_desk(adopted.autotask)
    adopted.autotask.add_payg_definition()
    catalogue = _catalogue(adopted)
    for number, (name, kind) in enumerate(_FIRMS):
        customer = adopted.customer(name, contact=("Ada", "Adopted"), internal_tag=True)
        starts = _STARTS[number % len(_STARTS)]
        if kind == "payg":
            _pays_as_it_goes(adopted, catalogue, customer, starts, number)
        else:
            _paid_before(adopted, catalogue, customer, starts, number)
    return adopted.finish("adopted")


def _catalogue(adopted: Furnishing) -> _Catalogue:
    storage = adopted.storage("Zurich", "Cloud storage Zurich 1")
    return _Catalogue(
        storage=storage,
        total=adopted.sell_storage("Cloud storage Zurich", "0.10", storage, "total"),
        free=adopted.sell_storage("Cloud storage Zurich free", "0.00", storage, "class1"),
        billed=adopted.sell_storage("Cloud storage Zurich billed", "0.13", storage, "class2"),
        workstations=adopted.sell(
            "Workstation backup", "4.50", "pw_base_workstations", usage_name="workstations"
        ),
        seats=adopted.sell("Microsoft 365 seat backup", "2.80", "pw_base_m365_seats", usage_name="mailboxes"),
    )


def _pays_as_it_goes(
    adopted: Furnishing, catalogue: _Catalogue, customer: Customer, starts: date, number: int
) -> None:
    """Units equal usage; every item is on without a limit. Every second one is billed by class."""
    counts = {catalogue.workstations: 8 + number, catalogue.seats: 11 + 2 * number}
    class_1, class_2 = gigabytes(40 + number), gigabytes(f"{200 + 13 * number}.5")
    by_class = {catalogue.free: class_1, catalogue.billed: class_2}
    amounts = counts | (by_class if number % 4 == 0 else {catalogue.total: class_1 + class_2})
    for sold, amount in counts.items():
        adopted.use(customer, sold, amount)
    adopted.use_storage(customer, catalogue.storage, class_1=class_1, class_2=class_2)
    for sold in amounts:
        adopted.switch_on(customer, sold)
    lines = [(sold, units_of(sold, amount)) for sold, amount in amounts.items()]
    contract_id, _ = adopted.contract(
        customer, "Cyber Protect, as used", payg="Yes", starts=starts, months=24, lines=lines
    )
    adopted.post_past(contract_id, starts)


def _paid_before(
    adopted: Furnishing, catalogue: _Catalogue, customer: Customer, starts: date, number: int
) -> None:
    """Quotas equal units; usage stays below them and is not reported."""
    bought = {catalogue.workstations: 10 + number, catalogue.seats: 15 + number, catalogue.total: 300}
    adopted.use(customer, catalogue.workstations, 9 + number)
    adopted.use(customer, catalogue.seats, 12 + number)
    adopted.use_storage(customer, catalogue.storage, class_1=gigabytes(20), class_2=gigabytes("240.25"))
    for sold, units in bought.items():
        adopted.switch_on(customer, sold, units)
    contract_id, _ = adopted.contract(
        customer, "Cyber Protect, fixed", payg="No", starts=starts, months=24, lines=bought.items()
    )
    adopted.post_past(contract_id, starts)
