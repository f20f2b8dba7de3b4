"""Ticket cycles against a help desk that loses answers (design section 7, decision 0017)."""

import contextlib
import copy
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from unittest.mock import ANY

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.progress import Quiet
from psabridge.engine.ticketing import Release, TicketReport, run_tickets
from psabridge.jobs.show.tickets import counts_of
from psabridge.rules.lease import Lease
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.errands import ErrandState
from psabridge.rules.tickets.listing import Search, list_alerts
from psabridge.rules.tickets.settings import Reopening, StormLimit, TicketSettings
from psabridge.rules.tickets.stories import NoTicket, TicketId
from psabridge.rules.words import Mode, WorkKind
from tests.tickets.book import FreeLeases, MemoryBook, OpenBook
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, ON, an_alert, decided
from tests.tickets.world import NEW, Fault, Killed, World


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


def test_an_alert_becomes_a_ticket_and_its_end_closes_it() -> None:
    office = Office()
    office.alert()
    assert [one.state for one in office.cycle().outcomes] == [StepState.APPLIED]
    office.world.clears(office.world.reported()[0].id)
    office.cycle()
    (ticket,) = office.world.tickets.values()
    assert ticket.status == COMPLETE


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("where", range(3))
def test_whatever_happens_to_a_write_there_is_one_ticket_and_nothing_is_told_twice(
    fault: Fault, where: int
) -> None:
    """The ticket, the note of a repeat, the closing."""
    office = Office()
    office.alert("a1")
    if where:
        office.cycle()
        office.alert("a2")
    if where > 1:
        office.cycle()
        for alert in office.world.reported():
            office.world.clears(alert.id)
    office.world.faults = [fault]
    with contextlib.suppress(Killed):
        office.cycle()
    office.passes(3 * HOUR)
    assert len(office.world.tickets) == 1
    assert sum("Id: a1" in text for text in office.texts) == 1 + (where > 1)
    assert sum("Raised" in text and "Id: a2" in text for text in office.texts) == (where > 0) + (where > 1)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNANSWERED, Fault.LATE, Fault.KILL_BEFORE])
def test_a_lost_answer_is_waited_for_before_the_ticket_is_made_again(fault: Fault) -> None:
    office = Office()
    office.alert()
    office.world.faults = [fault]
    with contextlib.suppress(Killed):
        office.cycle()
    office.world.passes(20 * MINUTE)
    office.cycle()
    assert len(office.world.tickets) == (fault is Fault.UNANSWERED)
    office.passes(HOUR)
    assert len(office.world.tickets) == 1


@pytest.mark.parametrize("fault", [Fault.UNANSWERED, Fault.KILL_AFTER])
@pytest.mark.parametrize("act", ["ticket", "note", "closing"])
def test_a_write_that_is_found_is_settled_with_the_next_cycle(act: str, fault: Fault) -> None:
    """Design section 7: a read that shows it settles at once. Only what is not found is waited for."""
    office = Office()
    office.alert("a1")
    if act != "ticket":
        office.cycle()
        office.alert("a2")
    if act == "closing":
        office.cycle()
        office.world.clears(AlertId("a1"))
        office.world.clears(AlertId("a2"))
    office.world.faults = [fault]
    with contextlib.suppress(Killed):
        office.cycle()
    assert [one.state for one in office.book.errands.values()] == [ErrandState.SENT]
    texts = len(office.texts)
    (outcome,) = office.cycle().outcomes
    assert (outcome.state, len(office.texts)) == (StepState.APPLIED, texts)
    assert office.book.errands == {}
    (ticket,) = office.world.tickets.values()
    assert (ticket.status == COMPLETE) is (act == "closing")


@pytest.mark.parametrize("act", ["ticket", "note"])
def test_a_write_that_is_not_found_is_sent_again_once_a_late_request_is_dead(act: str) -> None:
    """D18: an hour after it left, and not before."""
    office = Office()
    office.alert("a1")
    if act == "note":
        office.cycle()
        office.alert("a2")
    before = len(office.texts)
    office.world.faults = [Fault.LOST]
    office.cycle()
    office.world.passes(58 * MINUTE)
    assert [one.state for one in office.cycle().outcomes] == [StepState.UNKNOWN]
    assert len(office.texts) == before
    assert [one.state for one in office.cycle().outcomes] == [StepState.APPLIED]
    assert len(office.texts) == before + 1


def test_a_lost_answer_is_listed_until_it_is_settled() -> None:
    """R53: held."""
    office = Office()
    office.alert()
    office.world.faults = [Fault.LOST]
    assert office.cycle().without == {"a1": NoTicket.HELD}
    report = office.cycle()
    assert [one.code for one in report.findings if "lost" in one.problem] == ["R53"]
    assert report.without == {"a1": NoTicket.HELD}


def test_err_18_a_refused_ticket_is_held_shown_and_tried_again() -> None:
    office = Office()
    office.alert()
    office.world.faults = [Fault.REFUSED]
    office.cycle()
    report = office.cycle()
    assert any("The queue is not active." in one.problem for one in report.findings)
    assert report.without == {"a1": NoTicket.HELD}
    office.passes(10 * MINUTE)
    assert len(office.world.tickets) == 1


def test_a_reader_that_shows_new_tickets_late_makes_none_twice() -> None:
    """D19."""
    office = Office()
    office.world.lag = 8 * MINUTE
    office.alert()
    office.world.faults = [Fault.UNANSWERED]
    office.cycle()
    office.passes(2 * HOUR)
    assert len(office.world.tickets) == 1


def test_with_the_database_lost_tickets_are_known_by_their_external_id() -> None:
    """Design section 7: no ticket is made twice."""
    office = Office()
    office.alert()
    office.cycle()
    office.loses_its_database()
    office.cycle()
    office.passes(HOUR)
    assert [one.ticket for one in office.book.stories.values()] == list(office.world.tickets)
    assert office.book.alerts[AlertId("a1")].told is not None


def _with_a_second_story() -> Office:
    """The first ticket was merged away, and its condition has a second one."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.merges(next(iter(office.world.tickets)))
    office.alert("a2")
    office.passes(5 * MINUTE)
    return office


def test_r49_with_the_database_lost_the_open_story_is_found_whatever_its_number() -> None:
    """The first ticket was merged away, the second is open: no new first one is made beside it."""
    office = _with_a_second_story()
    (second,) = office.world.tickets.values()
    office.loses_its_database()
    office.passes(HOUR)
    assert [one.external_id for one in office.world.tickets.values()] == [second.external_id]
    assert [one.number for one in office.book.stories.values()] == [2]


def test_r49_a_restored_database_finds_a_story_beyond_the_next_one() -> None:
    office = Office(automatic(replace(ON, reopening=Reopening.NEVER)))
    office.alert("a1")
    office.cycle()
    before = copy.deepcopy(office.book)
    for name in ("a2", "a3"):
        office.world.merges(next(iter(office.world.tickets)))
        office.alert(name)
        office.passes(5 * MINUTE)
    office.book = before
    office.passes(HOUR)
    assert [one.external_id[-2:] for one in office.world.tickets.values()] == ["-3"]


def test_r49_with_the_database_lost_a_storm_goes_on_in_its_ticket() -> None:
    """Too few of it are left to be a storm by themselves, and each of them stands in its list."""
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    for number in range(4):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.cycle()
    (storm,) = office.world.tickets.values()
    office.world.clears(AlertId("a0"))
    office.world.clears(AlertId("a1"))
    office.loses_its_database()
    office.passes(HOUR)
    assert list(office.world.tickets.values()) == [replace(storm, changed_at=ANY)]
    for alert in office.world.reported():
        office.world.clears(alert.id)
    office.passes(HOUR)
    assert [one.status for one in office.world.tickets.values()] == [COMPLETE]


def test_r53_what_stands_in_a_storm_s_list_is_counted_and_listed_as_that() -> None:
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    for number in range(4):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.alert("b1", tenant=2)
    report = office.cycle()
    assert (report.told, report.in_storms, report.without) == (5, 4, {})
    shown = list_alerts(office.book.kept(office.settings.pairing), Search(told=True))
    assert Counter(one.stands for one in shown) == {"in a storm ticket": 4, "open": 1}
    assert "5 alerts in tickets (4 in a storm ticket)" in counts_of(report)


def test_the_lease_is_renewed_by_what_is_asked_and_written_and_not_for_each_step() -> None:
    """A commit for each ticket of a burst: what is armed proves the lease, what leaves renews it."""
    office = Office()
    renewed: list[tuple[Lease, timedelta]] = []

    class Counted(FreeLeases):
        def renew(self, lease: Lease, *, length: timedelta) -> None:
            renewed.append((lease, length))

    def cycle() -> None:
        ports = replace(office.world.ports(office.book), leases=Counted())
        run_tickets(office.settings, ports=ports, release=Release(), progress=Quiet())

    for number in range(3):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.world.faults = [Fault.UNANSWERED]
    cycle()
    assert renewed == []
    cycle()
    assert len(renewed) == 1


@pytest.mark.parametrize("is_lost", [True, False])
def test_r49_after_a_loss_a_storm_does_not_swallow_what_has_a_ticket_of_its_own(is_lost: bool) -> None:
    """All four were raised within the limit's time, and two had their tickets before it was a storm."""
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    before = copy.deepcopy(office.book)
    for number in range(2):
        office.alert(f"a{number}", workload=f"PC-{number}")
        office.cycle()
    if is_lost:
        office.loses_its_database()
    else:
        office.book = before
    for number in range(2, 5):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.passes(HOUR)
    assert len(office.world.tickets) == 3
    for alert in office.world.reported():
        office.world.clears(alert.id)
    office.passes(HOUR)
    assert [one.status for one in office.world.tickets.values()] == [COMPLETE] * 3


def test_r49_of_two_tickets_with_one_external_id_the_story_goes_on_with_the_older() -> None:
    office = Office()
    office.alert()
    office.cycle()
    (first,) = office.world.tickets.values()
    office.world._create(first.external_id, first.company, None, "again")
    office.loses_its_database()
    office.passes(HOUR)
    assert [one.ticket for one in office.book.stories.values()] == [first.id]


def test_a_known_story_keeps_what_is_known_of_it() -> None:
    """Looking for the next story brings the one before as well."""
    office = Office(automatic(replace(ON, reopening=Reopening.NEVER)))
    office.alert("a1")
    office.cycle()
    office.world.person_sets(next(iter(office.world.tickets)), COMPLETE)
    office.cycle()
    (before,) = office.book.stories.values()
    second = replace(office.world.tickets[TicketId(1)], id=TicketId(2), status=NEW)
    office.world.tickets[TicketId(2)] = replace(second, external_id=f"{before.key}-2")
    office.world.shown_from[TicketId(2)], office.world.notes[TicketId(2)] = office.world.clock.at, []
    office.alert("a2")
    office.passes(HOUR)
    assert len(office.world.tickets) == 2
    assert office.book.stories[before.external_id] == before


def test_yesterday_s_database_makes_nothing_twice() -> None:
    office = Office()
    office.alert("a1")
    office.cycle()
    yesterday = copy.deepcopy(office.book)
    office.alert("a2", workload="PC-2")
    office.cycle()
    office.alert("a3")
    office.cycle()
    office.book = yesterday
    office.passes(3 * HOUR)
    assert len(office.world.tickets) == 2


def test_r49_a_request_that_comes_late_after_a_restore_makes_a_second_ticket_and_that_is_told() -> None:
    """Nobody can know of it: the intent went with the database. The story stays on its own ticket."""
    office = Office()
    before = copy.deepcopy(office.book)
    office.alert()
    office.world.faults = [Fault.LATE]
    office.cycle()
    office.book = before
    office.cycle()
    office.world.passes(30 * MINUTE)
    report = office.cycle()
    assert "R49" in [one.code for one in report.findings]
    assert [one.ticket for one in office.book.stories.values()] == [1]


def test_after_an_outage_of_days_every_alert_gets_its_ticket_oldest_first() -> None:
    """No age limit."""
    office = Office()
    for number in range(5):
        office.alert(f"a{number}", workload=f"PC-{number}")
        office.world.passes(DAY)
    office.cycle()
    first = [text.split("Id: ")[1][:2] for text in office.world.texts.values()]
    assert first == ["a0", "a1", "a2", "a3", "a4"]


def test_acr_tkt_15_closing_the_ticket_dismisses_exactly_its_alert() -> None:
    office = Office(automatic(replace(ON, dismiss_status=COMPLETE)))
    office.alert("a1")
    office.alert("a2", workload="PC-2")
    office.cycle()
    office.world.person_sets(next(iter(office.world.tickets)), COMPLETE)
    office.passes(5 * MINUTE)
    assert office.world.dismissed == ["a1"]


def test_acr_tkt_15_is_off_by_preset() -> None:
    office = Office()
    office.alert()
    office.cycle()
    office.world.person_sets(next(iter(office.world.tickets)), COMPLETE)
    office.passes(5 * MINUTE)
    assert office.world.dismissed == []


def test_r52_what_three_complete_reads_do_not_show_is_told_and_closed_only_where_that_is_set() -> None:
    for closes in (False, True):
        office = Office(automatic(replace(ON, closes_vanished=closes)))
        office.alert()
        office.cycle()
        office.world.alerts.clear()
        for _ in range(4):
            office.world.passes(HOUR)
            report = office.cycle()
        (ticket,) = office.world.tickets.values()
        assert (ticket.status == COMPLETE) is closes
        assert any(one.code == "R52" for one in report.findings) is not closes


def test_under_observe_nothing_is_written_and_everything_is_shown() -> None:
    office = Office(automatic(mode=Mode.OBSERVE))
    office.alert()
    report = office.cycle()
    assert office.world.writes == 0
    assert [one.state for one in report.outcomes] == [StepState.NOT_ASKED]
    assert report.without == {"a1": NoTicket.HELD}


def test_under_approve_exactly_what_a_person_released_is_written() -> None:
    """Promise 2."""
    office = Office(automatic(mode=Mode.APPROVE))
    office.alert("a1")
    office.alert("a2", workload="PC-2")
    shown = office.cycle().plan.steps
    office.cycle(Release("kim", frozenset({shown[0].id})))
    assert len(office.world.tickets) == 1
    office.alert("a2", workload="PC-2", reason="something else")
    office.cycle(Release("kim", frozenset({shown[1].id})))
    assert len(office.world.tickets) == 1


def test_a_busy_vendor_ends_the_round_and_the_rest_follows() -> None:
    office = Office()
    for number in range(4):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.world.faults = [Fault.BUSY]
    report = office.cycle()
    assert [one.state for one in report.outcomes] == [StepState.WAITING] * 4
    office.cycle()
    assert len(office.world.tickets) == 4


def test_a_vendor_that_is_busy_while_a_lost_answer_is_settled_ends_no_cycle() -> None:
    """The machine found it: the cycle ended with the vendor's error, and nothing else was done in it."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.clears(office.world.reported()[0].id)
    office.world.faults = [Fault.UNANSWERED]
    office.cycle()
    office.alert("b1", workload="PC-2")
    office.world.faults = [Fault.BUSY]
    report = office.cycle()
    assert [one.state for one in report.outcomes] == [StepState.WAITING, StepState.APPLIED]


def test_a_ticket_that_went_away_while_it_was_noted_is_followed_by_a_new_one() -> None:
    """ACR-TKT-17."""
    office = _with_a_second_story()
    (ticket,) = office.world.tickets.values()
    assert ticket.external_id.endswith("-2")


@pytest.mark.parametrize("is_hinted", [True, False])
def test_a_deletion_that_was_told_of_is_known_at_once(is_hinted: bool) -> None:
    """ACR-TKT-17: else the next complete read finds it."""
    office = Office()
    office.alert("a1")
    office.cycle()
    [ticket] = office.world.tickets
    office.world.merges(ticket)
    report = office.cycle(hinted=[ticket, 99_999] if is_hinted else [])
    assert report.outcomes == ()
    assert (ticket in office.book.kept(office.settings.pairing).gone) is is_hinted


def test_a_ticket_that_was_told_of_and_is_there_stays() -> None:
    office = Office()
    office.alert("a1")
    office.cycle()
    [ticket] = office.world.tickets
    assert office.cycle(hinted=[ticket]).outcomes == ()
    assert office.book.kept(office.settings.pairing).gone == frozenset()
