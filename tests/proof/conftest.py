"""The reference month inside a test: no server, a database file of its own, the world's clock."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import machine_clock, world_clock
from tests.databases import close_connections
from tests.emulated import emulators
from tests.journeys.conftest import open_shop
from tests.proof.month import Month, open_month
from tests.proof.product import Product
from tests.proof.programs import Prepared, prepared

__all__ = ["emulators", "open_shop"]


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """Starts programs of lives, each in a fork of one process that has started."""
    with prepared(tmp_path_factory.mktemp("lives")) as process:
        yield process


@pytest.fixture
def month(django_db_blocker: DjangoDbBlocker) -> Iterator[Month]:
    month = open_month()
    before = connections.settings["default"]
    with django_db_blocker.unblock():
        world_clock(month)
        yield month
        machine_clock()
        close_connections()
    connections.settings["default"] = before


@pytest.fixture
def product(month: Month, tmp_path: Path) -> Iterator[Product]:
    """Installed and started; its folder is `tmp_path / "bridge"`."""
    transport = DirectTransport(month.emulation)
    with closing(transport):
        product = Product(tmp_path / "bridge", month, transport)
        product.install()
        product.start()
        yield product
