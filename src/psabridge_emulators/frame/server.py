"""The HTTP side: one port per vendor, one thread for all of them."""

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import RawRequestMessage

from psabridge_emulators.frame.control import PREFIX, control
from psabridge_emulators.frame.delivery import Delivery, Ending
from psabridge_emulators.frame.emulation import Emulation, Place
from psabridge_emulators.frame.loud import Loud
from psabridge_emulators.frame.play import ask
from psabridge_emulators.frame.wire import Reply, Request

# Closing with this set sends a reset instead of a polite end, as a dropped connection does.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
# A query in the URL grows far beyond a browser's limit; how long is too long is the vendor's to say.
_LONGEST_LINE = 1 << 20
_LARGEST_BODY = 1 << 26


class VendorServer:
    """Serves one vendor of an emulation on one port."""

    def __init__(
        self, emulation: Emulation, name: str, host: str, port: int, after_each: Callable[[], None]
    ) -> None:
        self._emulation = emulation
        self._name = name
        self._place: Place = emulation.places[name]
        self._host = host
        self._port = port
        self._after_each = after_each
        self._runner: web.ServerRunner | None = None
        self.url = ""

    async def start(self) -> None:
        server = web.Server(
            self._serve,
            access_log=None,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            request_factory=_big_request,
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port, backlog=512).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://{self._host}:{self._port}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _serve(self, incoming: web.BaseRequest) -> web.StreamResponse:
        request = await _read(incoming)
        with Loud(self._emulation.faults.failures, request):
            answer = await self._served(incoming, request)
            self._after_each()
            return answer

    async def _served(self, incoming: web.BaseRequest, request: Request) -> web.StreamResponse:
        emulation = self._emulation
        emulation.clock.settle()
        if request.path.startswith(PREFIX):
            return self._whole(control(emulation, self._name, request))
        endpoint = emulation.vendor(self._name).endpoint(request)
        if endpoint is None:
            return await self._deliver(incoming, await self._ask(request))
        if self._place.gate.full(endpoint):
            refusal = emulation.vendor(self._name).too_many_at_once(request)
            if refusal is not None:
                emulation.record(self._name, request, Delivery(refusal), "over the thread limit")
                return self._whole(refusal)
        return await self._gated(incoming, request, endpoint)

    async def _gated(self, incoming: web.BaseRequest, request: Request, endpoint: str) -> web.StreamResponse:
        gate = self._place.gate
        gate.enter(endpoint)
        try:
            return await self._deliver(incoming, await self._ask(request))
        finally:
            # The slot outlives the answer: it is freed when that has been sent, or later still.
            asyncio.get_running_loop().call_later(gate.lag, gate.leave, endpoint)

    async def _ask(self, request: Request) -> Delivery:
        wait = self._place.latency_ms / 1000
        wait += self._place.vendor.added_seconds(request)
        if wait:
            await asyncio.sleep(wait)
            self._emulation.clock.settle()
        return ask(self._emulation, self._name, request)

    async def _deliver(self, incoming: web.BaseRequest, delivery: Delivery) -> web.StreamResponse:
        if delivery.wait:
            await asyncio.sleep(delivery.wait)
        if delivery.reply is not None and delivery.ending is Ending.WHOLE:
            return self._whole(delivery.reply)
        if delivery.reply is not None and delivery.ending is Ending.CUT:
            await self._cut(incoming, delivery.reply, delivery.sent)
        _close(incoming, reset=delivery.ending is Ending.RESET)
        return web.Response()

    def _headers(self, reply: Reply) -> dict[str, str]:
        headers = {"Date": _http_date(self._emulation.shown_time(self._name)), **reply.headers}
        if reply.content_type:
            headers["Content-Type"] = reply.content_type
        return headers

    def _whole(self, reply: Reply) -> web.Response:
        body = reply.body or None
        return web.Response(status=reply.status, body=body, headers=self._headers(reply))

    async def _cut(self, incoming: web.BaseRequest, reply: Reply, sent: int) -> None:
        response = web.StreamResponse(status=reply.status, headers=self._headers(reply))
        response.content_length = max(len(reply.body), sent + 1)
        with suppress(ConnectionError):  # the caller may have given up already
            await response.prepare(incoming)
            await response.write(reply.body[:sent])


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


def _big_request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=_LARGEST_BODY)


async def _read(incoming: web.BaseRequest) -> Request:
    body = await incoming.read() if incoming.body_exists else b""
    url = incoming.rel_url
    return Request(
        method=incoming.method,
        path=url.path,
        query_string=url.raw_query_string,
        headers={name.lower(): value for name, value in incoming.headers.items()},
        body=body,
        base_url=f"http://{incoming.host}",
    )


def _close(incoming: web.BaseRequest, *, reset: bool) -> None:
    transport = incoming.transport
    if transport is None:
        return
    if reset:
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        transport.close()
