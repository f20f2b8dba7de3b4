"""The emulated vendors of a proof: both worlds, their one clock, and what a bridge is told about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.control import act
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.faults import ControlAction
from psabridge_emulators.scenes.emulating import description
from psabridge_proof.direct import ADDRESSES


@dataclass(slots=True)
class Vendors:
    emulation: Emulation

    @property
    def autotask(self) -> AutotaskWorld:
        world: AutotaskWorld = self.emulation.scene.worlds["autotask"]
        return world

    @property
    def acronis(self) -> AcronisWorld:
        world: AcronisWorld = self.emulation.scene.worlds["acronis"]
        return world

    @property
    def now(self) -> datetime:
        return self.emulation.now

    @property
    def today(self) -> date:
        return self.now.date()

    def written(self) -> tuple[object, ...]:
        """Grows with every write that landed, whoever made it; and the moment."""
        ledger = self.autotask.ledger
        landed = (len(ledger.adjustments), len(ledger.writes), len(self.acronis.ledger))
        return (*landed, len(self.acronis.tokens), self.emulation.now)

    def advance(self, **duration: float) -> None:
        self.emulation.clock.advance(timedelta(**duration).total_seconds())

    def control(self, vendor: str, path: str, body: Mapping[str, Any]) -> bool:
        """The back door, as a person would use it; False where the vendor itself refuses."""
        reply = act(self.emulation, vendor, ControlAction(path, dict(body)))
        assert reply.status in {200, 409}, (path, body, reply.body)
        return reply.status == 200

    def document(self) -> dict[str, Any]:
        """What the scene tells the bridge's configuration, as `psabridge_emulators` would print it."""
        return description(self.emulation, ADDRESSES)
