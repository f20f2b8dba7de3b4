"""One customer per row of the decision table ACR-MAP-08, each with an item of its own."""

from dataclasses import dataclass
from typing import Literal

from psabridge_emulators.scenes.furnishing import Customer, Furnishing, Mapping, Sold

Expected = int | Literal["unlimited", "as it is"]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    number: int
    title: str
    item: str
    zeroing: bool | None  # "set quotas to zero"; None: the row holds either way
    expected: Expected


QUOTA_BEFORE = 7
ROWS = (
    DecisionRow(1, "mapped, prepaid", "pw_base_workstations", None, 12),
    DecisionRow(2, "mapped, pay as you go", "pw_base_workstations", None, "unlimited"),
    DecisionRow(3, "mapped, not sold, free", "pw_base_mobiles", None, "unlimited"),
    DecisionRow(4, "mapped, not sold, not free, zeroing on", "pw_base_vms", True, 0),
    DecisionRow(5, "mapped, not sold, not free, zeroing off", "pw_base_vms", False, "as it is"),
    DecisionRow(6, "not mapped, free", "pw_base_web_hosting_servers", None, "unlimited"),
    DecisionRow(7, "not mapped, not free, zeroing on", "pw_base_websites", True, 0),
    DecisionRow(8, "not mapped, not free, zeroing off", "pw_base_websites", False, "as it is"),
)


def add_decision_rows(guide: Furnishing) -> None:
    workstations = guide.sell(
        "Acronis pw base workstations", "4.50", "pw_base_workstations", usage_name="workstations"
    )
    servers = guide.sell("Acronis pw base servers", "22.00", "pw_base_servers", usage_name="servers")
    guide.sell("Acronis pw base mobiles", "1.50", "pw_base_mobiles", usage_name="mobiles", free=True)
    guide.sell("Acronis pw base vms", "14.00", "pw_base_vms", usage_name="vms")
    # Rows without a service are decided too; an undecided item would be left alone (R8).
    guide.services.append(Mapping("pw_base_web_hosting_servers", "usage", None, free=True))
    guide.services.append(Mapping("pw_base_websites", "usage", None))
    guide.extra["rows"] = [_add_row(guide, row, workstations, servers) for row in ROWS]


def _add_row(guide: Furnishing, row: DecisionRow, workstations: Sold, servers: Sold) -> dict[str, object]:
    customer = guide.customer(f"ACR-MAP-08 row {row.number}: {row.title}", contact=("Rowan", "Row"))
    guide.acronis.enable_item(customer.tenant_id, row.item, quota=QUOTA_BEFORE, overage=0)
    sold = workstations if row.number in {1, 2} else None
    contract_id, lines = _contract(guide, row, customer, sold or servers)
    if row.number == 2:
        guide.use(customer, workstations, 0)
    return {
        "row": row.number,
        "title": row.title,
        "company_id": customer.company_id,
        "tenant_id": customer.tenant_id,
        "contract_id": contract_id,
        "line_id": lines[0],
        "item": row.item,
        "set_quotas_to_zero": row.zeroing,
        "quota_before": QUOTA_BEFORE,
        "expected_quota": row.expected,
    }


def _contract(guide: Furnishing, row: DecisionRow, customer: Customer, sold: Sold) -> tuple[int, list[int]]:
    """From row 3 on the item is not sold; another service keeps a live addition (R5, R21)."""
    if row.number == 2:
        return guide.contract(customer, "Row 2 contract", payg="Yes", lines=[(sold, 0)])
    units = 12 if row.number == 1 else 3
    return guide.contract(customer, f"Row {row.number} contract", payg=None, lines=[(sold, units)])
