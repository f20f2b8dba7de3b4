"""The emulators as fixtures: a scene, served on free ports inside the test's own process.

Use them in a room by naming the fixture in its conftest: `from tests.emulated import emulators`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from psabridge.clients.transport import HttpRequest, HttpResponse, Transport
from psabridge_emulators.frame.calls import Exchange, Observer
from psabridge_emulators.scenes.running import Running, start

__all__ = ["Emulators", "Exchange", "NearClock", "Observer", "Running", "emulators"]


class Emulators(Protocol):
    """Starts a scene; `observer` is handed every exchange of the product, for validation."""

    def __call__(
        self,
        scene: str = "empty",
        seed: int = 1,
        *,
        latency_ms: int = 0,
        keep: str | Path | None = None,
        observer: Observer | None = None,
    ) -> Running: ...


@dataclass(frozen=True, slots=True)
class NearClock:
    """The wire, but for the time of an emulated clock that stands still: that is read in this process.

    A cycle asks for it thirty times, which was two requests of three.
    """

    running: Running
    wire: Transport

    def send(self, request: HttpRequest, deadline: timedelta) -> HttpResponse:
        clock = self.running.emulation.clock
        if clock.runs or request.method != "GET" or not request.url.endswith("/__control/clock"):
            return self.wire.send(request, deadline)
        return HttpResponse(200, {}, json.dumps({"now": clock.now.isoformat()}).encode())


@pytest.fixture
def emulators() -> Iterator[Emulators]:
    """A factory of running scenes. All are stopped at the end; a hook that did not work fails the test."""
    started: list[Running] = []

    def start_one(
        scene: str = "empty",
        seed: int = 1,
        *,
        latency_ms: int = 0,
        keep: str | Path | None = None,
        observer: Observer | None = None,
    ) -> Running:
        running = start(scene, seed, latency_ms=latency_ms, keep=keep)
        started.append(running)
        if observer is not None:
            running.observe(observer)
        return running

    yield start_one
    for running in reversed(started):
        running.stop()
    failures = [failure for running in started for failure in running.emulation.faults.failures]
    assert not failures, "; ".join(failures)
