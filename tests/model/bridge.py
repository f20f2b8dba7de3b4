"""Cycles, waits and approvals of one line as functions of numbered memories, each computed once."""

from zoneinfo import ZoneInfo

from tests.builders import a_mapping_row, settings
from tests.model.cycle import Running
from tests.model.memory import WAITS, Memory, waited
from tests.model.rash import Proposal
from tests.model.values import Answered, Dating, Done, Sending, Sight


class Bridge:
    """Cycles of one line under one dating, each computed once."""

    def __init__(self, dating: Dating, *, retry_on: bool = True) -> None:
        row = a_mapping_row(service=1000)
        self.settings = settings(
            row,
            zone=ZoneInfo("UTC"),
            policy=dating.policy,
            decreases_wait=dating.decreases_wait,
            retry_on=retry_on,
            waits=WAITS,
        )
        self.dating = dating
        self.memories: list[Memory] = []
        self._numbers: dict[Memory, int] = {}
        self._cycles: dict[tuple[object, ...], Done | Sending] = {}
        self._waited: dict[int, int] = {}
        self._approved: dict[int, int | None] = {}

    @property
    def computed(self) -> int:
        return len(self._cycles)

    def number(self, memory: Memory) -> int:
        """Equal memories are one number, so that states stay small."""
        found = self._numbers.setdefault(memory, len(self.memories))
        if found == len(self.memories):
            self.memories.append(memory)
        return found

    def cycle(
        self, memory: int, sight: Sight, answers: tuple[Answered, ...] = (), rashly: Proposal | None = None
    ) -> Done | Sending:
        key = (memory, sight, answers, rashly)
        found = self._cycles.get(key)
        if found is None:
            running = Running(self.settings, self.memories[memory], sight, answers)
            ended = running.cycle(rashly)
            found = ended if isinstance(ended, Sending) else Done(self.number(ended[0]), *ended[1:])
            self._cycles[key] = found
        return found

    def waited(self, memory: int) -> int:
        if memory not in self._waited:
            self._waited[memory] = self.number(waited(self.memories[memory]))
        return self._waited[memory]

    def approved(self, memory: int, sight: Sight) -> int | None:
        """A person applies the first plan after a restore; None when there is nothing to approve yet."""
        if memory not in self._approved:
            taken = Running(self.settings, self.memories[memory], sight, ()).take_back()
            self._approved[memory] = None if taken is None else self.number(taken)
        return self._approved[memory]
