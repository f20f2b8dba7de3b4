"""Quotas and item status are absolute: asked about before, and read back after (design section 7)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from psabridge.engine.items import set_items, verify_items
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.kit.errors import Busy, BusyKind, OutcomeUnknown, RefusalKind, Refused, Unreadable
from psabridge.rules.evidence import Evidence
from psabridge.rules.lease import LeaseLost
from psabridge.rules.plans.plan import SetItem, Step
from psabridge.rules.platform import OfferingItem, Quota
from psabridge.rules.wanted.desired import DesiredItem
from psabridge.rules.words import CompanyId, ItemKey, StepId, StepKind, TenantId

KEY = ItemKey("backup", "pw_base_workstations")
LOST = OutcomeUnknown("the platform", "the answer was lost", "Read back")
STALE = Refused("the item", "it has another version", "Read again", kind=RefusalKind.STALE)
IN_USE = Refused("the item", "it is in use", "Leave it on", kind=RefusalKind.IN_USE, code="ERR-10")
BUSY = Busy("the platform", "is busy", "Wait", kind=BusyKind.UNAVAILABLE)
GARBLED = Unreadable("the platform", "answered garbled", "Read again")


@dataclass
class Tenants:
    """A platform of one item per tenant. `answers` are raised in turn, after the change landed if `lands`."""

    quotas: dict[TenantId, int | None]
    answers: list[tuple[Exception | None, bool]] = field(default_factory=list)
    reads_fail: bool = False
    asked: int = 0

    def items(self, tenants: Iterable[TenantId]) -> Mapping[TenantId, tuple[OfferingItem, ...]]:
        if self.reads_fail:
            raise GARBLED
        return {tenant: (an_item(tenant, self.quotas[tenant]),) for tenant in tenants}

    def set_item(self, wanted: DesiredItem, _: OfferingItem | None) -> None:
        self.asked += 1
        error, lands = self.answers.pop(0) if self.answers else (None, True)
        if lands:
            self.quotas[wanted.tenant] = wanted.quota
        if error is not None:
            raise error


def an_item(tenant: TenantId, quota: int | None) -> OfferingItem:
    return OfferingItem(
        tenant, KEY, "pck_per_workload", "workstations", "count", "quantity", True, Quota(quota, 0, 1)
    )


def a_step(tenant: str = "a", quota: int = 12) -> Step:
    wanted = DesiredItem(
        TenantId(tenant), CompanyId(1), KEY, True, True, quota, 0, "sold", Evidence(), needs_person=False
    )
    before = an_item(TenantId(tenant), 5)
    return Step(
        StepId(tenant), StepKind.SET_ITEM, tenant, SetItem(wanted, before), "sold", Evidence(), "print"
    )


def nothing() -> None:
    """Nobody looks."""


def carried_out(
    world: Tenants, *steps: Step, before_each: Callable[[], None] = nothing
) -> tuple[StepOutcome, ...]:
    outcomes = set_items(steps, world, before_each=before_each, after_each=nothing)
    return verify_items(outcomes, world)


def a_world(*answers: tuple[Exception | None, bool]) -> Tenants:
    return Tenants({TenantId("a"): 5, TenantId("b"): 5}, list(answers))


@pytest.mark.parametrize("lands", [True, False])
def test_a_lost_answer_is_read_back_and_sent_again_only_if_still_needed(*, lands: bool) -> None:
    world = a_world((LOST, lands))

    (outcome,) = carried_out(world, a_step())

    assert (outcome.state, world.quotas[TenantId("a")]) == (StepState.APPLIED, 12)
    assert world.asked == (1 if lands else 2)


def test_a_stale_version_is_read_again_once() -> None:
    world = a_world((STALE, False))

    (outcome,) = carried_out(world, a_step())

    assert (outcome.state, world.quotas[TenantId("a")]) == (StepState.APPLIED, 12)


def test_a_refusal_is_told_with_its_id_and_the_next_tenant_goes_on() -> None:
    """ERR-10, ACR-PRV-14: one tenant's failure stays its own."""
    world = a_world((IN_USE, False))

    refused, applied = carried_out(world, a_step("a"), a_step("b"))

    assert (refused.state, refused.code) == (StepState.REJECTED, "ERR-10")
    assert (applied.state, world.quotas) == (StepState.APPLIED, {TenantId("a"): 5, TenantId("b"): 12})


def test_a_busy_platform_wrote_nothing_and_is_asked_in_the_next_cycle() -> None:
    world = a_world((BUSY, False))

    (outcome,) = carried_out(world, a_step())

    assert (outcome.state, world.asked) == (StepState.WAITING, 1)


def test_what_cannot_be_read_back_is_unknown_not_applied() -> None:
    world = a_world()
    world.reads_fail = True

    (outcome,) = carried_out(world, a_step())

    assert outcome.state is StepState.UNKNOWN


def test_what_does_not_show_as_set_is_unknown() -> None:
    world = a_world((None, False))

    (outcome,) = carried_out(world, a_step())

    assert outcome.state is StepState.UNKNOWN


def test_a_process_that_lost_its_lease_sets_nothing_more() -> None:
    """W1: the lease is proved before each item, not after."""
    world, calls = a_world(), iter([None, LeaseLost("taken over")])

    def renew() -> None:
        error = next(calls)
        if error is not None:
            raise error

    with pytest.raises(LeaseLost):
        carried_out(world, a_step("a"), a_step("b"), before_each=renew)

    assert world.quotas == {TenantId("a"): 12, TenantId("b"): 5}
