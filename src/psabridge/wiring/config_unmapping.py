"""Customers that a configuration file leaves out: they stay mapped until a person says otherwise (R33).

An older file knows nothing of customers that were mapped since, and nobody should lose them by importing it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from psabridge.rules.customers.left_lines import LeftLine
from psabridge.rules.customers.staying import Staying
from psabridge.rules.settings import CustomerMapping, PairingSettings
from psabridge.rules.words import CompanyId, TenantId
from psabridge.store.pairings import in_order, note

Pair = tuple[CompanyId, TenantId]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the bridge has mapped in a pairing, and a file does not name or maps to another company."""

    settings: PairingSettings  # as they are before the import
    pairs: frozenset[Pair]

    @property
    def by_company(self) -> tuple[tuple[CompanyId, frozenset[TenantId]], ...]:
        companies = sorted({company for company, _ in self.pairs})
        return tuple(
            (one, frozenset(tenant for company, tenant in self.pairs if company == one)) for one in companies
        )


@dataclass(frozen=True, slots=True)
class Unmapping:
    """A person's word: these go, and leave these lines (R33)."""

    pairs: frozenset[Pair] = frozenset()
    left: tuple[LeftLine, ...] = ()

    @classmethod
    def of(cls, found: tuple[Staying, ...]) -> "Unmapping":
        return cls(
            frozenset((one.company, tenant) for one in found for tenant in one.tenants),
            tuple(line for one in found for line in one.left),
        )


@dataclass(frozen=True, slots=True)
class Merged:
    settings: PairingSettings
    kept: tuple[str, ...]  # in words, what stays mapped although the file leaves it out


def left_out(before: PairingSettings, wanted: PairingSettings) -> LeftOut:
    told = {_pair(row) for row in wanted.customers}
    return LeftOut(before, frozenset(_pair(row) for row in before.customers if _pair(row) not in told))


def merged(wanted: PairingSettings, before: PairingSettings, unmapping: Unmapping) -> Merged:
    kept = [row for row in before.customers if _pair(row) in _stay(wanted, before, unmapping)]
    stay = {row.tenant for row in kept}
    rows = (*(row for row in wanted.customers if row.tenant not in stay), *_beside(kept, wanted))
    settings = in_order(replace(wanted, customers=rows))
    return Merged(
        replace(settings, left_lines=_left_lines(settings, unmapping)),
        tuple(_said(row, wanted) for row in kept),
    )


def _stay(wanted: PairingSettings, before: PairingSettings, unmapping: Unmapping) -> frozenset[Pair]:
    return left_out(before, wanted).pairs - unmapping.pairs


def _beside(kept: list[CustomerMapping], wanted: PairingSettings) -> Iterator[CustomerMapping]:
    """Where the file names a receiver of the company's quotas, that one it is (R31)."""
    receivers = {row.company for row in wanted.customers if row.receives_quotas}
    for row in kept:
        yield replace(row, receives_quotas=row.receives_quotas and row.company not in receivers)


def _left_lines(settings: PairingSettings, unmapping: Unmapping) -> tuple[LeftLine, ...]:
    """Lines of mapped companies are measured; what an unmapping leaves now goes before older words."""
    mapped = {row.company for row in settings.customers}
    gone = {company for company, _ in unmapping.pairs}
    older = (line for line in settings.left_lines if line.company not in mapped | gone)
    return (*older, *(line for line in unmapping.left if line.company not in mapped))


def _said(row: CustomerMapping, wanted: PairingSettings) -> str:
    other = wanted.company_of(row.tenant)
    why = "which the file leaves out" if other is None else f"which the file maps to company {other}"
    return f"{wanted.name}: company {row.company} stays mapped to tenant {row.tenant}, {why}"


def note_unmapped(before: PairingSettings, after: PairingSettings, *, who: str, at: datetime) -> None:
    """As if each had been unmapped by command."""
    for company, tenants in left_out(before, after).by_company:
        lines = ", ".join(f"{line.line}" for line in after.left_lines if line.company == company)
        note(
            who=who,
            what="customer unmapped",
            subject=f"{after.name}: company {company}",
            at=at,
            detail=f"tenants {', '.join(sorted(tenants))}; lines left: {lines or 'none'}; by config import",
        )


def _pair(row: CustomerMapping) -> Pair:
    return row.company, row.tenant
