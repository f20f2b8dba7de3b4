"""One deadline for a whole exchange: name lookup, connection, TLS, request and every byte of the answer.

The HTTP library's timeouts begin anew with each read, so a server that trickles could hold a worker
for hours. Below it, every wait on the network is cut to what is left of the deadline.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore2

# Sent in pieces, so that a reader who takes them slowly meets the deadline between two.
_PIECE = 64 * 1024

# The monotonic moment at which the exchange of this thread must be over.
_due: ContextVar[float] = ContextVar("due")


@contextmanager
def due_in(seconds: float) -> Iterator[None]:
    token = _due.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _due.reset(token)


def seconds_left() -> float:
    return _due.get() - time.monotonic()


class DeadlineBackend(httpcore2.NetworkBackend):
    def __init__(self) -> None:
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = _addresses(host, port)
        for number, address in enumerate(addresses, start=1):
            # An address that swallows everything must leave time for the next one.
            share = _cut(timeout, httpcore2.ConnectTimeout) / (len(addresses) - number + 1)
            try:
                stream = self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _DeadlineStream(stream)
        raise httpcore2.ConnectError(f"no address for {host}")

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, max(seconds_left(), 0)))


class _DeadlineStream(httpcore2.NetworkStream):
    def __init__(self, plain: httpcore2.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _cut(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._plain.write(buffer[start : start + _PIECE], _cut(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        cut = _cut(timeout, httpcore2.ConnectTimeout)
        return _DeadlineStream(self._plain.start_tls(ssl_context, server_hostname, cut))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's own signature
        return self._plain.get_extra_info(info)


def _cut(timeout: float | None, late: type[httpcore2.TimeoutException]) -> float:
    left = seconds_left()
    if left <= 0:
        raise late("the deadline has passed")
    return left if timeout is None else min(timeout, left)


def _addresses(host: str, port: int) -> list[str]:
    """Look the name up in a thread of its own: the system's resolver knows no deadline."""
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, found), daemon=True).start()
    try:
        result = found.get(timeout=max(seconds_left(), 0))
    except queue.Empty:
        raise httpcore2.ConnectTimeout(f"{host} was not found in time") from None
    if isinstance(result, Exception):
        raise httpcore2.ConnectError(f"{host} could not be found") from result
    return result


def _look_up(host: str, port: int, found: "queue.SimpleQueue[list[str] | Exception]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        found.put(error)
    else:
        found.put([str(row[4][0]) for row in rows])
