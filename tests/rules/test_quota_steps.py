"""When a quota gets a step, and what the step says."""

import pytest

from psabridge.rules.plans.plan import SetItem
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.wanted.desired import Desired
from tests.builders import a_feature, an_item
from tests.rules.planning_cast import a_wanted_item, codes, plan_for, the_step


@pytest.mark.parametrize(
    ("now", "quota", "overage"),
    [
        (an_item(quota=Quota(25, 0)), 25, 0),
        (an_item(quota=Quota(25, None)), 25, None),
        (an_item(quota=Quota(None, None)), None, None),
        (an_item(quota=Quota(None, 0)), None, None),
        (an_item(quota=None), None, None),
    ],
)
def test_a_quota_that_is_right_gets_no_step(
    now: OfferingItem, quota: int | None, overage: int | None
) -> None:
    plan = plan_for(Desired(items=(a_wanted_item(now, quota=quota, overage=overage),)), items=[now])

    assert plan.steps == ()
    assert plan.completeness.items_right == 1


@pytest.mark.parametrize(
    ("now", "quota", "overage"),
    [
        (an_item(quota=Quota(24, 0)), 25, 0),
        (an_item(quota=Quota(25, None)), 25, 0),
        (an_item(quota=Quota(25, 0)), 25, 5),
        (an_item(quota=Quota(None, None)), 25, 0),
        (an_item(quota=Quota(25, 0)), None, None),
        (an_item(quota=None), 25, 0),
        (an_item(is_on=False, quota=Quota(25, 0)), 25, 0),
    ],
)
def test_a_quota_that_differs_is_set(now: OfferingItem, quota: int | None, overage: int | None) -> None:
    wanted_item = a_wanted_item(now, quota=quota, overage=overage)

    plan = plan_for(Desired(items=(wanted_item,)), items=[now])

    assert the_step(plan).change == SetItem(wanted_item, now)


def test_an_item_that_is_not_there_is_switched_on() -> None:
    wanted_item = a_wanted_item(an_item(), quota=25)

    assert the_step(plan_for(Desired(items=(wanted_item,)))).change == SetItem(wanted_item, None)


def test_an_item_that_is_not_there_need_not_be_switched_off() -> None:
    assert plan_for(Desired(items=(a_wanted_item(an_item(), is_on=False),))).steps == ()


def test_a_feature_is_only_on_or_off() -> None:
    """R4."""
    on, off = a_feature(), a_feature(is_on=False)

    assert plan_for(Desired(items=(a_wanted_item(on),)), items=[on]).steps == ()
    assert len(plan_for(Desired(items=(a_wanted_item(off),)), items=[off]).steps) == 1


def test_a_tenant_whose_items_were_not_read_gets_no_step() -> None:
    plan = plan_for(Desired(items=(a_wanted_item(an_item(), quota=25),)), silent=True)

    assert plan.steps == ()
    assert codes(plan) == {"ERR-22"}


def test_a_quota_step_says_what_is_and_what_should_be() -> None:
    step = the_step(plan_for(Desired(items=(a_wanted_item(an_item(), quota=25),)), items=[an_item()]))

    assert step.subject == "Company 1, Tenant 1, Workstations"
    assert step.reason == "25 sold; it is on with no limit, it should be on with a quota of 25"
