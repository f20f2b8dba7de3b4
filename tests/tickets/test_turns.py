"""Whose turn it is while Autotask has time for little (issue 5, storms): nobody waits for ever."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import cycle, groupby, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psabridge.rules.tickets.alerts import AlertId, BackupAlert
from psabridge.rules.tickets.plan import TicketStep
from psabridge.rules.tickets.settings import StormLimit
from psabridge.rules.tickets.turns import Turn, beginning_with_oldest, in_turns
from tests.tickets.cast import DAY, MINUTE, ON, START, Desk, an_alert, decided
from tests.tickets.office import Office, automatic
from tests.tickets.world import Fault

STORMY = automatic(replace(ON, storm=StormLimit(5, 10 * MINUTE)))
LONG_LIST = 1200  # conditions: a ticket and many notes
LISTED = re.compile(r"\(a\d+\)")
AN_HOUR, STANDSTILL = 60, 6  # cycles
Faults = list[Fault | None]
BUSY: Faults = [Fault.BUSY] * 50  # until the cycle is over


def by_the_cycle() -> Iterator[Faults]:
    """Busy in every second cycle, and after three writes in the others."""
    yield from cycle([BUSY, [None, None, None, *BUSY]])


def by_the_write() -> Iterator[Faults]:
    """One write gets through in a cycle."""
    yield from cycle([[None, *BUSY]])


@pytest.mark.parametrize("busy", [by_the_cycle, by_the_write])
def test_a_storm_is_told_although_autotask_is_busy_half_of_the_time(
    busy: Callable[[], Iterator[Faults]],
) -> None:
    """Others raise as much as gets through. Neither they nor the storm's long list have to stand still."""
    office = Office(STORMY)
    office.world.raises(*(storm_alert(number, office.world.clock.at) for number in range(LONG_LIST)))
    others: list[AlertId] = []
    of_others: list[int] = []
    in_storm: list[int] = []
    for number, faults in enumerate(islice(busy(), AN_HOUR)):
        for one in range(1 + (busy is not by_the_write)):
            others.append(AlertId(f"b{number}-{one}."))
            office.alert(others[-1], kind=f"Kind {number}", workload=f"S-{one}", tenant=2)
        office.world.faults = list(faults)  # type: ignore[arg-type]  None: nothing happens to that write
        office.cycle()
        texts = " ".join(office.texts)
        of_others.append(sum(f"Id: {alert}" in texts for alert in others))
        in_storm.append(len(set(LISTED.findall(texts))))

    assert in_storm[-1] == LONG_LIST, "its list waits for ever"
    assert still(in_storm[: in_storm.index(LONG_LIST)]) <= STANDSTILL
    assert still(of_others) <= STANDSTILL


def still(counts: list[int]) -> int:
    """The longest time, in cycles, without any progress."""
    runs = [len(list(run)) for _, run in groupby(counts)]
    return max(runs, default=0)


def storm_alert(number: int, at: datetime) -> BackupAlert:
    return an_alert(f"a{number}", workload=f"a workload with a rather long name, number {number}", at=at)


def test_a_calm_hour_keeps_to_the_turns_and_remembers_nothing() -> None:
    office = Office(STORMY)
    for number in range(3):
        office.alert(f"a{number}", workload=f"PC-{number}")
    office.world.faults = [None, Fault.BUSY]  # type: ignore[list-item]
    office.cycle()
    assert office.book.looks(office.settings.pairing).begins_with_oldest
    office.cycle()
    assert not office.book.looks(office.settings.pairing).begins_with_oldest


def a_step(number: int, company: int, minute: int, writes: int) -> TicketStep:
    desk = Desk(decided(customers=3))
    desk.raises(an_alert(f"a{number}", tenant=company, workload=f"PC-{number}", at=START + minute * MINUTE))
    desk.passes(DAY)
    (step,) = desk.looks()
    return replace(step, writes=step.writes * writes)


STEPS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 60), st.integers(1, 5)), min_size=1, max_size=8
).map(lambda rows: [a_step(number, *row) for number, row in enumerate(rows)])


@given(STEPS)
def test_turns_lose_nothing_and_count_writes(steps: list[TicketStep]) -> None:
    """What comes before a customer's step is never more than that customer's own writes for any other."""
    turned = in_turns(Turn(step) for step in steps)
    assert sorted(one.step.id for one in turned) == sorted(step.id for step in steps)
    for place, turn in enumerate(turned):
        before = turned[:place]
        own = sum(one.left for one in [*before, turn] if one.company == turn.company)
        for other in {one.company for one in before} - {turn.company}:
            assert sum(one.left for one in before if one.company == other) <= own


@given(STEPS)
def test_what_waits_longest_begins_and_the_others_keep_their_order(steps: list[TicketStep]) -> None:
    turned = in_turns(Turn(step) for step in steps)
    oldest, *others = beginning_with_oldest(turned, lambda _: True)
    assert oldest.step.raised_at == min(step.raised_at for step in steps)
    assert others == [one for one in turned if one != oldest]
