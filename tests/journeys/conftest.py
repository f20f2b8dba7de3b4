"""Whole journeys over real HTTP: a scene, a data folder and a database for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Database
from tests.emulated import Emulators, Running, emulators
from tests.journeys.firms import Firms, Furnish
from tests.journeys.journey import Journey
from tests.journeys.validation import Judge

__all__ = ["emulators"]

Begin = Callable[..., Journey]
OpenShop = Callable[..., tuple[Journey, Any]]


@pytest.fixture
def begin(emulators: Emulators, sqlite_database: Database, tmp_path: Path) -> Iterator[Begin]:
    """Starts a scene with a bridge beside it, configured as the scene's operator would. Judged at the end."""
    assert sqlite_database.url
    judges: list[Judge] = []
    with ExitStack() as stack:

        def begin_one(scene: str, *, judged: bool = True) -> Journey:
            judges.extend([Judge()] if judged else [])
            vendors: Running = emulators(scene, observer=judges[-1] if judged else None)
            return Journey(vendors, tmp_path / f"data{len(judges)}", stack)

        yield begin_one
    for judge in judges:
        judge.judge()


@pytest.fixture
def open_shop(emulators: Emulators, sqlite_database: Database, tmp_path: Path) -> Iterator[OpenShop]:
    """Starts with a furnished provider instead of a scene; answers the journey and what was furnished."""
    assert sqlite_database.url
    judge = Judge()
    folders = (tmp_path / f"data{number}" for number in count())
    with ExitStack() as stack:

        def open_one(furnish: Furnish, **settings: object) -> tuple[Journey, Any]:
            vendors = emulators("empty", observer=judge)
            cast = vendors.do(lambda: _furnished(vendors, furnish))
            journey = Journey(vendors, next(folders), stack)
            return journey.configure(**settings), cast

        yield open_one
    judge.judge()


def _furnished(vendors: Running, furnish: Furnish) -> Any:  # noqa: ANN401  whatever the test furnishes
    firms = Firms(vendors)
    cast = furnish(firms)
    firms.finish()
    return cast
