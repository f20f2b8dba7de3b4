"""What rows that could not be read hide, and from which company: unknown, never ended and never 0.

Lines and unit rows are read for all companies at once. A spoilt row on a contract of a company that is
not mapped is none of ours.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from psabridge.clients.autotask import records
from psabridge.clients.autotask.spoilt import Sifted, Spoilt
from psabridge.rules.psa import ContractLine, Gap
from psabridge.rules.words import CompanyId, ContractId, LineId, LineKind

# "Nothing is lowered for what cannot be read" reaches the company, or everybody where none is named.
_HIDES = "ERR-07"
# A company that cannot be read is held as a whole, and nobody else with it.
_COMPANY = "R38"


@dataclass(frozen=True, slots=True)
class Owners:
    """The mapped company of each contract, those that could not be read among them."""

    of: Mapping[ContractId, CompanyId]

    @classmethod
    def told_by(cls, contracts: Sifted[records.Contract]) -> Self:
        found = {ContractId(one.id): CompanyId(one.company_id) for one in contracts.rows}
        spoilt = {
            ContractId(one.id): CompanyId(one.company_id)
            for one in contracts.spoilt
            if one.id is not None and one.company_id is not None
        }
        return cls(found | spoilt)


@dataclass(frozen=True, slots=True)
class SpoiltUnits:
    """Lines whose units are not known, because a row of theirs could not be read."""

    kind: LineKind
    rows: Sequence[Spoilt]

    def lines(self, lines: Mapping[LineId, ContractLine]) -> frozenset[LineId]:
        """Where a row names only its contract, all lines of that contract."""
        named = {LineId(self.kind, one.line_id) for one in self.rows if one.line_id is not None}
        contracts = {one.contract_id for one in self.rows if one.line_id is None}
        return frozenset(line.id for line in lines.values() if line.id in named or line.contract in contracts)

    def of(self, asked: Iterable[LineId]) -> frozenset[LineId]:
        """Among lines asked for by id, whose contracts are not told: all, if a row does not name its line."""
        own = frozenset(line for line in asked if line.kind is self.kind)
        named = {one.line_id for one in self.rows}
        return own if None in named else frozenset(line for line in own if line.number in named)

    def gaps(self, lines: Mapping[LineId, ContractLine], owners: Owners) -> tuple[Gap, ...]:
        return tuple(gap for one in self.rows for gap in self._gap(one, lines, owners))

    def _gap(self, one: Spoilt, lines: Mapping[LineId, ContractLine], owners: Owners) -> Iterable[Gap]:
        if one.line_id is None:
            return _on_contract(f"unit row {_id(one)}", one.why, one.contract_id, owners)
        line = lines.get(LineId(self.kind, one.line_id))
        contract = one.contract_id if line is None else line.contract
        if contract is None:
            return ()  # of a line that is not ours, or that is a gap itself
        return _on_contract(f"unit row {_id(one)} of line {one.line_id}", one.why, contract, owners)


def company_gaps(spoilt: Iterable[Spoilt]) -> tuple[Gap, ...]:
    return tuple(Gap(f"company {_id(one)}", one.why, _company(one.id), _COMPANY) for one in spoilt)


def contract_gaps(spoilt: Iterable[Spoilt]) -> tuple[Gap, ...]:
    return tuple(Gap(f"contract {_id(one)}", one.why, _company(one.company_id), _HIDES) for one in spoilt)


def line_gaps(spoilt: Iterable[Spoilt], owners: Owners) -> tuple[Gap, ...]:
    return tuple(
        gap
        for one in spoilt
        for gap in _on_contract(f"contract line {_id(one)}", one.why, one.contract_id, owners)
    )


def _on_contract(what: str, why: str, contract: int | None, owners: Owners) -> Iterable[Gap]:
    if contract is None:
        yield Gap(what, why, code=_HIDES)
    elif contract in owners.of:
        yield Gap(f"{what} on contract {contract}", why, owners.of[ContractId(contract)], _HIDES)


def _company(number: int | None) -> CompanyId | None:
    return None if number is None else CompanyId(number)


def _id(one: Spoilt) -> str:
    return "of an unreadable id" if one.id is None else str(one.id)
