"""Which side of an item wins: Acronis, Autotask, or what both last agreed on (ACR-TWO-04 to -07).

A level is what a side says of one mapping row of one tenant: 0 is off or not sold, a number is a quota or
the units of a prepaid line, None is on without a number: unlimited, or sold pay as you go.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from psabridge.rules.words import ItemKey, LineId, TenantId

Level = int | None
OFF: Level = 0


@dataclass(frozen=True, slots=True, order=True)
class RowOfTenant:
    """A mapping row, by its key, at one tenant."""

    tenant: TenantId
    row: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """The state both sides last agreed on. A row that counts otherwise now makes it worthless."""

    at: RowOfTenant
    meter: str  # the row's service, and how a quota is turned into units
    source: Level
    contract: Level
    sent: int | None = None  # units that went to the contract since

    def as_sent(self, contract: Level) -> "Agreed":
        """Units that stand as the bridge sent them are no change of the contract's own."""
        if self.sent is None or contract != self.sent:
            return self
        return replace(self, source=self.sent, contract=self.sent, sent=None)


@dataclass(frozen=True, slots=True)
class Following:
    """What both sides agree on as soon as one has followed the other."""

    agreed: Agreed
    line: LineId | None = None  # takes its units from the quota
    item: tuple[TenantId, ItemKey] | None = None  # takes its quota from the contract


class Winner(StrEnum):
    NOBODY = "both agree"
    SOURCE = "Acronis"
    CONTRACT = "the contract"


class Why(StrEnum):
    AGREED = "both say the same"
    FIRST = "no state is known that both agreed on"
    ONE_SIDE = "only one side changed"
    BOTH = "both sides changed"
    NO_COUNT = "an unlimited quota has no number of units"


@dataclass(frozen=True, slots=True)
class Verdict:
    winner: Winner
    why: Why


@dataclass(frozen=True, slots=True)
class Case:
    """`is_counted`: the contract wants a number. `is_switch`: a feature, which has none to give."""

    source: Level
    contract: Level
    confirmed: Agreed | None
    is_counted: bool
    is_switch: bool = False


def decide(case: Case) -> Verdict:
    """One change wins; of two the contract does, because it is what was sold (ACR-TWO-06)."""
    if agree(case):
        return Verdict(Winner.NOBODY, Why.AGREED)
    if case.confirmed is None:
        return Verdict(Winner.CONTRACT, Why.FIRST)
    source_changed = case.source != case.confirmed.source
    contract_changed = case.contract != case.confirmed.contract
    if not source_changed and not contract_changed:
        return Verdict(Winner.NOBODY, Why.AGREED)
    if contract_changed:
        return Verdict(Winner.CONTRACT, Why.BOTH if source_changed else Why.ONE_SIDE)
    if case.source is None and case.is_counted:
        return Verdict(Winner.CONTRACT, Why.NO_COUNT)
    return Verdict(Winner.SOURCE, Why.ONE_SIDE)


def agree(case: Case) -> bool:
    if case.contract is None or case.is_switch:
        return (case.source == OFF) == (case.contract == OFF)
    return case.source == case.contract


def level_words(level: Level) -> str:
    return "on, without a number" if level is None else "off or 0" if level == OFF else f"{level}"


def agreed_words(confirmed: Agreed | None) -> str:
    if confirmed is None:
        return "never"
    return f"{level_words(confirmed.source)} and {level_words(confirmed.contract)}"
