"""The product's seam to the network, without a network: requests reach the emulated vendors at once.

Everything the product sends passes here, so what is watched here is every outbound call there is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from psabridge.clients.transport import HttpRequest, HttpResponse, where
from psabridge.kit.errors import NotSent, OutcomeUnknown
from psabridge.store.leases import keep_held
from psabridge_emulators.frame.control import PREFIX, control
from psabridge_emulators.frame.delivery import Delivery, Ending
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.play import ask
from psabridge_emulators.frame.wire import Request

ADDRESSES = {"autotask": "http://127.0.0.1:9101", "acronis": "http://127.0.0.1:9102"}
_NAMES = {address: name for name, address in ADDRESSES.items()}

Watch = Callable[[str, str, Request], None]


def _nobody(_moment: str, _vendor: str, _request: Request) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class DirectTransport:
    """`watch` hears of each call to a vendor: "before", "left", "arrived" there, "answered" here.

    What is `unreachable` makes no connection. The deadline is one of emulated time: what a watcher lets pass
    before a request leaves counts, and an answer that comes later is lost.
    """

    emulation: Emulation
    watch: Watch = field(default=_nobody)
    may_write: Callable[[], None] = field(default=keep_held)
    unreachable: set[str] = field(default_factory=set)

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        url = urlsplit(request.url)
        base = f"{url.scheme}://{url.netloc}"
        name = _NAMES.get(base)
        if name is None:
            raise NotSent(where(request), "nobody listens there", "Check the address")
        headers = {key.lower(): value for key, value in request.headers.items()}
        arrived = Request(request.method, url.path, url.query, headers, request.body or b"", base)
        if url.path.startswith(PREFIX):
            told = control(self.emulation, name, arrived)
            return HttpResponse(told.status, {}, told.body)
        began = self.emulation.now
        if request.fresh:
            self.may_write()
        self.watch("before", name, arrived)
        if name in self.unreachable or self.emulation.now - began >= deadline:
            raise NotSent(where(request), "no connection could be made", "Check the network")
        self.watch("left", name, arrived)
        delivery = ask(self.emulation, name, arrived)
        self.watch("arrived", name, arrived)
        answer = self._answer(name, delivery, request, deadline)
        self.watch("answered", name, arrived)
        return answer

    def close(self) -> None:
        """There is nothing to close."""

    def _answer(
        self, name: str, delivery: Delivery, request: HttpRequest, deadline: timedelta
    ) -> HttpResponse:
        waited = min(timedelta(seconds=delivery.wait), deadline)
        if waited:
            self.emulation.clock.advance(waited.total_seconds())
        if delivery.reply is None or delivery.ending is not Ending.WHOLE or waited == deadline:
            raise OutcomeUnknown(where(request), "the answer was lost", "Read back before asking again")
        reply = delivery.reply
        date = format_datetime(self.emulation.shown_time(name).replace(microsecond=0), usegmt=True)
        headers = {"date": date, **{key.lower(): value for key, value in reply.headers.items()}}
        if reply.content_type:
            headers["content-type"] = reply.content_type
        return HttpResponse(reply.status, headers, reply.body)
