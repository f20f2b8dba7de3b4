"""What every test stands on: a data folder of its own, no network but this machine's, real databases."""

import gc
import os
import re
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before anything of the product is imported: no test may touch an installation that is in use.
_DATA = tempfile.TemporaryDirectory(prefix="psabridge-tests-")
for _name in [name for name in os.environ if re.match(r"PSABRIDGE_(?!REQUIRE_|SANDBOX_)", name)]:
    del os.environ[_name]
os.environ["PSABRIDGE_DATA"] = _DATA.name
# What a test draws anew in each run, it draws with this; the processes of one run inherit it.
os.environ.setdefault("PROOF_SEED", str(int(time.time()) % 100_000))

import pytest  # noqa: E402  the environment stands first
from django.db import connections  # noqa: E402
from hypothesis import HealthCheck  # noqa: E402
from hypothesis import settings as effort  # noqa: E402
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402

from psabridge.wiring.settings import database_at  # noqa: E402
from tests.databases import Database, DatabaseUnavailable, PostgresServer, SqliteFiles  # noqa: E402

# Speed is measured by `make bench`: no example fails because the machine does other things beside it.
effort.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
effort.load_profile("untimed")

TOLD = "told"
LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure() -> None:
    """Django's settings were read before this file: their database is moved into the data folder too."""
    inside = connections.configure_settings(
        {"default": database_at(f"sqlite:///{_DATA.name}/unused.sqlite3")}
    )
    connections.settings["default"] = inside["default"]


def pytest_collection_finish() -> None:
    """Modules and tests stay: there is nothing in them to look for, a twelfth of a run's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def pytest_unconfigure() -> None:
    _DATA.cleanup()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Prints at the end of the run, from whichever process, and whether the test passes or not."""
    return lambda text: request.node.user_properties.append((TOLD, text))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts and seeds belong to a run that passed, too: what was tried, and how to try it again."""
    ended = (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed"))
    told = {
        report.nodeid: [text for name, text in report.user_properties if name == TOLD]
        for report in ended
        if report.when == "call"
    }
    if any(told.values()):
        terminalreporter.section(f"told, PROOF_SEED={os.environ['PROOF_SEED']}")
    for node, texts in sorted(told.items()):
        for text in texts:
            terminalreporter.write_line(f"{node}\n{text}")


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Connecting anywhere else is a defect of the test, or of the product."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:  # noqa: ANN401  a tuple, or a path
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test wanted to connect to {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(django_db_blocker: DjangoDbBlocker) -> Iterator[PostgresServer]:
    """One for each test process, started when the first test asks for it. It fails, and is never skipped."""
    server = PostgresServer()
    try:
        with django_db_blocker.unblock():
            server.start()
        yield server
    except DatabaseUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """An empty database with all tables, once on SQLite and once on PostgreSQL."""
    room = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgres_server")
    with django_db_blocker.unblock(), room.one() as one:
        yield one


@pytest.fixture
def sqlite_database(sqlite_files: SqliteFiles, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """The same on SQLite alone, for tests that are about something else."""
    with django_db_blocker.unblock(), sqlite_files.one() as one:
        yield one


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, as PSABRIDGE_DATA names it."""
    monkeypatch.setenv("PSABRIDGE_DATA", str(tmp_path))
    return tmp_path
