from datetime import UTC, datetime, timedelta

import pytest

from psabridge.clients.emulated_clock import EmulatedClock
from psabridge.clients.transport import HttpResponse
from psabridge.clients.wire_json import decode
from psabridge.kit.errors import Unreadable
from tests.clients.transport.fakes import FakeTransport, replied

EIGHT = replied({"now": "2026-03-10T08:00:00Z"})


def test_time_is_the_emulators() -> None:
    transport = FakeTransport([EIGHT])
    clock = EmulatedClock(control_url="http://127.0.0.1:9101/", transport=transport)
    assert clock.now() == datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
    assert transport.sent[0].url == "http://127.0.0.1:9101/__control/clock"


def test_a_wait_moves_the_emulators_clock_and_never_falls_short() -> None:
    transport = FakeTransport([EIGHT])
    clock = EmulatedClock(control_url="http://[::1]:9101/__control", transport=transport)
    clock.wait(timedelta(minutes=10))
    clock.wait(timedelta(milliseconds=1500))
    clock.wait(timedelta(0))
    assert [decode(request.body or b"") for request in transport.sent] == [{"advance": 600}, {"advance": 2}]


@pytest.mark.parametrize(
    "url", ["https://webservices2.autotask.net", "http://10.0.0.5:9101", "http://127.0.0.1.evil.example", ""]
)
def test_no_other_machine_may_set_the_time(url: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        EmulatedClock(control_url=url, transport=FakeTransport([EIGHT]))


@pytest.mark.parametrize(
    "reply",
    [replied({"now": "2026-03-10T08:00:00"}), replied({}), replied(b"<html>"), replied([]), replied({}, 404)],
)
def test_an_answer_without_a_moment_is_no_time(reply: HttpResponse) -> None:
    clock = EmulatedClock(control_url="http://localhost:1", transport=FakeTransport([reply]))
    with pytest.raises(Unreadable):
        clock.now()
