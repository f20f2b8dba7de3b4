"""A month that counts otherwise since it was written, and what a person decided of it (ACR-USE-04)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.plans.plan import Plan
from psabridge.rules.wanted.desired import DesiredUnits
from psabridge.rules.wanted.ranges.reporting import ReportingMonth, UsageReporting
from tests.builders import a_payg_contract, line_id
from tests.rules.planning_cast import Line
from tests.rules.test_range_dating import FEBRUARY, IN_FEBRUARY, JANUARY, MARCH, plan_for, reported
from tests.rules.test_range_lines import read, wanted
from tests.rules.test_range_months import days

WRITTEN = reported(FEBRUARY, 10, 14, MARCH)
SOON = date(2026, 3, 9)


def on_march_9(counts: int, contract_ends: date = date(2027, 12, 31), **told: int) -> Plan:
    """February was written with 14."""
    line = Line([(JANUARY, 10), (FEBRUARY, 4)], contract=a_payg_contract(starts=JANUARY, ends=contract_ends))
    return plan_for(line, counts, replace(IN_FEBRUARY, **told), SOON, [WRITTEN])


@pytest.mark.parametrize(
    ("counts", "passed_on", "left_alone", "undecided"),
    [
        (14, 0, 0, None),
        (16, 0, 0, 2),
        (11, 0, 0, -3),
        (16, 2, 0, None),
        (16, 0, 2, None),
        (17, 2, 0, 1),
        (14, 2, 0, -2),
        (14, 0, 2, None),
        (17, 1, 2, None),
    ],
)
def test_only_what_nobody_decided_about_is_listed(
    counts: int, passed_on: int, left_alone: int, undecided: int | None
) -> None:
    """What was passed on and is not used after all comes back; what was left alone does not."""
    plan = on_march_9(counts, passed_on=passed_on, left_alone=left_alone)

    assert plan.steps == ()
    assert [late.units for late in plan.late_months] == ([] if undecided is None else [undecided])
    assert plan.completeness.lines_right == (undecided is None)


def test_where_the_contract_has_no_other_month_the_difference_cannot_be_passed_on() -> None:
    """It ends on 30 March: March is not over in it."""
    (late,) = on_march_9(16, date(2026, 3, 30)).late_months
    (told,) = on_march_9(16, date(2026, 3, 30)).findings

    assert not late.has_next
    assert told.next_act == (
        "The contract has no other month: bill it by hand, then say psabridge decide 1 leave-difference"
    )
    assert on_march_9(16, date(2026, 3, 31)).late_months[0].has_next


def february_with(*corrections: MonthCorrection, reporting: UsageReporting | None = None) -> DesiredUnits:
    """52 hours in February, 5 in March so far."""
    (line,) = wanted(
        read("2026-01-20", 38, 20),
        read("2026-02-10", 50, 10),
        read("2026-03-10 00:04", 97, 5),
        month_corrections=corrections,
        usage_reporting=reporting or UsageReporting(),
    ).units
    return line


def correction(
    month: tuple[str, str], units: int, *, line: int = 100, is_added: bool = True
) -> MonthCorrection:
    return MonthCorrection(line_id(line), days(*month), units, is_added)


IN_JANUARY = ("2026-01-01", "2026-01-31")


def test_a_difference_goes_with_the_month_that_follows_and_with_no_other() -> None:
    before_that = ("2025-12-01", "2025-12-31")
    others = (
        correction(before_that, 7),
        correction(IN_JANUARY, 7, line=101),
        correction(IN_JANUARY, 7, is_added=False),
    )
    assert february_with(*others).units == 52

    found = february_with(*others, correction(IN_JANUARY, 4))

    assert found.units == 56
    assert found.report is not None
    assert [one.units for one in found.report.corrections] == [4]


def test_less_than_nothing_is_never_written_and_what_remains_is_owed() -> None:
    found = february_with(correction(IN_JANUARY, -60))
    assert found.report is not None
    assert (found.units, found.report.owed) == (0, -8)

    plan = on_march_9(14, owed=-8)

    (told,) = plan.findings
    assert (told.code, "8 units" in told.problem, "Credit" in told.next_act) == ("R28", True, True)


def test_the_month_so_far_shows_what_will_go_with_it() -> None:
    """ACR-USE-03."""
    of_february = correction(("2026-02-01", "2026-02-28"), 3)

    found = february_with(of_february, reporting=UsageReporting(ReportingMonth.CURRENT))

    assert found.report is not None
    assert (found.report.running and found.report.running.units, found.report.passed_on) == (8, 3)
