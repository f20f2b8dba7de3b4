"""Scenes on disk, so that emulators can be stopped and started like the real thing."""

import copyreg
import hashlib
import json
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psabridge_emulators
from psabridge_emulators.frame.scene import Scene

View = MappingProxyType[Any, Any]


def _view(content: dict[Any, Any]) -> View:
    return MappingProxyType(content)


def _plainly(view: View) -> tuple[Callable[[dict[Any, Any]], View], tuple[dict[Any, Any]]]:
    return _view, (dict(view),)


# A read-only view does not pickle by itself; vendors' tables are full of them.
copyreg.pickle(MappingProxyType, _plainly)


class KeptWorldRefused(Exception):
    """What is kept cannot be gone on with; the message says why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of the file: what follows, and who can read it."""

    emulators: str  # the version that kept it: only the same code reads its worlds back
    scene: str
    seed: int
    digest: str  # of what follows

    @classmethod
    def read(cls, line: bytes) -> "Head | None":
        try:
            return cls(**json.loads(line))
        except (ValueError, TypeError):
            return None


@cache
def own_version() -> str:
    """A fingerprint of the emulators' code: their worlds are kept as they are in memory."""
    sources = sorted(Path(psabridge_emulators.__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


class Keeper:
    """One file, replaced in one step: a kill leaves the old picture or the new one."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "scene.pickle"
        self._kept_changes = 0
        self._next = 0.0
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KeptWorldRefused(f"Worlds cannot be kept in {directory}: {error}. Name another.") from error

    def load(self, name: str, seed: int) -> Scene | None:
        """The scene as it was kept, None when nothing was; raises KeptWorldRefused."""
        if not self._file.exists():
            return None
        with self._file.open("rb") as source:
            head, content = Head.read(source.readline()), source.read()
        if head is None or (head.emulators == own_version() and head.digest != _digest(content)):
            raise self._refused("cannot be read: it is damaged, or no kept world at all")
        if head.emulators != own_version():
            raise self._refused("was kept by another version of the emulators")
        if (head.scene, head.seed) != (name, seed):
            raise self._refused(f"holds scene {head.scene} with seed {head.seed}, not {name} with {seed}")
        # Whole and written by this very code, into a directory the operator named.
        scene: Scene = pickle.loads(content)  # noqa: S301
        return scene

    def _refused(self, why: str) -> KeptWorldRefused:
        return KeptWorldRefused(
            f"The world in {self._file} {why}. Move the file away to begin anew, or name another directory."
        )

    def save(self, scene: Scene, changes: int) -> None:
        started = time.monotonic()
        content = pickle.dumps(scene, protocol=pickle.HIGHEST_PROTOCOL)
        head = Head(own_version(), scene.name, scene.seed, _digest(content))
        fresh = self._file.with_suffix(".new")
        with fresh.open("wb") as target:
            target.write(json.dumps(asdict(head)).encode() + b"\n" + content)
            target.flush()
            os.fsync(target.fileno())
        fresh.replace(self._file)
        self._kept_changes = changes
        ended = time.monotonic()
        self._next = ended + 10 * (ended - started)  # at most a tenth of the time goes into keeping

    def due(self, changes: int) -> bool:
        return changes != self._kept_changes and time.monotonic() >= self._next


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
