"""Whole journeys over real HTTP: a scene, a data folder and a database for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Database
from tests.emulated import Emulators, Running, emulators
from tests.journeys.journey import Journey
from tests.journeys.validation import Judge

__all__ = ["emulators"]

Begin = Callable[..., Journey]


@pytest.fixture
def begin(emulators: Emulators, sqlite_database: Database, tmp_path: Path) -> Iterator[Begin]:
    """Starts a scene with a bridge beside it, configured as the scene's operator would. Judged at the end."""
    assert sqlite_database.url
    judges: list[Judge] = []
    with ExitStack() as stack:

        def begin_one(scene: str, **options: object) -> Journey:
            judges.append(Judge())
            vendors: Running = emulators(scene, observer=judges[-1], **options)  # type: ignore[arg-type]  passed on
            return Journey(vendors, tmp_path / f"data{len(judges)}", stack)

        yield begin_one
    for judge in judges:
        judge.judge()
