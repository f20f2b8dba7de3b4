"""A wait for the next cycle that a hint cuts short."""

from datetime import timedelta

from psabridge.kit.clock import Clock
from psabridge.rules.hints import HintOf, brings_forward
from psabridge.rules.words import PairingId
from psabridge.store.hints import DatabaseHints, has_door
from psabridge.wiring.bridge import Bridge

LOOK_EVERY = timedelta(seconds=1)


class HintWatch:
    """What was heard for one pairing, since it was asked last. What came before it was made is past."""

    def __init__(self, bridge: Bridge, pairing: PairingId, of: HintOf) -> None:
        _, psa = bridge.pairings.connections(pairing)
        self._connection = psa.id
        self._of = of
        self._hints = DatabaseHints()
        self._last = self._hints.newest(self._connection)

    @property
    def may_hear(self) -> bool:
        return has_door(self._connection)

    def news(self) -> tuple[int, ...]:
        """Records that were spoken of, each once."""
        self._last, records = self._hints.after(self._connection, self._of, self._last)
        return records

    def wait(self, clock: Clock, duration: timedelta) -> tuple[int, ...]:
        """As `clock.wait`, or shorter; what was spoken of meanwhile."""
        if not self.may_hear:
            clock.wait(duration)
            return ()
        waited, heard = timedelta(), list(self.news())
        while waited < duration and not brings_forward(self._of, heard, waited):
            step = min(LOOK_EVERY, duration - waited)
            clock.wait(step)
            waited += step
            heard += self.news()
        return tuple(dict.fromkeys(heard))
