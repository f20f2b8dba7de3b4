"""Pages that go wrong: the one after the one asked for, one with rows missing, or with a wrong row."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from psabridge_emulators.frame.wire import Reply, Request


def following(request: Request, reply: Reply) -> Request | None:
    """The request for the page after `reply`, None on the last page."""
    content = _content(reply)
    if content is None:
        return None
    details = content.get("pageDetails") or {}
    if details.get("nextPageUrl"):
        url = urlsplit(details["nextPageUrl"])
        return _moved(request, url.path, url.query)
    cursors = (content.get("paging") or {}).get("cursors") or {}
    if cursors.get("after"):
        return _moved(request, request.path, urlencode({"after": cursors["after"]}))
    return None


def without_first_rows(reply: Reply, count: int) -> Reply:
    """The same page with its first rows left out and its counts as they were."""
    content = _content(reply)
    if content is None or not isinstance(content.get("items"), list):
        return reply
    content["items"] = content["items"][count:]
    return Reply.of(reply.status, content, **reply.headers)


def with_spoilt_row(reply: Reply, members: Mapping[str, Any]) -> Reply:
    """The same page; the row with the `id` among the members has these members instead of its own."""
    content = _content(reply)
    if content is None or not isinstance(content.get("items"), list):
        return reply
    content["items"] = [row | members if row["id"] == members["id"] else row for row in content["items"]]
    return Reply.of(reply.status, content, **reply.headers)


def _moved(request: Request, path: str, query_string: str) -> Request:
    return Request(request.method, path, query_string, request.headers, request.body, request.base_url)


def _content(reply: Reply) -> dict[str, Any] | None:
    if reply.status != 200 or not reply.content_type.startswith("application/json"):
        return None
    content = json.loads(reply.body)
    return content if isinstance(content, dict) else None
