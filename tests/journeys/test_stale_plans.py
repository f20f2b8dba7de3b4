"""A plan is what was shown: what changed since is refused and planned anew (must-show 4, W12)."""

from datetime import date

import pytest

from psabridge.engine.cycle import PlanForgotten
from psabridge.engine.outcomes import StepState
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey, unit_steps
from tests.journeys.test_lost_answers import LOOSE

NEXT = date(2026, 3, 11)


def _planned(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    """Both firms use more today; a plan for both can be made."""
    journey, (firm, other) = open_shop(two_firms, **{**LOOSE, **settings})
    journey.settle()
    journey.go_to(NEXT)
    journey.use(firm, 15)
    journey.use(other, 22)
    return journey, firm, other


def test_a_line_changed_between_plan_and_apply_is_not_overwritten_but_planned_anew(
    open_shop: OpenShop,
) -> None:
    journey, firm, other = _planned(open_shop)
    prepared = journey.plan()
    journey.control("foreign-edit", {"line": firm.line, "day": "2026-03-11", "change": 1})

    report = journey.apply(prepared.plan_id, prepared.plan)

    assert {one.step.company: one.state for one in report.outcomes} == {
        firm.customer.company_id: StepState.STALE,
        other.customer.company_id: StepState.APPLIED,
    }
    assert journey.landed(firm.line)[1:] == []
    assert journey.units(firm.line) == 13

    journey.go_to(date(2026, 3, 12))
    journey.settle()

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 12), 2)]
    assert journey.units(firm.line) == 15


def test_usage_that_moved_after_the_plan_makes_its_step_stale(open_shop: OpenShop) -> None:
    journey, firm, _ = _planned(open_shop)
    prepared = journey.plan()
    journey.use(firm, 18)

    report = journey.apply(prepared.plan_id, prepared.plan)

    assert report.is_stale
    assert journey.landed(firm.line)[1:] == []


def test_a_plan_of_yesterday_is_refused_whole(open_shop: OpenShop) -> None:
    """P12: date, proration and money shown would all be others."""
    journey, firm, other = _planned(open_shop)
    prepared = journey.plan()
    journey.advance(days=1)

    report = journey.apply(prepared.plan_id, prepared.plan)

    assert {one.state for one in report.outcomes} == {StepState.STALE}
    assert journey.landed(firm.line)[1:] == journey.landed(other.line)[1:] == []


def test_a_plan_that_was_forgotten_meanwhile_is_refused_in_words(open_shop: OpenShop) -> None:
    """Found by lives of the simulation: of an earlier day only the last plan is kept, and noting failed."""
    journey, firm, _ = _planned(open_shop)
    prepared = journey.plan()
    journey.plan()
    journey.advance(days=1)

    with pytest.raises(PlanForgotten, match=r"not kept any more.*Make a new one"):
        journey.apply(prepared.plan_id, prepared.plan)

    assert journey.landed(firm.line)[1:] == []


def test_a_plan_made_under_other_settings_is_refused_whole(open_shop: OpenShop) -> None:
    journey, firm, other = _planned(open_shop)
    prepared = journey.plan()
    journey.configure(decreases_wait=False)

    report = journey.apply(prepared.plan_id, prepared.plan)

    assert {one.state for one in report.outcomes} == {StepState.STALE}
    assert journey.landed(firm.line)[1:] == journey.landed(other.line)[1:] == []


def test_a_plan_applied_twice_writes_once(open_shop: OpenShop) -> None:
    journey, firm, other = _planned(open_shop)
    prepared = journey.plan()
    journey.apply(prepared.plan_id, prepared.plan)

    again = journey.apply(prepared.plan_id, prepared.plan)

    assert {one.state for one in again.outcomes} == {StepState.STALE}
    assert [len(journey.landed(sale.line)) for sale in (firm, other)] == [2, 2]


def test_a_quota_changed_by_a_person_between_plan_and_apply_is_not_overwritten(
    open_shop: OpenShop,
) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    quota = {"tenant": firm.tenant, "name": firm.sold.item, "overage": 0}
    journey.control("quota", {**quota, "quota": 3}, vendor="acronis")
    prepared = journey.plan()
    journey.control("quota", {**quota, "quota": 5}, vendor="acronis")

    report = journey.apply(prepared.plan_id, prepared.plan, holds=False)

    assert report.is_stale
    assert journey.quota(firm.tenant, firm.sold.item) == 5


@pytest.mark.parametrize("change", [3, -1])
def test_an_edit_right_before_our_post_is_seen_by_the_read_after_it(open_shop: OpenShop, change: int) -> None:
    """P15: no condition can be sent along; the verify read of the same cycle shows it."""
    journey, firm, _ = _planned(open_shop)
    edit = {"path": "foreign-edit", "body": {"line": firm.line, "day": "2026-03-05", "change": change}}
    journey.vendors.faults.add(
        "pass", vendor="autotask", method="POST", path="/ContractServiceAdjustments$", before=[edit]
    )

    journey.cycle()
    assert journey.landed(firm.line)[1:] == [(NEXT, 3)]

    journey.go_to(date(2026, 3, 12))
    plan = journey.plan().plan
    assert unit_steps(plan).get(firm.line) is None or unit_steps(plan)[firm.line].after == 15
    journey.settle()
    journey.go_to(date(2026, 4, 1))
    journey.settle()

    assert journey.units(firm.line) == 15
