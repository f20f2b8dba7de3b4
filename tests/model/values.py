"""What passes between the model and one cycle: what it sees, sends, hears and says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from psabridge.rules.settings import DatingPolicy

Seen = tuple[tuple[date, int], ...]


class Said(StrEnum):
    """What the bridge tells people of the line after a cycle."""

    RIGHT = "right"
    LISTED = "listed"
    NOTHING = "nothing"  # it neither called the line right nor told anybody


class Reply(StrEnum):
    ACCEPTED = "200 with item id"
    DUPLICATE = "duplicate data"
    LOST = "lost"
    CRASH = "the process dies before the answer"


class Answered(NamedTuple):
    """What came back, and what reads show from then on."""

    reply: Reply
    seen: Seen


class Sight(NamedTuple):
    """What the bridge is given to see."""

    day: int
    seen: Seen
    target: int
    figures: tuple[int, ...]  # of the lived days that are over
    posted: date | None = None
    is_blank: bool = False  # reads bring no row at all
    clock_ahead: bool = False  # its clock is a day ahead of the vendor's


class Sending(NamedTuple):
    """A cycle that wants to send."""

    day: date
    change: int
    intent: int
    tries: int
    wanted: int
    before: int


class Done(NamedTuple):
    memory: int
    said: Said
    needs_person: bool


@dataclass(frozen=True, slots=True)
class Dating:
    """What the provider decided about dates."""

    policy: DatingPolicy = DatingPolicy.AS_IT_CHANGES
    decreases_wait: bool = False

    @property
    def counts_days(self) -> bool:
        """Whether what was wanted on earlier days is asked for."""
        return self.decreases_wait or self.policy is not DatingPolicy.AS_IT_CHANGES

    def __str__(self) -> str:
        return "waiting decreases" if self.decreases_wait else self.policy.value.replace("_", " ")
