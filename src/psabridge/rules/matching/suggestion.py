"""Which tenant a company could be, how surely, and why. Values only; `suggesting.py` makes them."""

from dataclasses import dataclass
from enum import StrEnum

from psabridge.rules.words import CompanyId, TenantId


class Confidence(StrEnum):
    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """The surest first."""
        return list(Confidence).index(self)

    def reaches(self, least: "Confidence") -> bool:
        return self.rank <= least.rank


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`rivals` are as good, or nearly: with one of them nothing is sure (R63)."""

    company: CompanyId
    tenant: TenantId
    confidence: Confidence
    score: int  # orders suggestions of one confidence; means nothing by itself
    reasons: tuple[str, ...]
    rivals: tuple[str, ...] = ()

    @property
    def is_tie(self) -> bool:
        return bool(self.rivals)
