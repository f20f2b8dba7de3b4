"""`psabridge prove`: months with everything that can go wrong. The proof is a program of its own."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

Seeds = Annotated[int, typer.Option(help="How many lives, each with a seed of its own.", min=1)]
Months = Annotated[int, typer.Option(help="How long each life is.", min=1)]
First = Annotated[int | None, typer.Option(help="The first seed; drawn and printed unless it is named.")]
Processes = Annotated[int | None, typer.Option(help="How many at a time; one for each core.", min=1)]
Replay = Annotated[
    str | None, typer.Option(help="Live one life again and tell it day by day: a seed, or a kept file.")
]
Keep = Annotated[Path | None, typer.Option(help="Where lives that went wrong are kept.")]
Output = Annotated[Path | None, typer.Option(help="Write the report as JSON, too.")]


def prove(
    seeds: Seeds = 100,
    months: Months = 3,
    first: First = None,
    processes: Processes = None,
    replay: Replay = None,
    keep: Keep = None,
    output: Output = None,
) -> None:
    """Live months against emulated vendors with all faults on: nothing may be billed twice or lost.

    Needs no account and touches no data of this installation. Exit code 1: something that must hold did not.
    """
    if replay is not None and not replay.isdecimal() and not Path(replay).is_file():
        raise typer.BadParameter(f"--replay {replay} is neither a seed nor a file that was kept")
    given = {
        "--seeds": seeds,
        "--months": months,
        "--first": first,
        "--processes": processes,
        "--replay": replay,
        "--keep": keep,
        "--output": output,
    }
    command = [sys.executable, "-m", "psabridge_proof"]
    for option, value in given.items():
        command += [] if value is None else [option, str(value)]
    os.execv(command[0], command)  # noqa: S606  this process becomes the proof; no shell is involved
