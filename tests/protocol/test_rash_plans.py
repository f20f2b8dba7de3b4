"""Plans made without the rules: what is judged as it leaves stops them, whatever the planning said.

Each of these fails at the vendor when its one rule is dropped.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from psabridge.engine.outcomes import StepOutcome
from psabridge.engine.units import send_steps
from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.fingerprint import Target, inputs_print
from psabridge.rules.plans.plan import Completeness, Plan, SetUnits
from psabridge.rules.plans.plan_making import Draft
from psabridge.rules.settings import DatingPolicy
from psabridge.rules.units.picture import RowReading
from psabridge.rules.words import PairingId, PlanId, SnapshotId, StepId, StepKind
from tests.protocol.bridge import CYCLE, FIRST, LAMBDA, MU, UNIQUENESS, Bridge, a_bridge
from tests.protocol.vendor import Fate

every_uniqueness = pytest.mark.parametrize("uniqueness", UNIQUENESS)
DAY = timedelta(days=1)
D1, MARCH, APRIL = date(2026, 3, 10), date(2026, 3, 1), date(2026, 4, 1)
MARCH_31 = datetime(2026, 3, 31, 9, tzinfo=UTC)


def rashly(bridge: Bridge, day: date, before: int, after: int) -> StepOutcome:
    """Plan and send in one breath, from what the plan says the level is."""
    side = bridge.psa.read(bridge.settings, bridge.today)
    channel = bridge.channel(side)
    line = bridge.psa.line
    found = bridge.psa.pictures([line], covers_from=date(2026, 2, 1), covers_to=date(2026, 5, 31))
    change = SetUnits(
        line=line,
        contract=bridge.psa.contract.id,
        service=side.lines[line].service,
        day=day,
        change=after - before,
        before=before,
        after=after,
        is_first_report=False,
        is_fenced=day.day != 1,
        picture=found[line],
        reading=RowReading.TOTALS,
    )
    complete = Completeness(bridge.clock.now(), 1, 1, 1, 0, 0, 0, 0)
    contract = side.contracts[bridge.psa.contract.id]
    opened = tuple(intent.id for intent in bridge.journal.open_intents(PairingId(1)))
    target = Target(contract, side.lines[line], found[line], open_intents=opened, reading=channel.known)
    draft = Draft(StepId("rash"), StepKind.SET_UNITS, "line", change, "rash", Evidence(), target)
    inputs = inputs_print(
        settings_version=1, today=bridge.today, snapshot=SnapshotId(1), completeness=complete
    )
    plan = Plan(
        pairing=PairingId(1),
        made_at=bridge.clock.now(),
        today=bridge.today,
        settings_version=1,
        snapshot=SnapshotId(1),
        steps=(draft.as_step(inputs),),
        holds=(),
        wishes=(),
        findings=(),
        completeness=complete,
    )
    (outcome,) = send_steps(plan.steps, plan=plan, plan_id=PlanId(1), channel=channel)
    return outcome


def known(bridge: Bridge) -> Bridge:
    """The line as it now stands has been read twice, so that no missing baseline hides the rule."""
    bridge.writes = False
    bridge.run(2 * LAMBDA)
    bridge.writes = True
    return bridge


def stopped(bridge: Bridge, rule: str, day: date, before: int, after: int) -> None:
    landed = len(bridge.psa.landed())

    outcome = rashly(bridge, day, before, after)

    assert len(bridge.psa.landed()) == landed
    assert f"{rule}: " in outcome.text


@every_uniqueness
def test_a_rash_plan_that_nothing_forbids_is_carried_out(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)

    rashly(bridge, D1, 10, 15)

    assert bridge.is_right


@every_uniqueness
def test_w2_over_a_change_that_may_still_land(uniqueness: str) -> None:
    bridge = a_bridge(Fate.DELAYED, uniqueness=uniqueness)
    bridge.cycle()
    bridge.clock.wait(DAY)

    stopped(known(bridge), "W2", bridge.today, 10, 15)


@every_uniqueness
def test_w5_over_a_colleagues_change_dated_ahead(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    assert bridge.psa.person(D1 + DAY, 5)

    stopped(known(bridge), "W5", D1, 10, 15)


@every_uniqueness
def test_w6_with_a_delta_from_another_level_than_that_of_the_day(uniqueness: str) -> None:
    """C8: the level ahead is not today's."""
    bridge = a_bridge(uniqueness=uniqueness)

    stopped(bridge, "W6", D1, 8, 13)


@every_uniqueness
def test_w7_a_second_time_on_one_day(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)
    bridge.run(CYCLE)
    bridge.to(15)

    stopped(known(bridge), "W7", D1, 15, 18)


@every_uniqueness
def test_w7_a_second_time_on_a_first_day(uniqueness: str) -> None:
    bridge = a_bridge(at=FIRST, uniqueness=uniqueness)
    bridge.run(CYCLE)

    stopped(known(bridge), "W7", APRIL, 15, 18)


@every_uniqueness
def test_w8_ahead_of_its_own_day(uniqueness: str) -> None:
    bridge = a_bridge(uniqueness=uniqueness)

    stopped(bridge, "W8", APRIL, 10, 8)


@every_uniqueness
def test_w9_into_a_posted_period(uniqueness: str) -> None:
    """D2: where Autotask would make an extra row of it."""
    bridge = a_bridge(uniqueness=uniqueness, doubts={"posted_period": "extra_row"})
    bridge.psa.post_periods(date(2026, 3, 31))

    stopped(known(bridge), "W9", D1, 10, 15)


def closing(**more: object) -> Mapping[str, Any]:
    return {"policy": DatingPolicy.PERIOD_CLOSE, **more}


@every_uniqueness
def test_w13_from_days_with_holes(uniqueness: str) -> None:
    bridge = a_bridge(at=MARCH_31, uniqueness=uniqueness, settings=closing())
    bridge.figures = {date(2026, 3, 28): 15}

    stopped(known(bridge), "W13", MARCH, 10, 15)


@every_uniqueness
def test_a_rash_retry_finds_the_line_closed_until_mu(uniqueness: str) -> None:
    bridge = a_bridge(Fate.APPLIED_LOST, uniqueness=uniqueness)
    bridge.run(MU - 2 * CYCLE)

    stopped(bridge, "W2", D1, 15, 20)
