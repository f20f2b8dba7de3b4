"""Scenes for the connectors: one served for the reads of a whole module, a fresh one for what changes it."""

from collections.abc import Iterator

import pytest

from tests.connectors.bench import Bench, bench_at


@pytest.fixture(scope="module", params=["guide", "msp-25", "msp-500"])
def scene(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A scene that is only read."""
    with bench_at(request.param) as bench:
        yield bench


@pytest.fixture
def guide() -> Iterator[Bench]:
    """A fresh one, to be changed."""
    with bench_at("guide") as bench:
        yield bench


@pytest.fixture
def empty() -> Iterator[Bench]:
    with bench_at("empty") as bench:
        yield bench
