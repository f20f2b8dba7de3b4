"""A real server on loopback that misbehaves as told: it answers each connection from a script."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class RoughServer:
    url: str
    requests: list[bytes] = field(default_factory=list)  # each request seen, whole
    connections: int = 0


@dataclass
class Peer:
    """The server's end of one connection."""

    socket: socket.socket
    server: RoughServer

    def take_request(self) -> None:
        """Read one whole request and remember it."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        while len(body) < _length(head):
            body += self._some()
        self.server.requests.append(head + b"\r\n\r\n" + body)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reset(self) -> None:
        """Close with a reset instead of a farewell."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _some(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("closed by the client")
        return part


Behaviour = Callable[[Peer], None]


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)


@contextmanager
def rough_server(*behaviours: Behaviour) -> Iterator[RoughServer]:
    """Connection n meets behaviour n, later ones the last."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RoughServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    workers: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            behaviour = behaviours[min(server.connections, len(behaviours) - 1)]
            server.connections += 1
            worker = threading.Thread(target=_serve, args=(connection, behaviour, server))
            workers.append(worker)
            worker.start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for worker in workers:
            worker.join()


def _serve(connection: socket.socket, behaviour: Behaviour, server: RoughServer) -> None:
    connection.settimeout(5)
    with connection:
        try:
            behaviour(Peer(connection, server))
        except OSError:
            return


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def answering(reply: bytes, *, times: int = 1) -> Behaviour:
    def behave(peer: Peer) -> None:
        for _ in range(times):
            peer.take_request()
            peer.send(reply)

    return behave
