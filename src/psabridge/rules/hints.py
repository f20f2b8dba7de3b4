"""Hints: somebody told that a ticket or a company changed. They say when to look, never what is true."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Autotask tries an event for two minutes (autotask-rest.md 8) and keeps those behind it waiting; a day holds
# any clock that is wrong as well. What is older comes from somebody who kept it.
FRESH = timedelta(days=1)
# Longer than FRESH on both sides of now: what is forgotten cannot be told again.
REMEMBERED = 3 * FRESH


class HintOf(StrEnum):
    TICKET = "ticket"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Hint:
    of: HintOf
    record: int
    happened_at: datetime
    key: str  # the same for the same event, however often it is told


# A storm of hints is one cycle in so long. Companies are read by the billing cycle, which asks for more.
LEAST_BETWEEN = {HintOf.TICKET: timedelta(seconds=5), HintOf.COMPANY: timedelta(minutes=1)}


def is_fresh(hint: Hint, now: datetime) -> bool:
    return abs(now - hint.happened_at) <= FRESH


def brings_forward(of: HintOf, hints: Sequence[int], waited: timedelta) -> bool:
    """Whether the wait for the next cycle ends here."""
    return bool(hints) and waited >= LEAST_BETWEEN[of]
