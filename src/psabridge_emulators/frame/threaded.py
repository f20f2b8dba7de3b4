"""Emulators inside a test or a demo: the same servers, on a thread of their own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import FaultRule
from psabridge_emulators.frame.servers import Servers

T = TypeVar("T")


class Loop:
    """An event loop on a background thread; everything that touches a world runs on it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulators", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    def do(self, work: Callable[[], T]) -> T:
        """Run a plain function between two requests and hand back what it returns."""
        if threading.current_thread() is self._thread:
            return work()

        async def call() -> T:
            return work()

        return self.run(call())

    def stop(self) -> None:
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


class RunningClock:
    """The emulated time, moved from outside the servers' thread."""

    def __init__(self, emulation: Emulation, loop: Loop) -> None:
        self._clock = emulation.clock
        self._loop = loop

    @property
    def now(self) -> datetime:
        return self._loop.do(lambda: self._clock.now)

    def advance(self, seconds: float) -> datetime:
        return self._loop.do(lambda: self._clock.advance(seconds))

    def set(self, moment: datetime) -> datetime:
        return self._loop.do(lambda: self._clock.set(moment))


class RunningFaults:
    """The fault rules in force, changed from outside the servers' thread."""

    def __init__(self, emulation: Emulation, loop: Loop) -> None:
        self._emulation = emulation
        self._loop = loop

    def add(self, kind: str = "pass", **rule: Any) -> int:  # noqa: ANN401  the fields of a FaultRule
        """The keys are those of `POST /__control/faults`; answers the rule's id."""
        read = FaultRule.read({"kind": kind, **rule})
        return self._loop.do(lambda: self._emulation.faults.add(read))

    def clear(self) -> None:
        self._loop.do(self._emulation.faults.clear)

    def release(self, trigger: str | None = None) -> int:
        """Let held requests arrive; answers how many did."""
        return self._loop.do(lambda: self._emulation.held.release(trigger))

    def drop_held(self) -> int:
        return self._loop.do(self._emulation.held.drop)

    @property
    def held(self) -> int:
        """How many requests are still on their way."""
        return self._loop.do(lambda: len(self._emulation.held.waiting))

    def met(self, fault_id: int) -> int:
        """How many requests have met this rule."""
        rules = self._loop.do(lambda: list(self._emulation.faults.rules))
        return next(fault.met for fault in rules if fault.id == fault_id)


class RunningEmulation:
    """Servers on a thread. `do` is the one safe way to touch a world while they run."""

    def __init__(self, emulation: Emulation, ports: dict[str, int]) -> None:
        self.emulation = emulation
        self._loop = Loop()
        self._servers = Servers(emulation, ports)
        with ExitStack() as on_failure:
            on_failure.callback(self._loop.stop)
            self.urls = self._loop.run(self._servers.start())
            on_failure.pop_all()
        self.clock = RunningClock(emulation, self._loop)
        self.faults = RunningFaults(emulation, self._loop)
        self._stopped = False

    def do(self, work: Callable[[], T]) -> T:
        def counted() -> T:
            self.emulation.changes += 1
            return work()

        return self._loop.do(counted)

    def observe(self, observer: Callable[[Exchange], None]) -> None:
        """`observer` is handed every exchange of the product, on the servers' thread."""
        self._loop.do(lambda: self.emulation.calls.observe(observer))

    def calls(self) -> dict[str, Any]:
        """Counts per vendor: `{"autotask": {"total": 3, "routes": {"POST /…": 3}}}`."""
        return self._loop.do(self.emulation.calls.summary)

    def forget_calls(self) -> None:
        self._loop.do(self.emulation.calls.clear)

    def last_calls(self, count: int = 100) -> list[Exchange]:
        return self._loop.do(lambda: self.emulation.calls.last(count))

    def settle_callouts(self) -> None:
        """Return when vendors have nothing to say at this moment of the emulated time."""
        self._loop.run(self._servers.callouts.settled())

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self._loop.run(self._servers.stop())
        self._loop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self.emulation.faults.failures:
            raise AssertionError("; ".join(self.emulation.faults.failures))
