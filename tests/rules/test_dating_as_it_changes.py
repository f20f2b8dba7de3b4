"""Dating as usage changes (design section 8, ACR-PAY-06, ACR-PAY-07, R12 to R14, R28, W5 to W8)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.settings import DatingPolicy
from psabridge.rules.units.intent import IntentState
from psabridge.rules.units.picture import RowReading
from tests.builders import TODAY, a_mapping_row, a_payg_contract
from tests.rules.planning_cast import (
    APRIL,
    JANUARY,
    MARCH,
    TOMORROW,
    YESTERDAY,
    Line,
    an_intent,
    codes,
    figures_for,
    history_of,
    plan_of,
    same_figures,
    sent_on,
    the_change,
    the_step,
)


def test_an_increase_is_dated_today() -> None:
    change = the_change(plan_of(Line([(JANUARY, 10)]), 12))

    assert (change.day, change.before, change.after, change.change) == (TODAY, 10, 12, 2)
    assert change.is_fenced
    assert not change.is_first_report


def test_a_line_that_shows_what_it_should_gets_no_step() -> None:
    plan = plan_of(Line([(JANUARY, 10)]), 10)

    assert plan.steps == ()
    assert plan.wishes == ()
    assert plan.findings == ()
    assert plan.completeness.lines_right == 1


def test_the_first_report_is_dated_the_first_day_of_the_running_period() -> None:
    """R14: nothing is prorated."""
    change = the_change(plan_of(Line(), 5))

    assert change.day == MARCH
    assert change.is_first_report
    assert not change.is_fenced


def test_the_first_report_of_a_posted_period_waits_for_the_next_one() -> None:
    """R13, W8: not posted ahead of its day."""
    plan = plan_of(Line(posted_until=APRIL), 5)

    assert plan.steps == ()
    assert [(wish.due, wish.wanted) for wish in plan.wishes] == [(APRIL, 5)]
    assert codes(plan) == {"R13"}


def test_the_first_report_of_the_first_period_starts_with_the_contract() -> None:
    line = Line(contract=a_payg_contract(starts=date(2026, 3, 4)))

    assert the_change(plan_of(line, 5)).day == date(2026, 3, 4)


def test_a_line_that_was_at_zero_again_is_a_later_change() -> None:
    """R14: anything but zeros past and present is a later change."""
    line = Line([(JANUARY, 4), (date(2026, 2, 1), -4)])

    change = the_change(plan_of(line, 5))

    assert change.day == TODAY
    assert not change.is_first_report


def test_a_line_we_once_reported_is_no_first_report_though_its_rows_are_zero() -> None:
    history = history_of(an_intent(date(2026, 2, 3), 0, 4))

    assert the_change(plan_of(Line(), 5, history=history)).day == TODAY


def test_zeros_since_a_later_day_only_are_no_proof_of_a_first_report() -> None:
    line = Line()

    change = the_change(plan_of(line, 5, picture=line.picture(date(2026, 2, 1), date(2026, 5, 31))))

    assert change.day == TODAY


def test_a_day_we_used_waits_for_tomorrow() -> None:
    """W7: at most one change per line and day."""
    history = history_of(an_intent(TODAY, 8, 10))
    line = Line([(JANUARY, 8), (TODAY, 2)])

    plan = plan_of(line, 13, history=history)

    assert plan.steps == ()
    assert [(wish.due, wish.wanted) for wish in plan.wishes] == [(TOMORROW, 13)]
    assert "W7" in codes(plan)


def test_what_waited_for_tomorrow_is_written_tomorrow() -> None:
    history = history_of(an_intent(TODAY, 8, 10))
    line = Line([(JANUARY, 8), (TODAY, 2)])

    change = the_change(plan_of(line, 13, today=TOMORROW, history=history))

    assert (change.day, change.before, change.after) == (TOMORROW, 10, 13)


def test_a_ghost_still_uses_its_day() -> None:
    """W7: ghosts included; the request may still turn up."""
    history = history_of(an_intent(TODAY, 10, 12, IntentState.CLOSED))

    plan = plan_of(Line([(JANUARY, 10)]), 12, history=history)

    assert plan.wishes[0].due == TOMORROW


@pytest.mark.parametrize("state", [IntentState.NOT_SENT, IntentState.REJECTED])
def test_what_never_left_or_was_refused_uses_no_day(state: IntentState) -> None:
    history = history_of(an_intent(TODAY, 10, 11, state))

    assert the_change(plan_of(Line([(JANUARY, 10)]), 12, history=history)).day == TODAY


def test_a_colleagues_change_of_today_makes_ours_wait_for_tomorrow() -> None:
    """W7: later than every row that starts inside a period."""
    plan = plan_of(Line([(JANUARY, 10), (TODAY, 3)]), 15)

    assert plan.steps == ()
    assert plan.wishes[0].due == TOMORROW


def test_a_colleagues_change_of_yesterday_is_corrected_today() -> None:
    change = the_change(plan_of(Line([(JANUARY, 10), (YESTERDAY, 3)]), 15))

    assert (change.day, change.before, change.change) == (TODAY, 13, 2)


def test_a_change_standing_tomorrow_is_told_and_not_written_over() -> None:
    """C4, W5."""
    plan = plan_of(Line([(JANUARY, 10), (TOMORROW, 5)]), 12)

    assert (plan.steps, plan.wishes) == ((), ())
    assert codes(plan) == {"W5"}


def test_nothing_to_do_is_not_said_over_a_change_standing_tomorrow() -> None:
    """C4: the search caught a version that checked it before writes alone."""
    plan = plan_of(Line([(JANUARY, 10), (TOMORROW, 5)]), 10)

    assert codes(plan) == {"W5"}
    assert plan.completeness.lines_right == 0


def test_a_decrease_does_not_wait_over_a_later_standing_change() -> None:
    plan = plan_of(Line([(JANUARY, 10), (date(2026, 4, 15), 5)]), 8)

    assert plan.wishes == ()
    assert codes(plan) == {"W5"}


def test_a_change_posted_ahead_by_another_policy_is_told() -> None:
    """P2: next_period left +5 on the first of April, and the policy was changed since."""
    history = history_of(an_intent(APRIL, 10, 15))

    plan = plan_of(Line([(JANUARY, 10), (APRIL, 5)]), 15, history=history)

    assert plan.steps == ()
    assert codes(plan) == {"W5"}


def test_a_posted_running_period_moves_an_increase_to_the_next_one() -> None:
    """R13: the move is shown."""
    plan = plan_of(Line([(JANUARY, 10)], posted_until=APRIL), 12)

    assert plan.steps == ()
    assert [(wish.due, wish.wanted) for wish in plan.wishes] == [(APRIL, 12)]
    assert codes(plan) == {"R13"}


def test_posted_past_periods_do_not_move_a_change_of_today() -> None:
    assert the_change(plan_of(Line([(JANUARY, 10)], posted_until=MARCH), 12)).day == TODAY


def test_a_posted_last_period_leaves_no_day_in_the_contract() -> None:
    line = Line([(JANUARY, 10)], contract=a_payg_contract(ends=date(2026, 3, 31)), posted_until=APRIL)

    plan = plan_of(line, 12)

    assert (plan.steps, plan.wishes) == ((), ())
    assert codes(plan) == {"R13"}


def test_today_being_the_contracts_last_day_is_still_legal() -> None:
    line = Line([(JANUARY, 10)], contract=a_payg_contract(ends=TODAY))

    assert the_change(plan_of(line, 12)).day == TODAY


def test_a_contract_that_ended_yesterday_takes_nothing() -> None:
    line = Line([(JANUARY, 10)], contract=a_payg_contract(ends=TODAY))

    assert plan_of(line, 12, today=TOMORROW).steps == ()


def test_an_increase_on_a_first_day_is_not_fenced() -> None:
    change = the_change(plan_of(Line([(JANUARY, 10)]), 12, today=APRIL))

    assert (change.day, change.is_fenced) == (APRIL, False)


@pytest.mark.parametrize("reading", RowReading)
@pytest.mark.parametrize("ends_on_boundary", [False, True])
def test_the_level_is_the_same_however_rows_are_written(
    reading: RowReading, *, ends_on_boundary: bool
) -> None:
    """P8, P9: totals or overlays (D1), ending on the day or the day before (D9)."""
    line = Line([(JANUARY, 10), (date(2026, 3, 5), 2)], reading=reading, ends_on_boundary=ends_on_boundary)

    change = the_change(plan_of(line, 15))

    assert (change.before, change.change, change.reading) == (12, 3, reading)


def test_rows_that_contradict_what_the_connection_was_learnt_to_show_stop_the_line() -> None:
    """D1: the canary said totals, these rows overlap."""
    line = Line([(JANUARY, 10), (date(2026, 3, 5), 2)], reading=RowReading.OVERLAYS)

    plan = plan_of(line, 15, reading=RowReading.TOTALS)

    assert plan.steps == ()
    assert codes(plan) == {"D1"}


def test_the_price_of_missed_days_is_listed_and_never_added() -> None:
    """R28: 12 were used on 5 to 9 March and 10 stood there: 10 unit days of 31, at 5 each."""
    figures = (
        *same_figures(10, MARCH, date(2026, 3, 4)),
        *same_figures(12, date(2026, 3, 5), YESTERDAY),
    )

    plan = plan_of(Line([(JANUARY, 10)]), 12, figures=figures)

    assert the_change(plan).day == TODAY
    (finding,) = plan.findings
    assert finding.code == "R28"
    assert "10 unit days" in finding.problem
    assert "1.61 EUR" in finding.problem


def test_days_at_the_right_level_are_not_missed() -> None:
    plan = plan_of(Line([(JANUARY, 10)]), 12, figures=same_figures(10, MARCH, YESTERDAY))

    assert plan.findings == ()


def test_a_figure_of_an_earlier_period_is_not_missed_in_this_one() -> None:
    plan = plan_of(Line([(JANUARY, 10)]), 12, figures=figures_for([12], date(2026, 2, 10)))

    assert plan.findings == ()


def test_what_was_missed_before_our_last_change_was_listed_with_it() -> None:
    """R28: a person bills by hand what is listed, so it is listed with one change and not with the next."""
    line = Line([(JANUARY, 10), (date(2026, 3, 5), 2)])
    ours = sent_on(date(2026, 3, 5), an_intent(date(2026, 3, 5), 10, 12))
    figures = (*same_figures(12, MARCH, date(2026, 3, 7)), *same_figures(15, date(2026, 3, 8), YESTERDAY))

    (finding,) = plan_of(line, 15, history=history_of(ours), figures=figures).findings

    assert finding.code == "R28"
    assert "6 unit days of 2026-03-01" in finding.problem  # 8 and 9 March, 3 each; not 1 to 4 March again


def test_the_last_days_of_the_period_before_are_listed_where_the_change_came_too_late_for_it() -> None:
    """R28: seen on 27 February, approved on 2 March: two days of February and one of March were missed."""
    line = Line([(JANUARY, 10)])
    ours = sent_on(JANUARY, an_intent(JANUARY, 0, 10))
    figures = (
        *same_figures(10, date(2026, 2, 1), date(2026, 2, 26)),
        *same_figures(14, date(2026, 2, 27), MARCH),
    )

    plan = plan_of(line, 14, today=date(2026, 3, 2), history=history_of(ours), figures=figures)

    assert sorted(one.problem.split(" were")[0] for one in plan.findings) == [
        "4 unit days of 2026-03-01 to 2026-03-31",
        "8 unit days of 2026-02-01 to 2026-02-28",
    ]


def test_what_a_posted_period_lacks_is_listed_with_its_value_while_the_change_waits() -> None:
    """R13, R28: 2 units on 8, 9 and 10 March stood nowhere: 6 unit days of 31, at 5 each."""
    line = Line([(JANUARY, 10)], posted_until=APRIL)
    figures = (*same_figures(10, MARCH, date(2026, 3, 7)), *same_figures(12, date(2026, 3, 8), TODAY))

    plan = plan_of(line, 12, figures=figures)

    assert [wish.due for wish in plan.wishes] == [APRIL]
    (told,) = [one for one in plan.findings if one.code == "R28"]
    assert "6 unit days of 2026-03-01 to 2026-03-31 were not on the contract, worth 0.97 EUR" in told.problem
    assert told.problem.endswith("it is posted, and this is up to 2026-03-10")


def test_the_posted_period_is_listed_once_more_with_the_change_that_comes_after_it() -> None:
    """R28: nobody need have read the plans of the days in between."""
    line = Line([(JANUARY, 10)], posted_until=APRIL)
    ours = sent_on(JANUARY, an_intent(JANUARY, 0, 10))
    figures = (*same_figures(10, MARCH, date(2026, 3, 29)), *same_figures(12, date(2026, 3, 30), APRIL))

    plan = plan_of(line, 12, today=APRIL, history=history_of(ours), figures=figures)

    assert the_change(plan).day == APRIL
    assert "4 unit days of 2026-03-01 to 2026-03-31" in plan.findings[0].problem


@pytest.mark.parametrize(
    ("start", "length", "today", "first"),
    [
        (date(2026, 1, 17), PeriodType.MONTHLY, TODAY, date(2026, 2, 17)),
        (date(2026, 1, 31), PeriodType.MONTHLY, TODAY, date(2026, 2, 28)),
        (date(2026, 1, 1), PeriodType.QUARTERLY, TODAY, date(2026, 1, 1)),
        (date(2025, 11, 5), PeriodType.QUARTERLY, TODAY, date(2026, 2, 5)),
        (date(2025, 6, 1), PeriodType.SEMI_ANNUAL, TODAY, date(2025, 12, 1)),
        (date(2025, 6, 1), PeriodType.YEARLY, TODAY, date(2025, 6, 1)),
        (date(2023, 2, 28), PeriodType.YEARLY, date(2024, 2, 29), date(2024, 2, 28)),
        (date(2024, 2, 29), PeriodType.MONTHLY, date(2024, 3, 30), date(2024, 3, 29)),
    ],
)
def test_the_running_period_is_read_from_the_rows(
    start: date, length: PeriodType, today: date, first: date
) -> None:
    """R12: whatever the contract's own period says."""
    contract = replace(
        a_payg_contract(), starts=start, ends=date(start.year + 4, 12, 31), period_type=PeriodType.MONTHLY
    )

    assert the_change(plan_of(Line(contract=contract, length=length), 5, today=today)).day == first


def test_rows_that_do_not_show_periods_stop_the_line() -> None:
    line = Line([(JANUARY, 10)])
    picture = line.picture(date(2026, 2, 1), date(2026, 5, 31))
    holed = replace(picture, rows=tuple(r for r in picture.rows if r.starts != APRIL))

    plan = plan_of(line, 12, picture=holed)

    assert plan.steps == ()
    assert codes(plan) <= {"R12", "W10"}
    assert plan.findings


def test_rows_that_share_a_line_with_two_policies_stop_it() -> None:
    rows = (a_mapping_row(policy=DatingPolicy.NEXT_PERIOD), a_mapping_row(policy=None))

    plan = plan_of(Line([(JANUARY, 10)]), 12, rows=rows)

    assert plan.steps == ()
    assert codes(plan) == {"R15"}


def test_the_reason_names_what_was_counted_and_what_stands() -> None:
    step = the_step(plan_of(Line([(JANUARY, 10)]), 12))

    assert "Workstations: 12 = 12 units" in step.reason
    assert "the contract has 10" in step.reason
    assert step.subject == "Company 1, Contract 10, Service 1000"
