"""The hour's requests and the threads belong to everyone (design 10)."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest

from psabridge.clients.autotask.governor import Errand, Governor, Limits
from psabridge.clients.autotask.metadata import Threshold
from psabridge.clients.autotask.records import Company, Service
from psabridge.kit.errors import Busy, BusyKind
from tests.clients.autotask.fakes import FakeAutotask, client_of, page
from tests.clients.transport.fakes import FakeClock, replied

QUICK = Limits(slot_lag=timedelta(0))


def a_governor(used: int | None = None, limits: Limits = QUICK) -> tuple[Governor, FakeClock]:
    clock = FakeClock()
    governor = Governor(clock=clock, limits=limits, monotonic=clock.seconds)
    if used is not None:
        governor.note(reading(used))
    return governor, clock


def reading(used: int) -> Threshold:
    return Threshold(
        external_request_threshold=10_000,
        request_threshold_timeframe=60,
        current_timeframe_request_count=used,
    )


def call(governor: Governor, endpoint: str = "Companies", subject: str = "", *, urgent: bool = False) -> None:
    with governor.turn(endpoint, Errand(subject, urgent)):
        pass


def test_at_most_two_calls_are_under_way_on_one_endpoint() -> None:
    governor = Governor(clock=FakeClock(), limits=QUICK)
    lock, inside, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with governor.turn("ContractServiceUnits", Errand()):
                with lock:
                    inside += 1
                    most = max(most, inside)
                threading.Event().wait(0.001)
                with lock:
                    inside -= 1

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == 2
    assert governor.calls().total == 120


def test_endpoints_do_not_wait_for_each_other() -> None:
    governor, _ = a_governor()
    with governor.turn("Contracts", Errand()), governor.turn("Contracts", Errand()):
        call(governor, "Companies")
    assert governor.calls().by_endpoint == {"Contracts": 2, "Companies": 1}


def test_a_place_is_free_a_little_after_the_answer_because_the_vendor_frees_its_own_late() -> None:
    governor, clock = a_governor(limits=Limits())
    for _ in range(3):
        call(governor)
    assert clock.waited == pytest.approx(timedelta(milliseconds=50), abs=timedelta(milliseconds=1))


def test_a_call_that_fails_gives_its_place_back() -> None:
    governor, _ = a_governor()
    for _ in range(3):
        with pytest.raises(OSError, match="lost"), governor.turn("Companies", Errand()):
            raise OSError("lost")
    call(governor)


def test_below_half_of_the_hour_nothing_is_slowed() -> None:
    governor, clock = a_governor(4_900)
    call(governor)
    assert clock.waits == []


def test_from_half_of_the_hour_on_every_call_is_slowed() -> None:
    governor, clock = a_governor(5_000)
    call(governor)
    assert clock.waited == timedelta(milliseconds=500)


def test_from_three_quarters_on_ordinary_work_stops_and_says_what_to_do() -> None:
    governor, _ = a_governor(7_500)
    with pytest.raises(Busy, match="API Activity by Hour") as caught:
        call(governor)
    assert caught.value.kind is BusyKind.HOURLY_LIMIT
    assert caught.value.retry_after is not None
    assert governor.calls().total == 0


def test_urgent_work_goes_on_until_the_share_of_the_others_begins() -> None:
    governor, _ = a_governor(8_999)
    call(governor, urgent=True)
    with pytest.raises(Busy):
        call(governor, urgent=True)


def test_own_calls_count_between_two_readings() -> None:
    governor, _ = a_governor(7_498)
    call(governor)
    call(governor)
    assert governor.load() == Decimal("0.75")
    with pytest.raises(Busy):
        call(governor)


def test_the_threshold_itself_can_always_be_asked_or_nothing_would_ever_go_on() -> None:
    governor, _ = a_governor(10_500)
    call(governor, Threshold.entity)
    governor.note(reading(10))
    call(governor)


def test_a_reading_is_due_at_first_after_a_while_and_after_many_calls() -> None:
    governor, clock = a_governor(limits=Limits(reading_lasts_calls=3, slot_lag=timedelta(0)))
    assert governor.claim_reading()
    governor.note(reading(10))
    assert not governor.claim_reading()
    clock.moment += timedelta(minutes=5)
    assert governor.claim_reading()
    governor.note(reading(10))
    for _ in range(3):
        call(governor)
    assert governor.claim_reading()
    governor.note(reading(6_000))
    clock.moment += timedelta(minutes=1)
    assert governor.claim_reading()


def test_calls_are_counted_by_cycle_endpoint_and_customer() -> None:
    autotask = FakeAutotask([page()])
    client = client_of(autotask)
    client.query(Company)
    client.for_subject("Acme").query(Service)
    counts = client._exchange.governor.calls()
    assert (counts.total, counts.by_subject) == (3, {"Acme": 1})
    assert counts.by_endpoint == {"ThresholdInformation": 1, "Companies": 1, "Services": 1}
    client._exchange.governor.begin_cycle()
    assert client._exchange.governor.calls().total == 0


def test_a_client_reads_the_threshold_first_and_yields_when_the_hour_is_used() -> None:
    autotask = FakeAutotask([page()], used=8_000)
    client = client_of(autotask)
    with pytest.raises(Busy) as caught:
        client.query(Company)
    assert caught.value.kind is BusyKind.HOURLY_LIMIT
    assert autotask.sent == []
    assert client.for_subject("Acme", urgent=True).query(Company) == []


def test_a_threshold_asked_for_costs_one_call_and_serves_the_governor_too() -> None:
    autotask = FakeAutotask([page()])
    client = client_of(autotask)
    client.threshold()
    client.query(Company)
    assert len(autotask.asides) == 1


def test_work_goes_on_by_itself_when_the_hour_has_room_again() -> None:
    autotask, clock = FakeAutotask([page()], used=8_000), FakeClock()
    client = client_of(autotask, clock=clock)
    with pytest.raises(Busy):
        client.query(Company)
    autotask.used = 100
    clock.moment += timedelta(minutes=5)
    assert client.query(Company) == []


def test_a_stopped_write_was_not_sent() -> None:
    autotask = FakeAutotask([replied({"itemId": 1})], used=8_000)
    client = client_of(autotask)
    client.threshold()
    with pytest.raises(Busy):
        client.adjust_units(line_id=1, effective_date=FakeClock().moment.date(), unit_change=1)
    assert autotask.sent == []
