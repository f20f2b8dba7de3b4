"""Ticket cycles against a help desk that loses answers (design section 7, decision 0017)."""

import contextlib
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.engine.outcomes import StepState
from psabridge.engine.progress import Quiet
from psabridge.engine.ticketing import Release, run_tickets
from psabridge.jobs.show.tickets import counts_of
from psabridge.rules.lease import Lease
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.errands import ErrandState
from psabridge.rules.tickets.listing import Search, list_alerts
from psabridge.rules.tickets.settings import StormLimit
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.words import Mode
from tests.tickets.book import FreeLeases
from tests.tickets.cast import COMPLETE, HOUR, MINUTE, ON
from tests.tickets.office import Office, automatic, with_a_second_story
from tests.tickets.world import Fault, Killed


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
    office = with_a_second_story()
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
