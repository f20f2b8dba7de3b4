"""An item is switched on whose service the contract lacks, over real HTTP (ACR-TWO-04, -07)."""

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans.plan import AddLine
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import SERVERS
from tests.journeys.two_way_firms import opened, payg, services_on, set_quota, switch_off

POST_LINE = {"vendor": "autotask", "method": "POST", "path": "/Contracts/[0-9]+/Services$"}


@pytest.mark.parametrize("new_line_rows", ["zero", "none"])
def test_an_item_switched_on_gets_a_line_that_a_person_let_go(
    open_shop: OpenShop, new_line_rows: str
) -> None:
    """ACR-TWO-04, R61: held whatever the mode; then the quota as its units."""
    journey, firm = opened(open_shop)
    journey.doubts(new_line_rows=new_line_rows)
    set_quota(journey, firm, 4, SERVERS)

    report = journey.cycle()
    [step] = [step for step in report.plan.steps if isinstance(step.change, AddLine)]
    assert report.count(StepState.HELD) == 1
    assert "88.00" in step.reason
    assert len(services_on(journey, firm.contract)) == 1
    journey.settle()
    journey.advance(hours=1)
    journey.settle()

    line = journey.lines(firm.contract)["Server backup"]
    assert len(services_on(journey, firm.contract)) == 2
    assert (journey.units(line), journey.quota(firm.tenant, SERVERS)) == (4, 4)
    assert journey.quota(firm.tenant, firm.sold.item) == 10


def test_an_item_switched_on_is_billed_by_its_use(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = opened(open_shop, payg)
    set_quota(journey, firm, None, SERVERS)
    journey.vendors.do(lambda: journey.vendors.acronis.set_usage(firm.tenant, "servers", 3, None))

    journey.settle()

    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 3
    assert len(services_on(journey, firm.contract)) == 2


def test_an_item_switched_off_is_not_switched_on_again_by_its_line(open_shop: OpenShop) -> None:
    """ACR-TWO-04."""
    journey, firm = opened(open_shop, payg, decreases_wait=False)
    journey.use(firm, 0)
    switch_off(journey, firm)

    for _ in range(3):
        journey.advance(days=1)
        journey.settle()

    assert journey.quota(firm.tenant, firm.sold.item) == "off"
    assert journey.units(firm.line) == 0


@pytest.mark.parametrize(
    ("fault", "restarts"),
    [
        ("reset_after", False),
        ("reset_after", True),
        ("reset_before", False),
        ("lost_before", False),
        ("error_applied", False),
        ("error_not_applied", True),
        ("truncated", False),
        ("empty", False),
        ("busy", False),
    ],
)
def test_no_line_is_added_twice_after_a_lost_answer(
    open_shop: OpenShop, fault: str, *, restarts: bool
) -> None:
    """Promise 1, design section 7: adopted if it is there, asked for again once the first one is dead."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 4, SERVERS)
    journey.vendors.faults.add(fault, **POST_LINE, text="An unexpected error occurred.")

    journey.go()
    if restarts:
        journey.start()
    for _ in range(9):
        journey.go()
        journey.advance(minutes=10)
    journey.settle()

    assert len(services_on(journey, firm.contract)) == 2
    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 4


def test_a_line_that_is_shown_late_is_not_added_again(open_shop: OpenShop) -> None:
    """D19: what was made may be shown late."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 4, SERVERS)
    journey.doubts(read_lag_seconds=1500)

    for _ in range(6):
        journey.go()
        journey.advance(minutes=10)

    assert len(services_on(journey, firm.contract)) == 2


def test_a_request_for_a_line_that_arrives_late_is_the_only_one(open_shop: OpenShop) -> None:
    """Design section 7: within the delivery bound nothing is asked for again."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 4, SERVERS)
    journey.vendors.faults.add("hold", **POST_LINE, trigger="late")

    journey.go()
    for _ in range(4):
        journey.advance(minutes=10)
        journey.go()
    journey.vendors.faults.release("late")
    journey.settle()
    journey.advance(hours=1)
    journey.settle()

    assert len(services_on(journey, firm.contract)) == 2


def test_a_line_that_somebody_added_meanwhile_is_taken(open_shop: OpenShop) -> None:
    """Design section 7: never a second."""
    journey, firm = opened(open_shop)
    set_quota(journey, firm, 4, SERVERS)
    report = journey.cycle()
    service = next(step.change for step in report.plan.steps if isinstance(step.change, AddLine)).line.service
    journey.vendors.do(lambda: journey.vendors.autotask.add_line(firm.contract, service, units=4))

    journey.approve(report)
    journey.settle()

    assert len(services_on(journey, firm.contract)) == 2
    assert journey.units(journey.lines(firm.contract)["Server backup"]) == 4


def test_without_an_active_contract_nothing_is_written_and_the_company_is_named(open_shop: OpenShop) -> None:
    """ACR-TWO-05, ERR-17."""
    journey, firm = opened(open_shop)
    journey.control("contract", {"contract": firm.contract, "status": 0})
    journey.cycle()
    before = journey.written()
    set_quota(journey, firm, 4, SERVERS)

    reports = journey.settle()

    [told] = {finding for finding in reports[-1].findings if finding.code == "ERR-17"}
    assert "Fixed Ltd" in told.subject
    assert journey.written() == before
