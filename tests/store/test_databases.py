"""The databases themselves: the tests that follow run on both, so both must be what they claim."""

from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from pytest_django.plugin import DjangoDbBlocker

from psabridge.wiring.settings import database_at
from tests.databases import Database


def test_the_database_is_the_one_the_test_was_given(database: Database) -> None:
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[database.kind]


def test_no_migration_is_missing(database: Database) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_sqlite_waits_for_the_disk_and_writes_beside_readers(
    tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    """Decision 0002: without these options "database is locked" comes by the thousand."""
    wanted = {"default": database_at(f"sqlite:///{tmp_path / 'asked.sqlite3'}")}
    opened = DatabaseWrapper(connections.configure_settings(wanted)["default"], "asked")
    with django_db_blocker.unblock(), closing(opened):
        asked = pragmas_of(opened)

    assert asked == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20000}


def test_the_databases_of_tests_differ_in_the_disk_alone(sqlite_database: Database) -> None:
    assert pragmas_of(connection) == {"journal_mode": "wal", "synchronous": 0, "busy_timeout": 20000}


def pragmas_of(opened: BaseDatabaseWrapper) -> dict[str, object]:
    with opened.cursor() as cursor:
        return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}


PRAGMAS = ("journal_mode", "synchronous", "busy_timeout")
