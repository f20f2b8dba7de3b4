"""Vendors that are busy, slow to show what was written, or refuse one request too many."""

from datetime import date
from typing import Any

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.kit.errors import BridgeError, Busy
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE, POST

READ = {"vendor": "autotask", "path": "/(ContractServices|ContractServiceUnits|Contracts)/query"}


def _running_firm(open_shop: OpenShop) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.settle()
    journey.advance(days=1)
    journey.use(firm, 15)
    return journey, firm, other


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "busy", "status": 429},
        {"kind": "busy", "status": 429, "retry_after": 120},
        {"kind": "fourth_thread"},
    ],
    ids=["429", "429 with Retry-After", "fourth thread"],
)
def test_a_post_refused_for_being_busy_is_made_later_with_the_same_date(
    open_shop: OpenShop, fault: dict[str, Any]
) -> None:
    """waiting: nothing was written, so the same intent is sent once the vendor answers again."""
    journey, firm, _ = _running_firm(open_shop)
    journey.vendors.faults.add(**fault, **POST)

    first = journey.cycle()
    last = journey.cycles(minutes=40)

    assert first.count(StepState.WAITING) == 1
    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert last.open_intents == ()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "busy", "status": 503},
        {"kind": "busy", "status": 429, "retry_after": 1},
        {"kind": "fourth_thread"},
        {"kind": "reset_before"},
        {"kind": "reset_after"},
        {"kind": "truncated"},
        {"kind": "html"},
    ],
    ids=["503", "429", "fourth thread", "reset", "lost", "cut", "html"],
)
def test_a_read_that_fails_once_is_repeated_and_the_cycle_goes_on(
    open_shop: OpenShop, fault: dict[str, Any]
) -> None:
    journey, firm, _ = _running_firm(open_shop)
    journey.vendors.faults.add(**fault, **READ)

    journey.cycle()

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]


def test_an_hour_that_is_used_up_stops_the_cycle_and_the_next_hour_goes_on(open_shop: OpenShop) -> None:
    """Promise 6: Autotask's requests belong to everyone; nothing is half written."""
    journey, firm, _ = _running_firm(open_shop)
    journey.control("requests", {"others": 10_000})

    with pytest.raises(Busy):
        journey.cycle()
    assert journey.landed(firm.line)[1:] == []

    journey.advance(minutes=65)
    journey.cycle()

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]


@pytest.mark.parametrize("seconds", [30, 900])
def test_a_vendor_that_shows_writes_late_is_not_written_to_twice(open_shop: OpenShop, seconds: int) -> None:
    """C2, C5: a 200 counts once it is seen; cycles go on over midnight while the read still lags."""
    journey, firm, _ = _running_firm(open_shop)
    journey.control("lag", {"entity": "ContractServiceUnits", "seconds": seconds})
    journey.go_to(date(2026, 3, 11), hour=23)

    journey.cycle()
    last = journey.cycles(minutes=100)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3)]
    assert last.open_intents == ()


def test_reads_that_go_back_do_not_move_a_line(open_shop: OpenShop) -> None:
    """C10: of two replicas one is stale; what was confirmed is not repaired."""
    journey, firm, _ = _running_firm(open_shop)
    journey.cycle()
    journey.control("lag", {"entity": "ContractServiceUnits", "seconds": 7200, "alternating": True})
    journey.use(firm, 16)
    journey.advance(days=1)

    for _ in range(6):
        journey.cycles(minutes=10)

    assert journey.landed(firm.line)[1:] == [(date(2026, 3, 11), 3), (date(2026, 3, 12), 1)]


def test_acronis_busy_with_a_quota_leaves_the_rest_alone(open_shop: OpenShop) -> None:
    """Quotas are absolute: what waited is set with the next cycle."""
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    journey.vendors.do(
        lambda: [
            journey.vendors.acronis.enable_item(sale.tenant, sale.sold.item, quota=1, overage=0)
            for sale in (firm, other)
        ]
    )
    journey.vendors.faults.add(
        "busy", vendor="acronis", method="PUT", path=f"/tenants/{firm.tenant}/", times=10
    )

    journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == 1
    assert journey.quota(other.tenant, other.sold.item) == "unlimited"

    journey.vendors.faults.clear()
    journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"


@pytest.mark.parametrize("kind", ["reset_after", "reset_before", "error_applied", "truncated"])
def test_a_quota_whose_answer_was_lost_is_read_back_and_set(open_shop: OpenShop, kind: str) -> None:
    journey, (firm, _) = open_shop(two_firms, **LOOSE)
    journey.vendors.do(
        lambda: journey.vendors.acronis.enable_item(firm.tenant, firm.sold.item, quota=1, overage=0)
    )
    journey.vendors.faults.add(kind, vendor="acronis", method="PUT", path="offering_items")

    journey.go()

    assert journey.quota(firm.tenant, firm.sold.item) == "unlimited"
    assert not journey.cycle().plan.steps


def test_acronis_that_does_not_answer_stops_the_cycle_before_anything_is_written(
    open_shop: OpenShop,
) -> None:
    journey, firm, _ = _running_firm(open_shop)
    journey.vendors.faults.add("busy", vendor="acronis", method="GET", times=None)

    with pytest.raises(BridgeError):
        journey.cycle()

    assert journey.landed(firm.line)[1:] == []
