"""How much of two numbers is the same usage, whatever was added and taken away on the way to them (R1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from psabridge.rules.evidence import Reading
from psabridge.rules.settings import StorageNames
from psabridge.rules.words import StorageId, TenantId


class _Byte(StrEnum):
    """The parts of a backup storage that no other part holds."""

    FREE = "class 1"
    BILLED = "class 2"
    GEO_FREE = "geo-redundant class 1"
    GEO_BILLED = "geo-redundant class 2"


_STANDARD = frozenset({_Byte.FREE, _Byte.BILLED})
_GEO = frozenset({_Byte.GEO_FREE, _Byte.GEO_BILLED})


@dataclass(frozen=True, slots=True)
class _Counted:
    tenant: TenantId
    storage: StorageId | None
    what: frozenset[str]
    quantity: int

    def meets(self, other: "_Counted") -> bool:
        return (self.tenant, self.storage) == (other.tenant, other.storage) and bool(self.what & other.what)


def counted_twice(one: Sequence[Reading], other: Sequence[Reading], names: StorageNames) -> int:
    """What is in both, in the item's own unit. Parts of a storage lie in each other or apart."""
    terms = _terms(one, names), _terms(other, names)
    added = [[term for term in side if term.quantity > 0] for side in terms]
    taken = dict.fromkeys(term for side in terms for term in side if term.quantity < 0)
    shared = 0
    for mine in added[0]:
        for yours in added[1]:
            if mine.meets(yours):
                both = min(mine, yours, key=lambda term: len(term.what))
                gone = sum(_part_of(both, term) for term in taken if term.meets(both))
                shared += max(both.quantity - gone, 0)
    return shared


def _part_of(both: _Counted, taken: _Counted) -> int:
    """What was taken away of what is in both."""
    return both.quantity if both.what <= taken.what else -taken.quantity


def _terms(readings: Sequence[Reading], names: StorageNames) -> list[_Counted]:
    return [
        _Counted(one.tenant, one.storage, _what(one.usage_name, names), one.quantity)
        for one in readings
        if one.quantity is not None
    ]


def _what(usage_name: str, names: StorageNames) -> frozenset[str]:
    if usage_name == names.total:
        return _STANDARD if names.geo_total else _STANDARD | _GEO
    known: dict[str | None, frozenset[str]] = {
        names.class_1: frozenset({_Byte.FREE}),
        names.class_2: frozenset({_Byte.BILLED}),
        names.geo_total: _GEO,
        names.geo_class_2: frozenset({_Byte.GEO_BILLED}),
    }
    return known.get(usage_name, frozenset({usage_name}))
