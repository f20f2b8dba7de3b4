"""A hint brings the next cycle forward, and nothing else hangs on it (issue 5 item 7)."""

from datetime import timedelta

from psabridge.rules.hints import HintOf
from psabridge.wiring.hints import HintWatch
from tests.journeys.webhook_office import Office, at_the_door, heard, office, until

__all__ = ["at_the_door", "office"]

FIVE_MINUTES = timedelta(minutes=5)


def waited(office: Office, watch: HintWatch) -> tuple[timedelta, tuple[int, ...]]:
    clock = office.journey.ports.clock
    before = clock.now()
    records = watch.wait(clock, FIVE_MINUTES)
    return clock.now() - before, records


def test_a_renamed_company_brings_the_next_cycle_forward(at_the_door: Office) -> None:
    journey, company = at_the_door.journey, int(at_the_door.sale.customer.company_id)
    journey.settle()
    watch = HintWatch(journey.bridge, journey.pairing, HintOf.COMPANY)
    at_the_door.rename("Meadow Dentists")
    at_the_door.called_out()
    until(lambda: heard() == [("company", company)])
    assert waited(at_the_door, watch) == (timedelta(minutes=1), (company,))
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())


def test_a_storm_of_hints_is_one_cycle(at_the_door: Office) -> None:
    watch = HintWatch(at_the_door.journey.bridge, at_the_door.journey.pairing, HintOf.TICKET)
    key = at_the_door.door.key
    for number in range(60):
        assert at_the_door.post(at_the_door.told(number, record=1 + number % 3), key=key) == 204
    until(lambda: len(heard()) == 60)
    assert waited(at_the_door, watch) == (timedelta(seconds=5), (1, 2, 3))
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())


def test_without_a_hint_the_wait_is_as_long_as_before(office: Office) -> None:
    watch = HintWatch(office.journey.bridge, office.journey.pairing, HintOf.TICKET)
    assert waited(office, watch) == (FIVE_MINUTES, ())


def test_a_clock_that_is_days_wrong_costs_the_hints_and_nothing_else(at_the_door: Office) -> None:
    """Polling alone keeps the promise."""
    journey = at_the_door.journey
    watch = HintWatch(journey.bridge, journey.pairing, HintOf.TICKET)
    wrong = journey.vendors.clock.now + timedelta(days=3)
    assert at_the_door.post(at_the_door.told(1, at=wrong), key=at_the_door.door.key) == 204
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())
    assert heard() == []
