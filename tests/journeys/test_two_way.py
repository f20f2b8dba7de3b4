"""Two-way sync over real HTTP, judged by what both vendors hold (ACR-TWO-01 to -06)."""

from datetime import date
from typing import Any

import pytest

from tests.journeys.conftest import OpenShop
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE
from tests.journeys.two_way_firms import opened, prepaid, set_quota, switch_off

POST_UNITS = {"vendor": "autotask", "method": "POST", "path": "/ContractServiceAdjustments$"}
APRIL = date(2026, 4, 1)


def test_a_quota_raised_in_acronis_becomes_units_and_stays(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 15)

    journey.settle()

    assert journey.units(firm.line) == 15
    assert journey.quota(firm.tenant, firm.sold.item) == 15
    assert sum(one.change for one in journey.ledger()) == 5
    assert journey.cycle().plan.steps == ()


def test_a_lowered_quota_waits_for_the_next_period_with_its_units(open_shop: OpenShop) -> None:
    """ACR-TWO-04, R16: nobody sets the quota back meanwhile."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 6)

    for _ in range(3):
        journey.go()
        journey.advance(days=1)
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 6)
    journey.go_to(APRIL)
    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (6, 6)


def test_units_sold_on_the_contract_still_become_the_quota(open_shop: OpenShop) -> None:
    """ACR-TWO-06: one side changed."""
    journey, firm = opened(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 4})
    journey.advance(hours=2)

    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert journey.ledger() == []


def test_of_changes_on_both_sides_the_contract_wins_and_it_is_said(open_shop: OpenShop) -> None:
    """ACR-TWO-06: also where the change in Autotask is seen only with the whole picture of the line."""
    journey, firm = opened(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 4})
    set_quota(journey, firm, 12)

    reports = journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert journey.ledger() == []
    assert "ACR-TWO-06" in {code for report in reports for code in codes(report.findings)}


def _having_written(open_shop: OpenShop) -> tuple[Journey, Any]:
    """The first change of units was let go by a person; from now on a cycle is all."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 11)
    journey.settle()
    journey.advance(days=1)
    journey.cycle()
    return journey, firm


@pytest.mark.parametrize("fault", [None, "reset_after"])
def test_a_second_change_right_after_the_first_is_no_conflict(open_shop: OpenShop, fault: str | None) -> None:
    """ACR-TWO-06, W7: the contract moved because the bridge moved it, also where the answer was lost."""
    journey, firm = _having_written(open_shop)
    set_quota(journey, firm, 12)
    if fault is not None:
        journey.vendors.faults.add(fault, **POST_UNITS)
    reports = [journey.cycle(waits=False)]
    set_quota(journey, firm, 14)

    reports += [journey.advance(minutes=5).cycle(waits=False) for _ in range(20)]
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (12, 14)
    reports.append(journey.advance(days=1).cycle(waits=False))

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert "ACR-TWO-06" not in {code for report in reports for code in codes(report.findings)}


def test_a_change_that_is_taken_back_right_after_it_was_written_goes_down_again(open_shop: OpenShop) -> None:
    """ACR-TWO-06, R16: nobody sets the quota up again meanwhile."""
    journey, firm = _having_written(open_shop)
    set_quota(journey, firm, 12)
    journey.cycle(waits=False)
    set_quota(journey, firm, 11)

    journey.advance(minutes=5).cycle(waits=False)
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (12, 11)
    journey.go_to(APRIL)
    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (11, 11)


def test_a_quota_changed_right_after_the_contract_set_it_counts(open_shop: OpenShop) -> None:
    """ACR-TWO-06: it was the contract's change that came to Acronis, not a person's."""
    journey, firm = _having_written(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 1})
    journey.advance(hours=2)
    reports = [journey.cycle(waits=False)]
    assert journey.quota(firm.tenant, firm.sold.item) == 12
    set_quota(journey, firm, 14)

    journey.advance(days=1)
    reports += [journey.cycle(waits=False), journey.cycles(minutes=20)]

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (14, 14)
    assert "ACR-TWO-06" not in {code for report in reports for code in codes(report.findings)}


def test_what_both_sides_changed_after_the_bridge_wrote_is_still_a_conflict(open_shop: OpenShop) -> None:
    """ACR-TWO-06: the contract wins, and it is said."""
    journey, firm = _having_written(open_shop)
    set_quota(journey, firm, 12)
    journey.cycle(waits=False)
    journey.advance(days=1)
    journey.control("foreign-edit", {"line": firm.line, "day": f"{journey.today}", "change": 1})
    set_quota(journey, firm, 14)
    journey.advance(hours=2)

    report = journey.cycle(waits=False)

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (13, 13)
    [told] = [finding for finding in report.findings if finding.code == "ACR-TWO-06"]
    assert "Acronis says 14, the contract 13, last agreed 11 and 11" in told.problem


def test_an_unlimited_quota_is_set_back_to_what_was_sold(open_shop: OpenShop) -> None:
    """ACR-TWO-07."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, None)

    reports = journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 10)
    assert "ACR-TWO-07" in codes(reports[0].findings)


@pytest.mark.parametrize("zero_units", ["allowed", "refused"])
def test_an_item_switched_off_ends_at_0_or_says_that_it_should(open_shop: OpenShop, zero_units: str) -> None:
    """ACR-TWO-04, R25: with the monthly value and the way by hand, and the item stays off."""
    journey, firm = opened(open_shop, decreases_wait=False)
    journey.doubts(zero_units=zero_units)
    switch_off(journey, firm)

    journey.settle()
    report = journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == "off"
    if zero_units == "allowed":
        assert journey.units(firm.line) == 0
    else:
        assert journey.units(firm.line) == 10
        [told] = [finding for finding in report.findings if finding.code == "R25"]
        assert "45.00" in told.problem
        assert "by hand" in told.next_act


@pytest.mark.parametrize("fault", ["reset_after", "reset_before", "error_applied", "truncated"])
def test_a_lost_answer_to_the_new_units_changes_them_once(open_shop: OpenShop, fault: str) -> None:
    """Promise 1, for units that came from a quota."""
    journey, firm = opened(open_shop)
    journey.advance(days=1)
    journey.cycle()
    set_quota(journey, firm, 15)
    journey.vendors.faults.add(fault, **POST_UNITS, text="An unexpected error occurred.")

    journey.go()
    last = journey.cycles(minutes=100)

    assert sum(one.change for one in journey.ledger()) == 5
    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (15, 15)
    assert last.open_intents == ()


def test_with_two_way_sync_off_the_contract_sets_the_quota_back(open_shop: OpenShop) -> None:
    """ACR-TWO-08."""
    journey, firm = open_shop(prepaid, **LOOSE)
    journey.settle()
    set_quota(journey, firm, 15)

    journey.settle()

    assert (journey.units(firm.line), journey.quota(firm.tenant, firm.sold.item)) == (10, 10)
    assert journey.ledger() == []
