"""Makes Django ready on a room of its own. A program imports it before anything else of ours.

PROOF_ROOM names the folder to work in; else it is one in memory, where the system has such a place.
"""

import gc
import logging
import os
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  where the system has it
_PLACE = os.environ.get("PROOF_ROOM") or (MEMORY if MEMORY.is_dir() else None)
_ORDER = "PYTHONHASHSEED"
# What a life made is thrown away when it is over, not while it goes on.
_GENERATIONS = (100_000, 20, 50)
_FOLDER = tempfile.TemporaryDirectory(prefix="psabridge-proof-", dir=_PLACE)
ROOM = Path(_FOLDER.name)
os.environ["PSABRIDGE_DATA"] = str(ROOM / "unused")
os.environ["DJANGO_SETTINGS_MODULE"] = "psabridge.wiring.settings"
# What the bridge logs under faults is expected by the thousand; where nobody listens it is not told.
logging.getLogger("psabridge").addHandler(logging.NullHandler())

import django  # noqa: E402  the environment stands first

django.setup()


def keep_order(module: str) -> None:
    """Starts the program once more when the order of sets would not be the same in every process."""
    if os.environ.get(_ORDER) != "0":
        _FOLDER.cleanup()
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        os.execve(command[0], command, {**os.environ, _ORDER: "0"})  # noqa: S606  no shell is involved


def spare_collector() -> None:
    """Modules and tables stay: there is nothing in them to look for."""
    gc.freeze()
    gc.set_threshold(*_GENERATIONS)
