"""The vendor's own words, and which of them are a verdict. Matched by part, never as a whole (A18)."""

import re

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


# A date or a unit by itself or at the end of a member's name, not inside "update" or "opportunity".
_DATE = r"\b(effective|start|end)?dates?\b"
_UNIT = r"\bunits?(change)?\b"
_OUTSIDE = (
    r"outside|not within|must be within|must be between|must fall|before the contract|after the contract"
    r"|contract (start|end) date|start and end date"
)
_BELOW_ZERO = r"negative|(less than|below) (0|zero)\b|(cannot|must not) be (0|zero)\b|greater than (0|zero)\b"
_INVALID = (
    r"data violation|is required|required field|conversion failed when converting|exceeds the maximum length"
)
# What a text must hold, all of it, in any case of letters. The particular stand before the general.
# Missing rights are told so, too, more often than by a status (A36).
_KNOWN: tuple[tuple[RefusalKind, tuple[str, ...]], ...] = (
    (RefusalKind.DUPLICATE, (r"insert duplicate data|already exists with name|names must be unique",)),
    (RefusalKind.POSTED, (r"approved and posted",)),
    (RefusalKind.RIGHTS, (r"adequate permissions",)),
    (RefusalKind.MISSING, (r"no matching records found|does not exist or is invalid",)),
    (RefusalKind.RIGHTS, (r"does not have", r"permission|rights|access")),
    (RefusalKind.OUTSIDE_WINDOW, (_DATE, _OUTSIDE)),
    (RefusalKind.BELOW_ZERO, (_UNIT, _BELOW_ZERO)),
    (RefusalKind.OTHER, (_INVALID,)),
)


def known_refusal(texts: tuple[str, ...]) -> RefusalKind | None:
    """None: a text nobody has met, which says nothing about what was done."""
    said = " ".join(texts).lower()
    for kind, parts in _KNOWN:
        if all(re.search(part, said) for part in parts):
            return kind
    return None


def names_threads(texts: tuple[str, ...]) -> bool:
    """The fourth request at once on one endpoint, whatever its status (A26)."""
    said = " ".join(texts).lower()
    return "itgenatr005" in said or "thread threshold" in said


def names_hourly_limit(texts: tuple[str, ...]) -> bool:
    said = " ".join(texts).lower()
    return "threshold" in said and "request" in said and "exceed" in said
