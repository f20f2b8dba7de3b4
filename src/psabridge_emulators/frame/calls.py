"""What was asked and answered: counts for budgets, the last exchanges for validation."""

import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from psabridge_emulators.frame.wire import Reply, Request

_ID = re.compile(r"/(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27})(?=/|$)")
_RING = 1000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request of the product and what the vendor made of it."""

    vendor: str
    request: Request
    reply: Reply | None  # None: nothing was handed to the vendor, or no answer was made
    at: datetime
    fault: str | None = None  # the kind of fault that touched it

    def as_json(self) -> dict[str, Any]:
        return {
            "vendor": self.vendor,
            "at": self.at.isoformat(),
            "method": self.request.method,
            "path": self.request.path,
            "query": self.request.query_string,
            "request": self.request.body.decode(errors="replace"),
            "status": None if self.reply is None else self.reply.status,
            "reply": None if self.reply is None else self.reply.body.decode(errors="replace"),
            "fault": self.fault,
        }


@lru_cache(maxsize=4096)
def route_of(path: str) -> str:
    """The path with its ids left out, so that calls of one kind are counted together."""
    return _ID.sub("/{id}", path)


Observer = Callable[[Exchange], None]


class Calls:
    """The call recorder of the whole process."""

    def __init__(self) -> None:
        self._routes: dict[str, Counter[str]] = {}
        self._ring: deque[Exchange] = deque(maxlen=_RING)
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """`observer` is handed every exchange, on the servers' thread."""
        self._observers.append(observer)

    def record(self, exchange: Exchange) -> None:
        route = f"{exchange.request.method} {route_of(exchange.request.path)}"
        self._routes.setdefault(exchange.vendor, Counter())[route] += 1
        self._ring.append(exchange)
        for observer in self._observers:
            observer(exchange)

    def clear(self) -> None:
        self._routes.clear()
        self._ring.clear()

    def last(self, count: int) -> list[Exchange]:
        return list(self._ring)[-count:] if count else []

    def total(self, vendor: str) -> int:
        return self._routes.get(vendor, Counter()).total()

    def summary(self) -> dict[str, Any]:
        return {
            vendor: {"total": routes.total(), "routes": dict(sorted(routes.items()))}
            for vendor, routes in sorted(self._routes.items())
        }
