"""JSON with exact numbers: what has a decimal point is a Decimal in both directions, never a float."""

import json
from collections.abc import Mapping
from decimal import Decimal

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_WORDS = {None: "null", True: "true", False: "false"}


def decode(body: bytes) -> object:
    """Raises ValueError for anything that is not one complete JSON text."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def encode(value: object) -> bytes:
    return _text(value).encode()


def _text(value: object) -> str:
    match value:
        case Mapping():
            members = (f"{json.dumps(str(name))}:{_text(member)}" for name, member in value.items())
            return "{" + ",".join(members) + "}"
        case list() | tuple():
            return "[" + ",".join(_text(member) for member in value) + "]"
        case Decimal():
            return _number(value)
        case str():
            return _quoted(value)
        case None | bool():
            return _WORDS[value]
        case int():
            return int.__repr__(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no place in JSON")


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("an endless or undefined number has no place in JSON")
    return format(value, "f")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")
