"""Checks for what arrives: query values and write bodies.

The vendor is lax about booleans and numbers sent as text, and strict about unknown keys where its
schema is closed (acronis-api.md 1, "Laxness"). A check answers the value to use or raises a ValueError.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psabridge_emulators.acronis import stamps
from psabridge_emulators.acronis.alert_types import SEVERITIES

Check = Callable[[Any], Any]


class WrongValueError(ValueError):
    """What arrived is not what the vendor's description asks for."""


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIMES = re.compile(r"(?:(eq|lt|le|gt|ge)\()?([0-9]+)\)?")
_FLAGS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its known keys, the ones it must have, and whether a stranger is refused."""

    keys: Mapping[str, Check]
    required: frozenset[str] = frozenset()
    closed: bool = True

    def __call__(self, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WrongValueError("an object is expected")
        missing = sorted(self.required - value.keys())
        if missing:
            raise WrongValueError(f"missing: {', '.join(missing)}")
        strangers = sorted(value.keys() - self.keys.keys())
        if strangers and self.closed:
            raise WrongValueError(f"unknown: {', '.join(strangers)}")
        return {key: _named(key, self.keys[key], part) for key, part in value.items() if key in self.keys}


def shape(required: str, *, closed: bool = True, **keys: Check) -> Shape:
    return Shape(keys, frozenset(required.split()), closed)


def _named(key: str, check: Check, value: object) -> Any:  # noqa: ANN401  any JSON value
    try:
        return check(value)
    except ValueError as error:
        raise WrongValueError(f"{key}: {error}") from error


def text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError("text is expected")
    return value


def short_text(value: object) -> str:
    """Up to 256 characters, like an internal tag (acronis-api.md 3.1)."""
    if len(text(value)) > 256:
        raise WrongValueError("longer than 256 characters")
    return text(value)


def flag(value: object) -> bool:
    key = value.lower() if isinstance(value, str) else value
    if not isinstance(key, (str, bool)) or key not in _FLAGS:
        raise WrongValueError("a boolean is expected")
    return _FLAGS[key]


def whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise WrongValueError("an integer is expected")
    return int(value)


def counted(value: object) -> int:
    number = whole(value)
    if number < 0:
        raise WrongValueError("must not be negative")
    return number


def status(value: object) -> int:
    number = whole(value)
    if number not in (0, 1):
        raise WrongValueError("0 or 1 is expected")
    return number


def positive(value: object) -> int:
    number = whole(value)
    if number < 1:
        raise WrongValueError("must be at least 1")
    return number


def identity(value: object) -> str:
    """A lower-case UUID; in practice any case is read, and compared in lower case."""
    found = text(value).lower()
    if not _UUID.fullmatch(found):
        raise WrongValueError("a UUID is expected")
    return found


def email(value: object) -> str:
    found = text(value)
    if found and not re.search(r"\S+@\S+", found):
        raise WrongValueError("an e-mail address is expected")
    return found


def moment(value: object) -> datetime:
    return stamps.read(text(value))


def moment_text(value: object) -> str:
    stamps.read(text(value))
    return text(value)


def day(value: object) -> str:
    stamps.read(text(value))
    if len(text(value)) != 10:
        raise WrongValueError("a date is expected")
    return text(value)


def nanosecond_filter(value: object) -> tuple[str, int]:
    """Unix nanoseconds, plain or eq(n), lt(n), le(n), gt(n), ge(n) (acronis-api.md 8.2)."""
    written = text(value)
    found = _TIMES.fullmatch(written)
    if found is None or ("(" in written) != (")" in written):
        raise WrongValueError("Unix nanoseconds, plain or eq|lt|le|gt|ge(n), are expected")
    return (found[1] or "eq", int(found[2]))


def severity_filter(value: object) -> frozenset[str]:
    """A level, or(a,b), eq(x), lt(x), le(x), gt(x), ge(x): the levels that pass."""
    written = text(value)
    operator, _, rest = written.partition("(")
    if not rest:
        operator, rest = "eq", f"{written})"
    names = rest.removesuffix(")").split(",")
    if not rest.endswith(")") or any(name not in SEVERITIES for name in names):
        raise WrongValueError("unknown severity")
    place = SEVERITIES.index(names[0])
    passing = {
        "or": tuple(names),
        "eq": (names[0],),
        "lt": SEVERITIES[:place],
        "le": SEVERITIES[: place + 1],
        "gt": SEVERITIES[place + 1 :],
        "ge": SEVERITIES[place:],
    }
    if operator not in passing:
        raise WrongValueError("unknown operator")
    return frozenset(passing[operator])


def anything(value: object) -> Any:  # noqa: ANN401  any JSON value
    return value


def thing(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongValueError("an object is expected")
    return value


def one_of(*known: str) -> Check:
    def check(value: object) -> str:
        if value not in known:
            raise WrongValueError(f"one of {', '.join(known)} is expected")
        return str(value)

    return check


def nullable(check: Check) -> Check:
    def checked(value: object) -> Any:  # noqa: ANN401  any JSON value
        return None if value is None else check(value)

    return checked


def list_of(check: Check, *, at_least: int = 0, at_most: int | None = None) -> Check:
    def checked(value: object) -> list[Any]:
        if not isinstance(value, list):
            raise WrongValueError("a list is expected")
        if len(value) < at_least or (at_most is not None and len(value) > at_most):
            raise WrongValueError(f"a list of {at_least} to {at_most} is expected")
        return [check(part) for part in value]

    return checked


def comma_list(check: Check, *, at_most: int | None = None) -> Check:
    """Query arrays of account management: one key, commas between."""
    listed = list_of(check, at_most=at_most)
    return lambda value: listed([part for part in text(value).split(",") if part])
