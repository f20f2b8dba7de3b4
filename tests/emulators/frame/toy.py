"""A vendor small enough to see the frame at work: it counts what is posted to it."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.keeping import Keeper
from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.frame.threaded import RunningEmulation
from psabridge_emulators.frame.wire import Reply, Request

Json: TypeAlias = Any

START = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


@dataclass
class ToyWorld:
    posted: list[tuple[str, datetime]] = field(default_factory=list)
    moves: list[tuple[datetime, datetime]] = field(default_factory=list)
    edits: list[Any] = field(default_factory=list)


class Toy:
    def __init__(self, world: ToyWorld, name: str = "autotask") -> None:
        self.name = name
        self.world = world

    def answer(self, request: Request, now: datetime) -> Reply:
        if request.method == "POST" and request.path.endswith("/post"):
            self.world.posted.append((request.body.decode(), now))
            return Reply.of(200, {"itemId": len(self.world.posted)})
        if request.path.endswith("/rows"):
            return self._rows(request)
        if request.path.endswith("/broken"):
            raise KeyError("value")
        return Reply.of(200, {"method": request.method, "path": request.path, "base": request.base_url})

    def _rows(self, request: Request) -> Reply:
        page = int(request.parameter("page") or 1)
        rows = [page * 10 + number for number in range(3)]
        following = f"{request.base_url}/rows?page={page + 1}" if page < 3 else None
        return Reply.of(200, {"items": rows, "pageDetails": {"nextPageUrl": following}})

    def control(self, request: Request, now: datetime) -> Reply:
        if request.path != "/__control/edit":
            return Reply.of(404, {"error": f"unknown at {now}"})
        self.world.edits.append((request.json(), len(self.world.posted)))
        return Reply.of(200, {})

    def endpoint(self, request: Request) -> str | None:
        return "rows" if request.path.endswith("/gated") else None

    def too_many_at_once(self, request: Request) -> Reply | None:
        return Reply.text(429, f"{request.path}: thread threshold of 3 threads exceeded")

    def added_seconds(self, request: Request) -> float:
        return 0.2 if request.path.endswith("/slow") else 0.0

    def passes_time(self, before: datetime, after: datetime) -> None:
        self.world.moves.append((before, after))

    def dump(self) -> dict[str, Any]:
        return {"posted": [body for body, _ in self.world.posted]}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    def json(self) -> Json:
        return json.loads(self.body)


@dataclass(slots=True)
class Caller:
    """The product's place in these tests: one keep-alive connection that never tries twice."""

    running: RunningEmulation
    world: ToyWorld
    connection: http.client.HTTPConnection

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        content = None if body is None else json.dumps(body)
        self.connection.request(method, path, body=content, headers={"Content-Type": "application/json"})
        reply = self.connection.getresponse()
        return Answer(reply.status, reply.read(), dict(reply.headers))

    def control(self, method: str, path: str, body: object = None) -> Json:
        answer = self.ask(method, f"/__control/{path}", body)
        assert answer.status == 200, answer.body
        return answer.json()


@contextmanager
def toy(keeper: Keeper | None = None, *, latency_ms: int = 0, runs: bool = False) -> Iterator[Caller]:
    world = ToyWorld()
    scene = Scene("toy", 1, START, {"autotask": world}, mapping={"customers": []})
    if keeper is not None:
        scene = keeper.load("toy", 1) or scene
        world = scene.worlds["autotask"]
    emulation = Emulation(
        vendors=[Toy(world), Toy(ToyWorld(), "acronis")],
        scene=scene,
        keeper=keeper,
        latency_ms=latency_ms,
        runs=runs,
    )
    with RunningEmulation(emulation, {"autotask": 0}) as running:
        port = int(running.urls["autotask"].rsplit(":", 1)[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            yield Caller(running, world, connection)
        finally:
            connection.close()
