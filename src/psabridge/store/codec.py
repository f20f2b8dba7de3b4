"""Frozen values to JSON and back. What is kept must read back equal, or fail loudly."""

import json
import zlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import IntEnum, StrEnum
from numbers import Real
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import cattrs
from cattrs.gen import make_dict_structure_fn
from cattrs.preconf.json import JsonConverter, make_converter
from cattrs.strategies import configure_tagged_union

from psabridge.kit.errors import BridgeError
from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.plans.plan import Change
from psabridge.rules.settings import NewService
from psabridge.rules.tickets.plan import TicketWrite
from psabridge.rules.words import ItemKey, LineId, LineKind, ServiceId, TenantId

T = TypeVar("T")


class NotReadable(BridgeError):
    """A snapshot or a plan cannot be read any more. Nothing is guessed from what is left of it."""


SERVICE_OR_NEW = ServiceId | NewService | None


def line_from(text: str) -> LineId:
    kind, _, number = text.partition(":")
    if kind not in set(LineKind) or not number.removeprefix("-").isdecimal():
        raise ValueError(f"{text!r} is no line; it looks like service:12 or bundle:3")
    return LineId(LineKind(kind), int(number))


def _service_or_new(value: Any, _: Any) -> Any:  # noqa: ANN401  cattrs hands over plain JSON
    if isinstance(value, dict):
        return _converter.structure(value, NewService)
    return None if value is None else ServiceId(_whole(value, int))


def _truth(value: Any, _: Any) -> bool:  # noqa: ANN401  cattrs hands over plain JSON
    """Python takes any text for true, also "no"."""
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value


def _whole(value: Any, _: Any) -> int:  # noqa: ANN401  cattrs hands over plain JSON
    """A fraction is never cut off: units and prices hang on it. Keys of JSON objects are texts."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"{value!r} is not a whole number")
    return int(value)


def _text(value: Any, _: Any) -> str:  # noqa: ANN401  cattrs hands over plain JSON
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text; put it in quotes")
    return value


def _exact(value: Any, _: Any) -> Decimal:  # noqa: ANN401  cattrs hands over plain JSON
    """0.1 in a file means a tenth, not the nearest binary fraction."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return number


def _day(value: Any, _: Any) -> date:  # noqa: ANN401  cattrs hands over plain JSON
    """A configuration file may say a day without quotes, which its reader takes for a date already."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(_text(value, str))
    except ValueError as error:
        raise ValueError(f"{value!r} is no day; one looks like 2026-03-10") from error


def _moment(value: Any, _: Any) -> datetime:  # noqa: ANN401  cattrs hands over plain JSON
    """As with days; one that names no zone is in UTC, as every time that is kept."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value, str))
    except ValueError as error:
        raise ValueError(f"{value!r} is no moment; one looks like 2026-03-10T08:00:00+00:00") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _seconds(value: Any, _: Any) -> timedelta:  # noqa: ANN401  cattrs hands over plain JSON
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number:
        raise TypeError(f"{value!r} is no number of seconds")
    return timedelta(seconds=value)


def _exempt(value: Any, _: Any) -> ExemptItem:  # noqa: ANN401  cattrs hands over plain JSON
    """Without an end and a reason it may be said as a pair of tenant and item, as it was kept before R10."""
    if isinstance(value, list) and len(value) == 2:
        tenant, item = value
        return ExemptItem(TenantId(_text(tenant, str)), _converter.structure(item, ItemKey), None, "")
    return _plain_exempt(value, ExemptItem)


def _make() -> JsonConverter:
    converter = make_converter(forbid_extra_keys=True, prefer_attrib_converters=False)
    converter.register_structure_hook(bool, _truth)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook(str, _text)
    # The enumerations are texts and numbers too, and would fall under the rules above.
    converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
    converter.register_structure_hook(IntEnum, lambda value, kind: kind(value))
    converter.register_structure_hook(date, _day)
    converter.register_structure_hook(datetime, _moment)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_structure_hook(Decimal, _exact)
    converter.register_unstructure_hook(timedelta, lambda value: value.total_seconds())
    converter.register_structure_hook(timedelta, _seconds)
    converter.register_unstructure_hook(ZoneInfo, str)
    converter.register_structure_hook(ZoneInfo, lambda value, _: ZoneInfo(value))
    converter.register_unstructure_hook(LineId, str)
    converter.register_structure_hook(LineId, lambda value, _: line_from(_text(value, str)))
    # The library's own rule for such unions would let true pass for service 1.
    converter.register_structure_hook_func(lambda kind: kind == SERVICE_OR_NEW, _service_or_new)
    converter.register_structure_hook(ExemptItem, _exempt)
    configure_tagged_union(Change, converter, tag_name="is_a")
    configure_tagged_union(TicketWrite, converter, tag_name="is_a")
    return converter


_converter = _make()
_plain_exempt = make_dict_structure_fn(ExemptItem, _converter, _cattrs_forbid_extra_keys=True)


def to_plain(value: object, as_type: Any = None) -> Any:  # noqa: ANN401  any JSON value
    return _converter.unstructure(value, unstructure_as=as_type)


def from_plain(plain: Any, as_type: type[T]) -> T:  # noqa: ANN401  any JSON value
    return _converter.structure(plain, as_type)


def to_text(value: object) -> str:
    """JSON of ASCII characters only: any text of a vendor fits into any database."""
    return json.dumps(to_plain(value), separators=(",", ":"))


def from_text(text: str, as_type: type[T]) -> T:
    try:
        return from_plain(json.loads(text), as_type)
    except (cattrs.BaseValidationError, ValueError) as error:
        raise NotReadable(
            f"a kept {as_type.__name__}",
            "was kept by another version, or is damaged",
            "Run the version that kept it, or restore a backup",
        ) from error


def pack(value: object) -> bytes:
    """Compressed JSON, for values of thousands of rows."""
    return zlib.compress(json.dumps(to_plain(value), separators=(",", ":")).encode(), 6)


def unpack(packed: bytes | memoryview, as_type: type[T]) -> T:
    try:
        return from_plain(json.loads(zlib.decompress(packed)), as_type)
    except (cattrs.BaseValidationError, ValueError, zlib.error) as error:
        raise NotReadable(
            f"a kept {as_type.__name__}",
            "was kept by another version, or its bytes are damaged",
            "Make a new plan; what was kept before that no longer explains its day",
        ) from error
