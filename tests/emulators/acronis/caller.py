"""A caller of the emulator without a socket: the world, its clock and a token."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from psabridge_emulators.acronis.emulator import AcronisEmulator
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply, Request

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"
CYBER = "6e6d758d-8e74-3ae3-ac84-50eb0dff12eb"


class Caller:
    def __init__(self, seed: int = 1, now: datetime = START) -> None:
        self.world = AcronisWorld(seed, now)
        self.emulator = AcronisEmulator(self.world)
        self.now = now
        self.token: str | None = None

    def pass_time(self, **amount: float) -> None:
        before, self.now = self.now, self.now + timedelta(**amount)
        self.emulator.passes_time(before, self.now)

    def sign_in(self) -> Reply:
        secret = f"{self.world.client_id}:{self.world.client_secret}"
        headers = {
            "authorization": f"Basic {base64.b64encode(secret.encode()).decode()}",
            "content-type": FORM,
        }
        reply = self.emulator.answer(
            Request("POST", "/api/2/idp/token", headers=headers, body=b"grant_type=client_credentials"),
            self.now,
        )
        self.token = json.loads(reply.body)["access_token"]
        return reply

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        **query: object,
    ) -> Reply:
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        raw = self.encoded(body)
        if raw is not None:
            headers["content-type"] = content_type
        request = Request(method, path, urlencode(query, doseq=True), headers, raw or b"")
        return self.emulator.answer(request, self.now)

    def encoded(self, body: object) -> bytes | None:
        return None if body is None else json.dumps(body).encode()

    def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401  any JSON value
        reply = self.send("GET", path, **query)
        assert reply.status == 200, (reply.status, reply.body)
        return json.loads(reply.body)

    def do(self, method: str, path: str, body: object = None, *, gives: int = 200, **query: Any) -> Any:  # noqa: ANN401  any JSON value
        reply = self.send(method, path, body, **query)
        assert reply.status == gives, (reply.status, reply.body)
        return json.loads(reply.body) if reply.body and reply.content_type == "application/json" else None

    def control(self, method: str, path: str, told: object = None) -> Any:  # noqa: ANN401  any JSON value
        raw = b"" if told is None else json.dumps(told).encode()
        reply = self.emulator.control(Request(method, f"/__control/{path}", body=raw), self.now)
        assert reply.status == 200, (reply.status, reply.body)
        return json.loads(reply.body)

    # ---- shorthands

    def tenant(self, tenant_id: str) -> Any:  # noqa: ANN401  any JSON value
        return self.get(f"/api/2/tenants/{tenant_id}")

    def create_tenant(self, name: str = "Harbor Dental", kind: str = "customer", **fields: object) -> Any:  # noqa: ANN401  any JSON value
        body = {"name": name, "kind": kind, "parent_id": self.world.root_id, **fields}
        return self.do("POST", "/api/2/tenants", body, gives=201)

    def items(self, tenant_id: str, edition: str = "*", **query: object) -> list[dict[str, Any]]:
        found = self.get(f"/api/2/tenants/{tenant_id}/offering_items", edition=edition, **query)
        return list(found["items"])

    def put_items(self, tenant_id: str, *rows: dict[str, Any], gives: int = 200, **more: object) -> Any:  # noqa: ANN401  any JSON value
        named = [{"application_id": CYBER, **row} for row in rows]
        path = f"/api/2/tenants/{tenant_id}/offering_items"
        return self.do("PUT", path, {"offering_items": named, **more}, gives=gives)

    def usages(self, tenant_id: str, **query: object) -> list[dict[str, Any]]:
        return list(self.get(f"/api/2/tenants/{tenant_id}/usages", **query)["items"])


def a_caller(seed: int = 1, now: datetime = START) -> Caller:
    caller = Caller(seed, now)
    caller.sign_in()
    return caller
