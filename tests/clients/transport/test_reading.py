"""A read waits as long as the vendor says, or tells the caller how long that is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.clients.reading import Patience, read_with_patience, retry_after, vendor_date
from psabridge.kit.errors import (
    AccessDenied,
    Busy,
    BusyKind,
    NotSent,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    Unreadable,
)
from tests.clients.transport.fakes import NOON, FakeClock

LOST = OutcomeUnknown("GET x", "the answer was lost", "Read back")
DOWN = NotSent("GET x", "no connection", "Check")


def busy(seconds: int | None, kind: BusyKind = BusyKind.UNAVAILABLE) -> Busy:
    wait = None if seconds is None else timedelta(seconds=seconds)
    return Busy("GET x", "busy", "Wait", kind=kind, retry_after=wait)


def asking(*results: Exception | str) -> Callable[[], str]:
    remaining = list(results)

    def ask() -> str:
        result = remaining.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    return ask


def read(*results: Exception | str, patience: Patience | None = None) -> tuple[str, FakeClock]:
    clock = FakeClock()
    return read_with_patience(asking(*results), patience=patience or Patience(), clock=clock), clock


@pytest.mark.parametrize("trouble", [LOST, DOWN, busy(None), Unreadable("x", "cut", "again")])
def test_a_read_is_asked_again_after_passing_trouble(trouble: Exception) -> None:
    got, clock = read(trouble, "rows")
    assert got == "rows"
    assert timedelta(milliseconds=250) <= clock.waited <= timedelta(milliseconds=500)


def test_waits_grow_and_are_spread() -> None:
    _, clock = read(DOWN, DOWN, DOWN, "rows")
    first, second, third = clock.waits
    assert first <= timedelta(milliseconds=500)
    assert timedelta(milliseconds=500) <= second <= timedelta(seconds=1)
    assert timedelta(seconds=1) <= third <= timedelta(seconds=2)


def test_the_vendor_is_left_alone_for_as_long_as_it_asks() -> None:
    _, clock = read(busy(45), "rows", patience=Patience(longest_wait=timedelta(seconds=5)))
    assert clock.waited == timedelta(seconds=45)


def test_a_wait_beyond_the_patience_is_told_in_full_and_not_begun() -> None:
    clock = FakeClock()
    with pytest.raises(Busy) as caught:
        read_with_patience(asking(busy(3600)), patience=Patience(), clock=clock)
    assert caught.value.retry_after == timedelta(hours=1)
    assert clock.waits == []


def test_waits_of_one_read_together_stay_within_the_patience() -> None:
    clock = FakeClock()
    with pytest.raises(Busy):
        read_with_patience(asking(busy(40), busy(40)), patience=Patience(), clock=clock)
    assert clock.waited == timedelta(seconds=40)


def test_an_hourly_limit_without_a_word_on_when_is_left_for_a_minute() -> None:
    _, clock = read(busy(None, BusyKind.HOURLY_LIMIT), "rows")
    assert clock.waited == timedelta(seconds=60)


@pytest.mark.parametrize(
    "final", [AccessDenied("x", "no", "look"), Refused("x", "bad filter", "mend", kind=RefusalKind.OTHER)]
)
def test_what_asking_again_cannot_change_is_told_at_once(final: Exception) -> None:
    clock = FakeClock()
    with pytest.raises(type(final)):
        read_with_patience(asking(final), patience=Patience(), clock=clock)
    assert clock.waits == []


def test_a_read_that_stays_lost_is_unreadable_because_nothing_was_written() -> None:
    with pytest.raises(Unreadable):
        read(LOST, LOST, LOST, LOST)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("86400", 86400),
        ("Tue, 10 Mar 2026 12:02:00 GMT", 120),
        ("Tue, 10 Mar 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header: str, seconds: int | None) -> None:
    wait = retry_after({"retry-after": header}, now=NOON)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_a_retry_date_counts_from_the_vendors_clock_not_ours() -> None:
    headers = {"retry-after": "Tue, 10 Mar 2026 15:00:30 GMT", "date": "Tue, 10 Mar 2026 15:00:00 GMT"}
    assert retry_after(headers, now=NOON) == timedelta(seconds=30)


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]+ Mar [0-9]+ [0-9:]+ [+-]?[0-9A-Z]+", fullmatch=True))
def test_no_date_header_however_odd_hides_the_answer_of_a_write(text: str) -> None:
    moment = vendor_date({"date": text})
    assert moment is None or moment.tzinfo is not None
    retry_after({"retry-after": text, "date": text}, now=NOON)


def test_the_vendors_clock_is_its_date_header() -> None:
    assert vendor_date({"date": "Tue, 10 Mar 2026 12:00:00 GMT"}) == NOON
    assert vendor_date({"date": "yesterday"}) is None
    assert vendor_date({}) is None
