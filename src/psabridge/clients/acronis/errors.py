"""A refusal of Acronis in the words of kit.errors: wait, stop, or read back (Ac10)."""

import re
from collections.abc import Mapping
from datetime import datetime

from psabridge.clients.acronis.call import Call, SwitchOff
from psabridge.clients.reading import retry_after
from psabridge.clients.transport import HttpResponse
from psabridge.clients.wire_json import decode
from psabridge.kit.errors import (
    AccessDenied,
    BridgeError,
    Busy,
    BusyKind,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    Unreadable,
)

SUBJECT = "Acronis"
READ_BACK = "Read back before asking again"
TENANT_STILL_ENABLED = "1006"  # business code, met when an enabled tenant is deleted (Ac14)

_SAYS_STALE = re.compile(r"\b(version|stale|outdated|concurrent|modified)", re.IGNORECASE)
_SAYS_TAKEN = re.compile(r"\b(exist|already|duplicate|unique|taken|same name)", re.IGNORECASE)
_SAYS_USED = re.compile(r"\b(usages?|in use|(is|are|being|still) used)\b", re.IGNORECASE)


def subject_of(call: Call) -> str:
    return f"{SUBJECT}, {call.name} ({call.method} {call.path})"


def vendor_words(response: HttpResponse) -> str:
    """The vendor's text as it came (ERR-21); a proxy's page is only described (Ac28)."""
    if is_json(response):
        return response.body.decode("utf-8", errors="replace")
    return (
        f"HTTP {response.status}, {_content_type(response) or 'no content type'}, {len(response.body)} bytes"
    )


def is_json(response: HttpResponse) -> bool:
    return _content_type(response).endswith("json")


def _content_type(response: HttpResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def vendor_code(response: HttpResponse) -> str | None:
    """The code of any of the three error shapes, as text: it comes as a number or a word (Ac10)."""
    if not is_json(response):
        return None
    try:
        content = decode(response.body)
    except ValueError:
        return None
    if not isinstance(content, Mapping):
        return None
    inner = content.get("error")
    code = inner.get("code") if isinstance(inner, Mapping) else content.get("code", inner)
    return None if code is None else str(code)


def read_problem(call: Call, response: HttpResponse, words: str, now: datetime) -> BridgeError:
    """What a read that was not answered 200 means."""
    if response.status in (408, 429) or response.status >= 500:
        return _busy(call, response, words, now)
    if 400 <= response.status < 500:
        return refusal(call, response, words)
    return Unreadable(
        subject_of(call),
        f"an answer that no one expects (HTTP {response.status})",
        "Check the data centre address",
    )


def write_problem(call: Call, response: HttpResponse, words: str, now: datetime) -> BridgeError:
    """What a write that was not answered 2xx means."""
    if response.status == 429:
        return _busy(call, response, words, now)
    if 400 <= response.status < 500 and response.status != 408:
        return refusal(call, response, words)
    return OutcomeUnknown(
        subject_of(call), f"it may have been written (HTTP {response.status})", READ_BACK, vendor_text=words
    )


def refusal(call: Call, response: HttpResponse, words: str) -> Refused:
    kind = refusal_kind(call, response.status, words)
    code = "ERR-10" if kind is RefusalKind.IN_USE else "ERR-21" if not call.reads else None
    problem, next_act = _REFUSALS[kind]
    if vendor_code(response) == TENANT_STILL_ENABLED:
        problem, next_act = (
            "the tenant is still enabled",
            "Disable it first, then delete it with the new version",
        )
    return Refused(
        subject_of(call),
        f"{problem} (HTTP {response.status})",
        next_act,
        kind=kind,
        code=code,
        vendor_text=words,
    )


def refusal_kind(call: Call, status: int, words: str) -> RefusalKind:
    if status == 403:
        return RefusalKind.RIGHTS
    if status == 404:
        return RefusalKind.MISSING
    if status in (400, 409) and _means_in_use(call, words):
        return RefusalKind.IN_USE
    return _conflict_kind(call, words) if status == 409 else RefusalKind.OTHER


def _means_in_use(call: Call, words: str) -> bool:
    """Status and text of it are doubtful (Ac19): told by the text, or where nothing else was asked for."""
    if call.switches_off is SwitchOff.NOTHING:
        return False
    return bool(_SAYS_USED.search(words)) or (
        call.switches_off is SwitchOff.ALL and not _says_only_stale(words)
    )


def _conflict_kind(call: Call, words: str) -> RefusalKind:
    # One status, two causes, bodies unpublished (Ac20): the text decides where it speaks, else the request.
    # Both kinds ask for the same next act, reading again, so a wrong guess costs nothing.
    if _says_only_stale(words):
        return RefusalKind.STALE
    if _SAYS_TAKEN.search(words) or not call.versioned:
        return RefusalKind.DUPLICATE
    return RefusalKind.STALE


def _says_only_stale(words: str) -> bool:
    return bool(_SAYS_STALE.search(words)) and not _SAYS_TAKEN.search(words) and not _SAYS_USED.search(words)


_REFUSALS = {
    RefusalKind.RIGHTS: (
        "the API client may not do this",
        "Check its role; a tenant in self-service mode or without support access is closed to it (ERR-06)",
    ),
    RefusalKind.MISSING: ("it does not exist or is out of our sight", "Read the tenants again"),
    RefusalKind.STALE: ("it changed since it was read", "Read it again and plan anew"),
    RefusalKind.DUPLICATE: (
        "another one of this kind exists",
        "Read what is there and choose another name, or adopt it",
    ),
    RefusalKind.IN_USE: ("an item with usage cannot be switched off", "Set its quota to 0 instead"),
    RefusalKind.OTHER: ("the request was refused", "Read the vendor's text"),
}


def signed_out(call: Call) -> AccessDenied:
    return AccessDenied(
        subject_of(call),
        "a fresh sign-in was refused (HTTP 401)",
        "Check that the API client and its tenant are enabled",
        code="ERR-02",
    )


def sign_in_expired(call: Call) -> Busy:
    return Busy(
        subject_of(call),
        "the sign-in had ended, nothing was written (HTTP 401)",
        "Ask again; the next request signs in anew",
        kind=BusyKind.SIGN_IN,
    )


def _busy(call: Call, response: HttpResponse, words: str, now: datetime) -> Busy:
    return Busy(
        subject_of(call),
        f"not available now (HTTP {response.status})",
        "Ask again later; nothing was written",
        kind=BusyKind.UNAVAILABLE,
        retry_after=retry_after(response.headers, now=now),
        vendor_text=words,
    )
