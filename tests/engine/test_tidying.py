"""What is older than the retention setting is forgotten once a day, not with every cycle."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from psabridge.engine.cycle import Memory
from psabridge.engine.ports import Ports
from psabridge.rules.words import PairingId
from tests.builders import settings

BEGAN = datetime(2026, 3, 10, 8, tzinfo=UTC)
KEPT_FOR = timedelta(days=30)


@dataclass
class Records:
    forgotten: list[tuple[PairingId, datetime]] = field(default_factory=list)

    def forget_before(self, pairing: PairingId, moment: datetime) -> int:
        self.forgotten.append((pairing, moment))
        return 0


def ended(memory: Memory, records: Records, at: datetime) -> None:
    """A cycle that ended then."""
    clock = SimpleNamespace(now=lambda: at)
    ports = cast("Ports", cast("Any", SimpleNamespace(clock=clock, records=records)))
    memory.tidy(settings(keep_snapshots=KEPT_FOR), ports)


def test_the_first_cycle_of_a_day_forgets_and_the_next_ones_do_not() -> None:
    memory, records = Memory(), Records()
    for minutes in (0, 5, 10):
        ended(memory, records, BEGAN + timedelta(minutes=minutes))
    ended(memory, records, BEGAN + timedelta(days=1))

    moments = [moment for _, moment in records.forgotten]
    assert moments == [BEGAN - KEPT_FOR, BEGAN + timedelta(days=1) - KEPT_FOR]


def test_a_process_that_starts_forgets_with_its_first_cycle() -> None:
    """A timer that starts one for every cycle keeps no more than one that stays."""
    records = Records()
    for hour in (0, 1):
        ended(Memory(), records, BEGAN + timedelta(hours=hour))

    assert len(records.forgotten) == 2
