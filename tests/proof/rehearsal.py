"""A stretch lived without any mishap: what every run with one must come to."""

import hashlib
from pathlib import Path

from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import close_database, world_clock
from tests.proof.ending import Ending
from tests.proof.product import Product
from tests.proof.world import Stretch


def drawn(seed: int, number: int) -> int:
    """The same number for the same seed, and none that keeps step with anything, other seeds included."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:8])


class Rehearsal:
    """The stretch without kills: how the vendors look in the end of each day."""

    def __init__(self, folder: Path, stretch: Stretch, *, uniqueness: str = "start") -> None:
        self.stretch = stretch
        self.month = stretch.open(uniqueness)
        world_clock(self.month)
        self.product = Product(folder, self.month, DirectTransport(self.month.emulation))
        self.product.install()
        close_database()  # with it goes SQLite's log: what changes from now on is the process's
        self.ends: list[Ending] = []

    def live(self) -> None:
        self.month.begin(0)
        self.product.start()
        for day in range(self.stretch.last + 1):
            self.month.begin(day)
            self.live_day(day)

    def settle(self) -> None:
        """The first days of the second period after it: what waited for a legal day is done."""
        for day in self.stretch.settled:
            self.month.begin(day)
            self.product.live(day)
        self.settled = Ending.of(self.month)

    def live_day(self, day: int) -> None:
        self.product.live(day)
        self.ends.append(Ending.of(self.month))
