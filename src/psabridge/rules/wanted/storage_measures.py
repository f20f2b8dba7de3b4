"""What each row of a storage reports (R1), and the checks that go with it (R11, ACR-STO-03).

Each row reports what its name says, whatever else is mapped. The split into classes is taken from the
platform, never computed (ACR-STO-09).
"""

from dataclasses import dataclass

from psabridge.rules.settings import Measure, StorageNames

TOLERANCE = 1024**3  # R11: a difference above 1 GB is a finding

RULE_OF = {
    Measure.USAGE: "ACR-PAY-08",
    Measure.TOTAL: "ACR-STO-07",
    Measure.CLASS_1: "ACR-STO-08",
    Measure.CLASS_2: "ACR-STO-09",
    Measure.GEO_TOTAL: "ACR-STO-11",
    Measure.GEO_CLASS_2: "ACR-STO-11",
    Measure.PUBLIC_CLOUD: "ACR-STO-14",
    Measure.REMAINDER: "R1",
    Measure.NOTHING: "ACR-STO-01",
}
# Rows whose bytes leave the remainder. Geo-redundant class 2 is part of the geo row, where there is one.
OF_THEIR_OWN = (Measure.CLASS_1, Measure.CLASS_2, Measure.GEO_TOTAL, Measure.GEO_CLASS_2)
_CLASSES = frozenset({Measure.CLASS_1, Measure.CLASS_2})
_OF_BACKUP_STORAGE = _CLASSES | {Measure.GEO_TOTAL, Measure.GEO_CLASS_2}
# Pairs of rows that report some of the same bytes, the smaller row second.
OVERLAPS = (
    (Measure.TOTAL, Measure.CLASS_1),
    (Measure.TOTAL, Measure.CLASS_2),
    (Measure.TOTAL, Measure.GEO_TOTAL),
    (Measure.TOTAL, Measure.GEO_CLASS_2),
    (Measure.GEO_TOTAL, Measure.GEO_CLASS_2),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A usage name that goes into a row. Without a geo-replica its part is rightly absent."""

    usage_name: str
    may_be_absent: bool = False


def is_class(measure: Measure) -> bool:
    return measure in _CLASSES


def parts_of(measure: Measure, item_usage: str | None, names: StorageNames) -> tuple[Part, ...] | None:
    """The usages a row adds up; None where no name is known for the measure."""
    if measure in _OF_BACKUP_STORAGE and item_usage not in {None, names.total}:
        return None  # only backup storage is split
    if measure in {Measure.TOTAL, Measure.REMAINDER}:
        return _total(item_usage, names)
    own_names = {
        Measure.CLASS_1: names.class_1,
        Measure.CLASS_2: names.class_2,
        Measure.GEO_TOTAL: names.geo_total,
        Measure.GEO_CLASS_2: names.geo_class_2,
    }
    name = own_names.get(measure) if measure in own_names else item_usage
    return None if not name else (Part(name),)


def _total(item_usage: str | None, names: StorageNames) -> tuple[Part, ...]:
    """Total = standard + geo (ACR-STO-12, R1). Other kinds of storage go by their own usage."""
    standard = Part(item_usage or names.total)
    if standard.usage_name != names.total or not names.geo_total:
        return (standard,)
    return (standard, Part(names.geo_total, may_be_absent=True))


def split_difference(total: int | None, class_1: int | None, class_2: int | None) -> int | None:
    """Bytes by which total and classes differ; None while one of them is unknown or all is well (R11)."""
    if total is None or class_1 is None or class_2 is None:
        return None
    difference = abs(total - class_1 - class_2)
    return difference if difference > TOLERANCE else None
