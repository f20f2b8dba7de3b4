"""Safety bounds (R61) and who may let a step go."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.guard import guard, release
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.settings import Bounds, PairingSettings
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.wanted.desired import Desired, DesiredItem
from psabridge.rules.words import CompanyId, LineId, StepId
from tests.builders import NOW, a_payg_contract, an_item, platform_snapshot, settings, tenant_id
from tests.rules.planning_cast import (
    SNAPSHOT,
    Line,
    pictures_of,
    plan_of,
    snapshot_of,
    the_step,
    wanted_units,
)

JANUARY = date(2026, 1, 1)
WIDE = Bounds(share_of_lines=Decimal(1), share_of_customer_units=Decimal(100), lines=10_000)


def many(levels: dict[int, tuple[int, int]], *, companies: int = 1) -> Plan:
    """A plan for lines by number: units that stand there, and units wanted."""
    contracts = {n: a_payg_contract(n, n % companies + 1) for n in levels}
    lines = [
        Line([(JANUARY, now)] if now else [], contract=contracts[n], number=n)
        for n, (now, _) in levels.items()
    ]
    desired = Desired(units=tuple(wanted_units(levels[line.number][1], line) for line in lines))
    psa, chosen = snapshot_of(lines), settings()
    return make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures_of(lines, chosen, psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )


def guarded(
    plan: Plan, bounds: Bounds = WIDE, *, is_first_sync: bool = False, known: frozenset[LineId] = frozenset()
) -> Plan:
    return guard(plan, bounded(bounds), is_first_sync=is_first_sync, known_lines=known)


def bounded(bounds: Bounds) -> PairingSettings:
    return settings(bounds=bounds)


def bounds_hit(plan: Plan) -> set[str]:
    return {hold.bound for hold in plan.holds}


def steady(changed: int, still: int, by: int = 1) -> dict[int, tuple[int, int]]:
    """Lines of 100 units, some of them moved."""
    moved = {1000 + n: (100, 100 + by) for n in range(changed)}
    return moved | {5000 + n: (100, 100) for n in range(still)}


def test_a_small_change_on_a_known_line_goes_through() -> None:
    plan = guarded(many(steady(1, 19)), Bounds())

    assert len(plan.steps) == 1
    assert plan.holds == ()


def test_ten_percent_of_the_lines_is_not_more_than_ten_percent() -> None:
    assert guarded(many(steady(2, 18)), Bounds()).holds == ()


def test_more_than_ten_percent_of_the_lines_holds_every_change_of_units() -> None:
    plan = guarded(many(steady(3, 17)), Bounds())

    assert len(plan.holds) == 3
    assert bounds_hit(plan) == {"mass change"}
    assert plan.holds[0].text == "3 of 20 lines change, more than 10 %"


@pytest.mark.parametrize(("changed", "holds"), [(25, 0), (26, 26)])
def test_more_than_25_lines_hold_even_of_very_many(changed: int, holds: int) -> None:
    assert len(guarded(many(steady(changed, 300)), Bounds()).holds) == holds


def test_the_bound_on_lines_is_printed_as_it_was_set() -> None:
    """R61."""
    bounds = replace(WIDE, lines=2)

    assert guarded(many(steady(3, 0)), bounds).holds[0].text == "3 of 3 lines change, more than 2"


def test_one_customer_that_moves_too_much_holds_only_its_own_steps() -> None:
    levels = {1000: (100, 121), 1001: (100, 105)}

    plan = guarded(many(levels, companies=2), replace(Bounds(), share_of_lines=Decimal(1)))

    (hold,) = plan.holds
    assert hold.bound == "one customer's units"
    assert hold.text == "21 of the customer's 100 units change, more than 20 %"
    (held,) = [step for step in plan.steps if step.id == hold.step]
    assert held.company == CompanyId(1)


def test_twenty_percent_of_a_customer_is_not_more_than_twenty_percent() -> None:
    plan = many({1000: (100, 120)})

    assert guarded(plan, replace(Bounds(), share_of_lines=Decimal(1))).holds == ()


def test_ups_and_downs_of_a_customer_are_added_not_set_off() -> None:
    plan = plan_of(Line([(JANUARY, 100)]), 90, decided=settings(decreases_wait=False))
    more = plan_of(Line([(JANUARY, 100)]), 115)
    both = replace(plan, steps=(*plan.steps, *more.steps))

    held = guarded(both, replace(Bounds(), share_of_lines=Decimal(10)))

    assert bounds_hit(held) == {"one customer's units"}
    assert "25 of the customer's 100 units" in held.holds[0].text


def test_a_drop_to_zero_waits_for_a_person_whatever_the_bounds() -> None:
    plan = plan_of(Line([(JANUARY, 3)]), 0, today=date(2026, 4, 1))

    held = guarded(plan, known=frozenset({Line().id}))

    assert [(hold.bound, hold.text) for hold in held.holds] == [
        ("drop to 0", "the line goes from 3 units to 0")
    ]


def test_a_newly_billed_line_waits_for_a_person() -> None:
    held = guarded(plan_of(Line(), 5))

    assert [(hold.bound, hold.text) for hold in held.holds] == [
        ("new billed line", "the line is billed for the first time, with 5 units")
    ]


def test_a_line_at_zero_that_we_know_is_no_new_line() -> None:
    others = many({100: (0, 5), 101: (100, 100)})

    assert guarded(others, known=frozenset({Line().id})).holds == ()


def test_any_change_of_a_customer_without_units_is_more_than_its_share() -> None:
    held = guarded(plan_of(Line(), 5), known=frozenset({Line().id}))

    assert bounds_hit(held) == {"one customer's units"}


def test_a_line_without_any_row_waits_for_a_person_to_say_that_it_is_new() -> None:
    """W10: no rows are unknown, not 0."""
    line = Line()
    desired = Desired(units=(wanted_units(5, line),))
    psa = replace(line.snapshot(), rows={})
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert the_step(plan)
    assert bounds_hit(guarded(plan, known=frozenset({line.id}))) == {"line without units"}


def test_the_first_sync_holds_everything() -> None:
    plan = guarded(many(steady(2, 98)), is_first_sync=True)

    assert len(plan.holds) == len(plan.steps) == 2
    assert bounds_hit(plan) == {"first sync"}


def test_a_first_sync_without_steps_holds_nothing() -> None:
    """R40: scene `adopted` has 0 steps and 0 holds."""
    plan = guarded(many(steady(0, 5)), Bounds(), is_first_sync=True)

    assert (plan.steps, plan.holds) == ((), ())


def an_item_plan(item: OfferingItem, *, quota: int | None, is_on: bool = True, person: bool = False) -> Plan:
    wanted = DesiredItem(
        tenant_id(1),
        CompanyId(1),
        item.key,
        is_on=is_on,
        has_quota=True,
        quota=quota,
        overage=0,
        reason="not sold",
        evidence=Evidence(),
        needs_person=person,
    )
    line = Line()
    return make_plan(
        settings=settings(),
        psa=line.snapshot(),
        platform=platform_snapshot(items=[item]),
        desired=Desired(items=(wanted,)),
        pictures={},
        histories={line.id: LineHistory(line.id)},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )


def test_a_quota_to_zero_waits_for_a_person() -> None:
    assert bounds_hit(guarded(an_item_plan(an_item(), quota=0))) == {"drop to 0"}


def test_an_item_switched_off_waits_for_a_person() -> None:
    assert bounds_hit(guarded(an_item_plan(an_item(), quota=None, is_on=False))) == {"drop to 0"}


def test_a_quota_of_zero_on_an_item_that_was_off_takes_nothing_away() -> None:
    assert guarded(an_item_plan(an_item(is_on=False, quota=Quota(0, 0)), quota=0)).holds == ()


def test_a_lower_quota_goes_through() -> None:
    assert guarded(an_item_plan(an_item(quota=Quota(50, 0)), quota=20)).holds == ()


def test_everything_to_zero_for_lack_of_additions_is_always_held() -> None:
    """R5."""
    held = guarded(an_item_plan(an_item(), quota=0, person=True))

    assert bounds_hit(held) == {"everything to 0"}


def test_a_hold_that_stands_is_kept() -> None:
    plan = guarded(many(steady(2, 0)), is_first_sync=True)

    again = guard(plan, bounded(WIDE), is_first_sync=False, known_lines=frozenset())

    assert again == plan


def test_a_person_may_let_one_step_go() -> None:
    plan = guarded(many(steady(2, 0)), is_first_sync=True)

    assert [hold.step for hold in release(plan, [plan.steps[0].id]).holds] == [plan.steps[1].id]


def test_a_person_may_let_all_steps_go() -> None:
    assert release(guarded(many(steady(2, 0)), is_first_sync=True), None).holds == ()


def test_letting_go_a_step_that_is_not_in_the_plan_is_refused() -> None:
    with pytest.raises(KeyError, match="units-nowhere"):
        release(many(steady(1, 9)), [StepId("units-nowhere")])


def test_holds_stand_in_the_order_of_the_steps() -> None:
    plan = guarded(many(steady(5, 0)), Bounds())

    assert [hold.step for hold in plan.holds] == [step.id for step in plan.steps]
