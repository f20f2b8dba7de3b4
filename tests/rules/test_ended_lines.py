"""What a contract's last days used and no line shows is told, with its value (R23, R28)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.plans.ended_lines import lines_to_look_back_at
from psabridge.rules.plans.looking import inherited
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.settings import DatingPolicy, PairingSettings
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.wanted.desired import DayFigure, Desired, FormerUnits
from psabridge.rules.words import CompanyId, ServiceId
from tests.builders import NOW, a_mapping_row, a_payg_contract, line_id, platform_snapshot, settings
from tests.rules.planning_cast import (
    SNAPSHOT,
    Line,
    an_intent,
    figures_for,
    history_of,
    same_figures,
    sent_on,
)

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
ENDS = date(2026, 2, 28)
AS_IT_CHANGES = settings(policy=DatingPolicy.AS_IT_CHANGES)
CLOSE = settings(policy=DatingPolicy.PERIOD_CLOSE)
NEXT = settings(policy=DatingPolicy.NEXT_PERIOD)
FOURTEEN = (*same_figures(10, FEBRUARY, date(2026, 2, 26)), *same_figures(14, date(2026, 2, 27), ENDS))
OURS = history_of(sent_on(JANUARY, an_intent(JANUARY, 0, 10)))


def ended(until: date = ENDS) -> Line:
    return Line([(JANUARY, 10)], contract=a_payg_contract(ends=until))


def former(line: Line, heir: int | None = None) -> FormerUnits:
    follows = None if heir is None else line_id(heir)
    rows = (a_mapping_row(),)
    contract = line.contract
    return FormerUnits(line.id, contract.id, CompanyId(1), ServiceId(1000), rows, contract.ends, follows)


def told(
    line: Line,
    figures: tuple[DayFigure, ...],
    decided: PairingSettings = AS_IT_CHANGES,
    history: LineHistory = OURS,
    heir: int | None = None,
) -> list[str]:
    one = former(line, heir)
    looked = lines_to_look_back_at([one], {line.id: figures}, {line.id: history})
    plan: Plan = make_plan(
        settings=decided,
        psa=line.snapshot(date(2026, 3, 3)),
        platform=platform_snapshot(),
        desired=Desired(former=(one,), checked_customers=1),
        pictures={found: line.picture(JANUARY, line.contract.ends) for found in looked},
        histories={line.id: history},
        figures={line.id: figures},
        snapshot=SNAPSHOT,
        made_at=NOW,
    )
    assert plan.steps == ()
    return [finding.problem for finding in plan.findings if finding.code == "R28"]


def test_days_that_nobody_approved_before_the_end_are_listed_with_their_value() -> None:
    """R28: 4 units on 27 and 28 February, 8 unit days of 28 at 5.00."""
    (problem,) = told(ended(), FOURTEEN)

    assert problem == (
        "8 unit days of 2026-02-01 to 2026-02-28 were not on the contract, worth 1.43 EUR: "
        "the contract ended on 2026-02-28 before it was written"
    )


def test_what_stood_on_the_contract_is_not_told_and_not_looked_for() -> None:
    line = ended()
    right = same_figures(10, FEBRUARY, ENDS)

    assert told(line, right) == []
    assert lines_to_look_back_at([former(line)], {line.id: right}, {line.id: OURS}) == frozenset()


def test_a_line_that_we_never_changed_is_looked_at_where_its_figures_moved() -> None:
    """R40: one that is constant was found so, or every plan has told it."""
    assert told(ended(), FOURTEEN, history=LineHistory(line_id(100))) != []
    assert told(ended(), same_figures(10, FEBRUARY, ENDS), history=LineHistory(line_id(100))) == []


def test_a_last_close_that_no_cycle_made_is_listed_as_whole_units() -> None:
    """R23, R30: the figure of 27 February says 14."""
    (problem,) = told(ended(), FOURTEEN, CLOSE)

    assert problem.startswith("4 units of 2026-02-01 to 2026-02-28 were not on the contract, worth 20.00 EUR")


def test_a_last_close_that_cannot_be_told_is_listed_by_its_days() -> None:
    """W13: without the last day's figure what is known is still told."""
    (problem,) = told(ended(), figures_for([14], date(2026, 2, 20)), CLOSE)

    assert problem.startswith("4 unit days of 2026-02-01 to 2026-02-28")


def test_what_is_billed_a_period_behind_is_nobodys_when_no_contract_follows() -> None:
    """R23: all 14 units of the last period, not what they are more than the one before."""
    (problem,) = told(ended(), FOURTEEN, NEXT)

    assert problem.startswith(
        "14 units of 2026-02-01 to 2026-02-28 were not on the contract, worth 70.00 EUR"
    )
    assert told(ended(), FOURTEEN, NEXT, heir=200) == []


@pytest.mark.parametrize("decided", [AS_IT_CHANGES, CLOSE])
def test_only_what_is_billed_a_period_behind_goes_on_with_the_next_contract(decided: PairingSettings) -> None:
    line = ended()
    own = (DayFigure(MARCH, 15),)
    figures = {line.id: FOURTEEN, line_id(200): own}
    desired = Desired(former=(former(line, 200),))

    assert inherited(figures, desired, decided)[line_id(200)] == own
    assert inherited(figures, desired, NEXT)[line_id(200)] == (*FOURTEEN, *own)


def test_figures_from_after_the_handing_over_are_not_handed_over() -> None:
    line = ended()
    later = replace(FOURTEEN[-1], day=MARCH, units=99)
    desired = Desired(former=(former(line, 200),))

    assert inherited({line.id: (*FOURTEEN, later)}, desired, NEXT)[line_id(200)] == FOURTEEN
