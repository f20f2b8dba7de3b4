"""A line that an unmapping left, with what a person said of it (R33)."""

from dataclasses import dataclass
from datetime import date

from psabridge.kit.money import Money
from psabridge.rules.words import CompanyId, LineId


@dataclass(frozen=True, slots=True)
class LeftLine:
    """A line of a customer that was unmapped: it is billed as it stands, and no longer measured (R33)."""

    line: LineId
    company: CompanyId
    subject: str  # company, contract and service by name
    units: int | None  # on the day it was left; None: not known
    monthly: Money | None  # None: the price is unknown
    since: date
    zero_after: date | None = None  # a person's word: 0 from the first period that begins after this day
