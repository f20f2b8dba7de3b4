"""What became of a step, in words that finish a sentence: "the step was …"."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from psabridge.kit.errors import Busy, NotSent, OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.plans.plan import Step


class StepState(StrEnum):
    APPLIED = "applied"
    HELD = "held"  # waits for a person
    NOT_ASKED = "not asked"  # the mode is observe, or approve and nobody approved it
    WAITING = "waiting"  # the vendor is busy, or a rule says not yet
    STALE = "stale"  # what it was planned from has changed: planned anew
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # it may have been written; settled by reading back
    PARKED = "parked"  # a person decides


@dataclass(frozen=True, slots=True)
class StepOutcome:
    step: Step
    state: StepState
    text: str = ""
    code: str | None = None


# States after which a run is not a success (exit code 1).
BAD_STATES = frozenset({StepState.REJECTED, StepState.UNKNOWN, StepState.PARKED})


class Sending(StrEnum):
    """Where the request of a creation is, noted beside the outcomes of steps."""

    SENT = "sent"  # committed before it left; it may still arrive, or be made and not shown yet
    ANSWERED = "answered"  # that nothing was made


def asked(step: Step, ask: Callable[[], object]) -> StepOutcome:
    """What the answer to an absolute value says; UNKNOWN is settled by reading (design section 7)."""
    try:
        ask()
    except (Busy, NotSent) as error:
        return StepOutcome(step, StepState.WAITING, str(error), error.code)
    except Refused as error:
        stale = error.kind in {RefusalKind.STALE, RefusalKind.DUPLICATE}
        return StepOutcome(step, StepState.UNKNOWN if stale else StepState.REJECTED, str(error), error.code)
    except OutcomeUnknown as error:
        return StepOutcome(step, StepState.UNKNOWN, str(error), error.code)
    return StepOutcome(step, StepState.APPLIED)
