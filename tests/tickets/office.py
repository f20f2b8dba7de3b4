"""A bridge that runs ticket cycles, and the world around it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from psabridge.engine.progress import Quiet
from psabridge.engine.ticketing import Release, TicketReport, run_tickets
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.settings import TicketSettings
from psabridge.rules.words import Mode, WorkKind
from tests.tickets.book import MemoryBook, OpenBook
from tests.tickets.cast import MINUTE, ON, an_alert, decided
from tests.tickets.world import World


def automatic(tickets: TicketSettings = ON, mode: Mode = Mode.AUTOMATIC) -> PairingSettings:
    return replace(decided(tickets), modes={WorkKind.TICKETS: mode})


class Office:
    """A bridge that runs a cycle every minute, and the world around it."""

    def __init__(self, settings: PairingSettings | None = None, book: OpenBook | None = None) -> None:
        self.settings = settings or automatic()
        self.world = World()
        self.book: OpenBook = MemoryBook() if book is None else book
        self.cycle()

    def cycle(self, release: Release | None = None, hinted: Iterable[int] = ()) -> TicketReport:
        self.world.passes(MINUTE)
        return run_tickets(
            self.settings,
            ports=self.world.ports(self.book),
            release=release or Release(),
            progress=Quiet(),
            hinted=hinted,
        )

    def loses_its_database(self) -> None:
        """What the configuration brings back is kept: since when tenants are mapped (ACR-TKT-04)."""
        mapped = self.book.mapped
        self.book = MemoryBook()
        self.book.mapped = mapped

    def alert(self, name: str = "a1", **said: object) -> None:
        self.world.raises(an_alert(name, at=self.world.clock.at, **said))  # type: ignore[arg-type]

    def passes(self, time: timedelta) -> None:
        """A cycle now and then, and at the end."""
        for _ in range(5):
            self.world.passes(time / 5)
            self.cycle()

    @property
    def texts(self) -> list[str]:
        notes = [text for notes in self.world.notes.values() for text in notes]
        return [*self.world.texts.values(), *notes]


def with_a_second_story() -> Office:
    """The first ticket was merged away, and its condition has a second one."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.merges(next(iter(office.world.tickets)))
    office.alert("a2")
    office.passes(5 * MINUTE)
    return office
