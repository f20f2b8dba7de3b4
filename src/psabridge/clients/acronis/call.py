"""One request to Acronis as a value: pure, comparable, without address and without secrets."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from importlib.metadata import version
from urllib.parse import quote, urlencode

from psabridge.clients.transport import HttpRequest

Query = tuple[tuple[str, str], ...]

# A speaking name is what the vendor's guides ask for (docs/vendors/acronis.md Ac6).
USER_AGENT = f"psabridge/{version('psabridge')} (PSA billing bridge)"

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class SwitchOff(Enum):
    """Whether a request switches items off: its refusal may then mean "in use"."""

    NOTHING = "nothing"
    SOME = "some"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked, and what its refusal could mean."""

    name: str
    method: str
    path: str
    query: Query = ()
    body: bytes | None = None
    versioned: bool = False  # carries the version last read, so a 409 may mean "stale"
    switches_off: SwitchOff = SwitchOff.NOTHING

    @property
    def reads(self) -> bool:
        return self.method == "GET"


def http_request(base_url: str, call: Call, access_token: str) -> HttpRequest:
    headers = {
        "Authorization": f"Bearer {access_token}",
        "Accept": "application/json",
        "User-Agent": USER_AGENT,
    }
    if call.body is not None:
        headers["Content-Type"] = "application/json"  # its lack is answered 415 (Ac6)
    # A write goes out on a connection of its own: a reused one may be dead, and die with the request in it.
    return HttpRequest(call.method, full_url(base_url, call), headers, call.body, fresh=not call.reads)


def full_url(base_url: str, call: Call) -> str:
    # Lists are joined by plain commas and `*` stands for every edition (Ac9, Ac17).
    query = f"?{urlencode(call.query, safe=',*()')}" if call.query else ""
    return f"{base_url}{call.path}{query}"


def json_body(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def path_id(value: str) -> str:
    """An id as a path segment. An empty or strange one could turn one deletion into all of them (Ac33)."""
    if _UUID.fullmatch(value) is None:
        raise ValueError(f"not an id: {value!r}")
    return quote(value)


def id_list(values: Iterable[str]) -> str:
    return ",".join(path_id(value) for value in values)


def flag(*, value: bool) -> str:
    return "true" if value else "false"


def moment_text(moment: datetime) -> str:
    """RFC 3339 in UTC with its zone, although the vendor may leave the zone out (Ac7)."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
