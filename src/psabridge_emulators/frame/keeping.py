"""Scenes on disk, so that emulators can be stopped and started like the real thing."""

import copyreg
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from psabridge_emulators.frame.scene import Scene

View = MappingProxyType[Any, Any]


def _view(content: dict[Any, Any]) -> View:
    return MappingProxyType(content)


def _plainly(view: View) -> tuple[Callable[[dict[Any, Any]], View], tuple[dict[Any, Any]]]:
    return _view, (dict(view),)


# A read-only view does not pickle by itself; vendors' tables are full of them.
copyreg.pickle(MappingProxyType, _plainly)


class Keeper:
    """One file, replaced in one step: a kill leaves the old picture or the new one."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "scene.pickle"
        self._kept_changes = 0
        self._next = 0.0
        directory.mkdir(parents=True, exist_ok=True)

    def load(self, name: str, seed: int) -> Scene | None:
        """The scene as it was kept, None when another one or nothing was."""
        if not self._file.exists():
            return None
        with self._file.open("rb") as source:
            # The file is this program's own, written by `save` into a directory the operator named.
            kept = pickle.load(source)  # noqa: S301
        if not isinstance(kept, Scene) or (kept.name, kept.seed) != (name, seed):
            return None
        return kept

    def save(self, scene: Scene, changes: int) -> None:
        started = time.monotonic()
        fresh = self._file.with_suffix(".new")
        with fresh.open("wb") as target:
            pickle.dump(scene, target, protocol=pickle.HIGHEST_PROTOCOL)
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(self._file)
        self._kept_changes = changes
        ended = time.monotonic()
        self._next = ended + 10 * (ended - started)  # at most a tenth of the time goes into keeping

    def due(self, changes: int) -> bool:
        return changes != self._kept_changes and time.monotonic() >= self._next
