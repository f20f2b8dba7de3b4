"""Other processes on the same database: the store's promises are made against them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.databases import Database

ROOT = Path(__file__).resolve().parents[2]


def start(script: str, database: Database, *arguments: object) -> "subprocess.Popen[str]":
    """A Python process with the bridge's own settings on a database. It says a line when it is ready."""
    environment = {**os.environ, "PSABRIDGE_DATABASE_URL": database.url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PRELUDE + script, *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


PRELUDE = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path
import psabridge.wiring
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.words import PairingId
from psabridge.store.journal import DatabaseJournal
from psabridge.store.leases import DatabaseLeases
from tests.store.cast import an_intent

pairing = PairingId(int(sys.argv[1]))

def say(*words):
    print(*words, flush=True)
"""
