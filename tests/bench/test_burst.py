"""A small burst of alerts through a whole bridge: what the vendors hold afterwards, whatever the time."""

from tests.bench.burst import Burst, measure
from tests.journeys.conftest import Begin, begin, emulators

__all__ = ["begin", "emulators"]

SMALL = Burst(customers=50, alerts=500, of_one=400, over_seconds=60, cycle_seconds=0)


def test_every_alert_of_a_burst_stands_once_and_one_noisy_customer_is_one_ticket(begin: Begin) -> None:
    """R53, ACR-TKT-01, -07: nothing dropped, nothing doubled, nobody waits for the noisy one."""
    journey = begin("msp-50")

    found = measure(journey.bridge, dict(journey.vendors.description), 0, SMALL)

    assert (found["told"], found["without"], found["not_once"], found["doubled"]) == (500, 0, 0, 0)
    assert found["tickets"] == 1 + 100
    assert found["quiet"]["calls"]["autotask"] <= 2
    assert found["quiet"]["calls"]["acronis"] <= 2
