"""What an answer other than a good one means for a read and for a write."""

from datetime import datetime, timedelta
from enum import StrEnum

from psabridge.clients.autotask.refusals import (
    known_refusal,
    names_hourly_limit,
    names_threads,
    vendor_texts,
)
from psabridge.clients.reading import retry_after
from psabridge.clients.transport import HttpResponse
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


class ZoneMoved(AccessDenied):
    """Autotask names another server for this user. Nothing was written and writes stop (ERR-04, R43)."""

    def __init__(self, *, old_url: str, new_url: str, ci: int) -> None:
        self.old_url, self.new_url, self.ci = old_url, new_url, ci
        super().__init__(
            "Autotask connection",
            f"Autotask answers from another server: {new_url} instead of {old_url} (database {ci})",
            "Nothing is written until a person decides: with the same database run psabridge carry-on, "
            "and nothing is lost; with another one set up a new connection and pairing",
            code="ERR-04",
        )


class WriteKind(StrEnum):
    """How far an unknown error text may be believed."""

    UNIT_CHANGE = (
        "unit change"  # a delta that cannot be asked about: only known words are a verdict (protocol 2.3)
    )
    RECORD = "record"  # can be looked up afterwards: a well-formed refusal is one


# R42: a 401 never says which (docs/vendors/autotask.md A19), so one message lists its causes in order of
# likelihood, each with its check (A2, A3).
_CAUSES = (
    "Autotask refused the sign-in and does not say why. Check in this order: "
    "(1) the secret was changed or mistyped - generate a new one in the API user's record and enter it here; "
    "(2) the user is an ordinary Autotask user, not an API user - in Resources/Users its security level "
    "must be 'API User (system)' or a copy; ordinary users may not sign in here: create an API user for "
    "this integration and replace the user name and secret (ERR-01); "
    "(3) the tracking identifier - in the API user's record it must be 'Custom (Internal Integration)', "
    "and the identifier shown there must be the one entered here; "
    "(4) the user is locked or inactive - its record shows both; unlock or activate it"
)


def access_denied(vendor_text: str | None = None) -> AccessDenied:
    """A refused sign-in says nothing about what was asked, so its subject is the connection."""
    return AccessDenied(
        "Autotask connection",
        "connection refused by Autotask, syncing is paused",
        _CAUSES,
        code="ERR-02",
        vendor_text=vendor_text,
    )


def no_such_user(user: str) -> AccessDenied:
    return AccessDenied(
        "Autotask connection",
        f"no Autotask server knows the user name {user}",
        "Compare it with the API user's record, with the part after the @; it may also be inactive",
        code="ERR-02",
    )


def read_failure(subject: str, answer: HttpResponse, now: datetime | None = None) -> BridgeError:
    """The error of a read whose status is not 200; nothing can have been written."""
    texts = vendor_texts(answer)
    words = _words(texts)
    if (busy := _busy(subject, answer, texts, now)) is not None:
        return busy
    if answer.status == 401:
        return access_denied(words)
    if answer.status == 403:
        return _refused(subject, RefusalKind.RIGHTS, words)
    if texts is not None and (answer.status == 500 or 400 <= answer.status < 500):
        kind = known_refusal(texts) or (RefusalKind.MISSING if answer.status == 404 else RefusalKind.OTHER)
        return _refused(subject, kind, words)
    if answer.status >= 500:
        return Busy(
            subject,
            f"Autotask answered {answer.status} without a reason",
            "Ask again in the next cycle",
            kind=BusyKind.UNAVAILABLE,
            retry_after=_wait(answer, now),
        )
    return Unreadable(subject, f"status {answer.status} is no answer of this interface", _CHECK_ADDRESS)


def write_failure(
    subject: str, answer: HttpResponse, kind: WriteKind, now: datetime | None = None
) -> BridgeError:
    """The error of a write whose status is not 200: refused only if that is beyond doubt."""
    texts = vendor_texts(answer)
    if (busy := _busy(subject, answer, texts, now)) is not None:
        return busy
    if answer.status == 401:
        return access_denied(_words(texts))
    refusal = _verdict(answer.status, texts, kind)
    if refusal is not None:
        return _refused(subject, refusal, _words(texts))
    problem = f"status {answer.status} with an unknown text does not say whether it was written"
    return OutcomeUnknown(subject, problem, "Read back before asking again", vendor_text=_words(texts))


def _verdict(status: int, texts: tuple[str, ...] | None, kind: WriteKind) -> RefusalKind | None:
    """Which refusal this is; None when it may have been written all the same."""
    if status == 403:
        return RefusalKind.RIGHTS
    if texts is None:
        return _REFUSED_WITHOUT_WORDS.get(status)
    if not 400 <= status <= 500 or status == _NOT_IN_TIME:
        return None
    known = known_refusal(texts)
    if known is not None or (status == 500 and kind is WriteKind.UNIT_CHANGE):
        return known
    return RefusalKind.MISSING if status == 404 else RefusalKind.OTHER


# Something between us and Autotask speaks: whatever its words, Autotask may still be at work.
_GATEWAY = (502, 504)
_NOT_IN_TIME = 408
# Statuses by which a server turns a request away before any work: no route, no verb, not understood.
_REFUSED_WITHOUT_WORDS = {
    400: RefusalKind.OTHER,
    404: RefusalKind.MISSING,
    405: RefusalKind.OTHER,
    411: RefusalKind.OTHER,
    413: RefusalKind.OTHER,
    414: RefusalKind.OTHER,
    415: RefusalKind.OTHER,
}
_CHECK_ADDRESS = "Check that the address is Autotask's and that no proxy answers in its place"


def _busy(
    subject: str, answer: HttpResponse, texts: tuple[str, ...] | None, now: datetime | None
) -> Busy | None:
    said = texts or ()
    if answer.status in _GATEWAY:
        return None
    if names_threads(said):
        kind, problem = BusyKind.THREADS, "too many requests at once on this endpoint"
    elif answer.status == 429 or names_hourly_limit(said):
        kind, problem = BusyKind.HOURLY_LIMIT, "the hour's 10,000 requests of this Autotask are used up"
    else:
        return None
    return Busy(
        subject, problem, "Nothing was written; ask again later", kind=kind, retry_after=_wait(answer, now),
        vendor_text=_words(texts),
    )  # fmt: skip


def _wait(answer: HttpResponse, now: datetime | None) -> timedelta | None:
    return None if now is None else retry_after(answer.headers, now=now)


def _refused(subject: str, kind: RefusalKind, words: str | None) -> Refused:
    problem = f"refused by Autotask ({kind}): {words}" if words else f"refused by Autotask ({kind})"
    return Refused(subject, problem, _NEXT_ACT[kind], kind=kind, vendor_text=words)


_NEXT_ACT = {
    RefusalKind.DUPLICATE: "Read what stands there; this is no proof that it is ours",
    RefusalKind.OUTSIDE_WINDOW: "Plan it anew with a date inside the contract",
    RefusalKind.POSTED: "Plan it anew with a date in a period that is not posted",
    RefusalKind.RIGHTS: "Give the API user's security level the right to do this",
    RefusalKind.BELOW_ZERO: "Look at the line in Autotask; set it by hand if it should be 0",
    RefusalKind.IN_USE: "Look at what uses it",
    RefusalKind.STALE: "Read again and plan anew",
    RefusalKind.MISSING: "Look whether it still exists and whether the API user may see it",
    RefusalKind.OTHER: "Correct what the text names",
}


def _words(texts: tuple[str, ...] | None) -> str | None:
    return None if texts is None else " | ".join(texts)
