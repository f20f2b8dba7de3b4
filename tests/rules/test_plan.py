"""What a plan holds, in which order, and what it says instead of a step."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.leaving.due import DueTenant, Leavers
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans.looking import lines_to_look_at, look_windows
from psabridge.rules.plans.plan import CreateDefinition, CreateService, CustomerUnits, Plan, SetItem
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.settings import DatingPolicy, NewService
from psabridge.rules.units.intent import IntentState, LineHistory
from psabridge.rules.wanted.desired import Desired, DesiredItem, DesiredTag, NewLine, NewNote
from psabridge.rules.words import CompanyId, LineId, ServiceId, StepKind
from tests.builders import (
    NOW,
    TODAY,
    a_company,
    a_feature,
    a_payg_contract,
    a_tenant,
    an_item,
    line_id,
    platform_snapshot,
    settings,
    tenant_id,
)
from tests.rules.planning_cast import (
    SNAPSHOT,
    Line,
    an_intent,
    codes,
    history_of,
    pictures_of,
    plan_of,
    snapshot_of,
    the_change,
    the_step,
    wanted,
    wanted_units,
)

JANUARY = date(2026, 1, 1)
TEN = [(JANUARY, 10)]
OPEN = [state for state in IntentState if not state.is_final]


def a_wanted_item(
    item: OfferingItem, *, quota: int | None = None, overage: int | None = 0, is_on: bool = True
) -> DesiredItem:
    return DesiredItem(
        item.tenant,
        CompanyId(1),
        item.key,
        is_on=is_on,
        has_quota=item.item_type != "feature",
        quota=quota,
        overage=overage,
        reason="25 sold",
        evidence=Evidence(rule="ACR-PRE-01"),
    )


def plan_for(
    desired: Desired,
    lines: Iterable[Line] = (),
    items: Iterable[OfferingItem] = (),
    *,
    silent: bool = False,
    due: Iterable[DueTenant] = (),
) -> Plan:
    there, chosen = tuple(lines), settings()
    psa = snapshot_of(there)
    platform = platform_snapshot(items=items)
    return make_plan(
        settings=chosen,
        psa=psa,
        platform=replace(platform, items={}) if silent else platform,
        desired=desired,
        pictures=pictures_of(there, chosen, psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
        leavers=Leavers(due=tuple(due)),
    )


# Made one company after the other (tests/arriving).
NEWCOMERS = {
    StepKind.CREATE_TENANT,
    StepKind.ENABLE_APPLICATION,
    StepKind.GIVE_ITEM,
    StepKind.CREATE_USER,
    StepKind.SEND_ACTIVATION,
    StepKind.REQUIRE_SECOND_FACTOR,
    StepKind.BEGIN_PRODUCTION,
    StepKind.MAP_CUSTOMER,
}


def test_steps_come_in_the_order_in_which_they_are_carried_out() -> None:
    line = Line(TEN)
    desired = Desired(
        units=(wanted_units(12, line),),
        items=(a_wanted_item(an_item(), quota=25),),
        new_services=(NewService("Acronis servers", 5, PeriodType.MONTHLY),),
        create_definition=True,
        tags=(DesiredTag(tenant_id(1), CompanyId(1), "psabridge:1:1", "it is mapped to this company"),),
        new_lines=(NewLine(line.contract.id, CompanyId(1), ServiceId(1000), 3, "switched on"),),
        new_notes=(NewNote(line.contract.id, CompanyId(1), "follows Acronis", "it is not in use"),),
    )

    states = (TenantState.DELETED, TenantState.DISABLED, TenantState.ENABLED)
    due = [DueTenant(a_tenant(), CompanyId(1), "Company 1", state, "why", "R34") for state in states]

    plan = plan_for(desired, [line], [an_item()], due=due)

    assert [step.kind for step in plan.steps] == [kind for kind in StepKind if kind not in NEWCOMERS]


def test_steps_of_one_kind_come_by_company_name() -> None:
    contracts = [a_payg_contract(n, n) for n in (1, 2, 3)]
    lines = [Line(TEN, contract=c, number=c.id) for c in contracts]
    names = {1: "beta", 2: "Alpha", 3: "Gamma"}
    psa = replace(
        snapshot_of(lines), companies={CompanyId(n): a_company(n, name) for n, name in names.items()}
    )
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures_of(lines, settings(), psa, desired),
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert [step.company for step in plan.steps] == [2, 1, 3]


def test_the_same_change_decided_again_has_the_same_id_and_print() -> None:
    one, two = the_step(plan_of(Line(TEN), 12)), the_step(plan_of(Line(TEN), 12))

    assert (one.id, one.fingerprint) == (two.id, two.fingerprint)


@pytest.mark.parametrize(
    "other",
    [
        plan_of(Line(TEN), 13),
        plan_of(Line(TEN), 12, today=date(2026, 3, 11)),
        plan_of(Line([(JANUARY, 9)]), 12),
        plan_of(Line(TEN, number=101), 12),
    ],
)
def test_another_change_has_another_id(other: Plan) -> None:
    assert the_step(plan_of(Line(TEN), 12)).id != the_step(other).id


def test_a_service_named_twice_is_created_once() -> None:
    service = NewService("Acronis servers", 5, PeriodType.MONTHLY)

    plan = plan_for(Desired(new_services=(service, service)))

    assert [step.change for step in plan.steps] == [CreateService(service)]


def test_the_missing_field_is_created_by_its_name() -> None:
    assert [step.change for step in plan_for(Desired(create_definition=True)).steps] == [
        CreateDefinition("Acronis PAYG")
    ]


@pytest.mark.parametrize("state", OPEN)
def test_a_line_with_a_change_on_its_way_gets_no_step(state: IntentState) -> None:
    """W2."""
    plan = plan_of(Line(TEN), 12, history=history_of(an_intent(TODAY, 10, 12, state)))

    assert plan.steps == ()
    assert plan.wishes == ()
    assert codes(plan) == {"W2"}
    assert str(state) in plan.findings[0].problem


def test_a_parked_change_asks_a_person() -> None:
    plan = plan_of(Line(TEN), 12, history=history_of(an_intent(TODAY, 10, 12, IntentState.PARKED)))

    assert plan.findings[0].severity is Severity.STOPS
    assert "Decide it" in plan.findings[0].next_act


def test_a_line_with_an_open_change_is_not_called_right() -> None:
    plan = plan_of(Line(TEN), 10, history=history_of(an_intent(TODAY, 10, 12, IntentState.IN_DOUBT)))

    assert plan.completeness.lines_right == 0


def test_a_line_never_to_be_written_shows_its_difference() -> None:
    """R57."""
    plan = plan_of(Line(TEN), 12, decided=settings(never_write=frozenset({line_id(100)})))

    assert plan.steps == ()
    assert "shows 10 units; usage says 12" in plan.findings[0].problem


def test_a_line_we_gave_up_is_named_when_another_moves_it() -> None:
    line = Line([*TEN, (date(2026, 3, 2), 5)])
    chosen = settings(never_write=frozenset({line.id}))

    plan = make_plan(
        settings=chosen,
        psa=line.snapshot(),
        platform=platform_snapshot(),
        desired=Desired(),
        pictures={},
        histories={line.id: history_of(an_intent(date(2026, 2, 2), 8, 10))},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert [finding.code for finding in plan.findings] == ["R57"]
    assert "left it at 10 and it shows 15" in plan.findings[0].problem


def test_a_line_that_autotask_would_not_take_to_zero_is_not_asked_again() -> None:
    """R25, D3: the value and the way by hand."""
    refused = replace(
        an_intent(date(2026, 3, 1), 10, 0, IntentState.REJECTED), vendor_text="units cannot be 0"
    )

    plan = plan_of(Line(TEN), 0, decided=settings(decreases_wait=False), history=history_of(refused))

    assert plan.steps == ()
    assert codes(plan) == {"R25"}
    assert "stays at 10, worth 50.00 EUR a period" in plan.findings[0].problem
    assert "by hand" in plan.findings[0].next_act


def test_a_line_refused_at_zero_is_asked_for_another_number() -> None:
    refused = an_intent(date(2026, 3, 1), 10, 0, IntentState.REJECTED)

    plan = plan_of(Line(TEN), 3, decided=settings(decreases_wait=False), history=history_of(refused))

    assert the_change(plan).after == 3


def test_a_refused_change_is_not_sent_twice_on_one_day() -> None:
    refused = replace(an_intent(TODAY, 10, 12, IntentState.REJECTED), vendor_text="no rights here")

    plan = plan_of(Line(TEN), 12, history=history_of(refused))

    assert plan.steps == ()
    assert codes(plan) == {"ERR-21"}
    assert "no rights here" in plan.findings[0].problem


def test_a_refused_change_is_asked_again_on_another_day() -> None:
    refused = an_intent(date(2026, 3, 9), 10, 12, IntentState.REJECTED)

    assert the_change(plan_of(Line(TEN), 12, history=history_of(refused))).day == TODAY


def test_a_refusal_before_a_later_success_is_history() -> None:
    history = history_of(
        an_intent(date(2026, 2, 3), 10, 0, IntentState.REJECTED),
        an_intent(date(2026, 2, 9), 8, 10, number=2),
    )
    decided = settings(decreases_wait=False)

    assert the_change(plan_of(Line(TEN), 0, decided=decided, history=history)).after == 0


def test_a_line_that_is_gone_is_told_and_others_go_on() -> None:
    line = Line(TEN)

    plan = plan_for(Desired(units=(wanted_units(3, Line(number=999)), wanted_units(12, line))), [line])

    assert len(plan.steps) == 1
    assert codes(plan) == {"W9"}


def test_an_inactive_contract_takes_nothing_new() -> None:
    """R19."""
    plan = plan_of(Line(TEN, contract=a_payg_contract(is_active=False)), 12)

    assert plan.steps == ()
    assert codes(plan) == {"R19"}


def test_a_line_whose_rows_were_not_read_whole_gets_no_step() -> None:
    line = Line(TEN)
    plan = make_plan(
        settings=settings(),
        psa=line.snapshot(),
        platform=platform_snapshot(),
        desired=wanted(12, line),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert plan.steps == ()
    assert codes(plan) == {"W10"}


def test_a_line_without_rows_starts_from_zero_in_a_computed_period() -> None:
    """R12: only here the period is computed; W10: the guard holds it."""
    line = Line(contract=a_payg_contract(starts=date(2026, 1, 17)))
    psa = replace(line.snapshot(), rows={})
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=wanted(5, line),
        pictures={},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    change = the_change(plan)
    assert (change.day, change.before, change.after) == (date(2026, 2, 17), 0, 5)
    assert change.is_first_report
    assert change.picture.rows == ()


def test_a_line_that_lost_its_rows_is_never_written_from_zero() -> None:
    """P10, W4: no rows taken for 0 would post the whole target again."""
    line = Line(TEN)
    psa = replace(line.snapshot(), rows={})
    plan = make_plan(
        settings=settings(),
        psa=psa,
        platform=platform_snapshot(),
        desired=wanted(12, line),
        pictures={},
        histories={line.id: history_of(an_intent(date(2026, 2, 2), 8, 10))},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert plan.steps == ()
    assert codes(plan) == {"W4"}


def test_findings_of_the_desired_state_stay_and_the_gravest_comes_first() -> None:
    note = Finding("R9", Severity.NOTE, "a", "price 0", "Look")
    grave = Finding("ERR-15", Severity.STOPS, "b", "two kinds", "Choose")

    assert plan_for(Desired(findings=(note, grave, note))).findings == (grave, note)


def test_a_plan_says_how_much_was_checked() -> None:
    """Promise 7."""
    line = Line(TEN)
    older = replace(line.snapshot(), read_at=NOW - timedelta(minutes=1))
    desired = replace(
        wanted(12, line), items=(a_wanted_item(an_item()),), checked_customers=3, unmapped_tenants=2
    )
    plan = make_plan(
        settings=settings(),
        psa=older,
        platform=platform_snapshot(items=[an_item()]),
        desired=desired,
        pictures={line.id: line.picture(JANUARY, date(2026, 5, 31))},
        histories={},
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    done = plan.completeness
    assert done.as_of == datetime(2026, 3, 10, 8, 59, tzinfo=UTC)
    assert (done.customers_checked, done.customers_mapped, done.tenants_unmapped) == (3, 1, 2)
    assert (done.lines_checked, done.lines_right, done.items_checked, done.items_right) == (1, 0, 1, 1)


def test_a_plan_knows_the_units_of_each_customer() -> None:
    lines = [Line(TEN, number=100), Line([(JANUARY, 4)], number=101)]

    plan = plan_for(Desired(units=tuple(wanted_units(10, line) for line in lines)), lines)

    assert plan.customer_units == (CustomerUnits(CompanyId(1), 14),)


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


def looked_at(line: Line, units: int, policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES) -> bool:
    chosen = settings(policy=policy)
    return bool(lines_to_look_at(chosen, line.snapshot(), wanted(units, line), frozenset()))


def test_a_line_that_is_right_today_and_tomorrow_is_not_read_whole() -> None:
    assert not looked_at(Line(TEN), 10)


@pytest.mark.parametrize(
    ("line", "units"),
    [
        (Line(TEN), 12),
        (Line(TEN), 8),
        (Line([*TEN, (date(2026, 3, 11), 5)]), 10),
        (Line([*TEN, (date(2026, 3, 11), 5)]), 15),
        (Line(), 0 + 1),
    ],
)
def test_a_line_that_differs_today_or_tomorrow_is_read_whole(line: Line, units: int) -> None:
    assert looked_at(line, units)


@pytest.mark.parametrize("policy", [DatingPolicy.PERIOD_CLOSE, DatingPolicy.NEXT_PERIOD])
def test_lines_dated_by_periods_are_always_read_whole(policy: DatingPolicy) -> None:
    assert looked_at(Line(TEN), 10, policy)


def test_a_line_on_its_contracts_last_day_is_not_missed_tomorrow() -> None:
    assert not looked_at(Line(TEN, contract=a_payg_contract(ends=TODAY)), 10)


def test_open_lines_are_read_whole_though_right() -> None:
    line = Line(TEN)

    assert lines_to_look_at(settings(), line.snapshot(), wanted(10, line), frozenset({line.id})) == (line.id,)


def window_of(line: Line, units: int, policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES) -> tuple[date, date]:
    chosen = settings(policy=policy)
    (window,) = look_windows(chosen, line.snapshot(), wanted(units, line), [line.id])
    return window.covers_from, window.covers_to


def test_a_picture_reaches_one_period_back_and_two_ahead() -> None:
    """Protocol 2.1."""
    assert window_of(Line(TEN), 12) == (date(2026, 2, 1), date(2026, 5, 31))


def test_a_close_looks_one_period_further_back() -> None:
    line = Line(TEN, contract=a_payg_contract(starts=date(2025, 1, 1)))

    assert window_of(line, 12, DatingPolicy.PERIOD_CLOSE) == (JANUARY, date(2026, 5, 31))


def test_a_line_at_zero_is_read_from_its_beginning() -> None:
    """R14: all rows, past and present, tell a first report."""
    line = Line(contract=a_payg_contract(starts=date(2024, 1, 1)))

    assert window_of(line, 5)[0] == date(2024, 1, 1)


def test_a_picture_ends_with_the_contract() -> None:
    assert window_of(Line(TEN, contract=a_payg_contract(ends=date(2026, 4, 10))), 12)[1] == date(2026, 4, 10)


def test_lines_of_one_window_are_read_together() -> None:
    lines = [Line(TEN, number=n) for n in (100, 101)]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    (window,) = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])

    assert window.lines == (line_id(100), line_id(101))


def windows_of(*starts: date) -> list[tuple[int, date, date]]:
    """How many lines are read together, and over which days, where contracts began on these days."""
    contracts = [a_payg_contract(n, starts=start) for n, start in enumerate(starts, start=10)]
    lines = [Line(TEN, contract=one, number=100 + one.id) for one in contracts]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))
    found = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])
    return [(len(one.lines), one.covers_from, one.covers_to) for one in found]


def test_lines_whose_contracts_began_on_different_days_of_the_month_are_read_together() -> None:
    """One call instead of one for each day (protocol 2.5): a row more per line at most."""
    found = windows_of(date(2025, 6, 1), date(2025, 9, 15), date(2025, 11, 17))

    assert found == [(3, date(2026, 1, 15), date(2026, 5, 31))]


def test_a_line_that_is_read_from_long_ago_is_read_alone() -> None:
    """Rows of years of one line are no reason to read years of the others (W10: one page)."""
    old = Line(contract=a_payg_contract(10, starts=date(2024, 1, 1)))
    lines = [old, Line(TEN, contract=a_payg_contract(11), number=101)]
    desired = Desired(units=tuple(wanted_units(12, line) for line in lines))

    found = look_windows(settings(), snapshot_of(lines), desired, [line.id for line in lines])

    assert [(one.lines, one.covers_from) for one in found] == [
        ((old.id,), date(2024, 1, 1)),
        ((line_id(101),), date(2026, 2, 1)),
    ]


def test_eight_thousand_lines_are_planned_and_only_the_moved_ones_get_a_step() -> None:
    """2,000 customers with 4 lines each; a quarter of the lines moved."""
    contracts = [a_payg_contract(n, n) for n in range(1, 2001)]
    lines = [Line(TEN, contract=c, number=c.id * 10 + k) for c in contracts for k in range(4)]
    desired = Desired(units=tuple(wanted_units(10 + (n % 4 == 0), line) for n, line in enumerate(lines)))
    psa, chosen = snapshot_of(lines), settings()
    pictures = pictures_of(lines, chosen, psa, desired)
    histories = {LineId(line.id.kind, line.id.number): LineHistory(line.id) for line in lines}

    plan = make_plan(
        settings=chosen,
        psa=psa,
        platform=platform_snapshot(),
        desired=desired,
        pictures=pictures,
        histories=histories,
        figures={},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )

    assert len(plan.steps) == 2000
