"""What people do to tickets, and what the bridge makes of it (R47, R52, ACR-TKT-15, ACR-TKT-17)."""

from dataclasses import replace

from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.settings import StormLimit
from psabridge.rules.tickets.stories import TicketId
from tests.tickets.cast import COMPLETE, HOUR, MINUTE, ON, an_alert
from tests.tickets.office import Office, automatic
from tests.tickets.world import NEW

TICKET = TicketId(1)


def closed_by_a_person(office: Office) -> None:
    office.world.passes(MINUTE)
    office.world.person_sets(TICKET, COMPLETE)
    office.cycle()


def test_who_reopens_a_ticket_whose_alert_was_dismissed_by_its_closing_may_go_on_with_it() -> None:
    """ACR-TKT-15: closed by mistake, and its alert is gone by that; the bridge closed it over and over."""
    office = Office(automatic(replace(ON, dismiss_status=COMPLETE)))
    office.alert("a1")
    office.cycle()
    closed_by_a_person(office)
    office.passes(HOUR)
    assert office.world.dismissed == [AlertId("a1")]

    office.world.person_sets(TICKET, NEW)
    office.passes(HOUR)

    assert office.world.tickets[TICKET].status == NEW
    office.alert("a2")
    office.cycle()
    office.world.clears(an_alert("a2").id)
    office.cycle()
    assert office.world.tickets[TICKET].status == COMPLETE


def test_what_was_cleared_while_a_ticket_was_closed_does_not_close_it_again() -> None:
    """R52: what is cleared after the reopening does."""
    office = Office()
    office.alert("a1")
    office.alert("a2")
    office.cycle()
    closed_by_a_person(office)
    office.world.clears(an_alert("a1").id)
    office.cycle()
    office.world.person_sets(TICKET, NEW)
    office.passes(HOUR)
    assert office.world.tickets[TICKET].status == NEW

    office.world.clears(an_alert("a2").id)
    office.cycle()

    assert office.world.tickets[TICKET].status == COMPLETE


def test_a_storm_s_ticket_that_a_person_reopened_goes_on_too() -> None:
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    for number in range(4):
        office.alert(f"a{number}.", workload=f"PC-{number}")
    office.cycle()
    closed_by_a_person(office)
    for alert in office.world.reported():
        office.world.clears(alert.id)
    office.cycle()
    office.world.person_sets(TICKET, NEW)
    office.passes(HOUR)
    assert office.world.tickets[TICKET].status == NEW


def test_a_ticket_whose_external_id_was_overwritten_is_still_known() -> None:
    """R47, R49: a person's closing counts, and what comes back reopens it; its number is in the book."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.tickets[TICKET] = replace(office.world.tickets[TICKET], external_id="RMA 4711")
    office.cycle()
    office.world.passes(MINUTE)
    office.world.person_sets(TICKET, COMPLETE)
    office.world.passes(MINUTE)

    office.alert("a2")
    office.cycle()
    office.cycle()

    assert [one.status for one in office.world.tickets.values()] == [NEW]
    office.world.clears(an_alert("a1").id)
    office.world.clears(an_alert("a2").id)
    office.cycle()
    assert office.world.tickets[TICKET].status == COMPLETE


def test_what_a_request_closed_that_came_late_dismisses_nothing() -> None:
    """ACR-TKT-15: only a person's closing does; the ticket is reopened, and its alert stays reported."""
    office = Office(automatic(replace(ON, dismiss_status=COMPLETE)))
    office.alert("a1")
    office.cycle()
    office.world._set(TICKET, COMPLETE, by_us=True)

    office.cycle()
    office.passes(HOUR)

    assert office.world.tickets[TICKET].status == NEW
    assert office.world.dismissed == []
