"""The one place that is open to the net: takes POSTs, hands their bytes on, tells whoever calls nothing.

TLS and the many are the business of a reverse proxy before it (docs/operators/webhooks.md).
"""

import asyncio
import signal
from collections.abc import Callable

from aiohttp import web

# From the first byte of the body to its last. Autotask gives ten seconds in all (autotask-rest.md 8).
SECONDS_FOR_A_BODY = 5
LONGEST_HEADER = 8_190

# Whether there is a door at this path; and what to answer to what came there.
IsDoor = Callable[[str], bool]
Answer = Callable[[str, bytes, str | None], int]


class CalloutDoor:
    def __init__(
        self, *, is_door: IsDoor, answer: Answer, most_bytes: int, signature_header: str, host: str, port: int
    ) -> None:
        self._is_door = is_door
        self._answer = answer
        self._most_bytes = most_bytes
        self._signature_header = signature_header
        self._host = host
        self._port = port

    def serve(self, opened: Callable[[int], None], closed: Callable[[], bool]) -> None:
        """Until somebody stops the process or `closed` says so. `opened` hears the port. Raises OSError."""
        asyncio.run(self._serve(opened, closed))

    async def _serve(self, opened: Callable[[int], None], closed: Callable[[], bool]) -> None:
        app = web.Application(client_max_size=self._most_bytes)
        app.router.add_route("*", "/{path:.*}", self._take)
        runner = web.AppRunner(
            app,
            access_log=None,  # paths are secrets
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            shutdown_timeout=SECONDS_FOR_A_BODY,
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._host, self._port)
            await site.start()
            opened(runner.addresses[0][1])
            await _until(closed)
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        path = request.match_info["path"].rpartition("/")[2]
        if request.method != "POST" or not self._is_door(path):
            return _silent(404)
        try:
            async with asyncio.timeout(SECONDS_FOR_A_BODY):
                body = await request.read()
        except (TimeoutError, web.HTTPRequestEntityTooLarge, ConnectionError):
            return _silent(401)
        return _silent(self._answer(path, body, request.headers.get(self._signature_header)))


def _silent(status: int) -> web.Response:
    response = web.Response(status=status)
    if status // 100 != 2:
        response.force_close()
    return response


async def _until(closed: Callable[[], bool]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(sign, stop.set)
        except (RuntimeError, ValueError):
            break  # outside the main thread signals go elsewhere, and `closed` ends it
    while not stop.is_set() and not closed():
        try:
            async with asyncio.timeout(0.2):
                await stop.wait()
        except TimeoutError:
            continue
