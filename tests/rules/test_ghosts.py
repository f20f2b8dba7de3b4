"""A change that was given up may still turn up: it is listed as ours (protocol 2.3)."""

from dataclasses import replace
from datetime import date, timedelta

from psabridge.rules.explaining.drift import drift
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.units.ghosts import Sight, ghost_findings, lines_with_ghosts
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.wanted.desired import Desired
from tests.builders import NOW, TODAY, line_id, settings
from tests.rules.planning_cast import Line, an_intent, history_of, plan_of

JANUARY = date(2026, 1, 1)
GIVEN_UP = TODAY - timedelta(days=4)
LATER = TODAY - timedelta(days=2)
A_MINUTE = timedelta(minutes=1)
TURNED_UP = Line([(JANUARY, 10), (GIVEN_UP, 3)])


def ghost(day: date = GIVEN_UP) -> Intent:
    return replace(an_intent(day, 10, 13, IntentState.CLOSED), why="no longer wanted")


def said(line: Line, *intents: Intent, never: bool = False) -> list[Finding]:
    decided = settings(never_write=frozenset({line.id} if never else ()))
    picture = line.picture(JANUARY, date(2026, 5, 31))
    sight = Sight({line.id: picture}, {line.id: history_of(*intents)}, None)
    return list(ghost_findings(decided, line.snapshot(), sight))


def test_a_change_given_up_that_stands_now_is_listed_as_ours() -> None:
    (found,) = said(TURNED_UP, ghost())

    assert (found.code, found.severity) == ("protocol 2.3", Severity.WARNING)
    assert found.subject == "Company 1, Contract 10, Service 1000"
    assert found.problem == (f"a change given up has turned up: +3 units from {GIVEN_UP} (no longer wanted)")
    assert found.next_act.startswith("Nothing to do")


def test_while_it_does_not_stand_nothing_is_said() -> None:
    assert said(Line([(JANUARY, 10)]), ghost()) == []


def test_another_change_on_its_day_is_not_taken_for_it() -> None:
    assert said(Line([(JANUARY, 10), (GIVEN_UP, 5)]), ghost()) == []


def test_a_change_that_a_person_called_landed_is_no_ghost() -> None:
    assert said(TURNED_UP, replace(ghost(), is_adopted=True)) == []


def test_a_line_left_to_others_is_corrected_by_hand() -> None:
    (found,) = said(TURNED_UP, ghost(), never=True)

    assert "never to be written" in found.next_act


def test_once_corrected_by_a_plan_that_saw_it_nothing_is_said_any_more() -> None:
    seen = TURNED_UP.picture(JANUARY, date(2026, 5, 31))
    correction = replace(an_intent(LATER, 13, 10, number=2), armed_at=NOW + A_MINUTE, picture=seen)
    line = Line([(JANUARY, 10), (GIVEN_UP, 3), (LATER, -3)])

    assert said(line, ghost(), correction) == []


def test_a_later_change_that_did_not_see_it_leaves_it_listed() -> None:
    unseen = Line([(JANUARY, 10)]).picture(JANUARY, date(2026, 5, 31))
    later = replace(an_intent(LATER, 10, 12, number=2), armed_at=NOW + A_MINUTE, picture=unseen)

    assert len(said(Line([(JANUARY, 10), (GIVEN_UP, 3), (LATER, 2)]), ghost(), later)) == 1


def test_a_plan_lists_it_and_goes_on_from_the_units_that_stand() -> None:
    plan = plan_of(TURNED_UP, 14, history=history_of(ghost()))

    assert [one.problem[:32] for one in plan.findings if one.code == "protocol 2.3"] == [
        "a change given up has turned up:"
    ]
    assert "the contract has 13" in plan.steps[0].reason


def test_lines_are_watched_for_a_month() -> None:
    histories = {line_id(100): history_of(ghost())}

    assert lines_with_ghosts(histories, TODAY) == {line_id(100)}
    assert lines_with_ghosts(histories, TODAY + timedelta(days=32)) == frozenset()
    assert lines_with_ghosts({line_id(100): history_of(an_intent(GIVEN_UP, 10, 13))}, TODAY) == frozenset()


def test_a_line_of_which_all_was_given_up_shows_its_drift() -> None:
    line = Line([(JANUARY, 10)])

    (found,) = drift(
        settings=settings(),
        psa=line.snapshot(),
        desired=Desired(),
        histories={line.id: history_of(ghost())},
    )

    assert (found.line, found.source, found.now) == (line.id, None, 10)
