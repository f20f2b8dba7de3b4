"""The three rows of a storage, and a customer that has it."""

from decimal import Decimal

from psabridge.rules.psa import Contract
from psabridge.rules.settings import Measure, ServiceMapping
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import LineId, StorageId
from tests.builders import (
    a_line,
    a_service,
    a_storage,
    a_storage_item,
    a_storage_row,
    a_unit_row,
    platform_snapshot,
    psa_snapshot,
    settings,
    storage_usages,
)

OTHER = StorageId("infra-abc")
BASE, FREE, BILLED = 1001, 1002, 1003
NAMES = {
    BASE: "Acronis pw base storage XYZ",
    FREE: "Acronis pw base storage XYZ free",
    BILLED: "Acronis pw base storage XYZ billed",
}
TOTAL_ROW = a_storage_row(Measure.TOTAL, BASE)
CLASS_1_ROW = a_storage_row(Measure.CLASS_1, FREE)
CLASS_2_ROW = a_storage_row(Measure.CLASS_2, BILLED)


def run(
    contract: Contract,
    sold: dict[int, int],
    rows: tuple[ServiceMapping, ...],
    used: tuple[int | None, int | None, int | None] = (0, 0, 0),
    prices: dict[int, Decimal] | None = None,
) -> Desired:
    """A customer with the units given per service, and storage used in GiB: total, class 1, class 2."""
    price = prices or {}
    lines = [a_line(service, service=service, unit_price=price.get(service, Decimal(0))) for service in sold]
    psa = psa_snapshot(
        contracts=[contract],
        lines=lines,
        rows=[a_unit_row(service, units) for service, units in sold.items()],
        services=[a_service(number, name) for number, name in NAMES.items()],
    )
    platform = platform_snapshot(
        items=[a_storage_item(is_on=False, quota=None)] if used == (0, 0, 0) else [a_storage_item()],
        usages=storage_usages(*used),
        storages=[a_storage()],
    )
    return desired_state(settings(*rows), psa, platform, contracts_seen={})


def units(desired: Desired) -> dict[LineId, int]:
    return {wanted.line: wanted.units for wanted in desired.units}
