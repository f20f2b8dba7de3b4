"""Where everything stands between two moves, what may still go wrong, and what went wrong."""

from typing import NamedTuple

from tests.model.vendor import Vendor


class Faults(NamedTuple):
    """How often each may still happen."""

    lost: int = 0  # answers lost, the request applied or not
    delayed: int = 0  # requests held for up to μ, the answer lost
    lag: int = 0  # landings that reads do not show for up to λ
    foreign: int = 0  # edits by a person: yesterday, today or tomorrow
    target: int = 0  # new numbers wanted
    restart: int = 0  # processes that end, between cycles or while they wait for an answer
    restore: int = 0  # an older database put back
    back: int = 0  # reads that go back to another replica, for less than λ
    stale: int = 0  # the same for as long as they like
    posting: int = 0  # running periods posted, where the vendor would still take a change (D2)
    blank: int = 0  # reads that bring no row at all, for as long as they like
    ahead: int = 0  # the bridge's clock a day ahead

    def __str__(self) -> str:
        return " · ".join(f"{count} {name}" for name, count in self._asdict().items() if count) or "none"


class State(NamedTuple):
    day: int
    vendor: Vendor
    memory: int
    target: int
    left: Faults
    wanted: tuple[int, ...]  # every number ever wanted, sorted
    figures: tuple[int, ...] = ()  # what was wanted at the end of the days that are over
    backup: int | None = None  # a memory whose database was copied
    is_blank: bool = False
    clock_ahead: bool = False
    went_wrong: bool = False  # any fault or foreign edit so far


class Violation(NamedTuple):
    what: str


class Move(NamedTuple):
    words: str
    state: State
    violation: Violation | None = None
