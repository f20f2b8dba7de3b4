"""Every row of the table in protocol.md 2.3, in its order."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from psabridge.kit.errors import RefusalKind
from psabridge.rules.settings import Waits
from psabridge.rules.units.intent import AnswerKind, Decision, Intent, IntentState, LineHistory, Look
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import Levels, read_picture
from psabridge.rules.units.transitions import (
    after_absence,
    after_answer,
    after_look,
    after_start,
    after_waiting,
    armed_after_waiting,
    armed_again,
    decided,
    ghosts_seen,
    raised,
    vanished,
)
from tests.rules.unit_rows import (
    APRIL,
    FEBRUARY,
    LAMBDA,
    LINE,
    MARCH,
    MU,
    NOW,
    WAITS,
    D,
    a_picture,
    after,
    an_answer,
    an_intent,
    before,
)

LATE = NOW + MU
MINUTE = timedelta(minutes=1)


def looked(intent: Intent, picture: Picture, at: datetime) -> Intent:
    return after_look(intent, replace(picture, read_at=at), at, waits=WAITS, known=None)


def accepted() -> Intent:
    return after_answer(an_intent(), an_answer(AnswerKind.ACCEPTED, item_id=7))


def contested() -> Intent:
    return after_answer(an_intent(), an_answer(AnswerKind.DUPLICATE, text="duplicate data"))


def in_doubt() -> Intent:
    return after_answer(an_intent(), an_answer(AnswerKind.LOST))


def absent() -> Intent:
    return looked(looked(in_doubt(), before(), LATE), before(), LATE + LAMBDA)


def edited() -> Picture:
    """Ours landed, and somebody added 2 on the twentieth."""
    days = (
        ("2026-03-01", "2026-03-10", 10),
        ("2026-03-10", "2026-03-20", 15),
        ("2026-03-20", "2026-03-31", 17),
    )
    return a_picture(FEBRUARY, *days, ("2026-04-01", "2026-04-30", 17), ("2026-05-01", "2026-05-31", 17))


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (AnswerKind.NEVER_CONNECTED, IntentState.NOT_SENT),
        (AnswerKind.ACCEPTED, IntentState.ACCEPTED),
        (AnswerKind.REFUSED, IntentState.REJECTED),
        (AnswerKind.BUSY, IntentState.WAITING),
        (AnswerKind.DUPLICATE, IntentState.CONTESTED),
        (AnswerKind.LOST, IntentState.IN_DOUBT),
    ],
)
def test_what_the_answer_makes_of_an_armed_intent(kind: AnswerKind, state: IntentState) -> None:
    answered = after_answer(an_intent(), an_answer(kind, refusal=RefusalKind.RIGHTS))

    assert answered.state is state
    assert answered.doubtful_since == (NOW if state is IntentState.IN_DOUBT else None)


@pytest.mark.parametrize(
    "kind", [AnswerKind.NEVER_CONNECTED, AnswerKind.REFUSED, AnswerKind.BUSY, AnswerKind.DUPLICATE]
)
def test_any_refusal_while_an_earlier_try_is_in_doubt_stays_in_doubt(kind: AnswerKind) -> None:
    """P4."""
    second = armed_again(absent(), LATE + LAMBDA, fence=2)

    answered = after_answer(second, an_answer(kind, at=LATE + LAMBDA))

    assert (answered.state, answered.doubtful_since) == (IntentState.IN_DOUBT, NOW)


def test_an_accepted_change_is_confirmed_at_once_when_it_is_seen() -> None:
    seen = looked(accepted(), after(), NOW + MINUTE)

    assert (seen.state, seen.told) == (IntentState.CONFIRMED, RowReading.TOTALS)
    assert "another" not in seen.why


def test_a_line_changed_elsewhere_too_is_confirmed_and_told() -> None:
    seen = looked(accepted(), edited(), NOW + MINUTE)

    assert seen.state is IntentState.CONFIRMED
    assert "changed by another" in seen.why


def test_a_contested_change_like_ours_is_confirmed_as_a_step_that_stands() -> None:
    seen = looked(contested(), edited(), NOW + MINUTE)

    assert seen.state is IntentState.CONFIRMED
    assert seen.why == "a step like ours stands; the line was changed by another too"


def test_an_accepted_change_that_two_late_reads_do_not_show_is_parked_and_never_sent_again() -> None:
    once = looked(accepted(), before(), NOW + LAMBDA)
    twice = looked(once, before(), NOW + LAMBDA + MINUTE)

    assert once.state is IntentState.ACCEPTED
    assert twice.state is IntentState.PARKED
    assert twice.why == "accepted, not visible: 10 before, 15 wanted, 10 seen from 2026-03-10"


def test_reads_within_the_read_bound_do_not_park_an_accepted_change() -> None:
    twice = looked(looked(accepted(), before(), NOW + MINUTE), before(), NOW + LAMBDA - MINUTE)

    assert twice.state is IntentState.ACCEPTED


def test_a_contested_change_with_another_step_is_parked() -> None:
    other = after(change=3)
    twice = looked(looked(contested(), other, NOW + LAMBDA), other, NOW + LAMBDA + MINUTE)

    assert twice.state is IntentState.PARKED
    assert twice.why == "the date is taken: 10 before, 15 wanted, 13 seen from 2026-03-10"


def test_a_doubtful_change_that_is_seen_closes_its_line_until_mu_is_over() -> None:
    """C13."""
    early = looked(in_doubt(), after(), LATE - MINUTE)
    late = looked(early, after(), LATE)

    assert early.state is IntentState.LANDED
    assert late.state is IntentState.CONFIRMED


def test_a_doubtful_change_with_a_third_step_is_parked() -> None:
    assert looked(in_doubt(), after(change=3), NOW + MINUTE).state is IntentState.PARKED


def test_absence_takes_mu_and_two_reads_a_read_bound_apart() -> None:
    """D18, D19: reads before μ prove nothing, and one read may be stale."""
    early = looked(looked(in_doubt(), before(), NOW + LAMBDA), before(), LATE - MINUTE)
    once = looked(early, before(), LATE)
    soon = looked(once, before(), LATE + LAMBDA - MINUTE)

    assert [one.state for one in (early, once, soon)] == [IntentState.IN_DOUBT] * 3
    assert looked(soon, before(), LATE + LAMBDA).state is IntentState.ABSENT


def test_a_change_that_turns_up_after_its_absence_is_ours() -> None:
    assert looked(absent(), after(), LATE + 2 * LAMBDA).state is IntentState.CONFIRMED


def test_a_line_that_cannot_be_read_is_no_verdict_and_at_last_a_persons() -> None:
    """P10, P6."""
    hole = a_picture(FEBRUARY, APRIL)
    once = looked(in_doubt(), hole, LATE)

    assert once.state is IntentState.IN_DOUBT
    assert "cannot be read" in once.why
    assert looked(once, hole, LATE + LAMBDA).state is IntentState.PARKED
    assert looked(looked(once, before(), LATE + MINUTE), hole, LATE + LAMBDA).state is IntentState.IN_DOUBT


def test_rows_missing_before_the_date_are_a_half_done_read() -> None:
    half = a_picture(MARCH, APRIL)

    assert "missing" in looked(in_doubt(), half, NOW + MINUTE).why


def test_a_landed_change_that_is_gone_is_parked() -> None:
    landed = looked(in_doubt(), after(), NOW + MINUTE)
    gone = looked(looked(landed, before(), LATE), before(), LATE + LAMBDA)

    assert gone.state is IntentState.PARKED
    assert "was seen and is gone" in gone.why


def test_an_absent_change_is_armed_again_with_the_same_line_date_and_amount() -> None:
    kept = after_absence(absent(), before(), wanted=15, retry_on=True)
    again = armed_again(kept, LATE + LAMBDA, fence=9)

    assert kept.state is IntentState.ABSENT
    assert (again.state, again.tries, again.fence) == (IntentState.ARMED, 2, 9)
    assert (again.line, again.day, again.change) == (LINE, D, 5)


def test_an_absent_change_no_longer_wanted_becomes_a_ghost() -> None:
    ghost = after_absence(absent(), before(), wanted=17, retry_on=True)

    assert (ghost.state, ghost.is_ghost) == (IntentState.CLOSED, True)
    assert ghosts_seen(LineHistory(LINE, (ghost,)), levels(after())) == (ghost,)
    assert ghosts_seen(LineHistory(LINE, (ghost,)), levels(before())) == ()


def levels(picture: Picture) -> Levels:
    read = read_picture(picture, None)
    assert isinstance(read, Levels)
    return read


@pytest.mark.parametrize(
    ("intent", "picture", "retry_on", "reason"),
    [
        (replace(absent(), is_fenced=False), before(), True, "first day"),
        (absent(), after(day=20), True, "the line was changed since"),
        (absent(), a_picture(FEBRUARY, MARCH, APRIL, posted_before=date(2026, 3, 1)), True, "changed since"),
        (absent(), after(change=0), True, "a row begins on 2026-03-10"),
        (replace(absent(), tries=3), before(), True, "it was sent 3 times"),
        (replace(absent(), item_id=7), before(), True, "accepted, not visible"),
        (absent(), before(), False, "never to send again"),
    ],
)
def test_an_absent_change_that_is_not_surely_the_same_is_parked(
    intent: Intent, picture: Picture, reason: str, *, retry_on: bool
) -> None:
    kept = after_absence(intent, picture, wanted=15, retry_on=retry_on)

    assert kept.state is IntentState.PARKED
    assert reason in kept.why


@pytest.mark.parametrize(
    ("decision", "adopted"),
    [(Decision.IT_LANDED, True), (Decision.SEND_AGAIN, False), (Decision.LEAVE, False)],
)
def test_a_person_closes_a_parked_change(decision: Decision, *, adopted: bool) -> None:
    closed = decided(an_intent(state=IntentState.PARKED), decision, by="Pat")

    assert (closed.state, closed.is_adopted) == (IntentState.CLOSED, adopted)
    assert closed.is_ghost is not adopted


def test_only_a_parked_change_is_a_persons_to_decide() -> None:
    with pytest.raises(ValueError, match="not parked"):
        decided(in_doubt(), Decision.LEAVE, by="Pat")


def test_a_busy_vendor_wrote_nothing_so_the_change_is_sent_with_the_same_date_or_planned_anew() -> None:
    waiting = after_answer(an_intent(), an_answer(AnswerKind.BUSY))
    sent = armed_after_waiting(after_waiting(waiting, before(), wanted=15), LATE, fence=2)

    assert (sent.state, sent.tries, sent.day) == (IntentState.ARMED, 1, D)
    assert after_waiting(waiting, before(), wanted=17).state is IntentState.NOT_SENT
    assert after_waiting(waiting, after(), wanted=15).state is IntentState.NOT_SENT


@pytest.mark.parametrize("state", [s for s in IntentState if not s.is_final and s is not IntentState.PARKED])
def test_what_is_found_open_after_a_start_is_in_doubt_from_the_start_on(state: IntentState) -> None:
    """2.6.5."""
    found = after_start(an_intent(state=state, doubtful_since=NOW, looks=(Look(NOW, 0),)), LATE)

    assert (found.state, found.doubtful_since, found.looks) == (IntentState.IN_DOUBT, LATE, ())


@pytest.mark.parametrize("state", [s for s in IntentState if s.is_final or s is IntentState.PARKED])
def test_what_was_decided_stays_decided_after_a_start(state: IntentState) -> None:
    assert after_start(an_intent(state=state), LATE) == an_intent(state=state)


def test_a_confirmed_step_that_vanished_is_parked() -> None:
    """W4."""
    gone = vanished(an_intent(state=IntentState.CONFIRMED), 10)

    assert gone.state is IntentState.PARKED
    assert "10 before, 15 wanted, 10 seen" in gone.why


def test_the_read_bound_grows_to_four_times_the_largest_lag_seen_and_never_shrinks() -> None:
    """2.1: measured on every confirmed write."""
    slow = looked(looked(accepted(), before(), NOW + MINUTE), after(), NOW + 6 * MINUTE)
    quick = looked(accepted(), after(), NOW + MINUTE)

    assert raised(WAITS, [LineHistory(LINE, (slow, quick))]).read_bound == 24 * MINUTE
    assert raised(WAITS, [LineHistory(LINE, (quick,))]) == Waits()


def test_a_weekend_in_which_nobody_looked_is_no_lag_of_the_vendor() -> None:
    """2.1: else one sleep of the process would make every later write wait for days."""
    slept = looked(looked(accepted(), before(), NOW + MINUTE), after(), NOW + 60 * 60 * MINUTE)

    assert slept.state is IntentState.CONFIRMED
    assert raised(WAITS, [LineHistory(LINE, (slept,))]) == Waits()


def test_weeks_in_which_the_line_could_not_be_read_are_no_lag_of_the_vendor() -> None:
    """2.1, W10; found by a life: three unreadable weeks made every later write wait for 75 days."""
    unread = (Look(NOW + MINUTE, None), Look(NOW + 27_000 * MINUTE, None))
    intent = looked(replace(accepted(), looks=unread), after(), NOW + 27_001 * MINUTE)

    assert intent.state is IntentState.CONFIRMED
    assert raised(WAITS, [LineHistory(LINE, (intent,))]) == Waits()


def test_a_first_report_in_doubt_is_not_called_absent_while_a_row_cannot_be_read() -> None:
    """W10: the row that cannot be read may be ours."""
    empty = a_picture()
    intent = an_intent(
        state=IntentState.IN_DOUBT, doubtful_since=NOW, before=0, wanted=5, old_step=0, picture=empty
    )
    unread = replace(empty, is_whole=False)

    for minutes in (0, 5):
        intent = after_look(intent, unread, NOW + MU + timedelta(minutes=minutes), waits=WAITS, known=None)

    assert intent.state is IntentState.IN_DOUBT
    assert "could not be read" in intent.why
