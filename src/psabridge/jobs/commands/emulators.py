"""`psabridge emulators`: start the vendors to test against. They are programs of their own."""

import os
import sys

import typer


def emulators(context: typer.Context) -> None:
    """Start emulated vendors: Autotask and Acronis on this machine, to try the bridge with."""
    command = [sys.executable, "-m", "psabridge_emulators", *context.args]
    os.execv(command[0], command)  # noqa: S606  this process becomes the emulators; no shell is involved
