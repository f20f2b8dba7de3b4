"""The clock of the emulators, so that demo and tests wait simulated minutes (design section 7)."""

from datetime import UTC, datetime, timedelta

from psabridge.clients.address import is_loopback
from psabridge.clients.transport import HttpRequest, Transport
from psabridge.clients.wire_json import decode, encode
from psabridge.kit.errors import Unreadable

_DEADLINE = timedelta(seconds=10)
_NEXT = "Check that the emulators run at this address"


class EmulatedClock:
    """A kit Clock over `/__control/clock`; it refuses any machine but this one."""

    def __init__(self, *, control_url: str, transport: Transport) -> None:
        if not is_loopback(control_url):
            raise ValueError("an emulated clock is taken from loopback addresses only")
        self._url = f"{control_url.rstrip('/').removesuffix('/__control')}/__control/clock"
        self._transport = transport

    def now(self) -> datetime:
        return self._ask("GET", None)

    def wait(self, duration: timedelta) -> None:
        seconds = max(duration.total_seconds(), 0)
        if seconds > 0:
            whole = int(seconds) if seconds == int(seconds) else int(seconds) + 1
            self._ask("POST", encode({"advance": whole}))

    def _ask(self, method: str, body: bytes | None) -> datetime:
        headers = {"Content-Type": "application/json"}
        answer = self._transport.send(HttpRequest(method, self._url, headers, body), _DEADLINE)
        if answer.status != 200:
            raise Unreadable(f"{method} {self._url}", f"the clock answered {answer.status}", _NEXT)
        return self._moment(answer.body)

    def _moment(self, body: bytes) -> datetime:
        try:
            content = decode(body)
            text = content["now"] if isinstance(content, dict) else None
            moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        except (ValueError, KeyError):
            moment = None
        if moment is None or moment.tzinfo is None:
            raise Unreadable(self._url, "the clock's answer holds no moment", _NEXT)
        return moment.astimezone(UTC)
