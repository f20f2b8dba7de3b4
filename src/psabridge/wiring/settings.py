"""Django's settings, read once from the environment."""

import os
from pathlib import Path

SECRET_KEY = os.environ.get("PSABRIDGE_SECRET_KEY", "not-used-until-there-are-pages")
DATA_DIR = Path(os.environ.get("PSABRIDGE_DATA", "build/data"))
INSTALLED_APPS = ["psabridge.store.apps.StoreConfig"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "psabridge.sqlite3",
        # Without these options "database is locked" comes by the thousand (docs/decisions/0002).
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
        },
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
