"""A starting situation, and at any later time the whole state of an emulation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Scene:
    name: str
    seed: int
    now: datetime
    worlds: dict[str, Any]  # by vendor
    mapping: dict[str, Any] = field(default_factory=dict)  # what an operator would have mapped, as JSON
    usage_moves: list[dict[str, Any]] = field(
        default_factory=list
    )  # control actions that may come later, by step
