"""`explain` ends at the units that stand on the contract, whatever the dating did with them (promise 5)."""

from datetime import date

from psabridge.engine.explaining import explain_lines
from psabridge.rules.explaining.explanation import Explanation
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

APRIL = date(2026, 4, 1)


def _explained(journey: Journey, on: date | None = None) -> Explanation:
    (found,) = explain_lines(
        "Meadow Dental", "Workstation backup", on=on, settings=journey.settings, ports=journey.ports
    ).lines
    return found


def _texts(found: Explanation, heading: str) -> list[str]:
    return [text for name, text in found.chain() if name == heading]


def _days(journey: Journey, until: date) -> None:
    while journey.today < until:
        journey.advance(days=1)
        journey.go()


def test_a_decrease_that_waits_is_no_difference_without_a_reason(open_shop: OpenShop) -> None:
    """R16: it said "should be 9, shows 12" and nothing of the day from which it will be 9."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 9)
    journey.cycle()

    found = _explained(journey)

    assert _texts(found, "waiting") == ["12 → 9 on 2026-04-01: decreases wait for the next period"]
    assert found.verdict == (
        "stays 12 until 2026-04-01, while 9 are used; last set by us on 2026-03-10; "
        "by today's figures 9 from then on: decreases wait for the next period"
    )
    assert _texts(found, "because") == ["Workstations: 12 = 12 units; the contract has 10 (as it changes)"]


def test_a_rise_that_is_not_written_yet_says_what_the_plan_will_do(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.modes("observe").advance(days=1)
    journey.use(firm, 20)

    found = _explained(journey)

    assert found.next.startswith("12 → 20 from 2026-03-11")
    assert found.verdict.endswith("by a plan made now 20 from 2026-03-11")


def test_the_highest_day_of_a_period_is_told_with_its_days(open_shop: OpenShop) -> None:
    """R7: 25 were used on two days; today's 14 alone explain neither what will be billed nor what was."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    _days(journey, date(2026, 3, 31))
    journey.configure(policy="period_close", close_figure="highest")
    _days(journey, date(2026, 4, 4))
    journey.use(firm, 25)
    _days(journey, date(2026, 4, 6))
    journey.use(firm, 14)
    _days(journey, date(2026, 4, 10))
    # March cannot be closed: nobody looked before the 10th. April is told with what was counted.
    assert "2026-04-05 to 2026-04-06: 25 units" in _texts(_explained(journey), "counted")

    _days(journey, date(2026, 5, 2))
    found = _explained(journey)

    assert journey.units(firm.line, date(2026, 4, 30)) == 25
    assert "25 by the dating" in _texts(found, "because")[-1]
    assert "highest figure of 2026-04-01 to 2026-04-29" in _texts(found, "because")[-1]
    assert found.verdict.startswith("stays 25 until 2026-05-31, while 14 are used; last set by us on")


def test_what_waits_for_a_close_is_shown_by_the_figure_that_it_will_bill(open_shop: OpenShop) -> None:
    """The plan showed today's usage as what the close of the highest day would write."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    _days(journey, date(2026, 3, 31))
    journey.configure(policy="period_close", close_figure="highest")
    _days(journey, date(2026, 4, 30))
    journey.advance(days=1)
    journey.use(firm, 25)
    journey.go()
    journey.advance(days=1)
    journey.use(firm, 14)

    (wish,) = [one for one in journey.go().plan.wishes if one.line.number == firm.line]

    assert (wish.now, wish.wanted, wish.due) == (12, 25, date(2026, 5, 31))


def test_a_past_day_is_told_with_the_plan_of_that_day(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 9)
    journey.cycle()
    _days(journey, date(2026, 4, 3))

    then, now = _explained(journey, on=date(2026, 3, 11)), _explained(journey)

    assert _texts(then, "waiting") == ["12 → 9 on 2026-04-01: decreases wait for the next period"]
    assert then.verdict.startswith("stays 12 until 2026-04-01, while 9 are used")
    assert (now.waits, now.verdict) == ("", "right: 9 units, last set by us on 2026-04-01")


def test_what_the_plan_says_of_the_line_stands_in_the_explanation(open_shop: OpenShop) -> None:
    """R13, R28: a finding of planning was in no explanation."""
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.control("post-period", {"contract": firm.contract, "through": "2026-03-31"})
    journey.advance(days=1)
    journey.use(firm, 20)
    journey.cycle()

    told = {finding.code for finding in _explained(journey).findings}

    assert {"R13", "R28"} <= told
