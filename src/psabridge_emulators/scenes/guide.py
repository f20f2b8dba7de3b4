"""The worked examples of the product's own guide: ACR-STO-18 to -20, R1, and ACR-MAP-08 row by row."""

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.desk import add_service_desk
from psabridge_emulators.scenes.furnishing import (
    GB,
    Customer,
    Furnishing,
    Mapping,
    Sold,
)
from psabridge_emulators.scenes.guide_rows import add_decision_rows

STEP_USAGE = 1


def build(seed: int) -> Scene:
    guide = Furnishing.begin(seed)
    guide.autotask.add_billing_code("Recurring Services")
    add_service_desk(guide.autotask)
    guide.autotask.add_payg_definition()
    _add_storage_samples(guide)
    add_decision_rows(guide)
    return guide.finish("guide")


def _add_storage_samples(guide: Furnishing) -> None:
    storage = guide.storage("XYZ", "Fake_Acronis_Storage")
    total = guide.sell_storage("Acronis pw base storage XYZ", "0.05", storage, "total")
    free = guide.sell_storage("Acronis pw base storage XYZ free", "0.00", storage, "class1")
    billed = guide.sell_storage("Acronis pw base storage XYZ billed", "0.10", storage, "class2")
    only_billed = [_row(guide, billed)]
    both_classes = [_row(guide, free), *only_billed]
    all_rows = [_row(guide, total), *both_classes]
    guide.extra["storage"] = storage
    guide.extra["samples"] = [
        _sample(guide, "ACR-STO-18 prepaid, class 2 only", [(billed, 100)], only_billed),
        _sample(guide, "ACR-STO-19 pay as you go, class 2 only", [(billed, 0)], only_billed),
        _sample(
            guide, "ACR-STO-20 pay as you go, class 1 and class 2", [(free, 0), (billed, 0)], both_classes
        ),
        _sample(guide, "R1 pay as you go, all three rows", [(total, 0), (free, 0), (billed, 0)], all_rows),
    ]


def _row(guide: Furnishing, sold: Sold) -> Mapping:
    return next(row for row in guide.services if row.service_id == sold.service_id)


def _sample(
    guide: Furnishing, name: str, lines: list[tuple[Sold, int]], ticked: list[Mapping]
) -> dict[str, object]:
    """A customer with nothing used yet; 60 GB, 10 of class 1 and 50 of class 2, come later."""
    customer = guide.customer(name, contact=("Gita", "Guide"))
    prepaid = "prepaid" in name
    contract_id, line_ids = guide.contract(
        customer, f"{name.split(' ', maxsplit=1)[0]} contract", payg="No" if prepaid else "Yes", lines=lines
    )
    _use_nothing(guide, customer, lines[0][0])
    guide.later_storage(
        STEP_USAGE, "60 GB in total, 50 GB of it class 2", customer, _storage(lines), (10 * GB, 50 * GB)
    )
    return {
        "sample": name,
        "company_id": customer.company_id,
        "tenant_id": customer.tenant_id,
        "contract_id": contract_id,
        "lines": {sold.measure: line for (sold, _), line in zip(lines, line_ids, strict=True)},
        # The boxes ticked in the sample's own picture; `services` above ticks all three.
        "services": [row.as_json() for row in ticked],
        "expected_quota": "unlimited",
        "expected_units": _expected(prepaid=prepaid, lines=lines),
    }


def _storage(lines: list[tuple[Sold, int]]) -> str:
    infra_id = lines[0][0].infra_id
    if infra_id is None:
        raise ValueError("A storage sample sells storage rows only.")
    return infra_id


def _use_nothing(guide: Furnishing, customer: Customer, sold: Sold) -> None:
    if sold.infra_id is not None:
        guide.use_storage(customer, sold.infra_id, class_1=0, class_2=0)


def _expected(*, prepaid: bool, lines: list[tuple[Sold, int]]) -> dict[str, int]:
    """Units once the usage has come and was reported: what was sold stays, what is counted follows."""
    if prepaid:
        return {sold.measure: units for sold, units in lines}
    counted: dict[str, int] = {"total": 60, "class1": 10, "class2": 50}
    return {sold.measure: counted[sold.measure] for sold, _ in lines}
