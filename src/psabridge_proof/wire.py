"""The wire of a life: who is cut off, whose clock is wrong, and each change of units that left the bridge."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.kit.errors import NotSent
from psabridge_emulators.autotask.days import day_of
from psabridge_proof.direct import DirectTransport

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
class Wire(DirectTransport):
    clock_error: timedelta = timedelta()  # the bridge's machine is ahead of the vendors' by this
    sent: list[Sent] = field(default_factory=list)
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
        posted = self._posted(request)
        try:
            answer = super(Wire, self).send(request, deadline)
        except NotSent:
            self._never_left(posted)
            raise
        if posted is not None:
            posted.is_clear = self._is_clear(answer)
        return answer

    def _never_left(self, posted: Sent | None) -> None:
        self.not_connected += 1
        if posted is not None:
            self.sent.remove(posted)

    def _with_clock_error(self, answer: HttpResponse) -> HttpResponse:
        told = json.loads(answer.body)
        if not self.clock_error or "now" not in told:
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
