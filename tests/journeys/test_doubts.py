"""What nobody knows about Autotask, as switches: a month of usage ends the same under every setting."""

from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.engine.deciding import decide_intent
from psabridge.engine.outcomes import StepState
from psabridge.rules.units.intent import Decision, IntentState
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import PERSON, Journey
from tests.journeys.test_lost_answers import LOOSE

# What is used from that day on, of workstations and of servers. The last of March falls, April rises again.
MONTH = {
    date(2026, 3, 10): (12, 3),
    date(2026, 3, 11): (13, 3),
    date(2026, 3, 13): (14, 5),
    date(2026, 3, 17): (14, 4),
    date(2026, 3, 20): (19, 4),
    date(2026, 3, 24): (16, 6),
    date(2026, 3, 31): (11, 6),
    date(2026, 4, 1): (11, 7),
    date(2026, 4, 2): (12, 7),
    date(2026, 4, 9): (13, 2),
    date(2026, 4, 10): (15, 2),
}
SWITCHES: dict[str, dict[str, Any]] = {
    "as preset": {},
    "D1 overlays": {"rows": "overlays"},
    "D2 extra row": {"posted_period": "extra_row"},
    "D3 lenient": {"negative_units": "allowed", "zero_change": "accepted"},
    "D9 day before": {"row_end": "day_before"},
    "D1 and D9": {"rows": "overlays", "row_end": "day_before"},
    "D11 no notes": {"api_notes": False},
    "D15 inner": {"uniqueness": "inner"},
    "D15 none": {"uniqueness": "none"},
    "D16 row": {"uniqueness": "row"},
    "D17 merged": {"person_key": "merged"},
    "D17 overwrites": {"person_key": "overwrites"},
    "D19 a lag": {"read_lag_seconds": 240},
    "split by delete and insert": {"split": "delete_insert"},
    "split with a gap": {"split": "gap", "read_lag_seconds": 60},
}


def _two_lines(firms: Firms) -> tuple[Sale, Sale]:
    stations = firms.sale("Meadow Dental", units=10, used=10)
    return stations, firms.second_line(stations, firms.servers, units=3, used=3)


def _a_month(journey: Journey, stations: Sale, servers: Sale) -> None:
    """Usage moves, a person edits once, the provider posts March on the 2nd of April."""
    for day, (used, also) in MONTH.items():
        if day > journey.today:
            journey.go_to(day)
        journey.use(stations, used)
        journey.use(servers, also)
        journey.settle()
        if day == date(2026, 3, 13):
            journey.control("foreign-edit", {"line": servers.line, "day": "2026-03-16", "change": 1})
        if day == date(2026, 4, 2):
            journey.control("post-period", {"contract": stations.contract, "through": "2026-03-01"})


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=SWITCHES.keys())
def test_a_month_of_usage_ends_with_the_same_units_and_the_same_ledger(
    open_shop: OpenShop, switches: dict[str, Any]
) -> None:
    """D1, D2, D3, D9, D11, D15 to D17, D19. Servers end with a decrease that waits for May."""
    journey, (stations, servers) = open_shop(_two_lines, **LOOSE)
    journey.doubts(**switches)

    _a_month(journey, stations, servers)

    report = journey.cycle()
    assert report.open_intents == ()
    assert (journey.units(stations.line), journey.units(servers.line)) == (15, 7)
    assert sum(change for _, change in journey.landed(stations.line)) == 5
    assert sum(change for _, change in journey.landed(servers.line)) == 4 - 1
    assert sum(change for _, change in journey.landed(servers.line, by="person")) == 1
    assert [(wish.now, wish.wanted) for wish in report.plan.wishes] == [(7, 2)]


def test_where_a_first_day_is_refused_the_line_is_parked_and_a_person_goes_on(open_shop: OpenShop) -> None:
    """D15: "duplicate data" is never a verdict; nothing is sent to a later day by itself."""

    def new_line(firms: Firms) -> Sale:
        return firms.sale("Meadow Dental", units=0, used=12)

    journey, firm = open_shop(new_line, **LOOSE)
    journey.doubts(first_day="refused")
    journey.settle()
    last = journey.cycles(minutes=40)

    [parked] = last.open_intents
    assert parked.state is IntentState.PARKED
    assert journey.landed(firm.line) == []

    decide_intent(parked.id, Decision.SEND_AGAIN, settings=journey.settings, ports=journey.ports, who=PERSON)
    journey.settle()

    assert journey.landed(firm.line) == [(date(2026, 3, 10), 12)]


READ_SHAPES: dict[str, dict[str, Any]] = {
    "D5 export": {"list_value": "export"},
    "D5 item id": {"list_value": "item_id"},
    "D10 not counted": {"in_list_counts": False},
    "null item": {"missing_row": "null_item"},
    "fields absent": {"udfs_when_none_set": "absent"},
    "fields as text": {"udfs_when_none_set": "text"},
    "null on create": {"null_on_create": "accepted"},
    "429 for threads": {"thread_status": 429},
    "503 for threads": {"thread_status": 503},
}


@pytest.mark.parametrize("switches", READ_SHAPES.values(), ids=READ_SHAPES.keys())
def test_what_different_sources_saw_on_the_wire_gives_the_same_bill(
    open_shop: OpenShop, switches: dict[str, Any]
) -> None:
    """D5, D7, D10 and the disagreements of autotask-rest.md 2.1, 3 and 4."""

    def with_prepaid(firms: Firms) -> tuple[Sale, Sale]:
        return (
            firms.sale("Meadow Dental", units=10, used=12),
            firms.sale("Fixed Ltd", units=8, used=3, payg=None),
        )

    journey, (firm, fixed) = open_shop(with_prepaid, **LOOSE)
    journey.doubts(**switches)

    journey.settle()

    assert journey.units(firm.line) == 12
    assert journey.quota(fixed.tenant, fixed.sold.item) == 8
    assert journey.landed(fixed.line) == []


def test_a_tenant_that_takes_no_patch_is_not_written_to_and_says_why(open_shop: OpenShop) -> None:
    """autotask-rest.md 3, zone 18: without our marker a second bridge would go unnoticed (protocol 2.6)."""
    journey, firm = open_shop(lambda firms: firms.sale("Meadow Dental", units=10, used=12), **LOOSE)
    journey.doubts(collection_patch="missing")

    report = journey.go()

    [outcome] = report.outcomes
    assert outcome.state is StepState.WAITING
    assert "marker" in outcome.text
    assert journey.landed(firm.line) == []


def test_a_process_that_slept_while_a_change_was_not_seen_yet_goes_on_as_fast_as_before(
    open_shop: OpenShop,
) -> None:
    """2.1: λ is raised by the vendor's lag, not by a weekend without a cycle."""
    journey, firm = open_shop(lambda firms: firms.sale("Meadow Dental", units=10, used=12), **LOOSE)
    journey.doubts(read_lag_seconds=240)
    journey.go()
    journey.advance(days=3)
    journey.cycle()
    journey.use(firm, 13)
    started = journey.vendors.clock.now

    journey.settle()

    assert journey.units(firm.line) == 13
    assert journey.vendors.clock.now - started < timedelta(hours=1)
