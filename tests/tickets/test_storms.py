"""Many conditions at once become one ticket, and nobody else waits for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.plan import AddNote, CreateTicket
from psabridge.rules.tickets.settings import Code, Mute, StormLimit
from psabridge.rules.tickets.stories import Telling
from psabridge.rules.tickets.storms import crowded_times
from psabridge.rules.words import CompanyId
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, ON, START, Desk, an_alert, decided

LIMIT = StormLimit(conditions=3, within=10 * MINUTE)
FEW = decided(replace(ON, storm=LIMIT))


def burst(number: int, first: int = 1, **said: object) -> list:  # type: ignore[type-arg]
    return [
        an_alert(f"a{n}", workload=f"PC-{n}", **said)  # type: ignore[arg-type]
        for n in range(first, first + number)
    ]


def test_up_to_the_limit_each_condition_has_its_ticket() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(3))
    assert desk.acts() == [Act.CREATE] * 3


def test_one_more_and_all_of_them_are_one_ticket_that_lists_them() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(4))
    (step,) = desk.settles()
    create = step.writes[0]
    assert isinstance(create, CreateTicket)
    assert all(f"(a{n})" in create.text for n in range(1, 5))
    assert "more than 3 conditions" in create.text
    assert step.after.telling is Telling.STORM


def test_tickets_that_stand_already_count_and_stay() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(3))
    desk.settles()
    desk.raises(*burst(2, first=4, at=START + MINUTE))
    assert desk.acts() == [Act.CREATE]
    assert len(desk.tickets) == 4


def test_what_comes_slowly_is_no_storm() -> None:
    desk = Desk(FEW)
    for number, alert in enumerate(burst(8)):
        desk.raises(replace(alert, raised_at=START + number * 10 * MINUTE))
    assert desk.acts() == [Act.CREATE] * 8


def test_raise_times_count_not_when_they_are_seen() -> None:
    """After an outage of days the same alerts make the same tickets."""
    desk = Desk(FEW)
    for number, alert in enumerate(burst(8)):
        desk.raises(replace(alert, raised_at=START + number * HOUR))
    desk.passes(5 * DAY)
    assert desk.acts() == [Act.CREATE] * 8


def test_a_storm_takes_what_follows_and_tells_what_is_over() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    desk.raises(*burst(1, first=5, at=START + MINUTE))
    desk.clears("a1")
    (step,) = desk.settles()
    joined, over = step.writes
    assert isinstance(joined, AddNote)
    assert isinstance(over, AddNote)
    assert "(a5)" in joined.text
    assert "(a1)" in over.text
    desk.clears()
    assert desk.acts() == [Act.CLOSE]
    assert desk.open_tickets() == []


def test_after_the_storm_each_condition_is_itself_again() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    desk.clears()
    desk.settles()
    desk.passes(DAY)
    desk.raises(an_alert("later", workload="PC-2", at=desk.now))
    assert desk.acts() == [Act.CREATE]


def test_a_storm_that_a_person_closed_stays_closed() -> None:
    """R47."""
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    desk.passes(MINUTE)
    desk.person_closes()
    assert desk.acts() == []
    desk.raises(an_alert("again", workload="PC-1", at=desk.now + MINUTE))
    assert desk.acts() == [Act.CREATE]


def test_a_list_too_long_for_one_text_goes_on_in_notes() -> None:
    desk = Desk(FEW)
    desk.raises(*burst(2000))
    (step,) = desk.settles()
    text = "\n".join(write.text for write in step.writes)  # type: ignore[union-attr]
    assert all(f"(a{n})" in text for n in range(1, 2001))
    assert len(step.told) == 2000


def test_customers_take_turns() -> None:
    desk = Desk(decided(replace(ON, storm=StormLimit(1000))))
    desk.raises(*burst(20), an_alert("other", tenant=2, at=START + HOUR))
    turns = [step.company for step in desk.settles()]
    assert turns[:2] == [1, 2]


def test_a_long_list_of_one_customer_waits_for_the_short_tickets_of_others() -> None:
    """A storm of thousands is a ticket and a hundred notes: nobody else's ticket comes after them."""
    desk = Desk(FEW)
    others = [an_alert(f"other{n}", tenant=2, workload=f"PC-{n}", at=START + HOUR) for n in range(3)]
    desk.raises(*burst(2000), *others)
    steps = desk.settles()
    assert [step.company for step in steps] == [2, 2, 2, 1]
    assert len(steps[-1].writes) > len(others)


def test_many_that_come_back_at_once_are_a_storm_too() -> None:
    desk = Desk(FEW)
    for number, alert in enumerate(burst(6)):
        desk.raises(replace(alert, raised_at=START + number * HOUR))
    desk.settles()
    desk.passes(6 * HOUR)
    desk.clears()
    desk.settles()
    again = desk.now + HOUR
    desk.raises(*(an_alert(f"b{n}", workload=f"PC-{n}", at=again) for n in range(1, 7)))
    assert desk.acts() == [Act.CREATE]


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(1, 5), st.integers(1, 15))
def test_crowded_is_as_counted_by_hand(minutes: list[int], most: int, within: int) -> None:
    times = sorted(START + minute * MINUTE for minute in minutes)
    limit = StormLimit(most, within * MINUTE)
    by_hand = {
        time
        for time in times
        for first in times
        if first <= time <= first + limit.within
        and sum(first <= one <= first + limit.within for one in times) > most
    }
    assert crowded_times(times, limit) == by_hand


def test_a_storm_takes_nothing_of_a_tenant_that_belongs_to_another_company_now() -> None:
    """ACR-TKT-06: one customer's alerts are not for another's eyes; what stood there ends there."""
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    desk.belongs_to(1, company=2)
    desk.raises(an_alert("later", workload="PC-2", at=START + MINUTE))
    (step,) = desk.settles()
    assert (step.act, step.company) == (Act.CREATE, 2)

    desk.clears()
    desk.settles()

    assert desk.open_tickets() == []
    assert [step.company for step in desk.done] == [1, 2, 1, 2]


@pytest.mark.parametrize("closes", [COMPLETE, None])
def test_every_note_of_a_storm_ends_with_its_rule(closes: Code | None) -> None:
    desk = Desk(decided(replace(ON, storm=LIMIT, close_status=closes)))
    desk.raises(*burst(1000))
    desk.settles()
    desk.raises(an_alert("later", workload="later", at=START + MINUTE))
    desk.settles()
    desk.clears("a1")
    desk.settles()
    desk.clears()
    desk.settles()
    notes = [write for step in desk.done for write in step.writes if isinstance(write, AddNote)]
    assert {note.title for note in notes} == {"Alerts", "Joined", "No longer reported"}
    limit = "Rule: more than 3 conditions of one kind within 10 minutes become one ticket."
    over = "closed by people here." if closes is None else "so the ticket is closed."
    for note in notes:
        assert note.text.endswith((f"{limit}\n\n{note.marker}", f"{over}\n\n{note.marker}"))


def test_what_is_told_otherwise_of_a_storm_s_alert_is_noted() -> None:
    """ACR-TKT-07: its list is kept up to date."""
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    desk.raises(an_alert("a2", workload="PC-2", reason="no route"))
    (step,) = desk.settles()
    (note,) = step.writes
    assert isinstance(note, AddNote)
    assert note.title == "Told otherwise"
    assert "(a2)  Reason: no route" in note.text
    assert desk.settles() == []


def test_a_storm_is_not_over_while_a_muted_alert_says_the_same() -> None:
    """R52, R53."""
    desk = Desk(FEW)
    desk.raises(*burst(4))
    desk.settles()
    mute = Mute(CompanyId(1), "they move house")
    desk.settings = replace(FEW, tickets=replace(FEW.tickets, mutes=(mute,)))
    desk.raises(an_alert("again", workload="PC-1", at=START + MINUTE))
    desk.clears("a1", "a2", "a3", "a4")
    desk.settles()
    assert len(desk.open_tickets()) == 1

    desk.clears("again")
    desk.settles()
    assert desk.open_tickets() == []
