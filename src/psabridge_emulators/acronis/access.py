"""Tokens, and who a request comes from (acronis-api.md 2)."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.errors import RefusedError, not_found, token_reply
from psabridge_emulators.acronis.records import Token
from psabridge_emulators.acronis.routing import Call, Routes
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.frame.wire import Reply, Request

ROUTES = Routes("/api/2")
TOKEN_PATH = "/api/2/idp/token"  # noqa: S105  a path, no secret
_FORM = "application/x-www-form-urlencoded"


def issue_token(world: AcronisWorld, request: Request, now: datetime) -> Reply:
    """Client credentials, in the Basic header or as form fields."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != _FORM:
        raise RefusedError(415, "Unsupported Media Type")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if form.get("grant_type") != "client_credentials":
        return token_reply(400, "invalid_request", "Only grant_type client_credentials is emulated")
    given = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
    if given != (world.client_id, world.client_secret):
        return token_reply(401, "invalid_client", "The client is unknown or its secret is wrong")
    if not client_enabled(world):
        return token_reply(403, "access_denied", "The client is disabled")
    return Reply.of(200, _new_token(world, now))


def _new_token(world: AcronisWorld, now: datetime) -> dict[str, Any]:
    expires = now + timedelta(seconds=world.switches.token_seconds)
    value = f"{world.new_id('token')}.{world.new_id('token')}"
    world.tokens = {key: token for key, token in world.tokens.items() if token.expires_at > now}
    world.tokens[value] = Token(value, expires)
    return {
        "access_token": value,
        "token_type": "bearer",
        "id_token": world.new_id("id-token"),
        "expires_in": world.switches.token_seconds,
        "expires_on": int(expires.timestamp()),
    }


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return (name, secret)


def client_enabled(world: AcronisWorld) -> bool:
    """Disabling a tenant disables the clients in it and below."""
    return world.client_enabled and world.tenants[world.root_id].enabled


def check_access(world: AcronisWorld, request: Request, now: datetime) -> None:
    """A live token of an enabled client; account management also takes Basic (`basicAuth`)."""
    if _allowed(world, request, now) and client_enabled(world):
        world.client_seen_at = now
        return
    raise RefusedError(401, "Unauthorized")


def _allowed(world: AcronisWorld, request: Request, now: datetime) -> bool:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = world.tokens.get(value)
        return token is not None and token.expires_at > now
    return request.path.startswith("/api/2/") and _basic(request) == (world.client_id, world.client_secret)


@ROUTES.add("GET", "/clients/{client_id}")
def get_client(call: Call) -> Reply:
    """How a client learns its own root tenant."""
    world = call.world
    if call.path["client_id"] != world.client_id:
        raise not_found()
    root = world.tenants[world.root_id]
    return Reply.of(
        200,
        {
            "client_id": world.client_id,
            "tenant_id": world.root_id,
            "type": "api_client",
            "status": "enabled",
            "token_endpoint_auth_method": "client_secret_basic",
            "client_secret_expires_at": 0,
            "created_at": stamps.plain(root.created_at),
            "created_by": world.vendor_id,
            "last_access_at": stamps.plain_or_none(world.client_seen_at),
            "last_access_from_ip": None,
            "data": {"client_name": "PSA integration"},
            "redirect_uris": [],
        },
    )
