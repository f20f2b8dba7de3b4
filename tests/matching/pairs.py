"""The labelled pairs of R63 as the rules see them: two lists, and which of them belong together."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psabridge.rules.customers.directory import ListedCompany, ListedTenant
from psabridge.rules.customers.tags import tag_of
from psabridge.rules.matching.suggesting import suggest
from psabridge.rules.matching.suggestion import Confidence, Suggestion
from psabridge.rules.platform import Tenant, TenantKind
from psabridge.rules.psa import Company
from psabridge.rules.words import CompanyId, TenantId

FILE = Path(__file__).with_name("pairs.jsonl")
DATABASE = "4711"
HALVES = ("tuned", "held out")
Json = dict[str, Any]
Pair = tuple[CompanyId, TenantId]


@dataclass(frozen=True, slots=True)
class Labelled:
    companies: tuple[ListedCompany, ...]
    tenants: tuple[ListedTenant, ...]
    same: dict[Pair, str]  # with the case each stands for
    cases: dict[Pair, str]

    def suggestions(self) -> tuple[Suggestion, ...]:
        return suggest(self.companies, self.tenants, database_id=DATABASE)


@dataclass(frozen=True, slots=True)
class Quality:
    sure: int
    right: int
    pairs: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{self.right} of {self.sure} sure ones right, {self.right} of {self.pairs} pairs found surely"


@cache
def labelled(half: str) -> Labelled:
    rows = [row for row in _rows() if row["half"] == half]
    companies = tuple(_company(number, row["company"]) for number, row in enumerate(rows, 1))
    tenants = tuple(_tenant(number, row["tenant"]) for number, row in enumerate(rows, 1))
    cases = {(CompanyId(number), _id(number)): row["case"] for number, row in enumerate(rows, 1)}
    same = {pair: case for (pair, case), row in zip(cases.items(), rows, strict=True) if row["is_same"]}
    return Labelled(companies, tenants, same, cases)


def quality(half: str) -> Quality:
    pairs = labelled(half)
    names = {one.id: one.name for one in pairs.companies}
    theirs = {one.id: one.name for one in pairs.tenants}
    sure = [one for one in pairs.suggestions() if one.confidence is Confidence.SURE]
    right = {(one.company, one.tenant) for one in sure} & pairs.same.keys()
    wrong = (one for one in sure if (one.company, one.tenant) not in pairs.same)
    missed = (pair for pair in pairs.same if pair not in right)
    return Quality(
        len(sure),
        len(right),
        len(pairs.same),
        tuple(
            f"{names[one.company]!r} is not {theirs[one.tenant]!r}: {', '.join(one.reasons)}" for one in wrong
        ),
        tuple(f"{pairs.same[pair]}: {names[pair[0]]!r} is {theirs[pair[1]]!r}" for pair in missed),
    )


def _rows() -> Iterator[Json]:
    return (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines())


def _id(number: int) -> TenantId:
    return TenantId(f"tenant-{number:04}")


def _company(number: int, told: Json) -> ListedCompany:
    return ListedCompany(
        Company(CompanyId(number), told["name"], is_active=True),
        city=told["city"],
        number=told["number"],
        web_domains=frozenset(told["web"]),
        mail_domains=frozenset(told["mail"]),
    )


def _tenant(number: int, told: Json) -> ListedTenant:
    row = told["tag_of_row"]
    tag = None if row is None else tag_of(DATABASE, CompanyId(row + 1))
    tenant = Tenant(
        _id(number), told["name"], TenantKind.CUSTOMER, None, True, True, None, internal_tag=tag, version=1
    )
    return ListedTenant(
        tenant, city=told["city"], external_id=told["external_id"], mail_domains=frozenset(told["mail"])
    )
