"""All ports of one emulation, on one event loop."""

import asyncio
from contextlib import suppress

from psabridge_emulators.frame.callouts import Callouts
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.server import VendorServer

_TICK = 0.25  # real seconds between two looks at a running clock and at what is due to be kept


class Servers:
    """Starts and stops the ports together, and lets time pass while nobody asks."""

    def __init__(self, emulation: Emulation, ports: dict[str, int], host: str = "127.0.0.1") -> None:
        self._emulation = emulation
        self.callouts = Callouts(emulation)
        self._servers = {
            name: VendorServer(emulation, name, host, port, self.callouts.send_due)
            for name, port in ports.items()
            if name in emulation.places
        }
        self._ticking: asyncio.Task[None] | None = None

    async def start(self) -> dict[str, str]:
        """The URL of each vendor, once all of them listen."""
        for server in self._servers.values():
            await server.start()
        await self.callouts.start()
        self._ticking = asyncio.create_task(self._tick())
        return {name: server.url for name, server in self._servers.items()}

    async def stop(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        for server in self._servers.values():
            await server.stop()
        await self.callouts.stop()
        if self._ticking is not None:  # else it never served, and what is kept is somebody else's
            self._emulation.keep()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._emulation.clock.settle()
            self.callouts.send_due()
            self._emulation.keep_if_due()
