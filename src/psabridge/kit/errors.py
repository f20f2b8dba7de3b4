"""Errors that say what may be done next. One family, from the wire up to the page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum


class Side(StrEnum):
    """Which of the two sides a request went to."""

    PSA = "psa"
    PLATFORM = "platform"


class BridgeError(Exception):
    """Names its subject and the next act, never a secret. `code` is an id of behaviour section 18."""

    side: Side | None = None

    def __init__(
        self,
        subject: str,
        problem: str,
        next_act: str,
        *,
        code: str | None = None,
        vendor_text: str | None = None,
    ) -> None:
        self.subject = subject
        self.problem = problem
        self.next_act = next_act
        self.code = code
        self.vendor_text = vendor_text  # the vendor's own words, unshortened (ERR-21)
        super().__init__(f"{subject}: {problem}. {next_act}")


@contextmanager
def asking(side: Side) -> Iterator[None]:
    """An error that leaves this block says which side it came from."""
    try:
        yield
    except BridgeError as error:
        error.side = error.side or side
        raise


class NotSent(BridgeError):
    """The connection was never made. Nothing was written; a new plan may send it."""


class BusyKind(StrEnum):
    HOURLY_LIMIT = "hourly limit"
    THREADS = "threads"
    SIGN_IN = "sign-in"
    UNAVAILABLE = "unavailable"


class OnlyLooks(BridgeError):
    """This user may look at what is kept, and neither ask a vendor nor change anything (ROL-04)."""

    def __init__(
        self, why: str, next_act: str = "Ask whoever runs PSA Bridge, or run it as the user who does"
    ) -> None:
        super().__init__("this user", f"may only look: {why}", next_act, code="ROL-04")


class Busy(BridgeError):
    """Nothing was written. Ask again later."""

    def __init__(
        self,
        subject: str,
        problem: str,
        next_act: str,
        *,
        kind: BusyKind,
        retry_after: timedelta | None = None,
        code: str | None = None,
        vendor_text: str | None = None,
    ) -> None:
        super().__init__(subject, problem, next_act, code=code, vendor_text=vendor_text)
        self.kind = kind
        self.retry_after = retry_after


class AccessDenied(Busy):
    """Signed out, locked, wrong secret, wrong zone: nothing was written, a person must look (R42)."""

    def __init__(
        self,
        subject: str,
        problem: str,
        next_act: str,
        *,
        code: str | None = None,
        vendor_text: str | None = None,
    ) -> None:
        super().__init__(
            subject, problem, next_act, kind=BusyKind.SIGN_IN, code=code, vendor_text=vendor_text
        )


class RefusalKind(StrEnum):
    DUPLICATE = "duplicate"
    OUTSIDE_WINDOW = "outside window"
    POSTED = "posted"
    RIGHTS = "rights"
    BELOW_ZERO = "below zero"
    IN_USE = "in use"
    STALE = "stale"
    MISSING = "missing"
    OTHER = "other"


class Refused(BridgeError):
    """Nothing was written, and asking again gives the same answer."""

    def __init__(
        self,
        subject: str,
        problem: str,
        next_act: str,
        *,
        kind: RefusalKind,
        code: str | None = "ERR-21",
        vendor_text: str | None = None,
    ) -> None:
        super().__init__(subject, problem, next_act, code=code, vendor_text=vendor_text)
        self.kind = kind


class OutcomeUnknown(BridgeError):
    """It may have been written. Read back before asking again."""


class Unreadable(BridgeError):
    """A read gave no answer that can be trusted: garbled, empty, cut short or contradicting itself."""
