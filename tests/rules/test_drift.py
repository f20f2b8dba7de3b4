"""Three-way comparison and the attribution of foreign edits (I1, R40)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.explaining.drift import LineDrift, Verdict, drift
from psabridge.rules.settings import TwoWay
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import Mode, WorkKind
from tests.builders import TODAY, a_payg_contract, settings
from tests.rules.planning_cast import Line, an_intent, history_of, snapshot_of, wanted, wanted_units

JANUARY = date(2026, 1, 1)
EARLIER = date(2026, 2, 3)
LATER = date(2026, 2, 20)


def the_drift(line: Line, units: int | None, *intents: Intent) -> LineDrift:
    history = history_of(*intents)
    (found,) = drift(
        settings=settings(never_write=frozenset({line.id}) if units is None else frozenset()),
        psa=line.snapshot(),
        desired=Desired() if units is None else wanted(units, line),
        histories={line.id: history},
    )
    return found


def test_a_line_never_touched_and_right_is_found_so() -> None:
    """R40."""
    found = the_drift(Line([(JANUARY, 10)]), 10)

    assert (found.verdict, found.text) == (Verdict.IN_STEP, "in step, found so")
    assert (found.at_adoption, found.ours, found.foreign) == (10, 0, ())
    assert found.balances


def test_a_line_we_set_and_nobody_touched_is_in_step() -> None:
    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2)]), 10, an_intent(EARLIER, 8, 10))

    assert (found.source, found.now, found.confirmed, found.ours) == (10, 10, 10, 2)
    assert found.verdict is Verdict.IN_STEP
    assert found.balances


def test_usage_that_moved_is_told_apart_from_an_edit() -> None:
    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2)]), 13, an_intent(EARLIER, 8, 10))

    assert found.verdict is Verdict.USAGE_MOVED
    assert found.foreign == ()


def test_an_edit_of_another_is_named_with_its_size() -> None:
    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2), (LATER, 5)]), 10, an_intent(EARLIER, 8, 10))

    assert found.verdict is Verdict.CHANGED_BY_ANOTHER
    assert [(edit.before, edit.after, edit.change) for edit in found.foreign] == [(10, 15, 5)]
    assert found.text == "we left it at 10, another made it 15"
    assert found.balances


def test_an_edit_that_happens_to_meet_the_usage_is_still_an_edit() -> None:
    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2), (LATER, 5)]), 15, an_intent(EARLIER, 8, 10))

    assert found.verdict is Verdict.CHANGED_BY_ANOTHER


def test_usage_and_an_edit_may_both_have_moved() -> None:
    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2), (LATER, 5)]), 20, an_intent(EARLIER, 8, 10))

    assert found.verdict is Verdict.BOTH_MOVED


def test_an_edit_between_two_changes_of_ours_is_kept_apart_from_both() -> None:
    """I1: our sum is the last target less the units at adoption less foreign edits."""
    line = Line([(JANUARY, 8), (EARLIER, 2), (date(2026, 2, 10), -4), (LATER, 6)])
    found = the_drift(line, 12, an_intent(EARLIER, 8, 10), an_intent(LATER, 6, 12, number=2))

    assert found.at_adoption == 8
    assert found.ours == 8
    assert [edit.change for edit in found.foreign] == [-4]
    assert found.verdict is Verdict.IN_STEP
    assert found.balances


@pytest.mark.parametrize(
    "state",
    [
        IntentState.REJECTED,
        IntentState.NOT_SENT,
        IntentState.CLOSED,
        IntentState.PARKED,
        IntentState.IN_DOUBT,
    ],
)
def test_what_did_not_surely_land_is_not_counted_as_ours(state: IntentState) -> None:
    found = the_drift(Line([(JANUARY, 8)]), 8, an_intent(EARLIER, 8, 10, state))

    assert (found.ours, found.confirmed) == (0, None)


def test_a_change_dated_ahead_is_not_expected_today() -> None:
    found = the_drift(Line([(JANUARY, 8)]), 8, an_intent(date(2026, 4, 1), 8, 10))

    assert found.verdict is Verdict.IN_STEP


def test_a_change_on_its_way_is_said() -> None:
    found = the_drift(Line([(JANUARY, 8)]), 10, an_intent(TODAY, 8, 10, IntentState.IN_DOUBT))

    assert "1 change on its way" in found.text


def test_a_line_without_units_in_force_is_unknown_and_not_zero() -> None:
    line = Line([(JANUARY, 8)])
    psa = Line(number=101).snapshot()

    (found,) = drift(settings=settings(), psa=psa, desired=wanted(8, line), histories={})

    assert (found.now, found.verdict) == (None, Verdict.UNKNOWN)


def test_a_line_that_another_system_drives_is_listed_with_what_it_bills() -> None:
    found = the_drift(Line([(JANUARY, 8)]), None)

    assert (found.verdict, found.source, found.now) == (Verdict.NOT_MEASURED, None, 8)


def test_a_line_given_up_is_listed_by_what_we_left_on_it() -> None:
    line = Line([(JANUARY, 8), (EARLIER, 2)])
    history = history_of(an_intent(EARLIER, 8, 10))

    (found,) = drift(
        settings=settings(), psa=line.snapshot(), desired=Desired(), histories={line.id: history}
    )

    assert (found.verdict, found.confirmed) == (Verdict.NOT_MEASURED, 10)


def test_lines_come_in_the_order_of_their_names() -> None:
    contracts = [a_payg_contract(number, name=name) for number, name in ((10, "b"), (11, "A"), (12, "c"))]
    lines = [Line([(JANUARY, 1)], contract=c, number=c.id) for c in contracts]
    desired = Desired(units=tuple(wanted_units(1, line) for line in lines))

    found = drift(settings=settings(), psa=snapshot_of(lines), desired=desired, histories={})

    assert [each.line.number for each in found] == [11, 10, 12]


def test_what_a_person_said_had_landed_is_counted_as_ours() -> None:
    adopted = replace(an_intent(EARLIER, 8, 10, IntentState.CLOSED), is_adopted=True)

    found = the_drift(Line([(JANUARY, 8), (EARLIER, 2)]), 10, adopted)

    assert (found.ours, found.confirmed, found.balances) == (2, 10, True)


@pytest.mark.parametrize(("two_way", "shown"), [(True, 0), (False, 1)])
def test_a_line_at_0_of_something_switched_off_is_hidden_where_sync_is_two_way(
    *, two_way: bool, shown: int
) -> None:
    """ACR-STO-17 row 5: removed is 0 units, and out of the lists; the line keeps its history."""
    line = Line([(JANUARY, 10), (EARLIER, -10)])
    found = drift(
        settings=settings(two_way=TwoWay(is_on=two_way), modes={WorkKind.BILLING: Mode.AUTOMATIC}),
        psa=line.snapshot(),
        desired=wanted(0, line),
        histories={line.id: history_of(an_intent(EARLIER, 10, 0))},
    )

    assert len(found) == shown


def test_a_prepaid_line_that_a_quota_agrees_with_is_in_step() -> None:
    """ACR-TWO-04: not "billed, not measured"."""
    line = Line([(JANUARY, 10), (EARLIER, 5)])

    (found,) = drift(
        settings=settings(),
        psa=line.snapshot(),
        desired=Desired(sold=((line.id, 15),)),
        histories={line.id: history_of(an_intent(EARLIER, 10, 15))},
    )

    assert found.verdict is Verdict.IN_STEP
