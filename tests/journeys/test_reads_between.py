"""Cycles between two full reads: what they miss, for how long, and what they never do (decision 0012)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from psabridge.engine.cycle import Memory
from psabridge.engine.outcomes import StepState
from psabridge.kit.errors import BridgeError
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale, two_firms
from tests.journeys.journey import Journey, codes
from tests.journeys.test_lost_answers import LOOSE

NEXT = date(2026, 3, 11)
ROWS = "POST /ATServicesRest/v1.0/ContractServiceUnits/query"
SERVICES = "POST /ATServicesRest/v1.0/Services/query"


def running(open_shop: OpenShop, **settings: object) -> tuple[Journey, Sale, Sale]:
    """Both firms were reported yesterday; today's first cycle has read everything and changed nothing."""
    journey, (firm, other) = open_shop(two_firms, **{**LOOSE, **settings})
    journey.settle()
    journey.go_to(NEXT)
    assert journey.cycle().plan.steps == ()
    return journey, firm, other


@contextmanager
def calls(journey: Journey) -> Iterator[dict[str, int]]:
    journey.vendors.forget_calls()
    found: dict[str, int] = {}
    yield found
    found |= journey.vendors.calls()["autotask"]["routes"]


def test_the_second_cycle_reads_no_rows_and_no_services(open_shop: OpenShop) -> None:
    journey, _, _ = running(open_shop)
    journey.advance(minutes=5)

    with calls(journey) as asked:
        report = journey.cycle()

    assert not {ROWS, SERVICES} & asked.keys()
    done = report.plan.completeness
    assert (done.lines_right, done.lines_checked) == (2, 2)


def test_it_says_since_when_units_are_known(open_shop: OpenShop) -> None:
    journey, _, _ = running(open_shop)
    journey.advance(minutes=5)

    report = journey.cycle()

    assert "as of 2026-03-11 08:05 UTC, with units read since 08:00" in report.statement()


def test_a_foreign_edit_of_an_unchanged_line_is_found_within_the_hour(open_shop: OpenShop) -> None:
    journey, firm, _ = running(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": "2026-03-11", "change": -2})
    journey.advance(minutes=5)
    assert journey.cycle(waits=False).plan.completeness.lines_right == 2

    report = journey.cycles(minutes=60)

    assert report.plan.completeness.lines_right == 1
    journey.advance(days=1)
    journey.settle()
    assert journey.units(firm.line) == 12
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 12), 2)]


def test_a_line_about_to_change_is_read_first_and_nothing_is_billed_twice(open_shop: OpenShop) -> None:
    """A colleague booked the same rise by hand; what is known says otherwise."""
    journey, firm, other = running(open_shop)
    journey.control("foreign-edit", {"line": firm.line, "day": "2026-03-11", "change": 3})
    journey.use(firm, 15)
    journey.use(other, 22)
    journey.advance(minutes=5)

    report = journey.cycle()

    assert [one.state for one in report.outcomes] == [StepState.APPLIED]
    assert (journey.units(firm.line), journey.units(other.line)) == (15, 22)
    assert journey.landed(firm.line)[1:] == []


def test_nothing_is_lowered_for_an_undecided_item_because_its_line_was_known_lower(
    open_shop: OpenShop,
) -> None:
    """R8: from what was known this looks like a rise; the line was raised by hand meanwhile."""
    journey, firm, _ = running(open_shop)
    rows = journey.document["pairings"]["acronis-autotask"]["services"]
    journey.configure(services=[{**row, "undecided": True} for row in rows])
    journey.cycle()
    journey.control("foreign-edit", {"line": firm.line, "day": "2026-03-11", "change": 4})
    journey.use(firm, 14)
    journey.advance(minutes=5)

    report = journey.cycle()

    assert (report.plan.steps, report.plan.wishes) == ((), ())
    assert "R8" in codes(report.findings)


def test_a_day_of_cycles_bills_each_rise_once(open_shop: OpenShop) -> None:
    journey, firm, _ = running(open_shop)
    for used in (13, 15, 14, 16):
        journey.use(firm, used)
        journey.cycles(minutes=90)
        journey.go_to(journey.today.replace(day=journey.today.day + 1))
    journey.cycles(minutes=20)

    landed = [change for _, change in journey.landed(firm.line)]
    assert sum(landed) == 16 - 10
    assert journey.units(firm.line) == 16
    assert len({day for day, _ in journey.landed(firm.line)}) == len(landed)


def test_rows_of_a_line_just_written_are_read_again(open_shop: OpenShop) -> None:
    journey, firm, _ = running(open_shop)
    journey.use(firm, 15)
    journey.advance(minutes=5)
    assert journey.cycle().count(StepState.APPLIED) == 1
    journey.advance(minutes=5)

    with calls(journey) as asked:
        report = journey.cycle()
    journey.advance(minutes=5)
    with calls(journey) as later:
        journey.cycle()

    assert report.plan.steps == ()
    assert (asked.get(ROWS), later.get(ROWS)) == (1, None)


def test_usage_back_where_it_was_after_our_change_is_a_decrease_and_not_nothing(open_shop: OpenShop) -> None:
    """What was known before we wrote would say that all is right."""
    journey, firm, _ = running(open_shop)
    journey.use(firm, 15)
    journey.advance(minutes=5)
    journey.cycle()
    journey.use(firm, 12)
    journey.advance(minutes=5)

    report = journey.cycle()

    assert [(wish.now, wish.wanted) for wish in report.plan.wishes] == [(15, 12)]


def test_units_of_a_prepaid_contract_become_its_quota_in_the_next_cycle(open_shop: OpenShop) -> None:
    """R18: not an hour later."""

    def prepaid(firms: Firms) -> Sale:
        firms.sale("Other & Sons", units=20, used=21)
        return firms.sale("Fixed Ltd", units=10, used=3, payg="No")

    journey, fixed = open_shop(prepaid, **LOOSE)
    journey.settle()
    journey.control("foreign-edit", {"line": fixed.line, "day": "2026-03-10", "change": 4})
    journey.advance(minutes=5)

    journey.cycle()

    assert journey.quota(fixed.tenant, fixed.sold.item) == 14


def test_a_new_day_reads_everything(open_shop: OpenShop) -> None:
    journey, _, _ = running(open_shop)
    journey.advance(hours=15, minutes=50)
    journey.cycle()
    journey.advance(minutes=15)

    with calls(journey) as asked:
        journey.cycle()

    assert (asked[SERVICES], asked[ROWS]) == (1, 1)


def test_a_new_process_reads_everything(open_shop: OpenShop) -> None:
    journey, _, _ = running(open_shop)
    journey.start()

    with calls(journey) as asked:
        journey.cycle()

    assert (asked[SERVICES], asked[ROWS]) == (1, 1)


def test_the_cycle_after_one_that_failed_reads_everything(open_shop: OpenShop) -> None:
    journey, _, _ = running(open_shop)
    journey.control("user", {"state": "wrong_secret"})
    with pytest.raises(BridgeError):
        journey.cycle()
    journey.control("user", {"state": "ok"})

    with calls(journey) as asked:
        journey.cycle()

    assert (asked[SERVICES], asked[ROWS]) == (1, 1)


def test_a_person_who_applies_a_plan_has_everything_read(open_shop: OpenShop) -> None:
    journey, firm, _ = running(open_shop)
    journey.use(firm, 15)
    prepared = journey.plan()

    with calls(journey) as asked:
        journey.apply(prepared.plan_id, prepared.plan)

    assert (asked[SERVICES], journey.units(firm.line)) == (1, 15)


def test_what_another_process_of_ours_wrote_is_read_again(open_shop: OpenShop) -> None:
    """A person's `apply` beside a `sync --keep-going`: the journal tells the cycles."""
    journey, firm, _ = running(open_shop)
    running_process = journey.memory
    journey.use(firm, 15)
    journey.advance(minutes=5)
    journey.memory = Memory()
    journey.cycle()
    assert journey.units(firm.line) == 15
    journey.use(firm, 12)
    journey.memory = running_process
    journey.advance(minutes=5)

    report = journey.cycle()

    assert [(wish.now, wish.wanted) for wish in report.plan.wishes] == [(15, 12)]


def test_every_cycle_reads_everything_where_it_is_set_so(open_shop: OpenShop) -> None:
    journey, firm, _ = running(open_shop, full_read_every=0)
    journey.control("foreign-edit", {"line": firm.line, "day": "2026-03-11", "change": -2})

    assert journey.cycle(waits=False).plan.completeness.lines_right == 1
