"""Rows that do not fit, kept apart from the sound ones: one customer's fault stays its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.wire_model import fitting

R = TypeVar("R", bound=Record)

# Members that say whose a row is, as they are spelled on the wire (docs/vendors/autotask.md A10).
_LINES = ("contractServiceID", "contractServiceBundleID")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A row that could not be read. What it holds is unknown, never 0; its ids may tell whose it is."""

    id: int | None
    company_id: int | None
    contract_id: int | None
    line_id: int | None  # of unit rows
    why: str


@dataclass(frozen=True, slots=True)
class Sifted(Generic[R]):
    """Every row of an answer is in exactly one of the two."""

    rows: tuple[R, ...]
    spoilt: tuple[Spoilt, ...] = ()

    @classmethod
    def joined(cls, parts: "Iterable[Sifted[R]]") -> "Sifted[R]":
        """A row without a readable id may come with two pages."""
        kept = list(parts)
        rows = tuple(row for part in kept for row in part.rows)
        return cls(rows, tuple(dict.fromkeys(one for part in kept for one in part.spoilt)))


def sifted(model: type[R], items: Iterable[object]) -> Sifted[R]:
    rows: list[R] = []
    spoilt: list[Spoilt] = []
    for item in items:
        found = fitting(model, item)
        if isinstance(found, str):
            spoilt.append(_spoilt(item, found))
        else:
            rows.append(found)
    return Sifted(tuple(rows), tuple(spoilt))


def row_id(item: object) -> int | None:
    return _whole(item, "id") if isinstance(item, Mapping) else None


def _spoilt(item: object, why: str) -> Spoilt:
    row = item if isinstance(item, Mapping) else {}
    lines = [found for found in (_whole(row, name) for name in _LINES) if found is not None]
    return Spoilt(
        id=_whole(row, "id"),
        company_id=_whole(row, "companyID"),
        contract_id=_whole(row, "contractID"),
        line_id=lines[0] if len(lines) == 1 else None,
        why=why,
    )


def _whole(row: Mapping[str, object], name: str) -> int | None:
    """True and 1.0 are no ids."""
    value = row.get(name)
    return value if type(value) is int else None
