"""The vendor's own words, and which of them are a verdict. Matched by part, never as a whole (A18)."""

from dataclasses import dataclass

from psabridge.clients.transport import HttpResponse
from psabridge.clients.wire_json import decode
from psabridge.kit.errors import RefusalKind


def vendor_texts(answer: HttpResponse) -> tuple[str, ...] | None:
    """The texts of {"errors": [...]} or {"Message": ...}; None when the answer is neither (A17)."""
    try:
        content = decode(answer.body)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    members = {str(name).lower(): member for name, member in content.items()}
    errors = members.get("errors")
    if isinstance(errors, list) and errors and all(isinstance(text, str) for text in errors):
        return tuple(errors)
    message = members.get("message")
    return (message,) if isinstance(message, str) and message else None


@dataclass(frozen=True, slots=True)
class _Known:
    kind: RefusalKind
    parts: tuple[str, ...]  # all of them, in any case of letters
    one_of: tuple[str, ...] = ("",)


# The first that fits counts, so the particular stand before the general.
_KNOWN = (
    _Known(RefusalKind.DUPLICATE, ("insert duplicate data",)),
    _Known(RefusalKind.DUPLICATE, ("already exists with name",)),
    _Known(RefusalKind.DUPLICATE, ("names must be unique",)),
    _Known(RefusalKind.POSTED, ("approved and posted",)),
    _Known(RefusalKind.RIGHTS, ("adequate permissions",)),
    _Known(RefusalKind.MISSING, ("no matching records found",)),
    _Known(RefusalKind.MISSING, ("does not exist or is invalid",)),
    _Known(RefusalKind.RIGHTS, ("does not have",), ("permission", "rights", "access")),
    _Known(
        RefusalKind.OUTSIDE_WINDOW,
        ("date",),
        ("outside", "not within", "must be within", "must be between", "must fall", "before the contract",
         "after the contract", "contract start date", "contract end date", "start and end date"),
    ),
    _Known(
        RefusalKind.BELOW_ZERO,
        ("unit",),
        ("negative", "less than 0", "less than zero", "below 0", "below zero", "cannot be 0",
         "cannot be zero", "greater than 0", "greater than zero", "must not be 0", "must not be zero"),
    ),
    _Known(RefusalKind.OTHER, ("data violation",)),
    _Known(RefusalKind.OTHER, ("is required",)),
    _Known(RefusalKind.OTHER, ("required field",)),
    _Known(RefusalKind.OTHER, ("conversion failed when converting",)),
    _Known(RefusalKind.OTHER, ("exceeds the maximum length",)),
)  # fmt: skip


def known_refusal(texts: tuple[str, ...]) -> RefusalKind | None:
    """None: a text nobody has met, which says nothing about what was done."""
    said = " ".join(texts).lower()
    for known in _KNOWN:
        if all(part in said for part in known.parts) and any(part in said for part in known.one_of):
            return known.kind
    return None


def names_threads(texts: tuple[str, ...]) -> bool:
    """The fourth request at once on one endpoint, whatever its status (A26)."""
    said = " ".join(texts).lower()
    return "itgenatr005" in said or "thread threshold" in said


def names_hourly_limit(texts: tuple[str, ...]) -> bool:
    said = " ".join(texts).lower()
    return "threshold" in said and "request" in said and "exceed" in said
