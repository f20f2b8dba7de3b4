"""A table of routes, and what a handler is given."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psabridge_emulators.acronis.errors import RefusedError, bad_request, forbidden, not_found
from psabridge_emulators.acronis.records import Tenant
from psabridge_emulators.acronis.shapes import Check, Shape
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply, Request


@dataclass(frozen=True, slots=True)
class Call:
    """One checked request: path values, query values and body are already read."""

    world: AcronisWorld
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any

    def tenant(self, tenant_id: str | None = None, *, deleted: bool = False) -> Tenant:
        """The named tenant, or the one in the path; 404 where there is none, 403 outside our subtree."""
        found = self.world.tenants.get(tenant_id or self.path["tenant_id"])
        if found is None or (found.deleted_at is not None and not deleted):
            raise not_found()
        if not self.world.in_scope(found):
            raise forbidden("Access to the tenant is denied")
        return found

    def readable(self, tenant_ids: list[str], *, deleted: bool = False) -> list[Tenant]:
        """Batches leave out what is unknown, deleted or outside our subtree."""
        known = (self.world.tenants.get(tenant_id) for tenant_id in tenant_ids)
        return [
            tenant
            for tenant in known
            if tenant is not None and (deleted or tenant.deleted_at is None) and self.world.in_scope(tenant)
        ]


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    query: Mapping[str, Check]
    repeated: Mapping[str, Check]  # query keys that repeat to make a list
    required: frozenset[str]
    body: Shape | None


@dataclass(slots=True)
class Routes:
    """The routes of one part of the vendor."""

    prefix: str
    known: list[Route] = field(default_factory=list)

    def add(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Check] | None = None,
        repeated: Mapping[str, Check] | None = None,
        required: str = "",
        body: Shape | None = None,
    ) -> Callable[[Handler], Handler]:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.prefix + path))

        def keep(handler: Handler) -> Handler:
            self.known.append(
                Route(
                    method, pattern, handler, query or {}, repeated or {}, frozenset(required.split()), body
                )
            )
            return handler

        return keep


def find(routes: list[Route], method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route of a request: unknown paths give 404, known ones with another verb 405."""
    there = [(route, match) for route in routes if (match := route.pattern.fullmatch(path))]
    if not there:
        raise not_found()
    # A fixed word in the path (`/tenants/usages`) wins over a placeholder (`/tenants/{tenant_id}`).
    fewest = min(len(match.groupdict()) for _, match in there)
    for route, match in there:
        if route.method == method and len(match.groupdict()) == fewest:
            return route, match.groupdict()
    raise RefusedError(405, "Method Not Allowed")


def read_query(route: Route, request: Request) -> dict[str, Any]:
    """The query values; a key that the vendor's description does not know is refused."""
    found: dict[str, Any] = {}
    for key, value in request.query:
        try:
            if key in route.repeated:
                found.setdefault(key, []).append(route.repeated[key](value))
            elif key in route.query:
                found[key] = route.query[key](value)
            else:
                raise bad_request(f"Unknown query parameter {key}", parameter=key)
        except ValueError as error:
            raise bad_request(f"Wrong query parameter {key}: {error}", parameter=key) from error
    missing = route.required - found.keys()
    if missing:
        raise bad_request(f"Missing query parameter {', '.join(sorted(missing))}")
    return found


def read_body(route: Route, request: Request) -> Any:  # noqa: ANN401  any JSON value
    if route.body is None:
        return None
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise RefusedError(415, "Unsupported Media Type")
    try:
        return route.body(request.json())
    except ValueError as error:
        raise bad_request(f"Wrong body: {error}") from error


def cursor(content: Mapping[str, Any]) -> str:
    """An opaque place in a listing."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def open_cursor(text: str) -> dict[str, Any]:
    try:
        content = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError) as error:
        raise bad_request("Wrong cursor", parameter="after") from error
    if not isinstance(content, dict):
        raise bad_request("Wrong cursor", parameter="after")
    return content


def check_version(given: int | None, current: int) -> None:
    """A stale version is refused; the one read last is echoed, never computed (acronis-api.md 1)."""
    if given != current:
        raise RefusedError(409, "The object was changed: the version is stale", context={"version": current})
