"""What an emulated vendor is asked and what it answers, free of any HTTP library."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived: `path` without the query, header names in lower case."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""  # scheme, host and port the caller used, without a final slash

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query_string, keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """The last value of a query parameter, None when it was not sent."""
        return dict(self.query).get(name)

    def json(self) -> Any:  # noqa: ANN401  a body may be any JSON value
        """The body as JSON; raises ValueError when it is not."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `body` is already encoded."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, content: object, **headers: str) -> "Reply":
        return cls(status, json.dumps(content).encode(), headers=headers)

    @classmethod
    def text(cls, status: int, content: str, content_type: str = "text/plain") -> "Reply":
        return cls(status, content.encode(), content_type)

    @classmethod
    def empty(cls, status: int = 204) -> "Reply":
        return cls(status, b"", "")


@dataclass(frozen=True, slots=True)
class Callout:
    """A request the vendor makes of its own accord."""

    number: int
    url: str
    headers: Mapping[str, str]
    body: bytes


@runtime_checkable
class CallsOut(Protocol):
    """A vendor that calls addresses it was given."""

    def callouts(self, now: datetime) -> list[Callout]:
        """What is due now and not under way already."""

    def called_out(self, number: int, error: str | None, now: datetime) -> None:
        """The end of one attempt; None: any 2xx."""


class Vendor(Protocol):
    """One emulated vendor: pure of sockets and of real time.

    The frame calls `answer` for each request of the product and `control` for each request
    below `/__control/` that the frame itself does not know. `now` is the emulated time, in UTC.
    `endpoint` names the bucket of the vendor's thread gate, None where the gate does not count.
    """

    name: str

    def answer(self, request: Request, now: datetime) -> Reply: ...

    def control(self, request: Request, now: datetime) -> Reply: ...

    def endpoint(self, request: Request) -> str | None: ...

    def too_many_at_once(self, request: Request) -> Reply | None:
        """The answer to a request over the vendor's thread limit, None where it has none."""

    def added_seconds(self, request: Request) -> float:
        """Real seconds by which the vendor itself slows an answer down."""

    def passes_time(self, before: datetime, after: datetime) -> None:
        """Emulated time moved: let what waits inside the vendor happen."""

    def dump(self) -> dict[str, Any]:
        """The whole world as JSON, for tests and for a person."""
