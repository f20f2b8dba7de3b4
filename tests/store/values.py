"""Any value of a type the store keeps, for Hypothesis: None, empty and zero come wherever they can stand."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import strategies as some

from psabridge.rules.arriving.settings import AccountFrom, NewCustomers, NewMode
from psabridge.rules.settings import Waits

FEW = 2
PLAIN: Mapping[Any, some.SearchStrategy[Any]] = {
    int: some.integers(-(2**62), 2**62) | some.sampled_from([0, 1]),
    bool: some.booleans(),
    str: some.text(max_size=20),
    Decimal: some.decimals(allow_nan=False, allow_infinity=False, places=4) | some.just(Decimal("0.00")),
    datetime: some.datetimes(timezones=some.just(UTC)).map(lambda moment: moment.replace(fold=0)),
    date: some.dates(),
    timedelta: some.timedeltas(timedelta(0), timedelta(days=36500)),
    ZoneInfo: some.sampled_from([ZoneInfo("UTC"), ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Berlin")]),
    Waits: some.builds(
        Waits,
        some.timedeltas(timedelta(minutes=10), timedelta(days=1)),
        some.timedeltas(timedelta(minutes=60), timedelta(days=1)),
    ),
    NewCustomers: some.builds(
        NewCustomers,
        some.sampled_from(AccountFrom),
        some.just("backup@provider.example"),
        some.booleans(),
        some.sampled_from(NewMode),
        some.none() | some.just("a storage"),
    ),
    types.NoneType: some.none(),
}


@cache
def any_of(kind: Any) -> some.SearchStrategy[Any]:  # noqa: ANN401  any type of the rules
    """A strategy for a type, read from its fields."""
    if kind in PLAIN:
        return PLAIN[kind]
    if hasattr(kind, "__supertype__"):  # an id: NewType
        return any_of(kind.__supertype__)
    if get_origin(kind) is not None:
        return _any_composed(get_origin(kind), get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return some.sampled_from(kind)
    return some.deferred(lambda: _any_dataclass(kind))


def _any_composed(origin: Any, parts: tuple[Any, ...]) -> some.SearchStrategy[Any]:  # noqa: ANN401
    if origin in {Union, types.UnionType}:
        return some.one_of([any_of(part) for part in parts])
    if origin is frozenset:
        return some.frozensets(any_of(parts[0]), max_size=FEW)
    if origin is tuple and parts[-1:] == (...,):
        return some.lists(any_of(parts[0]), max_size=FEW).map(tuple)
    if origin is tuple:
        return some.tuples(*[any_of(part) for part in parts])
    return some.dictionaries(any_of(parts[0]), any_of(parts[1]), max_size=FEW)


def _any_dataclass(kind: Any) -> some.SearchStrategy[Any]:  # noqa: ANN401
    hints = get_type_hints(kind)
    return some.builds(kind, **{one.name: any_of(hints[one.name]) for one in dataclasses.fields(kind)})
