"""Mapping rows that are taken out while their lines are billed (R33)."""

from typing import Any

from tests.journeys.conftest import OpenShop
from tests.journeys.firms import SERVERS, WORKSTATIONS, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE


def _services(journey: Journey) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = journey.document["pairings"]["acronis-autotask"]["services"]
    return rows


def _told(journey: Journey) -> list[str]:
    return [str(one) for one in journey.cycle().plan.findings if one.code == "R33"]


def test_lines_of_a_row_that_was_dropped_are_billed_and_said_to_be_measured_no_more(
    open_shop: OpenShop,
) -> None:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    assert _told(journey) == []

    journey.configure(services=[row for row in _services(journey) if row["item"] != WORKSTATIONS])

    first, second = sorted(_told(journey))
    assert "Meadow Dental, workstations contract, Workstation backup: billed, no longer measured" in first
    assert "We left it at 12 units, from 2026-03-10 on" in first
    assert "We left it at 21 units" in second
    assert (journey.units(firm.line), journey.units(other.line)) == (12, 21)


def test_a_row_that_is_given_another_service_leaves_the_lines_of_the_old_one(open_shop: OpenShop) -> None:
    journey, _ = open_shop(two_firms, **LOOSE)
    journey.settle()
    servers = next(row["service"] for row in _services(journey) if row["item"] == SERVERS)
    rows = [dict(row) for row in _services(journey) if row["item"] == WORKSTATIONS]
    journey.configure(services=[row | {"service": servers} for row in rows])

    assert len(_told(journey)) == 2


def test_a_line_that_is_never_to_be_written_or_measured_again_is_told_no_more(open_shop: OpenShop) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.settle()
    rows = list(_services(journey))
    journey.configure(services=[row for row in rows if row["item"] != WORKSTATIONS])
    journey.configure(never_write=[f"service:{firm.line}"])
    (told,) = _told(journey)
    assert "Other & Sons" in told

    journey.configure(services=rows, never_write=[])

    assert _told(journey) == []


def test_a_line_that_was_taken_off_its_contract_or_whose_contract_ended_is_not_told(
    open_shop: OpenShop,
) -> None:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.control("contract", {"remove_line": firm.line})
    assert _told(journey) == []

    journey.configure(services=[row for row in _services(journey) if row["item"] != WORKSTATIONS])
    journey.control("contract", {"contract": other.contract, "end": "2026-03-31"})
    journey.advance(days=40)

    assert all("Other & Sons" not in one for one in _told(journey))
