"""A line of a contract: a service or a bundle on it, with the periods it is billed by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import day_of
from psabridge_emulators.autotask.entity import id_field
from psabridge_emulators.autotask.errors import bad_reference
from psabridge_emulators.autotask.picklists import PERIOD_MONTHS
from psabridge_emulators.autotask.table import Row


@dataclass(frozen=True, slots=True)
class LineKind:
    """Services and bundles differ in their names only (autotask-rest.md 5.2, 5.3)."""

    lines: str
    singular: str
    units: str
    line_field: str
    item_field: str
    catalogue: str
    adjustments: str
    repeat_field: str


def _kind(sold: str) -> LineKind:
    """Every name follows from what is sold: `Service` or `ServiceBundle`."""
    line = f"Contract{sold}"
    return LineKind(
        lines=f"{line}s",
        singular=line,
        units=f"{line}Units",
        line_field=id_field(line),
        item_field=id_field(sold),
        catalogue=f"{sold}s",
        adjustments=f"{line}Adjustments",
        repeat_field=f"allowRepeat{sold}",
    )


SERVICE = _kind("Service")
BUNDLE = _kind("ServiceBundle")
KINDS = (SERVICE, BUNDLE)


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    kind: LineKind
    contract_id: int
    item_id: int
    starts: date  # of the contract
    ends: date
    months: int  # of one billing period, which is the service's and not the contract's
    rate: Decimal
    cost_rate: Decimal
    vendor_company_id: int | None
    level_association_id: int | None


def line_of(database: Database, line_id: int) -> Line:
    """The line with an id; ids of services and bundles never meet."""
    for kind in KINDS:
        row = database.row(kind.lines, line_id)
        if row is not None:
            return _line(database, kind, row)
    raise bad_reference("contractServiceID", "ContractService")


def lines_of_contract(database: Database, contract_id: int) -> Iterator[Line]:
    for kind in KINDS:
        for row in database[kind.lines].find("contractID", contract_id):
            yield _line(database, kind, row)


def _line(database: Database, kind: LineKind, row: Row) -> Line:
    contract = database["Contracts"].get(row["contractID"])
    item = database[kind.catalogue].get(row[kind.item_field])
    if contract is None or item is None:
        raise bad_reference(kind.item_field, kind.singular)
    adjusted = row.get("adjustedPrice")
    return Line(
        id=row["id"],
        kind=kind,
        contract_id=contract["id"],
        item_id=item["id"],
        starts=day_of(contract["startDate"]),
        ends=day_of(contract["endDate"]),
        months=PERIOD_MONTHS[item["periodType"]],
        rate=row["unitPrice"] if adjusted is None else adjusted,
        cost_rate=row.get("unitCost") or Decimal(0),
        vendor_company_id=item.get("vendorCompanyID"),
        level_association_id=contract.get("organizationalLevelAssociationID"),
    )
