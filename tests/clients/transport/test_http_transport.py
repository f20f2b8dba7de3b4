"""The seam against a real server: what a lost, late or strange answer is called (protocol 2.2, 2.3, P14)."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from psabridge.clients.transport import HttpRequest, HttpTransport
from psabridge.kit.errors import NotSent, OutcomeUnknown
from tests.clients.transport.rough_server import Peer, answer, answering, rough_server

SOON = timedelta(seconds=5)
SHORT = timedelta(milliseconds=300)


@pytest.fixture
def transport() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()


def a_post(url: str, *, fresh: bool = True) -> HttpRequest:
    return HttpRequest("POST", f"{url}/adjust", {"Content-Type": "application/json"}, b'{"n":1}', fresh)


def test_an_answer_arrives_whole(transport: HttpTransport) -> None:
    with rough_server(answering(answer(b'{"a":1}', "200 OK", "X-Mixed: Yes"))) as server:
        got = transport.send(a_post(server.url), SOON)
    assert (got.status, got.body, got.headers["x-mixed"]) == (200, b'{"a":1}', "Yes")
    assert server.requests[0].endswith(b'{"n":1}')


def test_a_write_leaves_only_if_it_still_may_and_a_read_is_not_asked() -> None:
    """I10: asked within the deadline, so that a process that sleeps afterwards sends nothing either."""

    def lost() -> None:
        raise PermissionError("another writes now")

    transport = HttpTransport(may_write=lost)
    with rough_server(answering(answer(b"{}"))) as server:
        with pytest.raises(PermissionError):
            transport.send(a_post(server.url), SOON)
        assert transport.send(a_post(server.url, fresh=False), SOON).status == 200
    assert len(server.requests) == 1
    transport.close()


def test_a_process_that_slept_after_it_was_allowed_to_write_sends_nothing() -> None:
    transport = HttpTransport(may_write=lambda: time.sleep(2 * SHORT.total_seconds()))
    with rough_server(answering(answer(b"{}"))) as server, pytest.raises(NotSent):
        transport.send(a_post(server.url), SHORT)
    assert server.requests == []
    transport.close()


def test_a_packed_answer_is_unpacked(transport: HttpTransport) -> None:
    with rough_server(
        answering(answer(gzip.compress(b"plain"), "200 OK", "Content-Encoding: gzip"))
    ) as server:
        assert transport.send(a_post(server.url), SOON).body == b"plain"


def test_a_refused_connection_means_nothing_was_sent(transport: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotSent):
        transport.send(a_post(f"http://127.0.0.1:{port}"), SOON)


def test_an_unknown_name_means_nothing_was_sent(transport: HttpTransport) -> None:
    with pytest.raises(NotSent):
        transport.send(a_post("http://no-such-host.invalid"), SOON)
    with pytest.raises(NotSent):
        transport.send(a_post(f"http://{'x' * 70}.invalid"), SOON)


def test_a_resolver_that_does_not_answer_is_left_at_the_deadline(
    transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: released.wait(5) and [])
    started = time.monotonic()
    with pytest.raises(NotSent):
        transport.send(a_post("http://slow.invalid"), SHORT)
    assert time.monotonic() - started < 2
    released.set()


def test_a_failed_tls_handshake_means_nothing_was_sent(transport: HttpTransport) -> None:
    with rough_server(lambda peer: peer.send(b"this is not TLS\r\n")) as server, pytest.raises(NotSent):
        transport.send(a_post(server.url.replace("http:", "https:")), SOON)
    assert server.requests == []


def test_a_tls_handshake_that_hangs_means_nothing_was_sent(transport: HttpTransport) -> None:
    with rough_server(lambda _peer: time.sleep(0.6)) as server, pytest.raises(NotSent):
        transport.send(a_post(server.url.replace("http:", "https:")), SHORT)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://[broken/x", "no scheme"])
def test_an_address_that_is_none_means_nothing_was_sent(transport: HttpTransport, url: str) -> None:
    with pytest.raises(NotSent):
        transport.send(HttpRequest("GET", url), SOON)


def test_a_reset_before_anything_was_read_is_in_doubt_unless_it_hit_the_connecting(
    transport: HttpTransport,
) -> None:
    """The system may tell of the reset while still connecting: then surely nothing left."""
    with rough_server(Peer.reset) as server, pytest.raises((NotSent, OutcomeUnknown)):
        transport.send(a_post(server.url), SOON)
    assert server.requests == []


def test_a_reset_after_the_request_is_in_doubt_and_not_sent_again(transport: HttpTransport) -> None:
    def take_and_reset(peer: Peer) -> None:
        peer.take_request()
        peer.reset()

    with rough_server(take_and_reset) as server, pytest.raises(OutcomeUnknown):
        transport.send(a_post(server.url), SOON)
    assert len(server.requests) == 1


def test_a_slow_answer_is_in_doubt_at_the_deadline(transport: HttpTransport) -> None:
    def slow(peer: Peer) -> None:
        peer.take_request()
        time.sleep(0.6)
        peer.send(answer())

    started = time.monotonic()
    with rough_server(slow) as server, pytest.raises(OutcomeUnknown):
        transport.send(a_post(server.url), SHORT)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("part", ["head", "body"])
def test_the_deadline_counts_for_the_whole_answer_however_it_trickles(
    transport: HttpTransport, part: str
) -> None:
    """Each byte comes in time, the whole does not."""

    def trickle(peer: Peer) -> None:
        peer.take_request()
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
        peer.send(head if part == "head" else head + b"\r\n")
        for _ in range(40):
            peer.send(b"x")
            time.sleep(0.05)

    started = time.monotonic()
    with rough_server(trickle) as server:
        with pytest.raises(OutcomeUnknown):
            transport.send(a_post(server.url), SHORT)
        assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"",
    ],
    ids=["cut short", "cut short in a chunk", "not packed as said", "not HTTP", "nothing"],
)
def test_an_answer_that_is_cut_or_garbled_is_in_doubt(transport: HttpTransport, reply: bytes) -> None:
    with rough_server(answering(reply)) as server, pytest.raises(OutcomeUnknown):
        transport.send(a_post(server.url), SOON)


def test_an_endless_answer_is_given_up() -> None:
    def endless(peer: Peer) -> None:
        peer.take_request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.send(b"x" * 65536)

    transport = HttpTransport(max_body=1_000_000)
    with rough_server(endless) as server:
        with pytest.raises(OutcomeUnknown, match="1000000 bytes"):
            transport.send(a_post(server.url), SOON)
        transport.close()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(transport: HttpTransport, status: str) -> None:
    with rough_server(answering(answer(b"", status, "Location: /elsewhere"), times=2)) as server:
        got = transport.send(a_post(server.url), SOON)
    assert got.status == int(status[:3])
    assert len(server.requests) == 1


def test_cookies_are_not_kept(transport: HttpTransport) -> None:
    with rough_server(answering(answer(b"", "200 OK", "Set-Cookie: a=b"), times=2)) as server:
        transport.send(a_post(server.url, fresh=False), SOON)
        transport.send(a_post(server.url, fresh=False), SOON)
    assert b"cookie" not in server.requests[1].lower()


def test_proxies_of_the_environment_are_ignored(
    transport: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with rough_server(answering(answer())) as server:
        assert transport.send(a_post(server.url), SOON).status == 200


def test_reads_share_a_connection_and_a_write_has_its_own(transport: HttpTransport) -> None:
    with rough_server(answering(answer(), times=2)) as server:
        for fresh in (False, False, True, True):
            transport.send(a_post(server.url, fresh=fresh), SOON)
        transport.close()
    assert server.connections == 3


def test_a_connection_gone_stale_never_repeats_a_post() -> None:
    """P14: the server takes the second request on the kept connection and dies; nobody sends it again."""

    def answer_then_die(peer: Peer) -> None:
        peer.take_request()
        peer.send(answer())
        peer.take_request()
        peer.reset()

    transport = HttpTransport()
    with rough_server(answer_then_die, answering(answer())) as server:
        transport.send(a_post(server.url, fresh=False), SOON)
        with pytest.raises(OutcomeUnknown):
            transport.send(a_post(server.url, fresh=False), SOON)
        transport.close()
    assert (len(server.requests), server.connections) == (2, 1)


def test_a_write_after_a_connection_went_stale_arrives(transport: HttpTransport) -> None:
    with rough_server(answering(answer()), answering(answer())) as server:
        transport.send(a_post(server.url, fresh=False), SOON)
        assert transport.send(a_post(server.url), SOON).status == 200
    assert len(server.requests) == 2


def test_a_secret_that_no_header_can_hold_is_not_sent_and_not_printed(transport: HttpTransport) -> None:
    request = HttpRequest("GET", "http://127.0.0.1:1", {"Secret": "hunter2\r\nX-Evil: 1"})
    with pytest.raises(NotSent) as caught:
        transport.send(request, SOON)
    assert "hunter2" not in f"{caught.value!r}{caught.value}{request!r}"


def test_a_secret_with_an_umlaut_is_sent_as_utf_8(transport: HttpTransport) -> None:
    with rough_server(answering(answer())) as server:
        transport.send(HttpRequest("GET", server.url, {"Secret": "pässword"}), SOON)
    assert "pässword".encode() in server.requests[0]


def test_many_threads_share_one_transport(transport: HttpTransport) -> None:
    with rough_server(answering(answer(b"ok"), times=20)) as server:
        got: list[bytes] = []

        def work() -> None:
            got.extend(transport.send(a_post(server.url, fresh=False), SOON).body for _ in range(5))

        workers = [threading.Thread(target=work) for _ in range(8)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        transport.close()
    assert got == [b"ok"] * 40
