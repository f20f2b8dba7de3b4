"""A plan whose inputs changed is refused, and says why (promise 2, W12, P12)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.plans.fingerprint import Target, inputs_print, is_stale, target_print
from psabridge.rules.plans.plan import Plan
from psabridge.rules.platform import Quota
from psabridge.rules.psa import Contract
from psabridge.rules.units.picture import RowReading
from psabridge.rules.words import BundleId, CompanyId, IntentId, ServiceId, SnapshotId
from tests.builders import TODAY, a_line, an_item
from tests.rules.planning_cast import Line, plan_of, the_change, the_step
from tests.rules.test_guard import an_item_plan

JANUARY = date(2026, 1, 1)
LINE = Line([(JANUARY, 10)])


def a_plan() -> Plan:
    return plan_of(LINE, 12)


def as_shown(plan: Plan) -> Target:
    return Target(LINE.contract, a_line(), the_change(plan).picture)


def stale(plan: Plan, target: Target, *, today: date = TODAY, version: int = 1) -> str | None:
    return is_stale(the_step(plan), plan=plan, today=today, settings_version=version, target=target)


def test_a_step_whose_ground_did_not_move_is_as_it_was_shown() -> None:
    plan = a_plan()

    assert stale(plan, as_shown(plan)) is None


def test_the_moment_of_reading_does_not_count() -> None:
    plan = a_plan()
    picture = replace(the_change(plan).picture, read_at=datetime(2026, 3, 10, 12, tzinfo=UTC))

    assert stale(plan, replace(as_shown(plan), picture=picture)) is None


def test_a_row_that_ends_a_day_later_does_not_count() -> None:
    """D9: end dates are shown, never reasoned with."""
    plan = a_plan()
    picture = the_change(plan).picture
    rows = tuple(replace(row, ends=row.ends.replace(day=row.ends.day - 1)) for row in picture.rows)

    assert stale(plan, replace(as_shown(plan), picture=replace(picture, rows=rows))) is None


def with_units(target: Target) -> Target:
    assert target.picture
    first, *rest = target.picture.rows
    rows = (replace(first, units=first.units + 1), *rest)
    return replace(target, picture=replace(target.picture, rows=rows))


def with_posted(target: Target) -> Target:
    assert target.picture
    first, *rest = target.picture.rows
    rows = (replace(first, posted_at=datetime(2026, 3, 10, tzinfo=UTC)), *rest)
    return replace(target, picture=replace(target.picture, rows=rows))


def with_price(target: Target) -> Target:
    assert target.picture
    first, *rest = target.picture.rows
    rows = (replace(first, price=Decimal(60)), *rest)
    return replace(target, picture=replace(target.picture, rows=rows))


def with_contract(move: Callable[[Contract], Contract]) -> Callable[[Target], Target]:
    def change(target: Target) -> Target:
        assert target.contract
        return replace(target, contract=move(target.contract))

    return change


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        (with_units, "the units of the line"),
        (with_posted, "posted"),
        (lambda target: replace(target, picture=None), "the units of the line"),
        (lambda target: replace(target, line=None), "the contract line"),
        (lambda target: replace(target, line=a_line(unit_price=Decimal(6))), "the price of a unit"),
        (with_price, "the price of a unit"),
        (lambda target: replace(target, line=a_line(service=1001)), "the contract line"),
        (lambda target: replace(target, line=replace(a_line(), bundle=BundleId(3))), "the contract line"),
        (lambda target: replace(target, contract=None), "the contract's dates"),
        (with_contract(lambda c: replace(c, ends=date(2026, 11, 30))), "the contract's dates"),
        (with_contract(lambda c: replace(c, starts=date(2026, 1, 2))), "the contract's dates"),
        (with_contract(lambda c: replace(c, is_active=False)), "status"),
        (with_contract(lambda c: replace(c, period_type=PeriodType.YEARLY)), "period type"),
        (with_contract(lambda c: replace(c, payg_value="No")), "kind"),
        (with_contract(lambda c: replace(c, company=CompanyId(9))), "the contract's"),
        (lambda target: replace(target, open_intents=(IntentId(3),)), "on its way"),
        (lambda target: replace(target, reading=RowReading.OVERLAYS), "D1"),
    ],
)
def test_whatever_moved_under_a_step_is_named(move: Callable[[Target], Target], reason: str) -> None:
    plan = a_plan()

    told = stale(plan, move(as_shown(plan)))

    assert told is not None
    assert reason in told


def test_a_plan_of_yesterday_is_refused() -> None:
    """P12: date, period, proration and amount are all different."""
    plan = a_plan()

    assert "the day has changed" in (stale(plan, as_shown(plan), today=date(2026, 3, 11)) or "")


def test_a_plan_from_before_a_change_of_settings_is_refused() -> None:
    plan = a_plan()

    assert stale(plan, as_shown(plan), version=2) == "mapping or settings were changed"


def test_a_step_put_into_another_plan_is_refused() -> None:
    plan = a_plan()

    assert "another snapshot" in (stale(replace(plan, snapshot=SnapshotId(8)), as_shown(plan)) or "")


def test_a_plan_with_another_completeness_is_refused() -> None:
    plan = a_plan()
    fuller = replace(plan, completeness=replace(plan.completeness, customers_checked=5))

    assert "completeness" in (stale(fuller, as_shown(plan)) or "")


def test_a_step_changed_by_hand_is_refused() -> None:
    plan = a_plan()
    step = the_step(plan)
    forged = replace(step, change=replace(the_change(plan), change=20, after=30))

    assert "than was shown" in (stale(replace(plan, steps=(forged,)), as_shown(plan)) or "")


def test_an_amount_changed_by_hand_is_refused() -> None:
    plan = a_plan()
    step = the_step(plan)
    assert step.money
    forged = replace(step, money=replace(step.money, prorated_days=1))

    assert stale(replace(plan, steps=(forged,)), as_shown(plan)) == "the amount is another than was shown"


def test_several_things_that_moved_are_all_named() -> None:
    plan = a_plan()

    told = stale(
        plan, with_contract(lambda c: replace(c, is_active=False))(with_units(as_shown(plan))), version=2
    )

    assert told is not None
    assert told.count(";") == 2


def test_the_print_of_a_step_is_made_of_its_two_halves() -> None:
    plan = a_plan()
    inputs = inputs_print(
        settings_version=1, today=TODAY, snapshot=plan.snapshot, completeness=plan.completeness
    )

    assert the_step(plan).fingerprint == f"{inputs} {target_print(the_step(plan), as_shown(plan))}"


def test_a_line_of_another_service_has_another_print() -> None:
    plan = a_plan()
    other = replace(as_shown(plan), line=replace(a_line(), service=ServiceId(5)))

    assert target_print(the_step(plan), other) != target_print(the_step(plan), as_shown(plan))


def test_a_quota_changed_meanwhile_makes_its_step_stale() -> None:
    plan = an_item_plan(an_item(quota=Quota(50, 0)), quota=20)

    assert stale(plan, Target(item=an_item(quota=Quota(50, 0)))) is None
    assert stale(plan, Target(item=an_item(quota=Quota(60, 0)))) == (
        "status or quota of the item have changed"
    )
    assert stale(plan, Target(item=None)) is not None


def test_a_new_version_with_the_same_quota_is_no_change() -> None:
    plan = an_item_plan(an_item(quota=Quota(50, 0, version=3)), quota=20)

    assert stale(plan, Target(item=an_item(quota=Quota(50, 0, version=4)))) is None
