"""One question to Autotask and its answer: turn, deadline, status, JSON. Knows no entity."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from psabridge.clients.autotask import requests
from psabridge.clients.autotask.errors import WriteKind, ZoneMoved, read_failure, write_failure
from psabridge.clients.autotask.governor import Errand, Governor
from psabridge.clients.autotask.metadata import Threshold
from psabridge.clients.autotask.requests import Door
from psabridge.clients.autotask.wire_model import validated
from psabridge.clients.autotask.zone import discover_zone, same_zone
from psabridge.clients.hiding import hidden
from psabridge.clients.reading import Patience, read_with_patience, vendor_date
from psabridge.clients.transport import HttpRequest, HttpResponse, Transport
from psabridge.clients.wire_json import decode
from psabridge.kit.clock import Clock
from psabridge.kit.errors import AccessDenied, Busy, NotSent, OutcomeUnknown, Refused, Unreadable

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class VendorClock:
    """How far the vendor's clock is from ours, as of the last answer (protocol W11)."""

    offset: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    door: Door
    transport: Transport
    governor: Governor
    clock: Clock
    deadline: timedelta
    patience: Patience
    vendor_clock: VendorClock
    errand: Errand

    def on(self, errand: Errand) -> "Exchange":
        return replace(self, errand=errand)

    def read(self, request: HttpRequest, endpoint: str) -> object:
        """The decoded body of a 200; asked again where that can help."""
        return self._patiently(lambda: self._read_once(request, endpoint))

    def read_if_there(self, request: HttpRequest, endpoint: str) -> object | None:
        """As `read`; None for a 404 of the interface itself."""
        return self._patiently(lambda: self._read_once(request, endpoint, or_none=True))

    def read_threshold(self) -> Threshold:
        self.governor.claim_reading()  # this one counts: no second call for the governor itself
        return self._patiently(self._threshold_once)

    def write(
        self, request: HttpRequest, endpoint: str, kind: WriteKind, secrets: Mapping[str, str] | None = None
    ) -> int:
        """Sent once. The id the vendor gave, or an error that says what may be done next."""
        subject = f"Autotask {endpoint}"
        answer, sent_at = self._send(request, endpoint, secrets)
        if answer.status != 200:
            raise write_failure(subject, answer, kind, sent_at)
        item_id = _item_id(answer.body)
        if item_id is None:
            problem = "the answer was 200 without the id of what was written"
            raise OutcomeUnknown(subject, problem, "Read back before asking again")
        return item_id

    def _patiently(self, ask: Callable[[], T]) -> T:
        try:
            self._keep_threshold_fresh()
            return read_with_patience(ask, patience=self.patience, clock=self.clock)
        except AccessDenied as error:
            self._look_for_another_zone(error)
            raise

    def _read_once(self, request: HttpRequest, endpoint: str, *, or_none: bool = False) -> object | None:
        subject = f"Autotask {endpoint}"
        answer, sent_at = self._send(request, endpoint)
        if answer.status == 404 and or_none and not _is_markup(answer.body):
            return None
        if answer.status != 200:
            raise read_failure(subject, answer, sent_at)
        try:
            return decode(answer.body)
        except ValueError as error:
            what = "a web page" if _is_markup(answer.body) else "empty, cut short or garbled"
            raise Unreadable(subject, f"the answer is {what}", _NOT_USED) from error

    def _send(
        self, request: HttpRequest, endpoint: str, secrets: Mapping[str, str] | None = None
    ) -> tuple[HttpResponse, datetime]:
        with self.governor.turn(endpoint, self.errand):
            # Read before the request: after a write nothing may fail that could hide its answer.
            sent_at = self.clock.now()
            answer = self.transport.send(request, self.deadline)
        told = vendor_date(answer.headers)
        if told is not None:
            self.vendor_clock.offset = told - sent_at
        return (answer if answer.status == 200 else self._without_secrets(answer, secrets or {})), sent_at

    def _without_secrets(self, answer: HttpResponse, secrets: Mapping[str, str]) -> HttpResponse:
        text = hidden(self.door.credentials.hide(answer.body.decode("utf-8", "replace")), secrets)
        return replace(answer, body=text.encode())

    def _keep_threshold_fresh(self) -> None:
        """Before reads only: between the last look at a line and its change nothing else is done (P15)."""
        if not self.governor.claim_reading():
            return
        try:
            self.on(Errand())._threshold_once()
        except AccessDenied:
            raise
        except (Busy, NotSent, OutcomeUnknown, Refused, Unreadable) as error:
            # The read that follows meets the same trouble and tells it; a load nobody knows stops nothing.
            log.warning("request threshold could not be read", extra={"problem": error.problem})

    def _threshold_once(self) -> Threshold:
        content = self._read_once(requests.threshold(self.door), Threshold.entity)
        reading = validated(Threshold, content, "Autotask ThresholdInformation")
        self.governor.note(reading)
        return reading

    def _look_for_another_zone(self, error: AccessDenied) -> None:
        """A tenant can be moved; a refused sign-in is the first sign (R43). Asked once, never followed."""
        user, root = self.door.credentials.user, self.door.root
        try:
            found = discover_zone(user, transport=self.transport, deadline=self.deadline, host_url=root)
        except AccessDenied:
            raise
        except (NotSent, OutcomeUnknown, Busy, Refused, Unreadable) as trouble:
            log.warning("zone could not be asked for", extra={"problem": trouble.problem})
            return
        if not same_zone(found.url, root):
            raise ZoneMoved(old_url=root, new_url=found.url, ci=found.ci) from error


_NOT_USED = "Nothing of this answer is used; read again in the next cycle"


def _is_markup(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _item_id(body: bytes) -> int | None:
    try:
        content = decode(body)
    except ValueError:
        return None
    item_id = content.get("itemId") if isinstance(content, dict) else None
    return item_id if type(item_id) is int and item_id > 0 else None
