"""The strict seam to the network: only this module, and `deadline` below it, know the HTTP library.

A transport sends one request once: no redirect, no replay, no retry, no proxy, no cookie
(protocol 2.2, rule 2; P14). What it raises says what may be done next: `NotSent`, no connection
was made; `OutcomeUnknown`, it may have arrived. Clients decide what that means for a read and for a write.
"""

import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import httpcore2
import httpx2

from psabridge.clients.deadline import DeadlineBackend, due_in, seconds_left
from psabridge.kit.errors import NotSent, OutcomeUnknown

# Connections kept per process: two in flight per Autotask endpoint, about a dozen endpoints.
MAX_CONNECTIONS = 24
# A page of 500 tickets with full texts is below 20 MiB; beyond this something else is answering.
MAX_BODY = 64 * 1024 * 1024
# Given up before the servers' usual 60 seconds, so that an idle connection is seldom found closed.
KEEP_ALIVE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # they carry secrets
    body: bytes | None = field(default=None, repr=False)  # so may this, when signing in
    # A write travels on a connection of its own: one that went stale would leave its outcome in doubt.
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes = field(repr=False)


class Transport(Protocol):
    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        """Send once and wait for the whole answer, `deadline` at most from name lookup to last byte.

        Raises NotSent when no connection was made, OutcomeUnknown when it broke or ran late after that.
        """
        ...


def _always() -> None:
    """Whoever made this transport may write at any time."""


class HttpTransport:
    """One per process, shared by every client and thread.

    `may_write` is asked before a write leaves, when its deadline runs already, and raises where it must not
    leave: what it allows for longer than a deadline holds for the whole request, however long the process
    sleeps in between.
    """

    def __init__(self, *, max_body: int = MAX_BODY, may_write: Callable[[], None] = _always) -> None:
        self._max_body = max_body
        self._may_write = may_write
        trusted = ssl.create_default_context()
        self._kept = _Engine(trusted, keep=MAX_CONNECTIONS)
        self._fresh = _Engine(trusted, keep=0)

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        engine = self._fresh if request.fresh else self._kept
        with due_in(deadline.total_seconds()):
            if request.fresh:
                self._may_write()
            try:
                with closing(engine.handle_request(_to_wire(request))) as answer:
                    body = self._read(answer)
            except _NEVER_CONNECTED as error:
                problem = f"no connection could be made ({type(error).__name__}: {error})"
                raise NotSent(where(request), problem, _CHECK) from error
            except (httpx2.HTTPError, _NotTakenError) as error:
                problem = f"the answer was lost ({type(error).__name__}: {error})"
                raise OutcomeUnknown(where(request), problem, _READ_BACK) from error
        return HttpResponse(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)

    def close(self) -> None:
        self._kept.close()
        self._fresh.close()

    def _read(self, answer: httpx2.Response) -> bytes:
        if (packing := answer.headers.get("content-encoding", "identity").lower()) not in _PACKINGS:
            raise _NotTakenError(f"packed as {packing[:40]}, which was not asked for")
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > self._max_body:
                raise _NotTakenError(f"more than {self._max_body} bytes")
            if seconds_left() <= 0:
                raise httpx2.ReadTimeout("the deadline has passed")
            parts.append(part)
        return b"".join(parts)


class _NotTakenError(Exception):
    """More bytes than any answer of a vendor has, or packed in a way that may hide how many."""


class _Engine(httpx2.HTTPTransport):
    """The library's sender below its client, so that no redirect, cookie, proxy or netrc can join in."""

    def __init__(self, trusted: ssl.SSLContext, *, keep: int) -> None:
        super().__init__(verify=trusted, trust_env=False, retries=0)
        # The library's own timeouts start anew with every read; this backend counts to one deadline.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trusted,
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=keep,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            retries=0,
            network_backend=DeadlineBackend(),
        )


_NEVER_CONNECTED = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
_CHECK = "Check the address and the network; nothing was sent"
_READ_BACK = "Read back before asking again"
_PACKINGS = ("identity", "gzip")
_OWN_HEADERS = {"User-Agent": "psabridge", "Accept": "application/json", "Accept-Encoding": "gzip"}


def _to_wire(request: HttpRequest) -> httpx2.Request:
    headers = [(name.encode("ascii"), _value(request, name, value)) for name, value in _merged(request)]
    try:
        url = httpx2.URL(request.url)
    except httpx2.InvalidURL as error:
        raise NotSent(where(request), "the address is not a URL", _CHECK) from error
    extensions = {"timeout": {"pool": seconds_left()}}
    return httpx2.Request(request.method, url, headers=headers, content=request.body, extensions=extensions)


def _merged(request: HttpRequest) -> list[tuple[str, str]]:
    given = {name.lower() for name in request.headers}
    own = [(name, value) for name, value in _OWN_HEADERS.items() if name.lower() not in given]
    return [*own, *request.headers.items()]


def _value(request: HttpRequest, name: str, value: str) -> bytes:
    """Checked here, because the library's own refusal would print the value, which may be a secret."""
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in value) or value != value.strip():
        problem = f"the header {name} holds a line break, a control character or a blank at an end"
        raise NotSent(where(request), problem, "Correct the setting it comes from; nothing was sent")
    return value.encode()


def where(request: HttpRequest) -> str:
    """The request without its query, which may carry a user name."""
    return f"{request.method} {request.url.partition('?')[0]}"
