"""What is on its way must stand in nothing's way (R47, R52, R53, ACR-TKT-15, ACR-TKT-17)."""

from dataclasses import replace

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.settings import StormLimit, TicketSettings
from psabridge.rules.tickets.stories import NoTicket, TicketId
from tests.builders import a_customer
from tests.tickets.cast import COMPLETE, HOUR, MINUTE, ON, an_alert
from tests.tickets.office import Office, automatic
from tests.tickets.world import NEW, Fault

TWO_WAY = automatic(replace(ON, dismiss_status=COMPLETE))
UNDONE = [Fault.BUSY, Fault.NOT_SENT, Fault.REFUSED, Fault.LOST, Fault.UNANSWERED, Fault.LATE]


def closed_and_raised_again() -> Office:
    """A person closed the ticket, which dismisses its alert, and another one was raised after that."""
    office = Office(TWO_WAY)
    office.alert("a1")
    office.cycle()
    office.world.passes(MINUTE)
    office.world.person_sets(TicketId(1), COMPLETE)
    office.world.passes(MINUTE)
    office.alert("a2")
    return office


@pytest.mark.parametrize("fault", UNDONE)
def test_a_dismissal_without_an_answer_keeps_no_ticket_closed(fault: Fault) -> None:
    """ACR-TKT-15, R47: both are steps of one ticket, and neither waits for the other."""
    office = closed_and_raised_again()
    office.world.faults = [fault]
    office.cycle()
    office.passes(4 * HOUR)
    assert office.world.tickets[TicketId(1)].status == NEW
    # What surely was not dismissed is not asked for again: its ticket is open by now.
    assert set(office.world.dismissed) == (set() if fault in {Fault.NOT_SENT, Fault.REFUSED} else {"a1"})
    assert not office.book.errands


def test_a_dismissal_that_is_refused_for_ever_holds_back_no_note_and_no_closing() -> None:
    """ACR-TKT-15: an account that may not dismiss loses nothing but that; the finding names Acronis."""
    office = closed_and_raised_again()
    office.world.may_not_dismiss = True
    report = office.cycle()
    assert {one.step.act: one.state for one in report.outcomes} == {
        Act.DISMISS: StepState.REJECTED,
        Act.REOPEN: StepState.APPLIED,
    }
    [refusal] = [one for one in report.findings if "refused" in one.problem]
    assert refusal.problem.startswith("Acronis refused to dismiss the alert")
    office.alert("a3")
    office.cycle()
    assert any("Id: a3" in text for text in office.texts)
    for alert in ("a1", "a2", "a3"):
        office.world.clears(an_alert(alert).id)
    office.cycle()
    assert office.world.tickets[TicketId(1)].status == COMPLETE


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.REFUSED])
def test_r53_what_waits_behind_an_earlier_step_is_held_and_counted(fault: Fault) -> None:
    office = Office()
    office.alert("a1")
    office.world.faults = [fault]
    office.cycle()
    office.alert("a2")

    report = office.cycle()

    assert dict(report.without) == {"a1": NoTicket.HELD, "a2": NoTicket.HELD}
    office.passes(4 * HOUR)
    assert all(any(f"Id: {alert}" in text for text in office.texts) for alert in ("a1", "a2"))


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.LOST, Fault.NOT_SENT, Fault.UNANSWERED])
@pytest.mark.parametrize("write", [0, 1])
def test_a_closing_on_its_way_ends_where_the_alert_comes_back(fault: Fault, write: int) -> None:
    """R52: nothing is closed that is reported, and what came back is told as soon as it can be."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.clears(an_alert("a1").id)
    office.world.faults = [fault] if write == 0 else [None, fault]
    office.cycle()
    office.alert("a2")
    closings: list[int] = []
    for _ in range(8):
        office.world.passes(HOUR / 4)
        office.cycle()
        closings.append(office.world.tickets[TicketId(1)].status)
    assert COMPLETE not in closings[1:] if fault is Fault.UNANSWERED else COMPLETE not in closings
    assert sum("Id: a2" in text for text in office.texts) == 1
    assert sum("Id: a1" in text and "no longer reported" in text for text in office.texts) <= 1


def test_a_closing_that_is_refused_for_days_keeps_no_new_alert_from_its_ticket() -> None:
    """ERR-18, R53: the status to close with is off; the condition comes back meanwhile."""
    office = Office()
    office.alert("a1")
    office.cycle()
    office.world.clears(an_alert("a1").id)
    office.world.faults = [None, Fault.REFUSED]
    office.cycle()
    office.alert("a2")

    report = office.cycle()

    assert [one.step.act for one in report.outcomes] == [Act.NOTE]
    assert any("Id: a2" in text for text in office.texts)
    office.world.clears(an_alert("a2").id)
    office.cycle()
    assert office.world.tickets[TicketId(1)].status == COMPLETE


def test_a_storm_s_closing_ends_too_where_one_of_its_conditions_comes_back() -> None:
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    for number in range(4):
        office.alert(f"a{number}.", workload=f"PC-{number}")
    office.cycle()
    for alert in office.world.reported():
        office.world.clears(alert.id)
    office.world.faults = [None, Fault.REFUSED]
    office.cycle()
    office.alert("again", workload="PC-2")
    office.cycle()
    office.passes(4 * HOUR)
    assert [one.status for one in office.world.tickets.values()] == [NEW]
    assert any("(again)" in text for text in office.texts)


@pytest.mark.parametrize("closes", [COMPLETE, None])
def test_a_farewell_to_a_ticket_that_is_gone_is_no_obstacle(closes: int | None) -> None:
    """ACR-TKT-06, ACR-TKT-17: somebody deleted the ticket of the company before, and nobody noticed yet."""
    settings = automatic(TicketSettings(is_on=True, close_status=None if closes is None else COMPLETE))
    office = Office(settings)
    office.alert("a1")
    office.cycle()
    office.world.merges(TicketId(1))
    office.settings = replace(settings, customers=(a_customer(1, 2), a_customer(2, 2)))
    office.alert("a2")
    office.cycle()
    office.cycle()
    assert not office.book.errands
    assert [one.company for one in office.world.tickets.values()] == [2]
    office.alert("a3")
    office.cycle()
    assert any("Id: a3" in text for text in office.texts)


def test_what_a_ticket_did_not_tell_that_is_deleted_while_its_list_is_written_has_a_new_one() -> None:
    """ACR-TKT-17, R53: what it told is as good as closed; the rest is not lost."""
    office = Office(automatic(replace(ON, storm=StormLimit(2, 10 * MINUTE))))
    for number in range(600):
        office.alert(f"a{number}.", workload=f"a workload with a long name {number}")
    office.world.faults = [None, Fault.BUSY]
    office.cycle()
    office.world.merges(TicketId(1))
    for _ in range(3):
        office.cycle()
    assert not office.book.errands
    assert [one.id for one in office.world.tickets.values()] == [2]
    for number in range(600):
        assert sum(f"(a{number}.)" in text for text in office.texts) == 1
