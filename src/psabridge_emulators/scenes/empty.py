"""Connections that work, and nothing else: the field for pay-as-you-go is missing too."""

from psabridge_emulators.frame.scene import Scene
from psabridge_emulators.scenes.furnishing import Furnishing


def build(seed: int) -> Scene:
    furnishing = Furnishing.begin(seed)
    furnishing.autotask.add_billing_code("Recurring Services")
    return furnishing.finish("empty")
