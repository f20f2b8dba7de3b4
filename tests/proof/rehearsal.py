"""The month lived without any mishap: what every run with one must come to."""

import hashlib
from pathlib import Path

from psabridge.rules.units.intent import Decision
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import close_database, world_clock
from tests.proof.ending import Ending
from tests.proof.forks import Verdict
from tests.proof.month import DAYS, open_month
from tests.proof.product import Product

# After the month, so that what a person sent again on its last day is seen.
LAST = DAYS + 2


def drawn(seed: int, number: int) -> int:
    """The same number for the same seed, and none that keeps step with anything, other seeds included."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{number}".encode()).digest()[:8])


class Rehearsal:
    """The month without kills: how the vendors look in the end of each day."""

    def __init__(self, folder: Path, *, uniqueness: str = "start") -> None:
        self.month = open_month(uniqueness=uniqueness)
        world_clock(self.month)
        self.product = Product(folder, self.month, DirectTransport(self.month.emulation))
        self.product.install()
        close_database()  # with it goes SQLite's log: what changes from now on is the process's
        self.ends: list[Ending] = []

    def live(self) -> None:
        self.month.begin(0)
        self.product.start()
        for day in range(LAST + 1):
            self.month.begin(day)
            self.live_day(day)

    def live_day(self, day: int) -> None:  # noqa: ARG002  runs with a mishap say what they do on which day
        self.product.until_quiet()
        self.ends.append(Ending.of(self.month))


def judged(subject: str, product: Product, wanted: list[Ending], day: int, last: int) -> Verdict:
    """The end of that day and of the days up to `last`, beside those of the run without kills."""
    wrong = [f"parked inside a period: {one.why}" for one, _ in product.decided if one.is_fenced]
    is_exact = all(word is Decision.IT_LANDED for _, word in product.decided)
    if not is_exact:
        last = max(last, min(day + 2, LAST))
    for later in range(day, last + 1):
        if later > day:
            product.month.begin(later)
            product.until_quiet()
        if is_exact or later >= day + 2:
            since = None if is_exact else product.month.today
            wrong += Ending.of(product.month).differs(wanted[later], since=since)
    if wrong:
        return Verdict(subject, "wrong", "; ".join(wrong[:4]))
    words = "".join(f", {word}" for word in sorted({str(word) for _, word in product.decided}))
    return Verdict(subject, f"same{words}")
