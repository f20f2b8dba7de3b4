"""Suggestions for a thousand companies among a thousand tenants: seconds, and how many are sure (R63)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from psabridge.rules.customers.directory import ListedCompany, ListedTenant
from psabridge.rules.matching.suggesting import suggest
from psabridge.rules.matching.suggestion import Confidence
from psabridge.rules.words import CompanyId, TenantId
from tests.matching.pairs import DATABASE, HALVES, labelled

MOST_SECONDS = 2
APART = 10_000  # between the ids of the two halves


@dataclass(frozen=True, slots=True)
class Suggested:
    companies: int
    tenants: int
    sure: int
    seconds: float
    own_seconds: float

    @property
    def breaches(self) -> Iterator[str]:
        """On the processor: what else the machine does is no business of ours."""
        if self.own_seconds > MOST_SECONDS:
            yield f"suggestions took {self.own_seconds:.1f} s, at most {MOST_SECONDS}"

    def __str__(self) -> str:
        return (
            f"Suggestions: {self.companies} companies among {self.tenants} tenants in {self.seconds:.1f} s "
            f"({self.own_seconds:.1f} on the processor), {self.sure} of them sure"
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "companies": self.companies,
            "tenants": self.tenants,
            "sure": self.sure,
            "seconds": self.seconds,
            "own_seconds": self.own_seconds,
        }


def measure() -> Suggested:
    companies, tenants = _both_halves()
    started, own = time.perf_counter(), time.process_time()
    found = suggest(companies, tenants, database_id=DATABASE)
    seconds, own_seconds = time.perf_counter() - started, time.process_time() - own
    sure = sum(one.confidence is Confidence.SURE for one in found)
    return Suggested(len(companies), len(tenants), sure, seconds, own_seconds)


def _both_halves() -> tuple[list[ListedCompany], list[ListedTenant]]:
    companies: list[ListedCompany] = []
    tenants: list[ListedTenant] = []
    for number, half in enumerate(HALVES):
        companies += [_company(one, number * APART) for one in labelled(half).companies]
        tenants += [_tenant(one, half) for one in labelled(half).tenants]
    return companies, tenants


def _company(one: ListedCompany, more: int) -> ListedCompany:
    return replace(one, company=replace(one.company, id=CompanyId(one.id + more)))


def _tenant(one: ListedTenant, half: str) -> ListedTenant:
    return replace(one, tenant=replace(one.tenant, id=TenantId(f"{half} {one.id}")))
