"""Where the activation mail of one new customer goes, where that is not the address for all (ACR-PRV-07)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from psabridge.rules.words import CompanyId


@dataclass(frozen=True, slots=True)
class OwnAddress:
    company: CompanyId
    address: str

    def __post_init__(self) -> None:
        if "@" not in self.address:
            raise ValueError(f"the address {self.address!r} of company {self.company} is no e-mail address")


def address_for(company: CompanyId, own: Iterable[OwnAddress], for_all: str | None) -> str:
    return next((one.address for one in own if one.company == company), for_all or "")


def with_address(own: Iterable[OwnAddress], wanted: OwnAddress) -> tuple[OwnAddress, ...]:
    """The last word on a company counts."""
    kept = (*(one for one in own if one.company != wanted.company), wanted)
    return tuple(sorted(kept, key=lambda one: one.company))


def told_twice(own: Iterable[OwnAddress]) -> tuple[CompanyId, ...]:
    times = Counter(one.company for one in own)
    return tuple(sorted(company for company, number in times.items() if number > 1))
