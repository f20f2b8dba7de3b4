"""Answers of every odd kind for Hypothesis: the secrets a client sends come back in any place and form."""

import html
import json
import traceback
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

from hypothesis import strategies as st

from psabridge.clients.transport import HttpResponse
from psabridge.kit.errors import BridgeError, NotSent, OutcomeUnknown

STATUSES = [200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 405, 406, 408, 409, 429, 500, 502, 503, 504]
KINDS = ["application/json", "application/json; charset=utf-8", "text/plain", "text/html", ""]
ODD_HEADERS = [
    *[
        "0",
        "5",
        "-1",
        "1.5",
        "9" * 400,
        "soon",
        "Thu, 01 Jan 9999 00:00:00 +2359",
        "Mon, 99 Foo 2026",
        "\x00",
    ],
    *["Sun, 22 Nov 2026 10:00:09 GMT", "Sun, 22 Nov 2026 10:00:09", "٣", ""],
]


def answers(secrets: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[HttpResponse | Exception]:
    given = st.builds(
        lambda status, kind, body, wait, date: HttpResponse(
            status, {"content-type": kind, "retry-after": wait, "date": date}, body
        ),
        st.sampled_from(STATUSES),
        st.sampled_from(KINDS),
        _bodies(secrets, keys),
        st.sampled_from(ODD_HEADERS),
        st.sampled_from(ODD_HEADERS),
    )
    lost = st.sampled_from([NotSent("x", "no connection", "check"), OutcomeUnknown("x", "lost", "again")])
    return st.one_of(given, given, given, lost)


def _bodies(secrets: Sequence[str], keys: Sequence[str]) -> st.SearchStrategy[bytes]:
    words = st.sampled_from(
        [*secrets, *(f"before {one} after" for one in secrets), "", "2026-03-01T23:00:00Z"]
    )
    moments = st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01"])
    numbers = st.sampled_from([0, -1, 1, 2**63, 10**30, 1.5, float("inf"), float("nan"), 1e308])
    leaf = st.one_of(st.none(), st.booleans(), numbers, words, moments)
    names = st.sampled_from([*keys, "unheard of"])
    tree = st.recursive(
        leaf,
        lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=5),
        max_leaves=12,
    )
    as_json = tree.map(lambda value: json.dumps(value).encode())
    page = words.map(lambda word: f"<html>{html.escape(word)} {quote(word)} {word}</html>".encode())
    return st.one_of(as_json, as_json, page, st.binary(max_size=40), st.just(b"[" * 5000))


def told(act: Callable[[], object]) -> str:
    """All that a person or a log could see of how it ended; what is no BridgeError escapes."""
    try:
        act()
    except BridgeError as error:
        return "".join(traceback.format_exception(error)) + repr((error, vars(error)))
    return ""


def leaks(text: str, secrets: Mapping[str, str] | Sequence[str]) -> list[str]:
    forms = [form for one in secrets for form in (one, json.dumps(one)[1:-1], html.escape(one), quote(one))]
    return [form for form in forms if form in text]
