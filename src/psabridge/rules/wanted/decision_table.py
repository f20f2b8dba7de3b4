"""What an item gets: the decision table (ACR-MAP-08 with R2, R4, R5, R8, R21).

All rows of one item are judged together. The contract wins over Free; Free means "give it even though it
is not sold"; nothing is lowered on a doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from psabridge.rules.wanted.sales import Standing


class Outcome(StrEnum):
    UNITS = "the contract units"
    UNLIMITED = "unlimited"
    ZERO = "0"
    OFF = "off"
    LEAVE = "left as it is"


@dataclass(frozen=True, slots=True)
class RowCase:
    """What one mapping row of the item brings to the table."""

    standing: Standing
    is_free: bool = False
    carries_quota: bool = True  # totals and workloads; never class rows, counting rows and features
    counts_only: bool = False  # included features, shared seats (ACR-MAP-04)
    is_undecided: bool = False  # new and nobody has said anything yet (R8)
    is_switch: bool = False  # a feature: on or off is all it knows (R4)
    is_off: bool = False  # a storage of which no option is ticked (ACR-STO-01)
    units: int | None = None  # prepaid


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is true for the whole customer."""

    sets_to_zero: bool  # the setting (ACR-DEP-01)
    has_live_addition: bool  # R19, ACR-DEP-06
    has_seen_addition_end: bool = False  # before that nothing is zeroed for lack of additions (R21)
    has_future_contract: bool = False  # it pauses everything that follows from a lack of additions

    @property
    def zeroes_all(self) -> bool:
        lacks = not self.has_live_addition and not self.has_future_contract
        return self.sets_to_zero and lacks and self.has_seen_addition_end

    @property
    def zeroes_unsold(self) -> bool:
        """Single items go to 0 only beside a live addition; without any, R5 and R21 decide."""
        return self.sets_to_zero and self.has_live_addition


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    rule: str
    reason: str
    needs_person: bool = False


def decide(rows: Sequence[RowCase], around: Circumstances) -> Decision:
    if any(row.standing is Standing.HELD for row in rows):
        return Decision(Outcome.LEAVE, "ACR-MAP-08", "its contract cannot be told or is held")
    if any(row.is_off for row in rows):
        return Decision(Outcome.OFF, "ACR-STO-01", "no option of the storage is ticked")
    if around.zeroes_all:
        return _for_lack_of_additions(rows)
    return _sold(rows) or _not_sold(rows, around)


def _for_lack_of_additions(rows: Sequence[RowCase]) -> Decision:
    """All rows to 0, Free ones too, always shown to a person first (R5)."""
    if any(row.is_undecided for row in rows):
        return Decision(Outcome.LEAVE, "R8", "the item is new and nobody has decided about it")
    if all(row.counts_only for row in rows):
        return Decision(Outcome.LEAVE, "ACR-MAP-04", "the row only counts")
    return Decision(Outcome.ZERO, "R5", "the company has no live addition", needs_person=True)


def _sold(rows: Sequence[RowCase]) -> Decision | None:
    prepaid = [row for row in rows if row.standing is Standing.PREPAID]
    if any(row.carries_quota for row in prepaid):
        return Decision(Outcome.UNITS, "ACR-PRE-01", "units of a prepaid contract")
    if any(row.standing is Standing.PAYG for row in rows):
        return Decision(Outcome.UNLIMITED, "ACR-PAY-04", "sold pay as you go")
    if any(row.is_switch and row.units != 0 for row in prepaid):
        return Decision(Outcome.UNLIMITED, "R4", "a feature sold on a prepaid contract")
    if any(row.is_switch for row in prepaid):
        return Decision(Outcome.ZERO, "ACR-PRE-07", "a feature at 0 units on a prepaid contract")
    if prepaid:
        return Decision(Outcome.UNLIMITED, "R2", "sold prepaid by rows that only report")
    return None


def _not_sold(rows: Sequence[RowCase], around: Circumstances) -> Decision:
    if any(row.is_free for row in rows):
        return Decision(Outcome.UNLIMITED, "ACR-MAP-08", "Free: given though it is not sold")
    if any(row.is_undecided for row in rows):
        return Decision(Outcome.LEAVE, "R8", "the item is new and nobody has decided about it")
    if all(row.counts_only for row in rows):
        return Decision(Outcome.LEAVE, "ACR-MAP-04", "the row only counts")
    if around.zeroes_unsold:
        return Decision(Outcome.ZERO, "ACR-DEP-01", "not sold, and quotas are set to zero")
    return Decision(Outcome.LEAVE, "ACR-MAP-08", "not sold, and quotas are not set to zero")
