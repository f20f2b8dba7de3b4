"""A change of units whose answer never came, over real HTTP (protocol.md 2.3, promise 1)."""

from datetime import date

import pytest

from psabridge.rules.units.intent import IntentState
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey

POST = {"vendor": "autotask", "method": "POST", "path": "/ContractServiceAdjustments$"}
# Nothing is held: these journeys are about what happens after a change was allowed.
LOOSE = {"bounds": {"share_of_lines": "1", "share_of_customer_units": "1", "lines": 100}}


def _running_firm(open_shop: OpenShop) -> tuple[Journey, Sale, Sale]:
    """Both firms were reported yesterday; today is the 11th."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    assert journey.landed(firm.line) == [(date(2026, 3, 10), 2)]
    journey.advance(days=1)
    journey.cycle()
    return journey, firm, other


@pytest.mark.parametrize("uniqueness", ["start", "row", "inner", "none"])
def test_a_change_that_landed_before_its_answer_was_lost_is_never_sent_again(
    open_shop: OpenShop, uniqueness: str
) -> None:
    journey, firm, _ = _running_firm(open_shop)
    journey.doubts(uniqueness=uniqueness)
    journey.use(firm, 15)
    journey.vendors.faults.add("reset_after", **POST)

    journey.cycle()
    last = journey.cycles(minutes=80)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert journey.units(firm.line) == 15
    assert last.open_intents == ()


@pytest.mark.parametrize(
    ("fault", "uniqueness"),
    [
        ("reset_before", "start"),
        ("reset_before", "row"),
        ("reset_before", "inner"),
        ("reset_before", "none"),
        ("lost_before", "start"),
    ],
)
def test_a_change_that_did_not_land_is_sent_once_more_as_it_was(
    open_shop: OpenShop, fault: str, uniqueness: str
) -> None:
    """The identical line, date and amount, after μ and two looks; also past midnight."""
    journey, firm, _ = _running_firm(open_shop)
    journey.doubts(uniqueness=uniqueness)
    journey.go_to(date(2026, 3, 11), hour=23)
    journey.use(firm, 15)
    journey.vendors.faults.add(fault, **POST)

    journey.cycle()
    assert journey.landed(firm.line)[1:] == []
    last = journey.cycles(minutes=90)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert last.open_intents == ()
    assert journey.today == date(2026, 3, 12)


def test_a_new_figure_while_a_change_is_in_doubt_is_planned_anew_when_that_is_settled(
    open_shop: OpenShop,
) -> None:
    """absent, no longer wanted: closed, and the line gets one change to what is wanted now."""
    journey, firm, _ = _running_firm(open_shop)
    journey.use(firm, 15)
    journey.vendors.faults.add("reset_before", **POST)
    journey.cycle()
    journey.use(firm, 17)

    journey.cycles(minutes=100)
    journey.advance(days=1)
    journey.cycle()

    assert sum(change for _, change in journey.landed(firm.line)) == 7
    assert journey.units(firm.line) == 17


@pytest.mark.parametrize(
    ("kind", "landed"),
    [
        ("error_applied", True),
        ("error_not_applied", False),
        ("empty", True),
        ("truncated", True),
        ("busy", False),
    ],
)
def test_an_unclear_answer_is_a_doubt_and_ends_with_one_landing(
    open_shop: OpenShop, kind: str, *, landed: bool
) -> None:
    """Unknown 500, 200 without a body, a cut answer, 503 of a gateway: never a verdict."""
    journey, firm, _ = _running_firm(open_shop)
    journey.use(firm, 15)
    journey.vendors.faults.add(kind, **POST, text="An unexpected error occurred.")

    journey.cycle()
    assert journey.landed(firm.line)[1:] == ([(date(2026, 3, 11), 3)] if landed else [])
    last = journey.cycles(minutes=90)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert last.open_intents == ()


def test_a_lost_answer_on_a_periods_first_day_is_parked_and_shown(open_shop: OpenShop) -> None:
    """There nothing proves that a second one would be refused (D15), so a person decides."""
    journey, firm, other = _running_firm(open_shop)
    journey.go_to(date(2026, 4, 1))
    journey.use(firm, 15)
    journey.vendors.faults.add("reset_before", **POST)

    journey.cycle()
    last = journey.cycles(minutes=90)
    journey.use(other, 23)
    journey.cycle()

    assert journey.landed(firm.line)[1:] == []
    [parked] = last.open_intents
    assert (parked.state, parked.line.number) == (IntentState.PARKED, firm.line)
    assert "15 wanted" in parked.why
    assert "protocol 2.3" in {finding.code for finding in last.findings}
    assert journey.units(other.line) == 23


def test_the_end_of_the_process_with_an_answer_lost_changes_nothing_of_it(open_shop: OpenShop) -> None:
    """Protocol 2.6.5: found open after a start, the change is settled from the line, not from memory."""
    journey, firm, _ = _running_firm(open_shop)
    journey.use(firm, 15)
    journey.vendors.faults.add("reset_after", **POST)
    journey.cycle()

    journey.start()
    last = journey.cycles(minutes=90)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert last.open_intents == ()
    assert last.plan.steps == ()


def test_an_answer_that_comes_twice_bills_once_more_and_is_shown(open_shop: OpenShop) -> None:
    """P14: a proxy that repeats a POST is beyond any client; the line shows it, and a person decides."""
    journey, firm, _ = _running_firm(open_shop)
    journey.doubts(uniqueness="none")
    journey.use(firm, 15)
    journey.vendors.faults.add("twice", **POST)

    journey.cycle()
    last = journey.cycles(minutes=60)

    assert journey.units(firm.line) == 18
    assert [intent.state for intent in last.open_intents] == [IntentState.PARKED]


def test_a_request_that_waited_for_hours_is_listed_and_not_repeated(open_shop: OpenShop) -> None:
    """Promise 1, beyond 60 minutes: the uniqueness of a date still stops the second landing (C7)."""
    journey, firm, _ = _running_firm(open_shop)
    journey.use(firm, 15)
    journey.vendors.faults.add("hold", **POST, trigger="late")

    journey.cycle()
    journey.cycles(minutes=100)
    journey.vendors.faults.release("late")
    journey.cycles(minutes=20)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert journey.units(firm.line) == 15
