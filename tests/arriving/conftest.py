"""The town and its bridge inside a test: no server, a database file of its own, the world's clock."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import machine_clock, world_clock
from tests.arriving.town import Host, Town, open_town
from tests.databases import close_connections

OpenHost = Callable[..., Host]


@pytest.fixture
def open_host(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[OpenHost]:
    """Opens a town and its bridge, installed and started. Settings are the pairing's."""
    before = connections.settings["default"]
    with ExitStack() as stack, django_db_blocker.unblock():

        def open_one(town: Town | None = None, **wanted: object) -> Host:
            vendors = town or open_town()
            world_clock(vendors)
            transport = stack.enter_context(closing(DirectTransport(vendors.emulation)))
            host = Host(tmp_path / f"bridge{len(list(tmp_path.iterdir()))}", vendors, transport, **wanted)
            host.install()
            host.start()
            return host

        yield open_one
        machine_clock()
        close_connections()
    connections.settings["default"] = before
