"""One row of Autotask that does not fit: its customer waits, the others are billed (must-show 5)."""

from typing import Any

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE
from tests.journeys.used_more import running, untouched


@pytest.mark.parametrize(
    ("entity", "member", "value"),
    [
        ("Contracts", "endDate", None),
        ("Contracts", "endDate", "2027-12-31T17:00:00Z"),
        ("Contracts", "startDate", None),
        ("Companies", "isActive", "yes"),
        ("ContractServices", "unitPrice", "free"),
        ("ContractServiceUnits", "units", "fifteen"),
    ],
)
def test_a_row_that_does_not_fit_costs_its_customer_only(
    open_shop: OpenShop, entity: str, member: str, value: object
) -> None:
    """ERR-07, R20, R38: a finding names the row; nothing is written for its company; it is not ended or 0."""
    journey, firm, other = running(open_shop)
    quota = journey.quota(firm.tenant, firm.sold.item)
    _spoil(journey, entity, _rows_of(journey, firm)[entity], **{member: value})

    report = journey.cycle()

    about = [f for f in report.findings if f.company == firm.customer.company_id]
    assert codes(about) & {"ERR-07", "R38"}
    assert any(member in f.problem for f in about)
    assert untouched(journey, firm)
    assert journey.quota(firm.tenant, firm.sold.item) == quota
    assert journey.units(other.line) == 22

    journey.vendors.faults.clear()
    journey.settle()
    assert journey.units(firm.line) == 15


def test_a_contract_without_an_end_is_edited_in_autotask_and_waits(open_shop: OpenShop) -> None:
    """The same from Autotask itself, by its own hand."""
    journey, firm, other = running(open_shop)
    journey.control("edit", {"entity": "Contracts", "id": firm.contract, "values": {"endDate": None}})

    report = journey.cycle()

    assert "ERR-07" in {f.code for f in report.findings if f.company == firm.customer.company_id}
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


def test_usage_is_not_moved_to_the_contract_that_is_left(open_shop: OpenShop) -> None:
    """ERR-16: while two contracts hold the service it is written on neither, also when one is unreadable."""

    def two(firms: Firms) -> tuple[Sale, Sale, Sale]:
        firm = firms.sale("Twice Ltd", units=3, used=9)
        again = firms.sale(firm.customer, units=4, used=9)
        return firm, again, firms.sale("Other & Sons", units=20, used=21)

    journey, (firm, again, other) = open_shop(two, **LOOSE)
    _spoil(journey, "Contracts", firm.contract, endDate=None)

    journey.settle()

    assert (journey.landed(firm.line), journey.landed(again.line)) == ([], [])
    assert journey.units(other.line) == 21


def test_w10_a_picture_with_a_row_that_does_not_fit_writes_nothing(open_shop: OpenShop) -> None:
    """Today's rows are sound, a later one is not: seen only where the line is read whole."""
    journey, firm, other = running(open_shop)
    following = next(
        row["id"]
        for row in _rows(journey, "ContractServiceUnits")
        if row["contractServiceID"] == firm.line and str(row["startDate"])[:10] > journey.today.isoformat()
    )
    _spoil(journey, "ContractServiceUnits", following, units="many")

    report = journey.cycle()

    assert "W10" in {f.code for f in report.findings if f.company == firm.customer.company_id}
    assert untouched(journey, firm)
    assert journey.units(other.line) == 22


def _rows(journey: Journey, entity: str) -> list[dict[str, Any]]:
    return journey.vendors.do(lambda: [dict(row) for row in journey.vendors.autotask.database[entity].all()])


def _rows_of(journey: Journey, sale: Sale) -> dict[str, int]:
    """The row of each entity that the sale stands on today."""
    today = journey.today.isoformat()
    in_force = [
        row["id"]
        for row in _rows(journey, "ContractServiceUnits")
        if row["contractServiceID"] == sale.line
        and str(row["startDate"])[:10] <= today <= str(row["endDate"])[:10]
    ]
    return {
        "Companies": sale.customer.company_id,
        "Contracts": sale.contract,
        "ContractServices": sale.line,
        "ContractServiceUnits": in_force[-1],
    }


def _spoil(journey: Journey, entity: str, row: int, **members: object) -> None:
    """From now on every read of the row answers so."""
    path, told = f"/{entity}/query$", {"id": row, **members}
    journey.vendors.faults.add("spoil_row", vendor="autotask", path=path, times=None, json=told)
