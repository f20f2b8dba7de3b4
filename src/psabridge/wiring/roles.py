"""Two roles: who can read the keys and write the database may change everything, all others look (ROL-04)."""

import os
from pathlib import Path

from django.db import DatabaseError, connections

from psabridge.kit.errors import BridgeError, OnlyLooks
from psabridge.wiring.environment import Environment

SQLITE = "sqlite:///"
MAY_WRITE = "SELECT coalesce(has_table_privilege(to_regclass('store_auditentry'), 'INSERT'), true)"


def refuse_who_only_looks(environment: Environment) -> None:
    """Before a command that needs the vendors or changes something. Raises OnlyLooks."""
    why = why_only_looks(environment)
    if why is not None:
        raise OnlyLooks(why)


def why_only_looks(environment: Environment) -> str | None:
    """What this user lacks to change anything; None: nothing."""
    keys, file = environment.key_file, database_file(environment)
    if environment.only_looks:
        return "PSABRIDGE_READ_ONLY is set"
    if not (os.access(keys, os.R_OK) or _can_be_made(keys)):
        return f"the key file {keys} cannot be read, and the secrets are sealed with it"
    if file is None:
        return None if _may_write_tables() else "the database takes no changes from this role"
    return None if _can_be_written(file) or _can_be_made(file) else f"{file} cannot be written"


def database_file(environment: Environment) -> Path | None:
    """None: the database is a server's."""
    address = environment.database()
    return Path(address.removeprefix(SQLITE)) if address.startswith(SQLITE) else None


def unreadable(error: DatabaseError) -> BridgeError:
    return BridgeError(
        "the database",
        f"could not be read: {' '.join(f'{error}'.split())}",
        "Check its address and what this user may read there: docs/operators/roles.md",
    )


def _can_be_written(file: Path) -> bool:
    """Its folder too: SQLite keeps its log beside the file."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def _can_be_made(file: Path) -> bool:
    """Before the first start it is not there. A folder that is closed to a user takes nothing new either."""
    above = next(folder for folder in file.parents if os.access(folder, os.F_OK))
    return not os.access(file, os.F_OK) and os.access(above, os.W_OK | os.X_OK)


def _may_write_tables() -> bool:
    """Where there are no tables yet, whoever may make them makes them."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(MAY_WRITE)
            return bool(cursor.fetchone()[0])
    except DatabaseError as error:
        raise unreadable(error) from error
