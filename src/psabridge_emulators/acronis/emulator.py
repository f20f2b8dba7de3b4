"""Acronis Cyber Protect Cloud, as far as a PSA integration meets it."""

from datetime import datetime
from typing import Any

from psabridge_emulators.acronis import (
    access,
    alert_routes,
    item_routes,
    place_routes,
    report_routes,
    setting_routes,
    tenant_routes,
    usage_routes,
    user_routes,
)
from psabridge_emulators.acronis.control import control_reply
from psabridge_emulators.acronis.dump import dump_world
from psabridge_emulators.acronis.errors import RefusedError, account_reply, alert_reply
from psabridge_emulators.acronis.routing import Call, Route, find, read_body, read_query
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply, Request

_ALERTS = "/api/alert_manager/"
_PARTS = (
    access,
    tenant_routes,
    setting_routes,
    user_routes,
    item_routes,
    usage_routes,
    place_routes,
    report_routes,
    alert_routes,
)
_ROUTES: list[Route] = [route for part in _PARTS for route in part.ROUTES.known]


class AcronisEmulator:
    """Answers as the vendor would, over a world that tests and scenes build."""

    name = "acronis"

    def __init__(self, world: AcronisWorld) -> None:
        self.world = world

    def answer(self, request: Request, now: datetime) -> Reply:
        self.world.advance(now)
        try:
            return self._answer(request, now)
        except RefusedError as refusal:
            if request.path.startswith(_ALERTS):
                return alert_reply(refusal)
            return account_reply(refusal)

    def _answer(self, request: Request, now: datetime) -> Reply:
        if request.path == access.TOKEN_PATH:
            if request.method != "POST":
                raise RefusedError(405, "Method Not Allowed")
            return access.issue_token(self.world, request, now)
        route, path = find(_ROUTES, request.method, request.path)
        access.check_access(self.world, request, now)
        body = read_body(route, request)
        reply = route.handler(Call(self.world, now, path, read_query(route, request), body))
        if request.method != "GET":
            self._note(request, body, now)
        return reply

    def _note(self, request: Request, body: Any, now: datetime) -> None:  # noqa: ANN401  any JSON value
        """The ledger: every write that landed. A refused one raised before it came here."""
        query = f"?{request.query_string}" if request.query_string else ""
        self.world.ledger.append(
            {
                "method": request.method,
                "path": request.path + query,
                "body": body,
                "time": now.isoformat(),
            }
        )

    def control(self, request: Request, now: datetime) -> Reply:
        self.world.advance(now)
        return control_reply(self.world, request)

    def endpoint(self, request: Request) -> str | None:  # noqa: ARG002  the vendor has no thread gate
        return None

    def too_many_at_once(self, request: Request) -> Reply | None:  # noqa: ARG002  as above
        return None

    def added_seconds(self, request: Request) -> float:  # noqa: ARG002  as above
        return 0.0

    def passes_time(self, before: datetime, after: datetime) -> None:  # noqa: ARG002  only the end counts
        self.world.advance(after)

    def dump(self) -> dict[str, Any]:
        return dump_world(self.world)
