"""Which contract a month of range items belongs to, and what becomes of the last one (R17, R23)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.findings import Severity
from psabridge.rules.psa import Contract, PsaSnapshot
from psabridge.rules.settings import ServiceMapping
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.ranges.reports import MonthFigure
from tests.builders import (
    a_contract,
    a_line,
    a_payg_contract,
    a_service,
    a_unit_row,
    line_id,
    psa_snapshot,
)
from tests.rules.asking import codes, finding, units
from tests.rules.planning_cast import Line
from tests.rules.test_range_dating import FEBRUARY, JANUARY, MARCH, plan_for, report, reported
from tests.rules.test_range_lines import ROW, read, wanted
from tests.rules.test_range_months import custom, days

# 52 hours in February, 10 of them up to the 14th; 5 in March so far.
READS = (
    read("2026-01-20", 38, 20),
    read("2026-02-01 00:05", 40, 0),
    read("2026-02-15 00:05", 50, 10),
    read("2026-03-10", 97, 5),
)


def sold_on(
    *contracts: Contract, twice: bool = False, period_type: PeriodType = PeriodType.MONTHLY
) -> PsaSnapshot:
    lines = [a_line(100 + number, contract.id) for number, contract in enumerate(contracts)]
    if twice:
        lines.append(a_line(200, contracts[0].id))
    live = [
        line for line, contract in zip(lines, contracts, strict=False) if contract.ends >= date(2026, 3, 10)
    ]
    return psa_snapshot(
        contracts=contracts,
        lines=lines,
        rows=[a_unit_row(line.id, 3) for line in live],
        services=[a_service(period_type=period_type)],
        today=date(2026, 3, 10),
    )


def over(ends: date = date(2026, 2, 28), number: int = 10, **changes: object) -> Contract:
    return a_payg_contract(number, **{"starts": JANUARY, "ends": ends, **changes})


def renewal(starts: date = MARCH, **changes: object) -> Contract:
    return a_payg_contract(11, starts=starts, renews=over().id, **changes)


def asked(psa: PsaSnapshot, row: ServiceMapping = ROW, **decided: object) -> Desired:
    return wanted(*READS, row=row, psa=psa, **decided)


def test_the_month_that_ended_with_its_contract_is_its_own() -> None:
    """R17: its last day lies in it."""
    found = asked(sold_on(over()))

    assert units(found) == {line_id(100): 52}
    (line,) = found.units
    assert line.report is not None
    assert (line.report.due, line.report.rest) == (days("2026-02-01", "2026-02-28"), None)
    assert "R23" not in codes(found)


def test_each_contract_of_a_renewal_has_its_own_months() -> None:
    """R23: February stands on the old line; the new one has nothing to tell of it."""
    found = asked(sold_on(over(), renewal()))

    assert units(found) == {line_id(100): 52, line_id(101): 52}
    told = {line.line: line.report for line in found.units}
    assert {line: one and one.tells_before for line, one in told.items()} == {
        line_id(100): False,
        line_id(101): False,
    }


def test_the_later_contract_of_an_overlap_takes_use_from_its_start_on() -> None:
    """R23: the old one still runs, and February is its last month."""
    found = asked(sold_on(over(date(2026, 3, 31)), renewal()))

    old = next(line for line in found.units if line.line == line_id(100))
    assert old.report is not None
    assert (old.units, old.report.due, old.report.running) == (52, days("2026-02-01", "2026-02-28"), None)


@pytest.mark.parametrize(
    ("other", "rest"),
    [
        (None, (date(2026, 2, 1), 10)),
        (renewal(date(2026, 2, 15)), None),
        (a_contract(11, starts=date(2026, 2, 15)), (date(2026, 2, 1), 10)),
        (renewal(MARCH), (date(2026, 2, 1), 10)),
    ],
)
def test_days_after_the_last_whole_month_are_its_own_unless_another_takes_the_month(
    other: Contract | None, rest: tuple[date, int] | None
) -> None:
    """R17: it ended on 14 February. What is sold fixed, or from March on, takes nothing of February."""
    contracts = [over(date(2026, 2, 14)), *([] if other is None else [other])]

    old = next(line for line in asked(sold_on(*contracts)).units if line.line == line_id(100))

    assert old.report is not None
    assert old.report.due == days("2026-01-01", "2026-01-31")
    said = old.report.rest
    assert (said and (said.days.start, said.units)) == rest


def test_nobody_speaks_of_a_contract_that_ended_long_ago_or_is_sold_fixed() -> None:
    old = over(date(2025, 11, 30), starts=date(2025, 1, 1))
    fixed = a_contract(10, starts=JANUARY, ends=date(2026, 2, 28))

    assert asked(sold_on(old)).units == asked(sold_on(fixed)).units == ()


@pytest.mark.parametrize(
    "psa", [sold_on(over(), over(number=11)), sold_on(over(), twice=True)], ids=["overlap", "twice"]
)
def test_between_two_lines_nobody_guesses(psa: PsaSnapshot) -> None:
    """ERR-16: a guess hides a double charge."""
    found = asked(psa)

    assert found.units == ()
    assert "last month" in finding(found, "ERR-16").problem


def test_a_line_never_to_be_written_is_left_alone() -> None:
    """R57."""
    assert asked(sold_on(over()), never_write=frozenset({line_id(100)})).units == ()


def test_a_last_month_that_cannot_be_told_is_listed() -> None:
    """ERR-22: nothing was read at the edge of the custom month; nothing is estimated."""
    platforms = read("2026-01-20", 38, 20), read("2026-03-10", 97, 5)
    psa = sold_on(over(date(2026, 2, 14)))

    found = wanted(*platforms, psa=psa, usage_reporting=custom(15))

    assert found.units == ()
    told = finding(found, "ERR-22")
    assert told.severity is Severity.STOPS
    assert "2026-01-15 to 2026-02-14" in told.problem


def test_the_months_of_a_longer_period_add_up_to_the_last_day_of_the_contract() -> None:
    """R17, ERR-19: a quarterly line that ended on 14 February; without the mark nothing is written."""
    psa = sold_on(over(date(2026, 2, 14), starts=JANUARY), period_type=PeriodType.QUARTERLY)
    row = replace(ROW, sum_of_months=True)

    (line,) = asked(psa, row).units

    assert line.report is not None
    assert (line.report.due, line.report.rest) == (days("2026-01-01", "2026-02-14"), None)
    assert line.units == 20 + 2 + 10
    assert asked(psa).units == ()


# ---- its day


def on_a_contract_that_is_over(posted: date = date.min, *, is_active: bool = True) -> Line:
    contract = a_payg_contract(starts=JANUARY, ends=date(2026, 2, 28), is_active=is_active)
    return Line([(JANUARY, 10)], contract=contract, posted_until=posted)


IN_FEBRUARY = report(("2026-02-01", "2026-02-28"), tells_before=False)
BEFORE = reported(JANUARY, 0, 10, FEBRUARY)


def test_the_last_month_is_dated_inside_the_contract() -> None:
    """R17, R23: on 1 March and for a quarter after it."""
    for today in (MARCH, date(2026, 5, 20)):
        (step,) = plan_for(on_a_contract_that_is_over(), 14, IN_FEBRUARY, today, [BEFORE]).steps
        assert (step.change.day, step.change.after) == (FEBRUARY, 14)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (on_a_contract_that_is_over(MARCH), "posted"),
        (on_a_contract_that_is_over(is_active=False), "inactive"),
    ],
    ids=["posted", "inactive"],
)
def test_what_cannot_be_written_any_more_is_listed_with_its_value(line: Line, why: str) -> None:
    """R28: 4 units at 5.00 EUR; and a credit where too many stand there."""
    short = plan_for(line, 14, IN_FEBRUARY, MARCH, [BEFORE])
    (told,) = [one for one in short.findings if one.code == "R28"]
    assert short.steps == ()
    assert "4 units of 2026-02-01 to 2026-02-28 were not on the contract, worth 20.00 EUR" in told.problem
    assert why in told.problem
    assert short.completeness.lines_right == 0

    (told,) = plan_for(line, 7, IN_FEBRUARY, MARCH, [BEFORE]).findings
    assert (
        "3 units of 2026-02-01 to 2026-02-28 were on the contract and not used, worth 15.00 EUR"
        in told.problem
    )
    assert "Credit it by hand" in told.next_act

    assert plan_for(line, 10, IN_FEBRUARY, MARCH, [BEFORE]).findings == ()


def test_last_days_stand_in_a_period_of_their_own_or_are_listed() -> None:
    """R17, R28: a month takes the whole period, so what follows it there is billed by hand."""
    contract = a_payg_contract(starts=JANUARY, ends=date(2026, 2, 14))
    line = Line([(JANUARY, 10)], contract=contract)
    own = report(("2026-01-01", "2026-01-31"), rest=MonthFigure(days("2026-02-01", "2026-02-14"), 6))
    taken = report(("2026-01-15", "2026-02-13"), rest=MonthFigure(days("2026-02-14", "2026-02-14"), 6))
    unknown = replace(own, rest=MonthFigure(days("2026-02-01", "2026-02-14"), None))

    (step,) = plan_for(line, 10, own, MARCH, [BEFORE]).steps
    assert (step.change.day, step.change.after) == (FEBRUARY, 6)  # type: ignore[union-attr]
    (told,) = plan_for(line, 10, taken, MARCH, [BEFORE]).findings
    assert (told.code, "6 units" in told.problem, "worth 30.00 EUR" in told.problem) == ("R28", True, True)
    (told,) = plan_for(line, 10, unknown, MARCH, [BEFORE]).findings
    assert (told.code, "last days of the contract" in told.problem) == ("ERR-22", True)
