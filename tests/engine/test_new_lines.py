"""A line is looked for before it is made, and never asked for twice (design section 7, R61)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from psabridge.engine.creations import Creating, create
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.kit.errors import Busy, BusyKind, OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.plan import AddLine, Step
from psabridge.rules.wanted.desired import NewLine
from psabridge.rules.words import CompanyId, ContractId, PairingId, PlanId, ServiceId, StepId, StepKind
from tests.builders import NOW

WANTED = NewLine(ContractId(10), CompanyId(1), ServiceId(1000), 4, "switched on")
STEP = Step(
    StepId("line-1"), StepKind.ADD_LINE, "a firm", AddLine(WANTED), "switched on", Evidence(), "print"
)
LOST = OutcomeUnknown("Autotask", "the answer was lost", "Read back")
BUSY = Busy("Autotask", "is busy", "Wait", kind=BusyKind.UNAVAILABLE)
NO = Refused("Autotask", "no rights", "Give rights", kind=RefusalKind.RIGHTS)
BOUND = timedelta(hours=1)


@dataclass
class World:
    """One contract and the notes of one installation. `answers` are raised in turn, once it landed or not."""

    lines: int = 0
    shows: bool = True  # whether what was made is shown yet
    now: datetime = NOW
    answers: list[tuple[Exception | None, bool]] = field(default_factory=list)
    notes: list[tuple[str, datetime]] = field(default_factory=list)

    def find_lines(self, *_: object) -> tuple[int, ...]:
        return tuple(range(self.lines)) if self.shows else ()

    def add_line(self, *_: object, **__: object) -> int:
        assert self.notes[-1][0] == "sent", "noted before it leaves"
        error, lands = self.answers.pop(0) if self.answers else (None, True)
        self.lines += lands
        if error is not None:
            raise error
        return self.lines

    def record_step(self, _: object, __: object, outcome: str, ___: str, at: datetime) -> None:
        self.notes.append((outcome, at))

    def sent_at(self, *_: object) -> datetime | None:
        return self.notes[-1][1] if self.notes and self.notes[-1][0] == "sent" else None

    def carry_out(self) -> StepOutcome:
        clock = SimpleNamespace(now=lambda: self.now)
        ports = cast("Ports", SimpleNamespace(psa=self, journal=self, clock=clock))
        (outcome,) = create([STEP], Creating(ports, PairingId(1), PlanId(1), BOUND))
        return outcome


def test_a_line_that_is_there_is_taken_and_nothing_is_sent() -> None:
    world = World(lines=1)

    assert world.carry_out().state is StepState.APPLIED
    assert (world.lines, world.notes) == (1, [])


@pytest.mark.parametrize("lands", [True, False])
def test_after_a_lost_answer_nothing_is_sent_until_the_first_request_is_dead(*, lands: bool) -> None:
    world = World(answers=[(LOST, lands)], shows=False)

    assert world.carry_out().state is StepState.UNKNOWN
    world.now += BOUND - timedelta(seconds=1)
    assert world.carry_out().state is StepState.WAITING
    world.now, world.shows = world.now + timedelta(seconds=1), True
    assert world.carry_out().state is StepState.APPLIED

    assert world.lines == 1


@pytest.mark.parametrize(("error", "state"), [(BUSY, StepState.WAITING), (NO, StepState.REJECTED)])
def test_a_refusal_is_no_request_on_its_way(error: Exception, state: StepState) -> None:
    world = World(answers=[(error, False)])

    assert world.carry_out().state is state
    assert world.carry_out().state is StepState.APPLIED
    assert world.lines == 1
