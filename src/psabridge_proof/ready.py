"""Makes Django ready on a room of its own. A program imports it before anything else of ours.

PROOF_ROOM names the folder to work in; one in memory (/dev/shm) is quickest.
"""

import os
import tempfile
from pathlib import Path

_FOLDER = tempfile.TemporaryDirectory(prefix="psabridge-proof-", dir=os.environ.get("PROOF_ROOM"))
ROOM = Path(_FOLDER.name)
os.environ["PSABRIDGE_DATA"] = str(ROOM / "unused")
os.environ["DJANGO_SETTINGS_MODULE"] = "psabridge.wiring.settings"

import django  # noqa: E402  the environment stands first

django.setup()
