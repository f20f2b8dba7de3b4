"""Shares of the hour at their edges, a threshold that cannot be read, eight threads at once (design 10)."""

import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor, Limits
from psabridge.clients.autotask.records import Company, Service
from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import AccessDenied, Busy, BusyKind, NotSent, OutcomeUnknown, Unreadable
from tests.clients.autotask.fakes import ZONE, FakeAutotask, client_of, credentials, page, refused
from tests.clients.autotask.test_governor import a_governor, call, reading
from tests.clients.transport.fakes import FakeClock, Reply, replied


@pytest.mark.parametrize(
    ("used", "waits", "ordinary", "urgent"),
    [
        (0, 0, True, True),
        (4_900, 0, True, True),
        (4_999, 0, True, True),
        (5_000, 1, True, True),
        (7_499, 1, True, True),
        (7_500, 1, False, True),
        (8_999, 1, False, True),
        (9_000, 0, False, False),
        (12_000, 0, False, False),
    ],
)
def test_each_share_of_the_hour_slows_or_stops_as_designed(
    used: int, waits: int, ordinary: bool, urgent: bool
) -> None:
    for is_urgent, goes in ((False, ordinary), (True, urgent)):
        governor, clock = a_governor(used)
        if goes:
            call(governor, urgent=is_urgent)
            assert len(clock.waits) == waits
        else:
            with pytest.raises(Busy) as caught:
                call(governor, urgent=is_urgent)
            assert caught.value.kind is BusyKind.HOURLY_LIMIT


def test_a_reading_older_than_the_hour_it_speaks_of_stops_nobody() -> None:
    """The vendor counts sixty minutes back (A25): what was used before that is free again."""
    governor, clock = a_governor(9_900)
    clock.moment += timedelta(minutes=59)
    with pytest.raises(Busy):
        call(governor)
    clock.moment += timedelta(minutes=1)
    call(governor)
    assert governor.load() is None
    governor.note(reading(9_900))
    with pytest.raises(Busy):
        call(governor)


TROUBLES: list[Reply] = [
    replied(b"", 503),
    replied(b"", 429),
    refused("The Autotask API thread threshold of 3 threads has been exceeded"),
    refused("You do not have permission"),
    replied(b"<html>"),
    replied({"externalRequestThreshold": 0, "currentTimeframeRequestCount": 1}),
    NotSent("x", "down", "check"),
    OutcomeUnknown("x", "lost", "again"),
]


@dataclass
class _WithoutThreshold(FakeAutotask):
    trouble: Reply = field(default_factory=lambda: replied(b"", 503))

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        if "ThresholdInformation" in request.url:
            return self._aside(request, self.trouble, deadline)
        return super().send(request, deadline)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_threshold_that_cannot_be_read_costs_no_row(trouble: Reply) -> None:
    """The read that follows meets the same trouble, with its own patience."""
    autotask = _WithoutThreshold([page()], trouble=trouble)
    assert client_of(autotask).query(Company) == []
    assert len(autotask.asides) == 1


def test_a_sign_in_refused_at_the_threshold_is_told_at_once() -> None:
    autotask = _WithoutThreshold([page()], trouble=replied(b"", 401))
    with pytest.raises(AccessDenied):
        client_of(autotask).query(Company)
    assert autotask.sent == []


def test_a_place_is_given_back_when_waiting_for_it_was_broken_off() -> None:
    class Broken(FakeClock):
        def wait(self, duration: timedelta) -> None:
            raise Unreadable("clock", f"gone for {duration}", "again")

    clock = Broken()
    governor = Governor(clock=clock, limits=Limits(), monotonic=clock.seconds)
    for _ in range(2):
        call(governor)
    for _ in range(5):
        with pytest.raises(Unreadable):
            call(governor)
    clock.moment += timedelta(seconds=1)
    call(governor)


@dataclass
class _Counting:
    """Answers everything after a moment, and remembers how many were with it at once, per entity.

    The first request of an entity waits for a second one, however busy the machine is.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    freed: dict[str, list[float]] = field(default_factory=dict)
    at_vendor: Counter[str] = field(default_factory=Counter)
    company: dict[str, threading.Event] = field(default_factory=lambda: defaultdict(threading.Event))

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        assert deadline == timedelta(seconds=5)
        entity = request.url.split("v1.0/")[1].split("/")[0]
        with self.lock:
            late = [moment for moment in self.freed.get(entity, []) if moment > time.monotonic()]
            self.inside[entity] += 1
            self.most[entity] = max(self.most[entity], self.inside[entity])
            company = self.company[entity]
            if self.inside[entity] > 1 or entity == "ThresholdInformation":
                company.set()
            self.at_vendor[entity] = max(self.at_vendor[entity], self.inside[entity] + len(late))
        company.wait(timeout=10)
        time.sleep(0.002)
        with self.lock:
            self.inside[entity] -= 1
            self.freed.setdefault(entity, []).append(time.monotonic() + 0.03)  # frees its slot late (A26)
        if entity == "ThresholdInformation":
            return replied({"externalRequestThreshold": 10_000, "currentTimeframeRequestCount": 1})
        return page()


def test_eight_threads_keep_two_in_flight_per_endpoint_and_never_meet_the_fourth_place() -> None:
    vendor = _Counting()
    client = AutotaskClient(
        zone_url=ZONE,
        credentials=credentials(),
        transport=vendor,
        governor=Governor(clock=SystemClock()),
        clock=SystemClock(),
        deadline=timedelta(seconds=5),
    )

    def work(number: int) -> None:
        mine = client.for_subject(f"customer {number % 2}")
        for _ in range(3):
            mine.query(Company)
            mine.query(Service)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert vendor.most["Companies"] == vendor.most["Services"] == 2
    assert max(vendor.at_vendor.values()) <= 3
    counts = client._exchange.governor.calls()
    assert counts.by_endpoint == {"Companies": 24, "Services": 24, "ThresholdInformation": 1}
    assert counts.by_subject == {"customer 0": 24, "customer 1": 24}
