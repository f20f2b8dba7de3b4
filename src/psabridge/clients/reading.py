"""Reads are asked again when that can help; writes never pass through here."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from psabridge.kit.clock import Clock
from psabridge.kit.errors import AccessDenied, Busy, BusyKind, NotSent, OutcomeUnknown, Unreadable

T = TypeVar("T")

# An hourly limit without a word on when: vendors' clients agree on a minute (docs/vendors/autotask.md A27).
HOURLY_PAUSE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a read is asked again, and how long it may wait in all."""

    attempts: int = 4
    first_wait: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=20)  # of our own choosing; a vendor's word is never cut to it
    total: timedelta = timedelta(seconds=60)


def read_with_patience(ask: Callable[[], T], *, patience: Patience, clock: Clock) -> T:
    """Ask until there is an answer, nothing more can help, or the patience is used up."""
    waits = _Waits(patience)
    retrying = Retrying(
        retry=retry_if_exception(waits.worth_another),
        stop=stop_after_attempt(patience.attempts),
        wait=waits.next,
        sleep=lambda seconds: clock.wait(timedelta(seconds=seconds)),
        reraise=True,
    )
    try:
        return retrying(ask)
    except OutcomeUnknown as error:
        # Of a read nothing can have been written: the answer is just not there.
        raise Unreadable(error.subject, error.problem, "Read again in the next cycle") from error


class _Waits:
    """The waits of one read: the vendor's word in full, else doubling with jitter."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._left = patience.total
        self._pending = timedelta(0)

    def worth_another(self, error: BaseException) -> bool:
        """A wait that the patience does not cover is not cut short: the caller learns its length."""
        if isinstance(error, AccessDenied) or not isinstance(error, _PASSING):
            return False
        self._pending = _asked_for(error) or timedelta(0)
        return timedelta(0) < self._left and self._pending <= self._left

    def next(self, state: RetryCallState) -> float:
        doubled = self._patience.first_wait * (1 << (state.attempt_number - 1))
        ours = min(doubled, self._patience.longest_wait) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        wait = min(max(self._pending, ours), max(self._left, self._pending))
        self._left -= wait
        return wait.total_seconds()


_PASSING = (Busy, NotSent, OutcomeUnknown, Unreadable)


def _asked_for(error: BaseException) -> timedelta | None:
    if not isinstance(error, Busy):
        return None
    if error.retry_after is None and error.kind is BusyKind.HOURLY_LIMIT:
        return HOURLY_PAUSE
    return error.retry_after


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long the vendor asks us to stay away, in seconds or as a date counted from its own clock."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    moment = _http_date(text)
    if moment is None:
        return None
    return max(moment - (vendor_date(headers) or now), timedelta(0))


def vendor_date(headers: Mapping[str, str]) -> datetime | None:
    """The vendor's own clock, from an answer's Date (protocol W11; docs/vendors/autotask.md A38)."""
    return _http_date(headers.get("date", ""))


def _http_date(text: str) -> datetime | None:
    """None for anything odd: this is read after writes too, and must never hide their answer."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
