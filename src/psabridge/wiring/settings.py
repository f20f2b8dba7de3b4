"""Django's settings, from the environment."""

from typing import Any

import dj_database_url

from psabridge.wiring.environment import Environment

_environment = Environment.read()
_environment.data.mkdir(parents=True, exist_ok=True)

# Without these options "database is locked" comes by the thousand (docs/decisions/0002-sqlite.md).
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}


def _database() -> Any:  # noqa: ANN401  Django's own shape
    url = _environment.database_url or f"sqlite:///{_environment.data / 'psabridge.sqlite3'}"
    database = dj_database_url.parse(url)
    if "sqlite" in database["ENGINE"]:
        database["OPTIONS"] = dict(SQLITE_OPTIONS)
    return database


DATABASES = {"default": _database()}
INSTALLED_APPS = ["psabridge.store.apps.StoreConfig"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
