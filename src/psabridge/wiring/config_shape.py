"""Whether each place of a pairing's settings holds what belongs there, told in the words of the file."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.tickets.settings import Code
from psabridge.rules.words import CompanyId, LineId, ServiceId, TenantId

LARGEST = 2**63 - 1  # what a database keeps, and more bytes than any storage has
LONGEST = timedelta(days=36_500)
LONGEST_IN_DAYS = ("close_day", "disable_after", "delete_after", "reopen_days")
# Autotask's own company has the number 0.
LEAST: Mapping[object, int] = {CompanyId: 0, ServiceId: 1, Code: 0}
WRITTEN_AS_TEXT = (LineId, ExemptItem)  # their own rules read them


def misfits(plain: object, kind: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401  any type of a setting
    """Lists where lists belong, names with values where those do, numbers that can be meant."""
    wanted = _alternative(plain, kind)
    if wanted in WRITTEN_AS_TEXT:
        return
    if is_dataclass(wanted) or get_origin(wanted) is dict:
        yield from _misfits_of_names(plain, wanted, place)
    elif get_origin(wanted) in (tuple, frozenset):
        yield from _misfits_of_list(plain, wanted, place)
    else:
        yield from _misfits_of_value(plain, wanted, place)


def _alternative(plain: object, kind: Any) -> Any:  # noqa: ANN401  any type of a setting
    """Of a setting that may be several things, the one that what stands there looks like."""
    choices = [one for one in get_args(kind) if one is not NoneType] if _is_union(kind) else [kind]
    built = [one for one in choices if is_dataclass(one) or get_origin(one) in (tuple, frozenset)]
    bare = [one for one in choices if one not in built]
    if plain is None and NoneType in get_args(kind):
        return None
    return (built or bare)[0] if isinstance(plain, dict | list) or not bare else bare[0]


def _is_union(kind: object) -> bool:
    return NoneType in get_args(kind)


def _misfits_of_names(plain: object, kind: Any, place: str) -> Iterator[str]:  # noqa: ANN401  a dataclass
    if not isinstance(plain, dict):
        yield f"{_named(place)} is {_said(plain)}, and names with values belong there"
        return
    kinds = get_type_hints(kind) if is_dataclass(kind) else {}
    for one in fields(kind) if is_dataclass(kind) else ():
        if one.name in plain:
            yield from misfits(plain[one.name], kinds[one.name], f"{place}.{one.name}" if place else one.name)


def _misfits_of_list(plain: object, kind: Any, place: str) -> Iterator[str]:  # noqa: ANN401  a collection
    """A text is no list of its letters, nor a mapping one of its names."""
    if not isinstance(plain, list):
        yield f"{_named(place)} is {_said(plain)}, and a list belongs there"
        return
    for number, one in enumerate(plain, start=1):
        yield from misfits(one, get_args(kind)[0], f"{place}, entry {number}")


def _misfits_of_value(plain: object, kind: object, place: str) -> Iterator[str]:
    if kind is TenantId and plain == "":
        yield f"{place} is empty"
    if isinstance(plain, bool) or not isinstance(plain, int):
        return
    least = LEAST.get(kind)
    if least is not None and plain < least:
        yield f"{place} is {plain}, and numbers of Autotask begin with {least}"
    largest = LONGEST.days if place.rpartition(".")[2] in LONGEST_IN_DAYS else LARGEST
    if kind is timedelta:
        largest = round(LONGEST.total_seconds())
    if plain > largest:
        yield f"{place} is {plain}, at most {largest} is possible"


def _said(plain: object) -> str:
    return "empty" if plain is None else repr(plain)


def _named(place: str) -> str:
    return place or "what stands below its name"
