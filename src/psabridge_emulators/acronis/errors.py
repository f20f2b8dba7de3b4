"""The vendor's refusals: account management's envelope, the token service's and the alerts' flat bodies."""

from collections.abc import Mapping
from typing import Any

from psabridge_emulators.frame.wire import Reply

DOMAIN = "PlatformAccountServer"


class RefusedError(Exception):
    """The request is answered with an error and nothing is changed."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | int | None = None,
        context: Mapping[str, Any] | None = None,
        addition: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = status if code is None else code
        self.context = dict(context or {})
        self.addition = addition


def bad_request(message: str, **context: object) -> RefusedError:
    return RefusedError(400, message, context=context)


def not_found() -> RefusedError:
    return RefusedError(404, "Not found")


def forbidden(message: str) -> RefusedError:
    return RefusedError(403, message)


def conflict(message: str, **context: object) -> RefusedError:
    return RefusedError(409, message, context=context)


def account_reply(refusal: RefusedError) -> Reply:
    """acronis-api.md 1.1: a full envelope, but a 404 has only code and message."""
    if refusal.status == 404:
        return Reply.of(404, {"error": {"code": 404, "message": refusal.message}})
    details: dict[str, Any] = {"info": refusal.message}
    if refusal.addition is not None:
        details["addition"] = refusal.addition
    error: dict[str, Any] = {
        "code": refusal.code,
        "domain": DOMAIN,
        "message": refusal.message,
        "details": details,
        "context": refusal.context,
        "data": [],
    }
    return Reply.of(refusal.status, {"error": error})


_ALERT_CODES = {400: "BadRequest", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed"}
_PROXY_PAGE = (
    "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n"
    "<center><h1>401 Authorization Required</h1></center>\r\n</body>\r\n</html>\r\n"
)


def alert_reply(refusal: RefusedError) -> Reply:
    """acronis-api.md 1.1: flat, `reason` the old twin of `code`; the 401 comes from the proxy as a page."""
    if refusal.status == 401:
        return Reply.text(401, _PROXY_PAGE)
    code = _ALERT_CODES.get(refusal.status, "Error")
    context = {"message": refusal.message, **refusal.context}
    body = {"domain": "AlertManager", "code": code, "reason": code, "context": context}
    return Reply.of(refusal.status, body)


def token_reply(status: int, error: str, description: str) -> Reply:
    return Reply.of(
        status,
        {"error": error, "error_description": description, "domain": "Access", "reason": _REASONS[error]},
    )


_REASONS = {
    "invalid_client": "InvalidClient",
    "invalid_request": "InvalidRequest",
    "access_denied": "AccessDenied",
}
