"""Customers with several contracts, renewals, and contracts that change (R19, R23, R24, ACR-PRE-05)."""

from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

MARCH_END, APRIL = date(2026, 3, 31), date(2026, 4, 1)


def _days(journey: Journey, until: date) -> None:
    while journey.today < until:
        journey.advance(days=1)
        journey.go()


# ---- two contracts


def test_each_of_two_contracts_gets_the_usage_of_its_own_services(open_shop: OpenShop) -> None:
    def two(firms: Firms) -> tuple[Sale, Sale]:
        stations = firms.sale("Meadow Dental", units=10, used=12)
        return stations, firms.sale(stations.customer, units=3, used=4, sold=firms.servers)

    journey, (stations, servers) = open_shop(two, **LOOSE)

    journey.settle()

    assert (journey.units(stations.line), journey.units(servers.line)) == (12, 4)


def test_the_units_of_two_prepaid_contracts_are_one_quota(open_shop: OpenShop) -> None:
    """ACR-PRE-05."""

    def two(firms: Firms) -> tuple[Sale, Sale]:
        first = firms.sale("Fixed Ltd", units=10, used=3, payg="No")
        return first, firms.sale(first.customer, units=5, used=3, payg=None)

    journey, (first, _) = open_shop(two, **LOOSE)

    journey.settle()

    assert journey.quota(first.tenant, first.sold.item) == 15
    assert journey.ledger() == []


def test_a_prepaid_and_a_payg_contract_live_side_by_side(open_shop: OpenShop) -> None:
    """ACR-PAY-03: the rule forbids mixing on one contract, not at one customer."""

    def two(firms: Firms) -> tuple[Sale, Sale]:
        stations = firms.sale("Meadow Dental", units=10, used=12)
        return stations, firms.sale(stations.customer, units=3, used=1, sold=firms.servers, payg="No")

    journey, (stations, servers) = open_shop(two, **LOOSE)

    journey.settle()

    assert (journey.units(stations.line), journey.units(servers.line)) == (12, 3)
    assert journey.quota(stations.tenant, stations.sold.item) == "unlimited"
    assert journey.quota(servers.tenant, servers.sold.item) == 3


def test_a_prepaid_change_dated_ahead_waits_for_its_day(open_shop: OpenShop) -> None:
    """ACR-PRE-04: the quota follows the units valid today."""
    journey, fixed = open_shop(lambda firms: firms.sale("Fixed Ltd", units=10, used=3, payg="No"), **LOOSE)
    journey.settle()
    journey.control("foreign-edit", {"line": fixed.line, "day": "2026-04-01", "change": 4})
    journey.go()
    assert journey.quota(fixed.tenant, fixed.sold.item) == 10

    journey.go_to(APRIL)
    journey.go()

    assert journey.quota(fixed.tenant, fixed.sold.item) == 14


# ---- the field changes (ACR-PAY-10, R24)


def _flip(journey: Journey, sale: Sale, value: str | None) -> None:
    journey.control("edit", {"entity": "Contracts", "id": sale.contract, "udfs": {"Acronis PAYG": value}})


def test_a_contract_that_becomes_pay_as_you_go_is_held_and_then_follows_usage(open_shop: OpenShop) -> None:
    journey, firm = open_shop(lambda firms: firms.sale("Fixed Ltd", units=10, used=12, payg="No"), **LOOSE)
    journey.settle()
    _flip(journey, firm, "Yes")

    report = journey.cycle()
    assert report.count(StepState.HELD) == len(report.plan.steps) > 0
    assert journey.quota(firm.tenant, firm.sold.item) == 10
    journey.settle()

    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert journey.units(firm.line) == 12


def test_a_contract_that_becomes_prepaid_sets_its_units_as_quota_after_a_person_saw_it(
    open_shop: OpenShop,
) -> None:
    journey, firm = open_shop(lambda firms: firms.sale("Meadow Dental", units=10, used=12), **LOOSE)
    journey.settle()
    _flip(journey, firm, "No")

    report = journey.cycle()
    assert report.count(StepState.HELD) == len(report.plan.steps) > 0
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    journey.settle()

    assert journey.quota(firm.tenant, firm.sold.item) == 12
    assert journey.units(firm.line) == 12


# ---- ends and renewals (R19, R23)


def _ends_with_march(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=10, used=12, starts=date(2025, 4, 1), months=12)


def _renewed(journey: Journey, firm: Sale, starts: date, linked: str) -> dict[str, Any]:
    renewal = {"starts": f"{starts}", "ends": "2027-03-31", "linked": linked}
    contract = journey.control("contract", {"contract": firm.contract, "renewal": renewal})["id"]
    return {"contract": contract, "line": journey.lines(contract)["Workstation backup"]}


@pytest.mark.parametrize("linked", ["new", "old", "none"])
def test_a_contract_renewed_on_time_goes_on_without_a_gap(open_shop: OpenShop, linked: str) -> None:
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    journey.go_to(date(2026, 3, 25))
    new = _renewed(journey, firm, APRIL, linked)
    journey.go()
    assert journey.landed(new["line"]) == []

    journey.go_to(APRIL)
    journey.go()
    journey.use(firm, 14)
    _days(journey, date(2026, 4, 3))

    assert journey.units(new["line"]) == 14
    assert [day for day, _ in journey.landed(firm.line) if day >= APRIL] == []
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"


def test_a_contract_renewed_late_leaves_the_gap_unbilled_and_keeps_the_items_on(open_shop: OpenShop) -> None:
    """Between the two nothing is written and nothing is taken away; afterwards the new one takes usage."""
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    _days(journey, date(2026, 4, 6))
    landed = journey.landed(firm.line)
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    new = _renewed(journey, firm, APRIL, "none")
    journey.use(firm, 15)

    journey.go()
    _days(journey, date(2026, 4, 8))

    assert journey.units(new["line"]) == 15
    assert journey.landed(firm.line) == landed


def test_a_contract_renewed_early_takes_the_usage_from_its_start(open_shop: OpenShop) -> None:
    """R23: on overlap the later-starting one receives; the other one's last figure stands."""
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    journey.go_to(date(2026, 3, 15))
    new = _renewed(journey, firm, date(2026, 3, 16), "new")
    journey.go_to(date(2026, 3, 17))
    journey.use(firm, 15)

    report = journey.go()
    _days(journey, date(2026, 3, 19))

    assert "R23" in codes(report.findings)
    assert journey.units(new["line"]) == 15
    assert journey.units(firm.line) == 12


def test_a_renewal_with_the_field_forgotten_is_held_with_both_contracts_shown(open_shop: OpenShop) -> None:
    """R23: empty means prepaid, which would put a hard quota on a customer that paid by use."""
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    journey.go_to(date(2026, 3, 25))
    new = _renewed(journey, firm, APRIL, "new")
    journey.control("edit", {"entity": "Contracts", "id": new["contract"], "udfs": {"Acronis PAYG": None}})
    journey.go_to(APRIL)
    journey.use(firm, 30)

    report = journey.cycle()

    assert "R23" in codes(report.findings)
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert journey.landed(new["line"]) == []


def test_an_ended_contract_is_not_written_to(open_shop: OpenShop) -> None:
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    landed = journey.landed(firm.line)
    journey.go_to(APRIL + timedelta(days=2))
    journey.use(firm, 30)

    journey.go()

    assert journey.landed(firm.line) == landed


def test_an_inactive_contract_that_still_bills_is_said_and_not_written_to(open_shop: OpenShop) -> None:
    """R19: Autotask goes on billing it."""
    journey, firm = open_shop(_ends_with_march, **LOOSE)
    journey.settle()
    journey.control("contract", {"contract": firm.contract, "status": 0})
    journey.advance(days=1)
    journey.use(firm, 15)

    report = journey.go()

    assert "R19" in codes(report.findings)
    assert journey.units(firm.line) == 12
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
