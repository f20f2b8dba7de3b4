"""Requests that vendors make themselves: sent over HTTP, to this machine only."""

import asyncio
from urllib.parse import urlsplit

import aiohttp

from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.wire import Callout, CallsOut

# autotask-rest.md 8: any 2xx within ten seconds. These are real seconds.
DEADLINE = aiohttp.ClientTimeout(total=10)
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


class Callouts:
    """Sends what is due and tells the vendor how it went; a vendor decides itself about another attempt."""

    def __init__(self, emulation: Emulation) -> None:
        self._emulation = emulation
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=DEADLINE)

    async def stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def send_due(self) -> None:
        """Begin every attempt whose time has come; the caller does not wait."""
        if self._session is None:
            return
        for place in self._emulation.places.values():
            if isinstance(place.vendor, CallsOut):
                for callout in place.vendor.callouts(self._emulation.now):
                    self._begin(self._session, place.vendor, callout)

    async def settled(self) -> None:
        """Return when nothing is due and nothing under way."""
        self.send_due()
        while self._under_way:
            await asyncio.wait(self._under_way)
            self.send_due()

    def _begin(self, session: aiohttp.ClientSession, vendor: CallsOut, callout: Callout) -> None:
        task = asyncio.create_task(self._call(session, vendor, callout))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """What breaks the emulator itself is listed and fails the test."""
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._emulation.faults.failures.append(
                f"A callout broke the emulator: {type(error).__name__}: {error}"
            )

    async def _call(self, session: aiohttp.ClientSession, vendor: CallsOut, callout: Callout) -> None:
        error = await _attempt(session, callout)
        self._emulation.changes += 1
        vendor.called_out(callout.number, error, self._emulation.now)
        self.send_due()


async def _attempt(session: aiohttp.ClientSession, callout: Callout) -> str | None:
    if urlsplit(callout.url).hostname not in THIS_MACHINE:
        return "The emulator calls this machine only."
    try:
        async with session.post(
            callout.url, data=callout.body, headers=callout.headers, allow_redirects=False
        ) as answer:
            return None if answer.status // 100 == 2 else f"The answer was {answer.status}."
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return f"There was no answer: {error or type(error).__name__}."
