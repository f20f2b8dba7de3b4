"""What may go wrong together in one search (protocol.md 3, "Fault sets")."""

from functools import cache
from typing import NamedTuple

from psabridge.rules.settings import DatingPolicy
from tests.model.bridge import Bridge
from tests.model.moves import World
from tests.model.search import Found, search
from tests.model.state import Faults
from tests.model.values import Dating
from tests.model.vendor import UNIQUENESS

TODAY = Dating()
NEXT = Dating(DatingPolicy.NEXT_PERIOD)
WAITING = Dating(decreases_wait=True)
STARTS = (0, 1)  # a period's first day, and a day inside
ENOUGH = 5_000_000


@cache
def bridge_under(dating: Dating) -> Bridge:
    """Searches of one process share what they computed."""
    return Bridge(dating)


class FaultSet(NamedTuple):
    dating: Dating
    faults: Faults
    rash: bool = False

    def __str__(self) -> str:
        return f"{self.dating}{', rash plans' if self.rash else ''}: {self.faults}"

    @property
    def targets(self) -> tuple[int, ...]:
        """The first is wanted from the start, the others later."""
        return (8, 12) if self.dating.decreases_wait else (15, 18, 10)

    def worlds(self, *, is_whole: bool = True, **switches: bool) -> list[World]:
        """One for each meaning of uniqueness. `is_whole` False: a rule is missing, nothing known is used."""
        bridge = bridge_under(self.dating) if is_whole else Bridge(self.dating)
        return [
            World(bridge, uniqueness, targets=self.targets, rash=self.rash, **switches)
            for uniqueness in UNIQUENESS
        ]

    def search(self, world: World, day: int, *, most: int = ENOUGH, depth: int = 99) -> Found:
        return search(world, day, self.faults, max_states=most, max_depth=depth)


# Every time, to exhaustion.
DEFAULT = (
    FaultSet(TODAY, Faults(lost=1, foreign=1)),
    FaultSet(TODAY, Faults(delayed=1, foreign=1)),
    FaultSet(TODAY, Faults(lost=1, delayed=1, target=1)),
    FaultSet(TODAY, Faults(lost=1, delayed=1, lag=1)),
    FaultSet(TODAY, Faults(delayed=1, lag=1, restore=1)),
    FaultSet(TODAY, Faults(lost=1, restart=1)),
    FaultSet(TODAY, Faults(lost=1, back=1)),
    FaultSet(TODAY, Faults(restore=1, back=1)),
    FaultSet(NEXT, Faults(lost=1, foreign=1)),
    FaultSet(NEXT, Faults(lost=1, delayed=1, target=1)),
    FaultSet(WAITING, Faults(lost=1, target=1)),
    FaultSet(WAITING, Faults(lost=1, foreign=1)),
    FaultSet(TODAY, Faults(target=1), rash=True),
    FaultSet(TODAY, Faults(lost=1), rash=True),
    FaultSet(TODAY, Faults(delayed=1), rash=True),
    FaultSet(TODAY, Faults(stale=1), rash=True),
    FaultSet(TODAY, Faults(blank=1), rash=True),
    FaultSet(TODAY, Faults(ahead=1), rash=True),
    FaultSet(TODAY, Faults(posting=1), rash=True),
)
# The sets of protocol.md 3, for each way of dating, and rash plans over pairs of faults. Hours.
_FULL = (
    Faults(lost=2, foreign=2),
    Faults(delayed=2, foreign=1),
    Faults(lost=1, delayed=1, lag=1, foreign=1),
    Faults(delayed=1, lag=1, target=1, restore=1),
    Faults(lost=1, delayed=1, foreign=1, target=1),
)
_RASH = (
    Faults(foreign=1),
    Faults(foreign=1, target=1),
    Faults(lost=1, target=1),
    Faults(delayed=1, lag=1),
    Faults(delayed=1, restore=1),
    Faults(lost=1, restart=1),
)
LARGE = (
    *(FaultSet(dating, faults) for faults in _FULL for dating in (WAITING, NEXT, TODAY)),
    *(FaultSet(TODAY, faults, rash=True) for faults in _RASH),
    FaultSet(TODAY, Faults(restart=1, lag=1, target=1)),
)
