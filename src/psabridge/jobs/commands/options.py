"""Options that several commands share."""

import getpass
from typing import Annotated

import typer

PairingName = Annotated[
    str | None, typer.Option("--pairing", help="Name of the pairing; not needed while there is only one.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]


def person() -> str:
    """Who asks, for the audit."""
    return getpass.getuser()
