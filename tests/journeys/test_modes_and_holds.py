"""What may be written without a person, and what waits for one (design section 6, R61)."""

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.plans import guard
from psabridge.rules.plans.plan import SetUnits
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale, two_firms
from tests.journeys.journey import Journey, unit_steps
from tests.journeys.test_lost_answers import LOOSE


def _running(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, **settings)
    journey.settle()
    journey.advance(days=1)
    return journey, firm, other


def test_observing_writes_nothing_and_shows_everything(open_shop: OpenShop) -> None:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.modes("observe")

    report = journey.go()
    again = journey.approve(journey.cycle())

    assert set(unit_steps(report.plan)) == {firm.line, other.line}
    assert {one.state for one in again.outcomes} <= {StepState.NOT_ASKED, StepState.HELD}
    assert journey.written() == (0, 0)


def test_approve_waits_for_a_person_and_then_writes_what_was_shown(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.modes("approve")
    journey.cycle()
    assert journey.landed(firm.line) == []

    prepared = journey.plan()
    journey.apply(prepared.plan_id, prepared.plan, holds=False)

    assert journey.units(firm.line) == 12


def test_modes_are_per_kind_of_work(open_shop: OpenShop) -> None:
    """Quotas are set by themselves while units are only shown."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.modes("observe", "automatic")
    journey.vendors.do(
        lambda: journey.vendors.acronis.enable_item(firm.tenant, firm.sold.item, quota=1, overage=0)
    )

    journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert journey.ledger() == []


def test_the_first_sync_is_held_whatever_the_mode(open_shop: OpenShop) -> None:
    journey, _ = open_shop(two_firms, **LOOSE)

    report = journey.cycle()

    assert {hold.bound for hold in report.plan.holds} == {guard.FIRST_SYNC}
    assert report.count(StepState.HELD) == len(report.plan.steps) > 0
    assert journey.written() == (0, 0)


def test_a_held_step_is_released_by_its_id_and_the_others_stay_held(open_shop: OpenShop) -> None:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    report = journey.cycle()
    [step] = [step.id for step in report.plan.steps if step.company == firm.customer.company_id]

    journey.apply(report.plan_id, report.plan, released=[step])

    assert (journey.units(firm.line), journey.units(other.line)) == (12, 20)


def test_after_the_first_sync_a_change_within_the_bounds_needs_nobody(open_shop: OpenShop) -> None:
    journey, firm, _ = _running(open_shop, bounds={**LOOSE["bounds"], "share_of_customer_units": "0.20"})
    journey.use(firm, 13)

    report = journey.cycle()

    assert report.plan.holds == ()
    assert journey.units(firm.line) == 13


def test_a_fifth_of_a_customers_units_is_the_most_that_changes_by_itself(open_shop: OpenShop) -> None:
    """R61: 12 units, three more are a quarter."""
    journey, firm, other = _running(open_shop, bounds={**LOOSE["bounds"], "share_of_customer_units": "0.20"})
    journey.use(firm, 15)
    journey.use(other, 22)

    report = journey.cycle()

    assert [hold.bound for hold in report.plan.holds] == [guard.CUSTOMER]
    assert (journey.units(firm.line), journey.units(other.line)) == (12, 22)
    journey.approve(report)
    assert journey.units(firm.line) == 15


def test_a_tenth_of_all_lines_is_the_most_that_changes_by_itself(open_shop: OpenShop) -> None:
    """R61, mass change: the whole plan waits, for it is the plan that looks wrong."""

    def many(firms: Firms) -> list[Sale]:
        return [firms.sale(f"Firm {number:02}", units=10, used=10 + (number == 0)) for number in range(20)]

    journey, sales = open_shop(many)
    journey.settle()
    journey.advance(days=1)
    for sale in sales[:2]:
        journey.use(sale, 12)
    assert journey.cycle().plan.holds == ()
    journey.advance(days=1)
    for sale in sales[:3]:
        journey.use(sale, 13)

    report = journey.cycle()

    assert {hold.bound for hold in report.plan.holds} == {guard.MASS_CHANGE}
    assert [journey.units(sale.line) for sale in sales[:3]] == [12, 12, 10]


@pytest.mark.parametrize("wait", [True, False], ids=["next period", "now"])
def test_a_drop_to_zero_waits_for_a_person(open_shop: OpenShop, *, wait: bool) -> None:
    journey, firm, _ = _running(open_shop, **LOOSE, decreases_wait=wait)
    journey.use(firm, 0)
    journey.cycle()
    journey.go_to(journey.today.replace(month=4, day=1))

    report = journey.cycle()

    assert [hold.bound for hold in report.plan.holds] == [guard.DROP_TO_ZERO]
    assert journey.units(firm.line) == 12
    journey.approve(report)
    assert journey.units(firm.line) == 0


def test_a_new_billed_line_waits_for_a_person(open_shop: OpenShop) -> None:
    journey, firm, _ = _running(open_shop, **LOOSE)

    def bought() -> int:
        autotask = journey.vendors.autotask
        services = {row["name"]: row["id"] for row in autotask.database["Services"].all()}
        line = autotask.add_line(firm.contract, services["Server backup"], units=0)
        journey.vendors.acronis.enable_item(firm.tenant, "pw_base_servers")
        journey.vendors.acronis.set_usage(firm.tenant, "servers", 2)
        return line

    line = journey.vendors.do(bought)

    report = journey.cycle()

    assert [hold.bound for hold in report.plan.holds] == [guard.NEW_LINE]
    assert journey.units(line) == 0
    journey.approve(report)
    assert journey.landed(line) == [(journey.today.replace(day=1), 2)]


def test_a_step_shows_what_it_costs_each_period_and_what_is_prorated_now(open_shop: OpenShop) -> None:
    """R26: three workstations at 4.50, from the 11th of a month of 31 days."""
    journey, firm, _ = _running(open_shop, **LOOSE)
    journey.use(firm, 15)

    [step] = [step for step in journey.plan().plan.steps if isinstance(step.change, SetUnits)]

    assert step.money is not None
    assert str(step.money.each_period) == "13.50"
    assert (step.money.prorated_days, step.money.period_days) == (21, 31)
    assert str(step.money.prorated_now) == "9.15"
