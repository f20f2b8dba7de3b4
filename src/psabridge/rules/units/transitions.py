"""Every transition of an intent (protocol.md 2.3), each a function from what was to what is.

No transition is made elsewhere. `why` is for people: it names before, wanted and seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from psabridge.rules.settings import Waits
from psabridge.rules.units.intent import Answer, AnswerKind, Decision, Intent, IntentState, LineHistory, Look
from psabridge.rules.units.picture import Picture, RowReading
from psabridge.rules.units.picture_reading import (
    Levels,
    Unclear,
    known_from,
    read_picture,
    same_rows,
    starts_a_row,
)

MAX_RETRIES = 2
# Looks kept of an intent that waits for long: the first, and the latest.
_LOOKS_KEPT = 12


def after_answer(intent: Intent, answer: Answer) -> Intent:
    """armed → what the answer makes of it. A refusal is no verdict about an earlier try in doubt (P4)."""
    answered = replace(
        intent,
        answered_at=answer.at,
        vendor_text=answer.text,
        item_id=answer.item_id if answer.item_id is not None else intent.item_id,
    )
    if answer.kind is AnswerKind.LOST:
        return into_doubt(answered, answer.at, "its answer was lost; the line will show whether it landed")
    if answer.kind is AnswerKind.ACCEPTED:
        return replace(
            answered, state=IntentState.ACCEPTED, why="Autotask took it; it counts once it is seen"
        )
    if intent.doubtful_since is not None:
        why = f"try {intent.tries} was answered '{answer.kind}', which says nothing about the earlier try"
        return replace(answered, state=IntentState.IN_DOUBT, why=why)
    return _after_refusal(answered, answer)


def _after_refusal(intent: Intent, answer: Answer) -> Intent:
    match answer.kind:
        case AnswerKind.NEVER_CONNECTED:
            return replace(intent, state=IntentState.NOT_SENT, why="the connection was never made")
        case AnswerKind.BUSY:
            why = "Autotask was busy and wrote nothing; it is sent again with the same date"
            return replace(intent, state=IntentState.WAITING, why=why)
        case AnswerKind.DUPLICATE:
            why = "Autotask says that something stands on this date; the line is watched"
            return replace(intent, state=IntentState.CONTESTED, why=why)
        case _:
            return replace(intent, state=IntentState.REJECTED, why=f"Autotask refused it: {answer.refusal}")


def into_doubt(intent: Intent, at: datetime, why: str) -> Intent:
    """It may have been written: the delivery bound μ starts now."""
    return replace(intent, state=IntentState.IN_DOUBT, doubtful_since=at, looks=(), why=why)


def after_start(intent: Intent, at: datetime) -> Intent:
    """Found open after a start: in doubt, μ counted from the start, not from a stored time (2.6.5)."""
    if intent.state.is_final or intent.state is IntentState.PARKED:
        return intent
    return into_doubt(intent, at, f"found {intent.state} after a start; the line will show what became of it")


def after_look(
    intent: Intent, picture: Picture, at: datetime, *, waits: Waits, known: RowReading | None
) -> Intent:
    """What one reading of the line, in the intent's own window, makes of an intent."""
    judge = _JUDGES.get(intent.state)
    if judge is None:
        return intent
    levels = _levels_after(intent, picture, known)
    step = None if isinstance(levels, Unclear) else levels.step_at(intent.day)
    looked = replace(intent, looks=_kept((*intent.looks, Look(at, step))))
    if isinstance(levels, Unclear) or step is None:
        reason = levels.reason if isinstance(levels, Unclear) else "its rows do not reach the date"
        return _unread(looked, waits, f"the line cannot be read: {reason}")
    if step == intent.new_step:
        return _seen(looked, picture, levels, at, waits)
    return judge(looked, step, waits)


def _levels_after(intent: Intent, picture: Picture, known: RowReading | None) -> Levels | Unclear:
    """Rows that stood before the date and are gone mean a half-read or shortened line, not a change (P10)."""
    if picture.is_empty and intent.picture.is_empty:
        return Levels(((intent.day, 0),), intent.day, intent.reading)  # new, and still without rows (W10)
    if picture.rows and intent.picture.rows:
        first = min(row.starts for row in intent.picture.rows)
        if first < intent.day and min(row.starts for row in picture.rows) > first:
            return Unclear(f"rows that stood there from {first} are missing")
    return read_picture(picture, known)


def _seen(intent: Intent, picture: Picture, levels: Levels, at: datetime, waits: Waits) -> Intent:
    """The step stands. After a doubt the line stays closed until no try of ours can arrive any more (C13)."""
    if intent.doubtful_since is not None and at < intent.doubtful_since + waits.delivery_bound:
        why = "it landed after a lost answer; the line stays closed until late requests are dead"
        return replace(intent, state=IntentState.LANDED, why=why)
    told = known_from(picture, intent.day, intent.new_step) if intent.is_fenced else None
    return replace(intent, state=IntentState.CONFIRMED, why=_why_seen(intent, levels), told=told)


def _why_seen(intent: Intent, levels: Levels) -> str:
    contested = intent.state is IntentState.CONTESTED
    seen = "a step like ours stands" if contested else "it is seen on the line"
    return f"{seen}; the line was changed by another too" if changed_by_another(intent, levels) else seen


def changed_by_another(intent: Intent, levels: Levels) -> bool:
    """Any other change of level than ours, compared with the picture in the intent."""
    before = read_picture(intent.picture, levels.reading)
    if isinstance(before, Unclear):
        return bool(intent.picture.rows)
    return before.changes_but_at(intent.day) != levels.changes_but_at(intent.day)


def _judge_accepted(intent: Intent, step: int, waits: Waits) -> Intent:
    return _not_seen(intent, waits, f"accepted, not visible: {_story(intent, step)}")


def _judge_contested(intent: Intent, step: int, waits: Waits) -> Intent:
    return _not_seen(intent, waits, f"the date is taken: {_story(intent, step)}")


def _judge_doubtful(intent: Intent, step: int, waits: Waits) -> Intent:
    if step != intent.old_step:
        return parked(intent, f"neither before nor after our change: {_story(intent, step)}")
    absent = [look for look in _late_looks(intent, waits) if look.step == intent.old_step]
    if absent[-1:] and absent[-1].at - absent[0].at >= waits.read_bound:
        return replace(
            intent, state=IntentState.ABSENT, why=f"it surely did not land: {_story(intent, step)}"
        )
    return intent


def _judge_landed(intent: Intent, step: int, waits: Waits) -> Intent:
    return _not_seen(intent, waits, f"it was seen and is gone: {_story(intent, step)}")


_JUDGES: Mapping[IntentState, Callable[[Intent, int, Waits], Intent]] = {
    IntentState.ACCEPTED: _judge_accepted,
    IntentState.CONTESTED: _judge_contested,
    IntentState.IN_DOUBT: _judge_doubtful,
    IntentState.LANDED: _judge_landed,
    IntentState.ABSENT: _judge_doubtful,
}


def _not_seen(intent: Intent, waits: Waits, why: str) -> Intent:
    """Parked after two late looks that do not show it; until then the next look decides."""
    missed = [look for look in _late_looks(intent, waits) if look.step not in {None, intent.new_step}]
    # Two reads of an answered change need no time between them, but they must be two.
    is_landed = intent.state is IntentState.LANDED
    apart = waits.read_bound if is_landed else timedelta(microseconds=1)
    is_missed = bool(missed) and missed[-1].at - missed[0].at >= apart
    return parked(intent, why) if is_missed else replace(intent, why=why)


def _unread(intent: Intent, waits: Waits, why: str) -> Intent:
    """A line that stays unreadable, late and for longer than λ, is a person's."""
    late = _late_looks(intent, waits)
    last_read = max((look.at for look in late if look.step is not None), default=None)
    unread = [look.at for look in late if last_read is None or look.at > last_read]
    is_lasting = bool(unread) and unread[-1] - unread[0] >= waits.read_bound
    return parked(intent, why) if is_lasting else replace(intent, why=why)


def _late_looks(intent: Intent, waits: Waits) -> Sequence[Look]:
    """Looks that must show the change if it landed: after λ when it was answered, after μ when it was not."""
    is_answered = intent.state in {IntentState.ACCEPTED, IntentState.CONTESTED}
    if is_answered or intent.doubtful_since is None:
        since = (intent.answered_at or intent.armed_at) + waits.read_bound
    else:
        since = intent.doubtful_since + waits.delivery_bound
    return [look for look in intent.looks if look.at >= since]


def _kept(looks: tuple[Look, ...]) -> tuple[Look, ...]:
    return looks if len(looks) <= _LOOKS_KEPT else (*looks[:2], *looks[2 - _LOOKS_KEPT :])


def _story(intent: Intent, step: int) -> str:
    level = intent.before - intent.old_step + step
    return f"{intent.before} before, {intent.wanted} wanted, {level} seen from {intent.day}"


def parked(intent: Intent, why: str) -> Intent:
    return replace(intent, state=IntentState.PARKED, why=why)


def vanished(intent: Intent, seen: int | None) -> Intent:
    """confirmed → parked: a step we confirmed is gone for longer than λ. It is not repaired (W4)."""
    shown = "nothing readable" if seen is None else str(seen)
    why = f"a confirmed change is gone: {intent.before} before, {intent.wanted} wanted, {shown} seen"
    return parked(intent, f"{why} on {intent.day}; somebody may have undone it")


def after_absence(intent: Intent, picture: Picture, *, wanted: int | None, retry_on: bool) -> Intent:
    """absent → closed as a ghost, parked, or left absent for the rules of 2.4 to judge a retry."""
    if wanted is not None and wanted != intent.wanted:
        return replace(intent, state=IntentState.CLOSED, why=f"it did not land and {wanted} is wanted now")
    obstacle = _obstacle(intent, picture, retry_on=retry_on)
    return intent if obstacle is None else parked_absent(intent, obstacle)


def unasked_for(intent: Intent, at: datetime, waits: Waits) -> Intent:
    """absent → closed, waiting → not sent: for a further μ nobody could say that it is still wanted.

    Its line may not be measured any more. It surely was not written; what is wanted later is planned anew.
    """
    bound, why = waits.delivery_bound, "it was not written, and nobody can say that it is still wanted"
    if intent.state is IntentState.WAITING and at - (intent.answered_at or intent.armed_at) >= bound:
        return not_sent(intent, why)
    if intent.state is IntentState.ABSENT and at - (intent.doubtful_since or intent.armed_at) >= 2 * bound:
        return replace(intent, state=IntentState.CLOSED, why=why)
    return intent


def parked_absent(intent: Intent, obstacle: str) -> Intent:
    """absent → parked, with before, wanted and seen for the person who decides."""
    return parked(intent, f"it did not land, and {obstacle}: {_story(intent, intent.old_step)}")


def _obstacle(intent: Intent, picture: Picture, *, retry_on: bool) -> str | None:
    """What forbids the identical request to be sent once more."""
    obstacles = (
        (not retry_on, "the bridge is set never to send again by itself"),
        (intent.item_id is not None, "Autotask had taken it: accepted, not visible"),
        (not intent.is_fenced, "on a period's first day nothing proves that a second one would be refused"),
        (starts_a_row(picture, intent.day), f"a row begins on {intent.day} that was not there"),
        (not same_rows(picture, intent.picture), "the line was changed since"),
        (intent.tries > MAX_RETRIES, f"it was sent {intent.tries} times"),
    )
    return next((text for stands, text in obstacles if stands), None)


def armed_again(intent: Intent, at: datetime, *, fence: int) -> Intent:
    """absent → armed with the same line, date and amount. The earlier doubt stays on record (P4)."""
    return replace(
        intent,
        state=IntentState.ARMED,
        tries=intent.tries + 1,
        fence=fence,
        armed_at=at,
        answered_at=None,
        looks=(),
        why=f"sent again, try {intent.tries + 1}",
    )


def after_waiting(intent: Intent, picture: Picture, *, wanted: int | None) -> Intent:
    """waiting → not sent when it is no longer right; nothing was written, so it is planned anew."""
    if wanted is not None and wanted != intent.wanted:
        return not_sent(intent, f"{wanted} is wanted now")
    if not same_rows(picture, intent.picture):
        return not_sent(intent, "the line was changed meanwhile")
    return intent


def not_sent(intent: Intent, why: str) -> Intent:
    return replace(intent, state=IntentState.NOT_SENT, why=why)


def armed_after_waiting(intent: Intent, at: datetime, *, fence: int) -> Intent:
    """waiting → armed: same intent, same date. Nothing was written, so this is no retry."""
    return replace(intent, state=IntentState.ARMED, fence=fence, armed_at=at, answered_at=None, looks=())


def decided(intent: Intent, decision: Decision, *, by: str) -> Intent:
    """parked → closed, as a person says. For "leave" the caller also marks the line never to be written."""
    if intent.state is not IntentState.PARKED:
        raise ValueError(f"intent {intent.id} is {intent.state}, not parked")
    adopted = decision is Decision.IT_LANDED
    why = f"{by} said: {decision}"
    return replace(intent, state=IntentState.CLOSED, is_adopted=adopted, why=why)


def ghosts_seen(history: LineHistory, levels: Levels) -> tuple[Intent, ...]:
    """Changes given up whose step stands now: ours, to be listed; the next plan corrects the level."""
    return tuple(
        intent
        for intent in history.intents
        if intent.is_ghost and intent.change and levels.step_at(intent.day) == intent.new_step
    )


def measured_lag(intent: Intent, read_bound: timedelta) -> timedelta:
    """How long a confirmed write stayed unseen, at most: the ground for raising λ (2.1).

    Where nobody looked for longer than λ, or nobody could read the line, the time in between is no lag of
    the vendor's.
    """
    read = [look for look in intent.looks if look.step is not None]
    seen = next((n for n, look in enumerate(read) if look.step == intent.new_step), 0)
    if seen == 0 or intent.answered_at is None:
        return timedelta()
    missed, shown = read[seen - 1].at, read[seen].at
    return (shown if shown - missed <= read_bound else missed) - intent.answered_at


def raised(waits: Waits, histories: Iterable[LineHistory]) -> Waits:
    """λ raised to four times the largest lag seen on a confirmed write; never lowered (2.1)."""
    bound = waits.read_bound
    confirmed = (intent for history in histories for intent in history.confirmed)
    lags = (measured_lag(intent, bound) for intent in confirmed if intent.doubtful_since is None)
    return replace(waits, read_bound=max((waits.read_bound, *(lag * 4 for lag in lags))))
