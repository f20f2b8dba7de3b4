"""The provider of the demo: billed once, never twice, and only what moved changes (must-show 1)."""

import random

from psabridge.engine.outcomes import BAD_STATES, StepState
from psabridge.jobs.commands.demo_days import usage_of_tomorrow
from tests.journeys.conftest import Begin
from tests.journeys.journey import Journey, Landed, codes


def _by_line(landed: list[Landed]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for one in landed:
        sums[one.line] = sums.get(one.line, 0) + one.change
    return sums


def _moved_lines(journey: Journey) -> set[int]:
    """Lines of the firms and services that the scene's first list of moves names."""
    moved = (
        ("Alder & Finch", "Workstation backup"),
        ("Dunmore", "Cloud storage Dublin"),
        ("Kestrel", "Mobile device backup"),
        ("Pemberton", "Cloud storage Frankfurt"),
        ("Rosebank", "Microsoft 365 seat backup"),
    )
    found = set()
    for firm, service in moved:
        for contract in journey.contracts(journey.company(firm)):
            found |= {line for name, line in journey.lines(contract).items() if name == service}
    return found


def test_the_second_run_on_the_same_data_has_no_steps(begin: Begin) -> None:
    journey = begin("msp-25")
    journey.settle()
    written, landed = journey.written(), journey.ledger()

    again = journey.cycle()

    assert landed
    assert again.plan.steps == ()
    assert (journey.written(), journey.ledger()) == (written, landed)


def test_a_run_of_a_new_process_has_no_steps_either(begin: Begin) -> None:
    """Protocol 2.6: a start believes nothing from disk, and still writes nothing twice."""
    journey = begin("msp-25")
    journey.settle()
    landed = journey.ledger()

    journey.start()
    again = journey.cycle()

    assert again.plan.steps == ()
    assert journey.ledger() == landed


def test_no_step_of_the_demo_is_rejected_unknown_or_parked(begin: Begin) -> None:
    journey = begin("msp-25")

    reports = journey.settle()

    assert not [one for report in reports for one in report.outcomes if one.state in BAD_STATES]
    assert reports[-1].open_intents == ()


def test_billed_equals_used_once_the_demo_is_quiet(begin: Begin) -> None:
    """Every pay-as-you-go line shows what was used, except where a wish says when it will."""
    journey = begin("msp-25")
    report = journey.settle()[-1]
    waiting = {wish.line.number for wish in report.plan.wishes}

    shown = {
        one.line.number: journey.units(one.line.number)
        for one in report.prepared.observed.desired.units
        if one.line.number not in waiting
    }

    assert shown == {
        one.line.number: one.units
        for one in report.prepared.observed.desired.units
        if one.line.number not in waiting
    }
    assert len(shown) > 40


def test_usage_that_moves_changes_exactly_the_moved_lines(begin: Begin) -> None:
    journey = begin("msp-25")
    journey.settle()
    before = _by_line(journey.ledger())
    journey.advance(days=1)

    journey.control("moves", {"step": 1})
    journey.settle()

    after = _by_line(journey.ledger())
    assert {line for line in after if after[line] != before.get(line, 0)} == _moved_lines(journey)


def test_what_nobody_can_bill_is_said_with_its_id(begin: Begin) -> None:
    """Customers without contract, without mapping, managing themselves: each a finding, none a failure."""
    findings = begin("msp-25").cycle().findings

    assert {"ERR-06", "ERR-07", "ACR-ORG-01"} <= codes(findings)


def test_a_line_billed_in_advance_changes_from_the_next_period(begin: Begin) -> None:
    """R13: a posted period is closed; the date moves to the first that is not, and the plan says so."""
    journey = begin("msp-25")
    [contract] = journey.contracts(journey.company("Quayside"))
    line = journey.lines(contract)["Cloud storage Frankfurt"]
    report = journey.settle()[-1]

    assert "R13" in codes(report.findings)
    assert line not in _by_line(journey.ledger())

    journey.go_to(journey.today.replace(day=17))
    journey.settle()

    assert [one for one in journey.ledger() if one.line == line] == [
        Landed(line, journey.today.replace(day=17), 4)
    ]


def test_while_the_demo_goes_on_billed_usage_moves_every_day_and_no_storage_disagrees_with_itself(
    begin: Begin,
) -> None:
    """What moves is what pay-as-you-go lines are billed by; total stays class 1 + class 2 (R11)."""
    journey, days = begin("msp-25"), random.Random(1)
    report = journey.settle()[-1]

    for _ in range(3):
        journey.advance(days=1)
        moved = usage_of_tomorrow(report.prepared.observed, days)
        journey.control("usage", {"items": moved}, vendor="acronis")
        report = journey.settle()[0]

        assert report.count(StepState.APPLIED) + len(report.plan.wishes) > 2
        assert "R11" not in codes(report.findings)
