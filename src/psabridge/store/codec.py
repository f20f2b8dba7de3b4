"""Frozen values to JSON and back. What is kept must read back equal, or fail loudly."""

import json
import zlib
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from psabridge.rules.plan import Change
from psabridge.rules.settings import NewService
from psabridge.rules.words import LineId, LineKind, ServiceId

T = TypeVar("T")


def line_from(text: str) -> LineId:
    kind, _, number = text.partition(":")
    return LineId(LineKind(kind), int(number))


def _service_or_new(value: Any, _: Any) -> Any:  # noqa: ANN401  cattrs hands over plain JSON
    if value is None:
        return None
    return _converter.structure(value, NewService) if isinstance(value, dict) else ServiceId(int(value))


def _make() -> JsonConverter:
    converter = make_converter(forbid_extra_keys=True, prefer_attrib_converters=False)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_unstructure_hook(timedelta, lambda value: value.total_seconds())
    converter.register_structure_hook(timedelta, lambda value, _: timedelta(seconds=value))
    converter.register_unstructure_hook(ZoneInfo, str)
    converter.register_structure_hook(ZoneInfo, lambda value, _: ZoneInfo(value))
    converter.register_unstructure_hook(LineId, str)
    converter.register_structure_hook(LineId, lambda value, _: line_from(value))
    converter.register_structure_hook(ServiceId | NewService | None, _service_or_new)
    configure_tagged_union(Change, converter, tag_name="is_a")
    return converter


_converter = _make()


def to_plain(value: object, as_type: Any = None) -> Any:  # noqa: ANN401  any JSON value
    return _converter.unstructure(value, unstructure_as=as_type)


def from_plain(plain: Any, as_type: type[T]) -> T:  # noqa: ANN401  any JSON value
    return _converter.structure(plain, as_type)


def pack(value: object) -> bytes:
    """Compressed JSON, for values of thousands of rows."""
    return zlib.compress(json.dumps(to_plain(value), separators=(",", ":")).encode(), 6)


def unpack(packed: bytes | memoryview, as_type: type[T]) -> T:
    return from_plain(json.loads(zlib.decompress(packed)), as_type)
