"""What the bridge still knows of its tickets with its database lost, restored or down for days (R49)."""

import copy
from dataclasses import replace
from unittest.mock import ANY

import pytest

from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.settings import Reopening, StormLimit
from psabridge.rules.tickets.stories import TicketId
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, ON
from tests.tickets.office import Office, automatic, with_a_second_story
from tests.tickets.world import NEW, Fault


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


def test_r49_with_the_database_lost_the_open_story_is_found_whatever_its_number() -> None:
    """The first ticket was merged away, the second is open: no new first one is made beside it."""
    office = with_a_second_story()
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
