"""The strict seam to the network, and the only module that imports the HTTP library.

A transport sends one request once: no redirect, no replay, no retry (protocol 2.2, rule 2; P14).
What it raises says what may be done next: `NotSent`, nothing left this machine; `OutcomeUnknown`,
it may have arrived. Clients decide what that means for a read and for a write.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import httpx2

from psabridge.kit.errors import NotSent, OutcomeUnknown

# Connections kept per process: two in flight per Autotask endpoint, about a dozen endpoints.
MAX_CONNECTIONS = 24


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # they carry secrets
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Transport(Protocol):
    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        """Send once and wait for the whole answer.

        Raises NotSent when no connection was made, OutcomeUnknown when it broke or ran late after that.
        """
        ...


class HttpTransport:
    """One per process, shared by every client."""

    def __init__(self) -> None:
        limits = httpx2.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
        self._client = httpx2.Client(
            limits=limits,
            follow_redirects=False,
            verify=ssl.create_default_context(),
            transport=httpx2.HTTPTransport(retries=0, limits=limits, verify=ssl.create_default_context()),
            trust_env=False,
        )

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        try:
            answer = self._client.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                content=request.body,
                timeout=deadline.total_seconds(),
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol) as error:
            raise NotSent(_where(request), f"no connection could be made ({type(error).__name__})", _CHECK) from error
        except httpx2.HTTPError as error:
            raise OutcomeUnknown(
                _where(request), f"the answer was lost ({type(error).__name__})", "Read back before asking again"
            ) from error
        return HttpResponse(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)

    def close(self) -> None:
        self._client.close()


_CHECK = "Check the address and the network; nothing was sent"


def _where(request: HttpRequest) -> str:
    """The request without its query, which may carry a user name."""
    return f"{request.method} {request.url.partition('?')[0]}"
