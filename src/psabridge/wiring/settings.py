"""Django's settings, from the environment."""

from typing import Any

import dj_database_url

from psabridge.wiring.environment import Environment

_environment = Environment.read()

# Without these options "database is locked" comes by the thousand (docs/decisions/0002-sqlite-options.md).
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}


def database_at(url: str) -> Any:  # noqa: ANN401  Django's own shape
    """Django's settings of the database at an address, with the options it needs."""
    database = dj_database_url.parse(url)
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = dict(SQLITE_OPTIONS)
    return database


DATABASES = {"default": database_at(_environment.database())}
INSTALLED_APPS = ["psabridge.store.apps.StoreConfig"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
