"""Answers made to hurt, and the one private name of the HTTP library that we hold."""

import gzip
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta

import httpcore2
import httpx2
import pytest

from psabridge.clients.deadline import DeadlineBackend
from psabridge.clients.transport import HttpRequest, HttpTransport, _Engine
from psabridge.kit.errors import NotSent, OutcomeUnknown
from tests.clients.transport.rough_server import Peer, answer, answering, rough_server

SOON = timedelta(seconds=5)
MEBIBYTE = 1024 * 1024


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport(max_body=MEBIBYTE)
    yield transport
    transport.close()


def test_a_small_answer_that_unpacks_to_a_huge_one_is_given_up(transport: HttpTransport) -> None:
    """The bound holds for what comes out, not for what travels."""
    bomb = gzip.compress(b"\0" * 50 * MEBIBYTE)
    assert len(bomb) < MEBIBYTE / 10
    reply = answer(bomb, "200 OK", "Content-Encoding: gzip")
    with rough_server(answering(reply)) as server, pytest.raises(OutcomeUnknown, match="1048576 bytes"):
        transport.send(HttpRequest("GET", server.url), SOON)


@pytest.mark.parametrize("packing", ["gzip, gzip", "deflate", "br", "zstd", "x-unheard-of"])
def test_a_packing_nobody_asked_for_is_not_taken(transport: HttpTransport, packing: str) -> None:
    """The library would hand an unknown one on as it came, and undo one inside another."""
    reply = answer(b"{}", "200 OK", f"Content-Encoding: {packing}")
    with rough_server(answering(reply)) as server, pytest.raises(OutcomeUnknown, match="packed"):
        transport.send(HttpRequest("GET", server.url), SOON)


def test_an_answer_in_chunks_arrives_whole(transport: HttpTransport) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b'4\r\n{"a"\r\n3\r\n:1}\r\n0\r\nX-Late: 1\r\n\r\n'
    with rough_server(answering(head + chunks)) as server:
        assert transport.send(HttpRequest("GET", server.url), SOON).body == b'{"a":1}'


def test_an_endless_head_is_given_up(transport: HttpTransport) -> None:
    def endless(peer: Peer) -> None:
        peer.take_request()
        peer.send(b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.send(b"X-More: and more\r\n" * 1000)

    with rough_server(endless) as server, pytest.raises(OutcomeUnknown):
        transport.send(HttpRequest("GET", server.url), SOON)


def test_an_early_hint_is_not_the_answer(transport: HttpTransport) -> None:
    hint = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    with rough_server(answering(hint + answer(b"real"))) as server:
        assert transport.send(HttpRequest("GET", server.url), SOON).body == b"real"


@pytest.mark.parametrize("place", ["name", "value", "address"])
def test_no_line_break_of_ours_starts_a_header_of_somebody_else(transport: HttpTransport, place: str) -> None:
    evil = "x\r\nX-Evil: 1"
    with rough_server(answering(answer())) as server:
        request = HttpRequest(
            "GET",
            f"{server.url}/{evil}" if place == "address" else server.url,
            {evil if place == "name" else "Secret": evil if place == "value" else "x"},
        )
        with pytest.raises((NotSent, OutcomeUnknown)):
            transport.send(request, SOON)
    assert server.requests == []


def test_a_server_of_ipv6_is_reached(transport: HttpTransport) -> None:
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener:
        listener.settimeout(5)
        address = f"http://[::1]:{listener.getsockname()[1]}/"
        with pytest.raises(OutcomeUnknown):  # connected, and never answered
            transport.send(HttpRequest("GET", address), timedelta(milliseconds=200))
        listener.accept()[0].close()


def test_the_library_still_sends_through_the_pool_we_put_in_its_place() -> None:
    """`_pool` is private to httpx2. When this fails after an upgrade, look at `transport._Engine` first:
    without our backend no total deadline holds (docs/decisions/0008-one-deadline.md)."""
    with httpx2.HTTPTransport() as plain:
        assert type(plain._pool) is httpcore2.ConnectionPool, "httpx2 keeps its connections elsewhere now"
    asked: list[str] = []

    class Watching(DeadlineBackend):
        def connect_tcp(self, host: str, *_args: object, **_named: object) -> httpcore2.NetworkStream:
            asked.append(host)
            raise httpcore2.ConnectError("watched")

    engine = _Engine(ssl.create_default_context(), keep=0)
    assert isinstance(engine._pool._network_backend, DeadlineBackend), "our backend is not in the pool"
    engine._pool._network_backend = Watching()
    with pytest.raises(httpx2.ConnectError, match="watched"):
        engine.handle_request(httpx2.Request("GET", "http://server.example/"))
    engine.close()
    assert asked == ["server.example"], "httpx2 no longer sends through `_pool`"
