"""Scenes by name."""

from collections.abc import Callable
from typing import Any

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes import adopted, empty, generated, guide, msp25

SCENES: dict[str, Callable[[int], Scene]] = {
    "empty": empty.build,
    "guide": guide.build,
    "msp-25": msp25.build,
    "msp-50": generated.of_size("msp-50", 50),
    "msp-200": generated.of_size("msp-200", 200),
    "msp-500": generated.of_size("msp-500", 500),
    "msp-2000": generated.of_size("msp-2000", 2000),
    "adopted": adopted.build,
}


def open_scene(name: str, seed: int = 1) -> Scene:
    """A fresh scene, the same for the same name and seed."""
    if name not in SCENES:
        raise ValueError(f"There is no scene {name}; there are {', '.join(SCENES)}.")
    return SCENES[name](seed)


def mapping_for(name: str, seed: int = 1) -> dict[str, Any]:
    """What the scene's operator would have configured: customers, service rows, settings."""
    return open_scene(name, seed).mapping
