"""The emulators as fixtures: a scene, served on free ports inside the test's own process.

Use them in a room by naming the fixture in its conftest: `from tests.emulated import emulators`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from psabridge_emulators.frame.calls import Exchange, Observer
from psabridge_emulators.scenes.running import Running, start

__all__ = ["Emulators", "Exchange", "Observer", "Running", "emulators"]


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
