"""What webhooks say: bodies, their signature, how far each delivery has come (autotask-rest.md 8)."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ATTEMPTS = 5
BETWEEN_ATTEMPTS = timedelta(seconds=30)
SIGNATURE = "X-Hook-Signature"
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What one client escapes before it verifies, where the body as it came does not match (section 8).
_ESCAPED = frozenset("&<>'\"`+")
_LAST_ASCII = 127


@dataclass(frozen=True, slots=True)
class Settings:
    """How the vendor delivers, for tests: late, more than once, or not at all."""

    delay_seconds: float = 0
    copies: int = 1
    lose: int = 0  # the next so many events are lost without a trace


@dataclass(slots=True, eq=False)
class Event:
    """One callout on its way."""

    number: int
    hooks: str  # the entity of its webhook
    hook_id: int
    url: str
    body: str
    sequence: int
    due: datetime
    signature: str | None  # None: a notice, effectively unsigned
    attempts: int = 0
    errors: list[str] = field(default_factory=list)
    under_way: bool = False

    @property
    def headers(self) -> dict[str, str]:
        content = {"Content-Type": "application/json"}
        return content if self.signature is None else content | {SIGNATURE: self.signature}

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "webhooks": self.hooks,
            "webhook": self.hook_id,
            "url": self.url,
            "body": json.loads(self.body),
            "due": self.due.isoformat(),
            "attempts": self.attempts,
            "errors": self.errors,
        }


def signature(secret: str, body: str, *, escaped: bool) -> str:
    signed = _escape(body) if escaped else body
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()
    return f"sha1={base64.b64encode(digest).decode()}"


def _escape(body: str) -> str:
    return _STRING.sub(lambda found: f'"{_escape_text(json.loads(found.group()))}"', body)


def _escape_text(text: str) -> str:
    plain = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return "".join(_escape_sign(sign) for sign in plain)


def _escape_sign(sign: str) -> str:
    if sign not in _ESCAPED and ord(sign) <= _LAST_ASCII:
        return sign
    units = sign.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04X}" for at in range(0, len(units), 2))
