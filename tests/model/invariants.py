"""What must hold of a landing, of a write and of a verdict, judged by what landed (protocol.md 3)."""

from datetime import date

from psabridge.rules.settings import DatingPolicy
from tests.model.days import LIVED, name
from tests.model.state import State, Violation
from tests.model.values import Dating, Said, Sending
from tests.model.vendor import A_PERSON, UNITS, Landed, level

APRIL = LIVED[3]


def of_landing(state: State, request: Landed) -> Violation | None:
    """`state`: after it landed."""
    landed = state.vendor.landed
    if sum(one.who == request.who for one in landed) > 1:
        return Violation(f"the change {request.change:+} of {name(request.day)} landed twice")
    foreign = [one.change for one in landed if one.who == A_PERSON]
    # Ours may undo what a person did, never go further than from any number to any number ever wanted.
    least = min(UNITS, *state.wanted) - UNITS - sum(change for change in foreign if change > 0)
    most = max(UNITS, *state.wanted) - UNITS - sum(change for change in foreign if change < 0)
    ours = tuple(one for one in landed if one.who != A_PERSON)
    for day in sorted({one.day for one in ours}):
        total = level(ours, day) - UNITS
        if not least <= total <= most:
            return Violation(
                f"our changes add up to {total:+} on {name(day)}, {least:+} to {most:+} was wanted"
            )
    return None


def of_write(before: State, after: State, sending: Sending) -> Violation | None:
    """What is written while reads show everything makes the line what is wanted, from its day on."""
    if not before.vendor.is_whole:
        return None
    landed = after.vendor.landed
    for day in sorted({sending.day, *(one.day for one in landed if one.day > sending.day)}):
        shown = level(landed, day)
        if shown != sending.wanted:
            return Violation(f"{sending.wanted} was wanted from {name(sending.day)}, {name(day)} has {shown}")
    return None


def of_verdict(state: State, said: Said, dating: Dating) -> Violation | None:
    """Nothing is called right that the reads show otherwise, today or on any later day."""
    if said is not Said.RIGHT:
        return None
    if state.is_blank:
        return Violation("the line is called right although no row of it was read")
    seen = tuple(Landed(day, change, A_PERSON) for day, change in state.vendor.seen)
    since, wanted = LIVED[state.day], state.target
    if dating.policy is DatingPolicy.NEXT_PERIOD and state.day == 2:
        # On the posting day it speaks of the period that comes, and of the figure it was closed with.
        since, wanted = APRIL, state.figures[1]
    return _differs(seen, since, wanted)


def _differs(landed: tuple[Landed, ...], since: date, wanted: int) -> Violation | None:
    for day in sorted({since, *(one.day for one in landed if one.day > since)}):
        shown = level(landed, day)
        if shown != wanted:
            return Violation(f"the line is called right; {wanted} is wanted and {name(day)} has {shown}")
    return None
