"""Exit codes others rely on (docs/operators/commands.md), and the frame every command runs in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from psabridge.engine.cycle import PlanForgotten
from psabridge.jobs.show.look import beside, print_json, say_beside
from psabridge.kit.errors import AccessDenied, BridgeError, Busy, NotSent, OnlyLooks, Unreadable
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.wiring.trial import NotKept


class Exit(IntEnum):
    DONE = 0
    STEP_FAILED = 1  # a step was rejected, is unknown or is parked
    WRONG_INPUT = 2  # arguments, configuration, names
    SIGN_IN = 3  # a vendor refused the credentials
    UNAVAILABLE = 4  # a vendor could not be read
    ELSEWHERE = 5  # another process holds the write lease
    STALE = 6  # the plan no longer holds
    ONLY_LOOKS = 7  # this user may change nothing


@contextmanager
def reported(*, as_json: bool) -> Iterator[None]:
    """Turn an error of the family into its message and exit code; a defect shows itself."""
    try:
        yield
    except BridgeError as error:
        _say(error, as_json=as_json)
        sys.exit(code_of(error))
    except (LeaseHeld, LeaseLost) as error:
        _say(_elsewhere(error), as_json=as_json)
        sys.exit(Exit.ELSEWHERE)


def _elsewhere(error: LeaseHeld | LeaseLost) -> BridgeError:
    return BridgeError("the write lease", str(error), "Wait until it is done, or stop it", code="W1")


def code_of(error: BridgeError) -> Exit:
    if isinstance(error, NotKept):
        return code_of(error.error)
    if isinstance(error, OnlyLooks):
        return Exit.ONLY_LOOKS
    if isinstance(error, AccessDenied):
        return Exit.SIGN_IN
    if isinstance(error, Busy | NotSent | Unreadable):
        return Exit.UNAVAILABLE
    if isinstance(error, PlanForgotten):
        return Exit.STALE
    return Exit.WRONG_INPUT


def _say(error: BridgeError, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "error": error.code or type(error).__name__,
                "subject": error.subject,
                "problem": error.problem,
                "next_act": error.next_act,
            }
        )
        return
    say_beside(error.code or "Error", "red", f" {error.subject}: {error.problem}.")
    beside().print(error.next_act, soft_wrap=True)
