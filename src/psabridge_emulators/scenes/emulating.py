"""A scene with its vendors around it, ready to be served."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psabridge_emulators.acronis.emulator import AcronisEmulator
from psabridge_emulators.acronis.world import AcronisWorld
from psabridge_emulators.autotask.emulator import AutotaskEmulator
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.frame.emulation import Emulation
from psabridge_emulators.frame.keeping import Keeper
from psabridge_emulators.scenes.opening import open_scene


def emulate(
    name: str, *, seed: int = 1, latency_ms: int = 0, runs: bool = False, keep: Path | None = None
) -> Emulation:
    """The scene as it was kept under `keep`, else a fresh one."""
    keeper = None if keep is None else Keeper(keep)
    scene = keeper.load(name, seed) if keeper is not None else None
    if scene is None:
        scene = open_scene(name, seed)
    autotask: AutotaskWorld = scene.worlds["autotask"]
    acronis: AcronisWorld = scene.worlds["acronis"]
    return Emulation(
        vendors=[AutotaskEmulator(autotask), AcronisEmulator(acronis)],
        scene=scene,
        runs=runs,
        latency_ms=latency_ms,
        keeper=keeper,
    )


def description(emulation: Emulation, urls: Mapping[str, str]) -> dict[str, Any]:
    """The one line that tells a client where everything is (design section 11)."""
    autotask: AutotaskWorld = emulation.scene.worlds["autotask"]
    acronis: AcronisWorld = emulation.scene.worlds["acronis"]
    control = {name: f"{url}/__control" for name, url in urls.items()}
    return {
        "autotask": {
            "url": urls["autotask"],
            "user": autotask.credentials.user,
            "secret": autotask.credentials.secret,
            "integration_code": autotask.credentials.integration_code,
        },
        "acronis": {
            "url": urls["acronis"],
            "client_id": acronis.client_id,
            "client_secret": acronis.client_secret,
        },
        "control": {**control, "clock": f"{control['autotask']}/clock"},
    }
