"""A transport and a clock in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from psabridge.clients.transport import HttpRequest, HttpResponse
from psabridge.clients.wire_json import encode

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

Reply = HttpResponse | Exception | Callable[[HttpRequest], HttpResponse]


def replied(content: object = None, status: int = 200, **headers: str) -> HttpResponse:
    """An answer as JSON; header names are written with underscores."""
    body = content if isinstance(content, bytes) else encode(content)
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@dataclass
class FakeClock:
    moment: datetime = NOON
    waits: list[timedelta] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def wait(self, duration: timedelta) -> None:
        self.waits.append(duration)
        self.moment += duration

    def seconds(self) -> float:
        """The same time as a monotonic clock tells it."""
        return self.moment.timestamp()

    @property
    def waited(self) -> timedelta:
        return sum(self.waits, timedelta())


@dataclass
class FakeTransport:
    """Gives the replies in order, the last for ever, and keeps what was sent."""

    replies: list[Reply]
    sent: list[HttpRequest] = field(default_factory=list)

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        assert deadline > timedelta(0)
        self.sent.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, HttpResponse) else reply(request)
