"""The database for who may read it and not write it, on SQLite and on PostgreSQL (ROL-04)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from psabridge.kit.errors import OnlyLooks
from psabridge.wiring.environment import Environment
from psabridge.wiring.roles import database_file, unreadable

TRIES = 5


@contextmanager
def database_to_look_at(environment: Environment) -> Iterator[None]:
    """Django's connection as one that cannot write. What is kept must be of this version."""
    connection = connections["default"]
    before = dict(connection.settings_dict)
    connection.close()
    with tempfile.TemporaryDirectory(prefix="psabridge-look-") as folder:
        try:
            connection.settings_dict.update(_read_only(environment, Path(folder)))
            _check_tables()
            yield
        except DatabaseError as error:
            raise unreadable(error) from error
        finally:
            connection.close()
            connection.settings_dict.update(before)


def _read_only(environment: Environment, folder: Path) -> dict[str, Any]:
    file = database_file(environment)
    if file is None:
        return {"OPTIONS": {"options": "-c default_transaction_read_only=on"}}
    if not os.access(file, os.R_OK):
        raise OnlyLooks(
            f"there is no database at {file} that this user may read",
            "Name its place in PSABRIDGE_DATA, and let this user into the folder: docs/operators/roles.md",
        )
    return {"NAME": _without_writing(file, folder), "OPTIONS": {"timeout": 20}}


def _without_writing(file: Path, folder: Path) -> str:
    """The address of what can be read.

    SQLite refuses a read-only user a database with a write-ahead log while nobody has it open, for then its
    log would have to be made. At rest the file alone is whole: a copy is read, if it did not move meanwhile.
    """
    log = file.with_name(f"{file.name}-wal")
    for _ in range(TRIES):
        if log.exists():
            return f"file:{file}?mode=ro"
        before, copy = file.stat(), folder / file.name
        shutil.copyfile(file, copy)
        after = file.stat()
        if not log.exists() and (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
            return f"file:{copy}?immutable=1"
    raise OnlyLooks(f"{file} was written each time it was to be read", "Try again in a moment")


def _check_tables() -> None:
    """Only who may write brings them up to date."""
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OnlyLooks(
            "the tables are of an earlier version",
            "Ask whoever runs PSA Bridge to run psabridge status once, which brings them up to date",
        )
