"""The wire of a life: who is cut off, whose clock is wrong, and what left the bridge.

Changes of units and writes to Acronis are kept one by one, as they left.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.kit.errors import NotSent
from psabridge_emulators.autotask.days import day_of
from psabridge_proof.direct import ADDRESSES, DirectTransport

ADJUSTMENTS = {"ContractServiceAdjustments": "service", "ContractServiceBundleAdjustments": "bundle"}
LINE_FIELDS = ("contractServiceID", "contractServiceBundleID")
# What the vendor itself says is clear; of what a fault made of it, only these words are its own.
THREADS = b"Itgenatr005"  # the vendor's own refusal of the fourth thread, whatever its status (D7)
CLEAR_FAULTS = {None, "refuse", "unauthorized", "hourly_limit", "fourth_thread"}


def _awake() -> None:
    """It does not sleep."""


@dataclass(slots=True)
class Sent:
    """One request for a change of units, when it left by the vendor's clock, and whether its end is known.

    `wished`: the units that were wanted of the line then; the judge says so.
    """

    line: int
    day: date
    change: int
    at: datetime
    is_clear: bool = False
    wished: int | None = None


@dataclass(slots=True)
class Asked:
    """One write to Acronis as it left. `before_person`: somebody had read the plan and let it go."""

    method: str
    path: str
    body: dict[str, Any]
    at: datetime
    before_person: bool
    cycle: int
    is_clear: bool = False


@dataclass(slots=True)
class Wire(DirectTransport):
    clock_error: timedelta = timedelta()  # the bridge's machine is ahead of the vendors' by this
    sent: list[Sent] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    has_person: bool = False  # what leaves now was let go by somebody
    cycle: int = 0  # so many were begun
    not_connected: int = 0
    writes: int = 0  # of any kind, that were let out
    leaving: str = ""  # where the request goes before which the process may sleep
    asleep: Callable[[], None] = field(default=_awake)  # where the process may sleep before a request

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        if "/__control/" in request.url:
            return self._with_clock_error(super(Wire, self).send(request, deadline))
        self.leaving = request.url
        self.asleep()
        if request.fresh:
            self.may_write()
            self.writes += 1
        posted, asked = self._posted(request), self._asked(request)
        try:
            answer = super(Wire, self).send(request, deadline)
        except NotSent:
            self._never_left(posted, asked)
            raise
        if posted is not None:
            posted.is_clear = self._is_clear(answer)
        if asked is not None:
            asked.is_clear = self.emulation.calls.last(1)[0].fault is None
        return answer

    def _never_left(self, posted: Sent | None, asked: Asked | None) -> None:
        self.not_connected += 1
        if posted is not None:
            self.sent.remove(posted)
        if asked is not None:
            self.asked.remove(asked)

    def _asked(self, request: HttpRequest) -> Asked | None:
        url = urlsplit(request.url)
        if not request.fresh or f"{url.scheme}://{url.netloc}" != ADDRESSES["acronis"]:
            return None
        path = url.path + (f"?{url.query}" if url.query else "")
        body = json.loads(request.body or b"{}")
        asked = Asked(request.method, path, body, self.emulation.now, self.has_person, self.cycle)
        self.asked.append(asked)
        return asked

    def _with_clock_error(self, answer: HttpResponse) -> HttpResponse:
        if not self.clock_error:
            return answer
        told = json.loads(answer.body)
        if "now" not in told:
            return answer
        now = datetime.fromisoformat(told["now"]) + self.clock_error
        return HttpResponse(answer.status, answer.headers, json.dumps({**told, "now": str(now)}).encode())

    def _posted(self, request: HttpRequest) -> Sent | None:
        entity = request.url.partition("?")[0].rsplit("/", 1)[-1]
        if request.method != "POST" or entity not in ADJUSTMENTS:
            return None
        body = json.loads(request.body or b"{}")
        line = next(body[name] for name in LINE_FIELDS if name in body)
        posted = Sent(line, day_of(body["effectiveDate"]), body["unitChange"], self.emulation.now)
        self.sent.append(posted)
        return posted

    def _is_clear(self, answer: HttpResponse) -> bool:
        if self.emulation.calls.last(1)[0].fault not in CLEAR_FAULTS:
            return False
        return answer.status in {200, 401, 429, 500} or THREADS in answer.body
