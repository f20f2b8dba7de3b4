"""Tags are absolute: asked about before, read back after, never sent over what somebody else wrote (R32)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.tags import set_tags, verify_tags
from psabridge.kit.errors import Busy, BusyKind, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.plan import SetTag, Step
from psabridge.rules.platform import Tenant
from psabridge.rules.wanted.desired import DesiredTag
from psabridge.rules.words import CompanyId, StepId, StepKind, TenantId
from tests.builders import a_tenant

OURS = "psabridge:1:7"
LOST = OutcomeUnknown("the platform", "the answer was lost", "Read back")
STALE = Refused("the tenant", "it has another version", "Read again", kind=RefusalKind.STALE)
RIGHTS = Refused("the tenant", "may not be changed", "Ask for the right", kind=RefusalKind.RIGHTS)
BUSY = Busy("the platform", "is busy", "Wait", kind=BusyKind.UNAVAILABLE)
KEY = TenantId("tenant-1")


@dataclass
class World:
    """A platform with one tenant. `answers` are raised in turn, after the tag landed if `lands`."""

    tag: str | None = None
    version: int = 1
    answers: list[tuple[Exception | None, bool]] = field(default_factory=list)
    moves_to: str | None = None  # somebody else writes this at the first attempt
    is_silent: bool = False
    versions: list[int] = field(default_factory=list)

    def set_tag(self, tenant: TenantId, tag: str | None, version: int) -> None:
        assert tenant == KEY
        self.versions.append(version)
        if self.moves_to is not None:
            self.tag, self.version, self.moves_to = self.moves_to, self.version + 1, None
        error, lands = self.answers.pop(0) if self.answers else (None, True)
        if lands:
            self.tag, self.version = tag, self.version + 1
        if error is not None:
            raise error

    def tenants(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, Tenant]:
        if self.is_silent:
            raise Unreadable("the platform", "answered garbled", "Read again")
        now = replace(a_tenant(1), internal_tag=self.tag, version=self.version)
        return dict.fromkeys(tenants, now)


def nothing() -> None:
    """Nobody looks."""


def carried_out(world: World, tag: str | None = OURS, before: str | None = None) -> StepOutcome:
    change = SetTag(DesiredTag(KEY, CompanyId(7), tag, "mapped"), before, version=1)
    step = Step(StepId("tag"), StepKind.SET_TAG, "tag", change, "mapped", Evidence(), "print")
    outcomes = set_tags([step], world, before_each=nothing, after_each=nothing)  # type: ignore[arg-type]
    [outcome] = verify_tags(outcomes, world)  # type: ignore[arg-type]
    return outcome


def test_a_tag_is_set_with_the_version_last_read_and_read_back() -> None:
    world = World()

    assert carried_out(world).state is StepState.APPLIED
    assert (world.tag, world.versions) == (OURS, [1])


@pytest.mark.parametrize("landed", [True, False])
def test_a_lost_answer_is_settled_by_reading_and_sent_again_only_if_needed(landed: bool) -> None:
    world = World(answers=[(LOST, landed)])

    assert carried_out(world).state is StepState.APPLIED
    assert world.tag == OURS
    assert len(world.versions) == (1 if landed else 2)


def test_a_stale_version_is_read_again_while_the_tag_is_what_it_was() -> None:
    world = World(version=4, answers=[(STALE, False)])

    assert carried_out(world).state is StepState.APPLIED
    assert world.versions == [1, 4]


def test_what_somebody_else_wrote_meanwhile_is_not_written_over() -> None:
    world = World(answers=[(STALE, False)], moves_to="other-tool:9")

    assert carried_out(world).state is StepState.STALE
    assert (world.tag, len(world.versions)) == ("other-tool:9", 1)


def test_clearing_takes_the_tag_away() -> None:
    world = World(tag=OURS)

    assert carried_out(world, tag=None, before=OURS).state is StepState.APPLIED
    assert world.tag is None


@pytest.mark.parametrize(("error", "state"), [(RIGHTS, StepState.REJECTED), (BUSY, StepState.WAITING)])
def test_a_refusal_and_a_busy_vendor_write_nothing(error: Exception, state: StepState) -> None:
    world = World(answers=[(error, False)])

    assert carried_out(world).state is state
    assert (world.tag, len(world.versions)) == (None, 1)


def test_what_cannot_be_read_back_is_unknown() -> None:
    world = World(is_silent=True)

    assert carried_out(world).state is StepState.UNKNOWN
    assert carried_out(World(answers=[(LOST, False)], is_silent=True)).state is StepState.UNKNOWN


def test_what_does_not_show_is_unknown() -> None:
    world = World(answers=[(None, False)])

    assert carried_out(world).state is StepState.UNKNOWN
