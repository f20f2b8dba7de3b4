"""Start a scene inside the process of a test or a demo."""

from pathlib import Path
from typing import Any

from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.threaded import RunningEmulation
from psabridge_emulators.scenes.emulating import description, emulate


class Running(RunningEmulation):
    """A served scene. Touch its worlds inside `do` only: `running.do(lambda: running.acronis.usage(…))`."""

    def __init__(self, emulation: Emulation, ports: dict[str, int]) -> None:
        super().__init__(emulation, ports)
        self.autotask: AutotaskWorld = emulation.scene.worlds["autotask"]
        self.acronis: AcronisWorld = emulation.scene.worlds["acronis"]
        self.description: dict[str, Any] = description(emulation, self.urls)

    @property
    def mapping(self) -> dict[str, Any]:
        """What the scene's operator would have configured."""
        return self.emulation.scene.mapping


def start(
    scene: str = "empty",
    seed: int = 1,
    *,
    autotask_port: int = 0,
    acronis_port: int = 0,
    latency_ms: int = 0,
    keep: str | Path | None = None,
) -> Running:
    """Serve a scene on free ports; `with start("guide") as running:` stops it again."""
    place = None if keep is None else Path(keep)
    emulation = emulate(scene, seed=seed, latency_ms=latency_ms, keep=place)
    return Running(emulation, {"autotask": autotask_port, "acronis": acronis_port})
