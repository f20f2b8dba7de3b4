"""Requests kept on the way: their caller saw a reset, the vendor will see them later."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psabridge_emulators.frame.wire import Reply, Request


@dataclass(frozen=True, slots=True)
class Held:
    id: int
    vendor: str
    request: Request
    trigger: str | None  # None: only its time or a release of everything lets it go
    due: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "vendor": self.vendor,
            "method": self.request.method,
            "path": self.request.path,
            "trigger": self.trigger,
            "due": None if self.due is None else self.due.isoformat(),
        }


class HeldRequests:
    """What is still on the way, and what the vendor said to what arrived late."""

    def __init__(self, deliver: Callable[[str, Request], Reply]) -> None:
        self._deliver = deliver
        self._ids = itertools.count(1)
        self._waiting: dict[int, Held] = {}
        self.landed: list[tuple[Held, Reply]] = []

    def keep(self, vendor: str, request: Request, trigger: str | None, due: datetime | None) -> Held:
        held = Held(next(self._ids), vendor, request, trigger, due)
        self._waiting[held.id] = held
        return held

    @property
    def waiting(self) -> list[Held]:
        return list(self._waiting.values())

    def arrive(self, held_id: int) -> None:
        """Hand one to the vendor; nothing happens when it was let go or dropped before."""
        held = self._waiting.pop(held_id, None)
        if held is not None:
            self.landed.append((held, self._deliver(held.vendor, held.request)))

    def release(self, trigger: str | None = None) -> int:
        """Let everything arrive, or what waits for this trigger; oldest first."""
        chosen = [held.id for held in self.waiting if trigger is None or held.trigger == trigger]
        for held_id in chosen:
            self.arrive(held_id)
        return len(chosen)

    def drop(self) -> int:
        """Let none of them ever arrive."""
        count = len(self._waiting)
        self._waiting.clear()
        return count
