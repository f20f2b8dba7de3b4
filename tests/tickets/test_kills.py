"""A day of tickets, killed before and after every write and every commit: the end is the same (promise 1)."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from psabridge.engine.progress import Quiet
from psabridge.engine.ticket_ports import TicketBook
from psabridge.engine.ticketing import Release, run_tickets
from psabridge.rules.tickets.settings import StormLimit
from psabridge.rules.tickets.stories import TicketId
from tests.tickets.book import MemoryBook
from tests.tickets.cast import COMPLETE, HOUR, MINUTE, ON, an_alert
from tests.tickets.office import automatic
from tests.tickets.world import Killed, World

READS = {"looks", "kept", "knows"}
COMMITS = {name for name, _ in inspect.getmembers(TicketBook, inspect.isfunction)} - READS
SETTINGS = automatic(replace(ON, storm=StormLimit(3, 10 * MINUTE), dismiss_status=COMPLETE))
Step = Callable[[World], object]
SETTLED_AFTER = 6  # cycles: longer than a late request lives


def day() -> Iterator[Step]:
    """What happens: a ticket, its notes and its end; a storm; a person; a dismissal; a merged ticket."""
    yield World.reported  # nothing yet
    yield lambda world: world.raises(an_alert("a1", at=world.clock.at))
    yield lambda world: world.raises(an_alert("a2", at=world.clock.at))
    yield lambda world: world.raises(an_alert("a2", at=world.alerts_at("a2"), reason="no route"))
    yield lambda world: [world.clears(alert.id) for alert in world.reported()]
    yield lambda world: world.raises(an_alert("a3", at=world.clock.at))
    yield lambda world: world.raises(
        *(an_alert(f"s{n}", workload=f"S-{n}", at=world.clock.at) for n in range(5))
    )
    yield lambda world: world.raises(an_alert("b1", workload="PC-9", tenant=2, at=world.clock.at))
    yield lambda world: world.person_sets(ticket_of(world, "b1"), COMPLETE)
    yield lambda world: [world.clears(alert.id) for alert in world.reported() if alert.id.startswith("s")]
    yield lambda world: world.merges(ticket_of(world, "a3"))
    yield lambda world: world.raises(an_alert("a4", at=world.clock.at))


def ticket_of(world: World, alert: str) -> TicketId:
    """The ticket that tells of an alert."""
    told = [key for key, text in world.texts.items() if f"Id: {alert}" in text and key in world.tickets]
    noted = [key for key, notes in world.notes.items() if any(f"Id: {alert}" in one for one in notes)]
    return (told or [key for key in noted if key in world.tickets])[0]


@dataclass(slots=True)
class Knife:
    """Counts what could be cut, and cuts once: before it, or after it was done."""

    at: int = -1
    after: bool = False
    met: int = 0

    def around(self, what: Callable[..., Any]) -> Callable[..., Any]:
        def cut(*args: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the call takes
            number, self.met = self.met, self.met + 1
            if number == self.at and not self.after:
                raise Killed
            answer = what(*args, **named)
            if number == self.at:
                raise Killed
            return answer

        return cut


class Edged(MemoryBook):
    """A book whose commits can be cut; it is what stays when the process dies."""

    knife: Knife

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  a member of the book
        found = super().__getattribute__(name)
        return self.knife.around(found) if name in COMMITS else found


class Cut(World):
    """Vendors whose requests can be cut before they leave, or after they were done."""

    knife: Knife

    def write(self, what: Callable[[], TicketId | None]) -> TicketId | None:
        done: TicketId | None = self.knife.around(super().write)(what)
        return done


def lived(knife: Knife) -> tuple[World, MemoryBook]:
    """A cycle every quarter of an hour; who is killed is started again. What was lost is waited for."""
    world, book = Cut(), Edged()
    world.knife = book.knife = knife
    for step in day():
        step(world)
        for _ in range(SETTLED_AFTER):
            world.passes(HOUR / 4)
            cycle(world, book)
    return world, book


def cycle(world: World, book: MemoryBook) -> None:
    for _ in range(2):
        try:
            run_tickets(SETTINGS, ports=world.ports(book), release=Release(), progress=Quiet())
        except Killed:
            continue
        return


def end_of(world: World, book: MemoryBook) -> dict[str, object]:
    """What Autotask and Acronis hold; which story is which depends on when it was made."""
    made = Counter(one.external_id for one in world.tickets.values())
    texts = [*world.texts.values(), *(text for notes in world.notes.values() for text in notes)]
    return {
        "tickets": sorted((one.external_id, one.status) for one in world.tickets.values()),
        "doubled": [key for key, number in made.items() if number > 1],
        "notes twice": [text for text, number in Counter(texts).items() if number > 1],
        "told": {
            alert: any(f"Id: {alert}" in one or f"({alert})" in one for one in texts)
            for alert in world.alerts
        },
        "dismissed": sorted(set(world.dismissed)),
        "on its way": list(book.errands),
    }


def test_killed_anywhere_the_day_ends_as_if_nothing_had_happened(tell: Callable[[str], None]) -> None:
    """Every write and every commit, before and after; nothing is doubled, and every alert is told (R53)."""
    whole = Knife()
    wanted = end_of(*lived(whole))
    assert wanted["doubled"] == wanted["notes twice"] == wanted["on its way"] == []
    for at in range(whole.met):
        for after in (False, True):
            assert end_of(*lived(Knife(at, after))) == wanted, f"cut {at}, {'after' if after else 'before'}"
    tell(f"{whole.met} writes and commits, each cut before and after: {2 * whole.met} days, all the same")


def test_the_day_holds_every_commit_of_the_book() -> None:
    """A new one is cut without anyone remembering it."""
    assert {"take_in", "arm", "save", "finish", "keep_reasons", "keep_tickets"} <= COMMITS
