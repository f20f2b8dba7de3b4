"""The databases themselves: the tests that follow run on both, so both must be what they claim."""

from django.core.management import call_command
from django.db import connection

from tests.databases import Database


def test_the_database_is_the_one_the_test_was_given(database: Database) -> None:
    assert connection.vendor == {"sqlite": "sqlite", "postgres": "postgresql"}[database.kind]


def test_no_migration_is_missing(database: Database) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_sqlite_waits_for_the_disk_and_writes_beside_readers(sqlite_database: Database) -> None:
    """Decision 0002: without these options "database is locked" comes by the thousand."""
    with connection.cursor() as cursor:
        asked = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}

    assert asked == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 20000}


PRAGMAS = ("journal_mode", "synchronous", "busy_timeout")
