"""Which lines somebody means who names a company and a service, and what else the names could mean. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from psabridge.rules.plans.step_words import company_name, sold_name
from psabridge.rules.psa import ContractLine, PsaSnapshot
from psabridge.rules.wanted.contract_state import services_of
from psabridge.rules.words import CompanyId, LineId

T = TypeVar("T")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class AskedLines:
    """`told`: of which companies or services there are lines, where a name fits several."""

    lines: tuple[LineId, ...]
    told: tuple[str, ...] = ()


def find_lines(psa: PsaSnapshot, company: str, service: str) -> AskedLines:
    companies = matching(company, {one.id: one.name for one in psa.companies.values()})
    there = {line.id: line for line in psa.lines.values() if _owner(line, psa) in companies}
    by_number = {line.id for line in there.values() if service.strip() in {str(line.service), str(line.id)}}
    found = by_number or matching(service, {line.id: _sells(line, psa) for line in there.values()})
    owners = {owner for line in found if (owner := _owner(there[line], psa)) is not None}
    told = (
        *_several("company", company, {f"{company_name(owner, psa)} ({owner})" for owner in owners}),
        *_several("service", service, {_sold(there[line], psa) for line in found}),
    )
    return AskedLines(tuple(sorted(found)), told)


def matching(asked: str, names: Mapping[T, str]) -> set[T]:
    """By number, else by the whole name, else by whole words of it, else by a part. Case does not count."""
    wanted = asked.strip().casefold()
    words = _words(wanted)
    ways = (
        {key for key in names if str(key) == wanted},
        {key for key, name in names.items() if name.strip().casefold() == wanted},
        {key for key, name in names.items() if words.strip() and words in _words(name.casefold())},
        {key for key, name in names.items() if wanted and wanted in name.casefold()},
    )
    return next((found for found in ways if found), set())


def _sells(line: ContractLine, psa: PsaSnapshot) -> str:
    """A bundle by its own name and those of the services in it, whose quotas it sets (ACR-MAP-12)."""
    name = sold_name(line, psa)
    inside = () if line.bundle is None else services_of(line, psa)
    return " ".join((name, *(psa.services[one].name for one in inside if one in psa.services)))


def _words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


def _several(what: str, asked: str, names: Collection[str]) -> Iterator[str]:
    if len(names) > 1:
        listed = ", ".join(sorted(names, key=str.casefold))
        yield f"'{asked}' fits more than one {what}: {listed}. The whole name or the number shows one alone"


def _sold(line: ContractLine, psa: PsaSnapshot) -> str:
    name = sold_name(line, psa)
    return name if line.service is None else f"{name} ({line.service})"


def _owner(line: ContractLine, psa: PsaSnapshot) -> CompanyId | None:
    contract = psa.contracts.get(line.contract)
    return None if contract is None else contract.company
