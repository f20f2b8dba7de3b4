"""A person switches the field of a contract (ACR-PAY-10, R24)."""

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans import guard
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE


def _running(open_shop: OpenShop) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.cycle()
    return journey, firm, other


def _switch(journey: Journey, sale: Sale, value: str | None) -> None:
    """As a person would in Autotask."""
    world = journey.vendors.autotask

    def change() -> None:
        options = world.database["UserDefinedFieldListItems"].all()
        ids = {row["valueForDisplay"]: row["id"] for row in options}
        world.database.change("Contracts", sale.contract, _udfs={world.payg_definition(): ids.get(value)})

    journey.vendors.do(change)


def test_to_prepaid_the_quota_waits_for_a_person_in_automatic_mode_too(open_shop: OpenShop) -> None:
    journey, firm, _ = _running(open_shop)
    _switch(journey, firm, "No")

    report = journey.cycle()

    assert [hold.bound for hold in report.plan.holds] == [guard.KIND_CHANGED]
    assert "ACR-PAY-10" in codes(report.findings)
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert journey.cycle().count(StepState.HELD) == 1


def test_released_it_is_settled_and_nothing_is_held_again(open_shop: OpenShop) -> None:
    journey, firm, _ = _running(open_shop)
    _switch(journey, firm, None)
    journey.approve(journey.cycle())
    assert journey.quota(firm.tenant, firm.sold.item) == 12

    report = journey.cycle()

    assert report.plan.kind_changes == ()
    assert report.plan.steps == ()


def test_back_again_the_units_wait_while_another_customer_goes_on(open_shop: OpenShop) -> None:
    journey, firm, other = _running(open_shop)
    _switch(journey, firm, "No")
    journey.approve(journey.cycle())
    journey.use(firm, 15)
    journey.use(other, 22)
    _switch(journey, firm, "Yes")

    report = journey.cycle()

    assert {hold.bound for hold in report.plan.holds} == {guard.KIND_CHANGED}
    assert (journey.units(firm.line), journey.units(other.line)) == (12, 22)
    assert journey.quota(firm.tenant, firm.sold.item) == 12
    journey.approve(report)
    assert journey.units(firm.line) == 15
    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"


def test_switched_and_switched_back_before_anything_was_done_is_nothing(open_shop: OpenShop) -> None:
    journey, firm, _ = _running(open_shop)
    _switch(journey, firm, "No")
    journey.cycle()
    _switch(journey, firm, "Yes")

    report = journey.cycle()

    assert report.plan.kind_changes == ()
    assert report.plan.steps == ()
