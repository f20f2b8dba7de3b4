"""Findings: what a person should know, each with the id that explains it and the next act."""

from dataclasses import dataclass
from enum import IntEnum

from psabridge.kit.order import missing_first
from psabridge.rules.words import CompanyId


class Severity(IntEnum):
    NOTE = 1  # worth knowing, nothing to do now
    WARNING = 2  # someone should look
    STOPS = 3  # something was not written because of it


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is an id of the catalogue (ERR-15, ACR-STO-03) or a ruling (R25)."""

    code: str
    severity: Severity
    subject: str  # names the customer, contract, line or setting
    problem: str
    next_act: str
    company: CompanyId | None = None

    def __lt__(self, other: "Finding") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[object, ...]:
        texts = (self.subject, self.problem, self.next_act)
        return (self.code, self.severity, *texts, missing_first(self.company))

    def __str__(self) -> str:
        return f"{self.code} {self.subject}: {self.problem}. {self.next_act}"
