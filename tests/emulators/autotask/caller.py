"""Calls the emulator as a client would, without a socket."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from psabridge_emulators.autotask.emulator import AutotaskEmulator
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.wire import Reply, Request

BASE = "http://127.0.0.1:9101"
ROOT = "/ATServicesRest/V1.0"
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


class Caller:
    def __init__(self, world: AutotaskWorld | None = None, now: datetime = NOON) -> None:
        self.world = world or AutotaskWorld(now=now)
        self.emulator = AutotaskEmulator(self.world)
        self.now = now
        known = self.world.credentials
        self.headers = {
            "apiintegrationcode": known.integration_code,
            "username": known.user,
            "secret": known.secret,
        }

    def passes(self, **span: float) -> None:
        before, self.now = self.now, self.now + timedelta(**span)
        self.emulator.passes_time(before, self.now)

    def raw(self, method: str, path: str, body: object = None, *, query: str = "", root: str = ROOT) -> Reply:
        content = b"" if body is None else json.dumps(body).encode()
        request = Request(method, root + path, query, self.headers, content, BASE)
        return self.emulator.answer(request, self.now)

    def url(self, method: str, url: str, body: object = None) -> Reply:
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" == BASE
        return self.raw(method, parts.path, body, query=parts.query, root="")

    def ok(self, method: str, path: str, body: object = None, *, query: str = "") -> Any:  # noqa: ANN401  any JSON value
        reply = self.raw(method, path, body, query=query)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def refused(self, method: str, path: str, body: object = None, *, query: str = "") -> tuple[int, str]:
        reply = self.raw(method, path, body, query=query)
        assert reply.status != 200, reply.body
        return reply.status, reply.body.decode()

    def find(self, entity: str, *filters: dict[str, Any], **options: object) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ok(
            "POST", f"/{entity}/query", {"filter": list(filters), **options}
        )["items"]
        return items

    def control(self, name: str, body: object = None, *, query: str = "") -> Any:  # noqa: ANN401  any JSON value
        method = "GET" if body is None else "POST"
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.emulator.control(Request(method, f"/__control/{name}", query, {}, content), self.now)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)


def eq(field: str, value: object) -> dict[str, Any]:
    return {"op": "eq", "field": field, "value": value}


EVERYTHING = {"op": "gte", "field": "id", "value": 0}
