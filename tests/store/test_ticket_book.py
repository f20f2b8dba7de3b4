"""What a book of tickets promises: the one in memory, which the machine of cycles uses, and the store's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from django.db import IntegrityError

from psabridge.engine.ticket_ports import TicketBook
from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId, BackupAlert, ConditionKey
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.looking import KeptAlert, Looks
from psabridge.rules.tickets.plan import AddNote, CreateTicket, DismissAlert, SetStatus, TicketStep
from psabridge.rules.tickets.settings import MappedSince, TicketFields
from psabridge.rules.tickets.stories import Closed, Ending, NoTicket, Story, Telling, Ticket, TicketId
from psabridge.rules.tickets.storms import StormOf
from psabridge.rules.words import CompanyId, PairingId
from psabridge.store.leases import DatabaseTicketLeases
from psabridge.store.tickets import DatabaseTicketBook
from tests.builders import tenant_id
from tests.store.cast import A_MINUTE, a_pairing
from tests.tickets.book import MemoryBook
from tests.tickets.cast import DAY, HOUR, MINUTE, START, an_alert

BOOKS = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
BY_PERSON, BY_BRIDGE = Ending(Closed.PERSON, START, "Kim"), Ending(Closed.BRIDGE, START)


@dataclass(frozen=True, slots=True)
class Desk:
    """A book with what its calls are made for."""

    book: TicketBook
    pairing: PairingId
    lease: Lease

    def takes_in(self, *alerts: BackupAlert, looks: Looks | None = None) -> None:
        self.book.take_in(self.pairing, alerts, looks or Looks(), self.lease)

    def tells(self, story: Story, *alerts: BackupAlert) -> Story:
        """A step of the story that tells of these, carried out."""
        errand = an_errand(story, *alerts)
        self.book.arm(self.pairing, errand, self.lease)
        self.book.finish(self.pairing, errand, story, self.lease)
        return story

    def keeps(self, *stories: Story) -> None:
        self.book.keep_stories(self.pairing, stories, self.lease)

    def reasons(self, **why: NoTicket) -> None:
        self.book.keep_reasons(self.pairing, {AlertId(key): one for key, one in why.items()}, self.lease)

    def shows(self, *tickets: Ticket, gone: tuple[int, ...] = ()) -> None:
        self.book.keep_tickets(self.pairing, tickets, [TicketId(one) for one in gone], self.lease)

    def live(self) -> dict[str, KeptAlert]:
        return {one.alert.id: one for one in self.book.kept(self.pairing).alerts}


@contextmanager
def a_desk(pairing: PairingId) -> Iterator[Desk]:
    with DatabaseTicketLeases().hold(pairing, length=A_MINUTE * 10) as lease:
        yield Desk(DatabaseTicketBook(), pairing, lease)


@pytest.fixture(params=BOOKS)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    if request.param == "memory":
        yield Desk(MemoryBook(), PairingId(1), Lease(1, 1))
        return
    room = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_server")
    with request.getfixturevalue("django_db_blocker").unblock(), room.one(), a_desk(a_pairing()) as one:
        yield one


def a_story(alert: BackupAlert, *reported: BackupAlert, number: int = 1, ticket: int = 1) -> Story:
    return Story(
        key=alert.condition,
        number=number,
        company=CompanyId(1),
        tenant=tenant_id(1),
        type=alert.type,
        ticket=TicketId(ticket),
        handled_until=alert.raised_at,
        reported=frozenset(one.id for one in reported),
    )


def a_storm(alert: BackupAlert, *reported: BackupAlert, number: int = 1) -> Story:
    key = StormOf(CompanyId(1), alert.type).key
    return replace(a_story(alert, *reported, number=number, ticket=90), key=key, telling=Telling.STORM)


def a_ticket(story: Story, status: int = 1) -> Ticket:
    assert story.ticket is not None
    number = f"T{story.ticket}"
    return Ticket(story.ticket, number, story.external_id, story.company, status, changed_at=START)


def an_errand(story: Story, *alerts: BackupAlert) -> Errand:
    step = TicketStep(
        act=Act.CREATE,
        subject="Company 1",
        rule="why",
        writes=(
            CreateTicket("title", "text", TicketFields()),
            AddNote(None, "mark", "title", "text"),
            SetStatus(TicketId(1), 5),
            DismissAlert(AlertId("a1")),
        ),
        after=story,
        told={one.id: one.fingerprint for one in alerts},
        raised_at=START,
    )
    return Errand(step, armed_at=START)


def cleared(alert: BackupAlert, at: datetime = START + HOUR) -> BackupAlert:
    return replace(alert, cleared_at=at, updated_at=at)


ONE, TWO = an_alert("a1"), an_alert("a2", at=START + MINUTE)
OTHER = an_alert("b1", workload="PC-2")


def test_alerts_and_how_far_was_read_are_kept_together(desk: Desk) -> None:
    """The cursor is never ahead of what is kept (decision 0017)."""
    assert desk.book.looks(desk.pairing) == Looks()
    read = Looks(START, "2 alerts", START + MINUTE, None)
    desk.takes_in(ONE, OTHER, looks=read)
    assert desk.book.looks(desk.pairing) == read
    assert desk.live() == {"a1": KeptAlert(ONE), "b1": KeptAlert(OTHER)}


def test_of_an_alert_that_is_read_twice_the_later_word_counts(desk: Desk) -> None:
    changed = replace(ONE, details=(("Reason", "no route"),))
    desk.takes_in(ONE, changed)
    assert desk.live() == {"a1": KeptAlert(changed)}


def test_what_was_told_is_still_told_when_the_alert_changes(desk: Desk) -> None:
    desk.takes_in(ONE)
    story = desk.tells(a_story(ONE, ONE), ONE)
    changed = replace(ONE, details=(("Reason", "no route"),))
    desk.takes_in(changed)
    assert desk.live() == {"a1": KeptAlert(changed, ONE.fingerprint, story.external_id)}


def test_an_alert_is_over_when_its_ticket_was_told_that_it_was_cleared(desk: Desk) -> None:
    desk.takes_in(ONE)
    story = desk.tells(a_story(ONE, ONE), ONE)
    desk.takes_in(cleared(ONE))
    assert list(desk.live()) == ["a1"]
    desk.tells(replace(story, reported=frozenset(), ending=BY_BRIDGE))
    assert desk.live() == {}


def test_an_alert_told_after_it_was_cleared_goes_on_until_that_is_told(desk: Desk) -> None:
    desk.takes_in(cleared(ONE))
    desk.tells(a_story(ONE, ONE), ONE)
    assert list(desk.live()) == ["a1"]


def test_one_that_vanished_and_is_there_again_is_as_if_it_were_new(desk: Desk) -> None:
    desk.takes_in(ONE)
    story = desk.tells(a_story(ONE, ONE), ONE)
    desk.takes_in(cleared(ONE))
    desk.tells(replace(story, reported=frozenset(), ending=BY_BRIDGE))
    desk.takes_in(ONE)
    assert desk.live() == {"a1": KeptAlert(ONE, None, story.external_id)}


@pytest.mark.parametrize("why", NoTicket)
def test_a_cleared_alert_without_a_ticket_is_over_unless_it_waits_for_one(desk: Desk, why: NoTicket) -> None:
    """R53."""
    desk.takes_in(ONE)
    desk.reasons(a1=why)
    assert desk.live()["a1"].reason is why
    desk.takes_in(cleared(ONE))
    desk.reasons(a1=why)
    assert bool(desk.live()) is (why is NoTicket.HELD)


def test_a_cleared_alert_that_nobody_decided_about_goes_on(desk: Desk) -> None:
    desk.takes_in(cleared(ONE))
    assert list(desk.live()) == ["a1"]


def test_of_alerts_that_are_not_named_no_reason_holds(desk: Desk) -> None:
    desk.takes_in(ONE, OTHER)
    desk.reasons(a1=NoTicket.MUTED, b1=NoTicket.HELD)
    desk.reasons(b1=NoTicket.UNMAPPED)
    assert {key: one.reason for key, one in desk.live().items()} == {"a1": None, "b1": NoTicket.UNMAPPED}


def test_what_a_complete_read_does_not_show_is_counted_until_it_is_seen(desk: Desk) -> None:
    """R52."""
    desk.takes_in(ONE, TWO)
    for missing in ([ONE.id, TWO.id], [ONE.id], [ONE.id]):
        desk.book.count_misses(desk.pairing, missing, desk.lease)
    assert {key: one.misses for key, one in desk.live().items()} == {"a1": 3, "a2": 0}
    assert desk.live()["a1"].is_vanished
    desk.takes_in(ONE)
    assert desk.live()["a1"].misses == 0


def test_vanished_alerts_are_taken_for_cleared_on_a_persons_word(desk: Desk) -> None:
    """R52."""
    desk.takes_in(ONE, TWO)
    desk.book.clear_vanished(desk.pairing, [ONE.id], START + DAY, desk.lease)
    at = {key: one.alert.cleared_at for key, one in desk.live().items()}
    assert at == {"a1": START + DAY, "a2": None}


def test_an_errand_is_kept_from_before_its_first_write_until_it_is_settled(desk: Desk) -> None:
    """Design section 7."""
    desk.takes_in(ONE)
    story = a_story(ONE, ONE)
    errand = an_errand(replace(story, ticket=None), ONE)
    desk.book.arm(desk.pairing, errand, desk.lease)
    assert desk.book.kept(desk.pairing).errands == (errand,)
    for state in (errand.sent(START), errand.settled(TicketId(1)), errand.refused("no", "ERR-18", at=START)):
        desk.book.save(desk.pairing, state, desk.lease)
        assert desk.book.kept(desk.pairing).errands == (state,)
    desk.book.finish(desk.pairing, errand, story, desk.lease)
    kept = desk.book.kept(desk.pairing)
    assert (kept.errands, kept.stories) == ((), (story,))
    assert kept.alerts == (KeptAlert(ONE, ONE.fingerprint, story.external_id),)


def test_what_is_told_has_no_reason_any_more(desk: Desk) -> None:
    desk.takes_in(ONE)
    desk.reasons(a1=NoTicket.HELD)
    desk.tells(a_story(ONE, ONE), ONE)
    assert desk.live()["a1"].reason is None


def test_a_story_has_one_errand_at_a_time(desk: Desk) -> None:
    errand = an_errand(a_story(ONE))
    desk.book.arm(desk.pairing, errand, desk.lease)
    with pytest.raises((AssertionError, IntegrityError)):
        desk.book.arm(desk.pairing, errand, desk.lease)
    desk.book.drop(desk.pairing, errand, desk.lease)
    assert desk.book.kept(desk.pairing).errands == ()
    desk.book.arm(desk.pairing, errand, desk.lease)


def test_an_errand_is_finished_once_only(desk: Desk) -> None:
    errand = an_errand(a_story(ONE))
    with pytest.raises(LookupError):
        desk.book.finish(desk.pairing, errand, a_story(ONE), desk.lease)
    with pytest.raises(LookupError):
        desk.book.drop(desk.pairing, errand, desk.lease)


def test_a_persons_closing_ends_the_story_and_a_reopening_waits_for_the_end_again(desk: Desk) -> None:
    """R47: nothing is told on a ticket that a person closed."""
    desk.takes_in(ONE)
    story = desk.tells(a_story(ONE, ONE), ONE)
    desk.takes_in(cleared(ONE))
    desk.keeps(replace(story, ending=BY_PERSON))
    assert desk.live() == {}
    desk.keeps(story)
    assert list(desk.live()) == ["a1"]


def test_tickets_of_stories_are_kept_as_shown_last(desk: Desk) -> None:
    story = a_story(ONE, ONE)
    desk.keeps(story)
    stranger = a_ticket(replace(story, number=7, ticket=TicketId(70)))
    desk.shows(a_ticket(story), stranger)
    desk.shows(a_ticket(story, status=5))
    assert desk.book.kept(desk.pairing).tickets == {story.external_id: a_ticket(story, status=5)}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_tickets_with_one_external_id_the_story_stays_on_its_own(
    desk: Desk, order: tuple[int, int]
) -> None:
    """R49: a request that came late, after the database was restored, made the second."""
    story = a_story(ONE, ONE)
    desk.keeps(story)
    desk.shows(*(replace(a_ticket(story), id=TicketId(one)) for one in order))
    desk.shows(replace(a_ticket(story, status=5), id=TicketId(2)))
    assert desk.book.kept(desk.pairing).tickets == {story.external_id: a_ticket(story)}


def test_a_ticket_that_went_away_is_known_until_it_is_shown_again(desk: Desk) -> None:
    """ACR-TKT-17."""
    story = a_story(ONE, ONE)
    desk.keeps(story)
    desk.shows(a_ticket(story))
    desk.shows(gone=(1,))
    assert desk.book.kept(desk.pairing).gone == {1}
    assert list(desk.book.kept(desk.pairing).tickets) == [story.external_id]
    desk.keeps(replace(story, handled_until=START + DAY))
    assert desk.book.kept(desk.pairing).gone == {1}
    desk.shows(a_ticket(story))
    assert desk.book.kept(desk.pairing).gone == frozenset()


def test_a_condition_that_comes_back_finds_its_last_story(desk: Desk) -> None:
    """R49: however long ago it ended, the next one has the next number."""
    for number in (1, 2, 10):
        desk.keeps(replace(a_story(ONE, number=number, ticket=number), ending=BY_BRIDGE))
    desk.takes_in(an_alert("a9", at=START + 300 * DAY))
    kept = desk.book.kept(desk.pairing)
    assert max(story.number for story in kept.stories if story.key == ONE.condition) == 10


def test_open_stories_and_the_last_storm_are_there_without_an_alert(desk: Desk) -> None:
    storm = replace(a_storm(ONE, number=2), ending=BY_BRIDGE)
    desk.keeps(a_story(OTHER), storm)
    assert {a_story(OTHER), storm} <= set(desk.book.kept(desk.pairing).stories)


def test_the_storm_that_told_of_an_alert_is_there_with_it(desk: Desk) -> None:
    desk.takes_in(ONE, OTHER)
    storm = desk.tells(replace(a_storm(ONE, ONE, OTHER), ending=BY_PERSON), ONE, OTHER)
    desk.keeps(replace(a_storm(ONE, number=2), ending=BY_BRIDGE))
    kept = desk.book.kept(desk.pairing)
    assert {one.story for one in kept.alerts} == {storm.external_id}
    assert storm in kept.stories


def test_conditions_with_tickets_of_their_own_count_for_storms_by_their_raise_times(desk: Desk) -> None:
    away = an_alert("c1", workload="PC-3", at=START + 2 * MINUTE)
    new = an_alert("d1", workload="PC-4", at=START + 3 * MINUTE)
    desk.takes_in(ONE, TWO, OTHER, away, new)
    desk.tells(a_story(ONE, ONE, TWO), ONE, TWO)
    desk.tells(a_storm(OTHER, OTHER), OTHER)
    elsewhere = replace(a_story(away, away, ticket=3), company=CompanyId(2))
    desk.tells(elsewhere, away)
    begun = desk.book.kept(desk.pairing).begun
    assert {storm: sorted(times) for storm, times in begun.items()} == {
        StormOf(CompanyId(1), ONE.type): [ONE.raised_at, TWO.raised_at],
        StormOf(CompanyId(2), ONE.type): [away.raised_at],
    }


def test_what_is_over_counts_for_storms_too(desk: Desk) -> None:
    desk.takes_in(cleared(ONE), OTHER)
    desk.tells(replace(a_story(ONE), ending=BY_BRIDGE), ONE)
    assert list(desk.live()) == ["b1"]
    begun = desk.book.kept(desk.pairing).begun
    assert begun == {StormOf(CompanyId(1), ONE.type): (ONE.raised_at,)}


def test_a_tenant_known_as_mapped_keeps_its_time(desk: Desk) -> None:
    """ACR-TKT-04."""
    first = desk.book.remember_mapped(desk.pairing, [tenant_id(1)], START)
    assert first == (MappedSince(tenant_id(1), START),)
    told = desk.book.remember_mapped(desk.pairing, [tenant_id(1), tenant_id(2)], START + DAY)
    assert set(told) == {MappedSince(tenant_id(1), START), MappedSince(tenant_id(2), START + DAY)}
    again = desk.book.remember_mapped(desk.pairing, [tenant_id(1), tenant_id(2)], START + 2 * DAY)
    assert set(again) == set(told)


def test_a_tenant_that_is_mapped_again_begins_anew(desk: Desk) -> None:
    """ACR-TKT-04: alerts raised while it belonged to nobody make no tickets."""
    desk.book.remember_mapped(desk.pairing, [tenant_id(1), tenant_id(2)], START)
    desk.book.remember_mapped(desk.pairing, [tenant_id(1)], START + DAY)
    told = desk.book.remember_mapped(desk.pairing, [tenant_id(1), tenant_id(2)], START + 2 * DAY)
    assert set(told) == {MappedSince(tenant_id(1), START), MappedSince(tenant_id(2), START + 2 * DAY)}


def test_a_key_of_a_condition_is_not_that_of_another(desk: Desk) -> None:
    desk.keeps(a_story(ONE))
    assert [story.key for story in desk.book.kept(desk.pairing).stories] == [ConditionKey(ONE.condition)]
