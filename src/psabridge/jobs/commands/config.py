"""`psabridge config export|import`: all settings and mappings as one YAML file."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from psabridge.jobs.commands.options import AsJson, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import console
from psabridge.kit.clock import SystemClock
from psabridge.kit.wording import counted
from psabridge.wiring.bridge import open_bridge
from psabridge.wiring.config_file import export_config, import_config

app = typer.Typer(help="Take all settings and mappings out of the bridge, or into it, as one YAML file.")


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; the terminal without it.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write connections, pairings, settings and mappings; secrets are left out."""
    with reported(as_json=as_json), open_bridge() as bridge:
        text = export_config(bridge.pairings)
        if as_json:  # which is YAML too, so that import takes it
            text = json.dumps(yaml.safe_load(text)) + "\n"
        if file is None:
            sys.stdout.write(text)
        else:
            file.write_text(text)


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file as export writes it.")],
    *,
    untested: Annotated[
        bool, typer.Option("--untested", help="Do not try new credentials at the vendors first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the whole file, try new credentials, then keep it; one that fails changes nothing."""
    with reported(as_json=as_json), open_bridge() as bridge:
        imported = import_config(
            file.read_text(),
            bridge.pairings,
            who=person(),
            at=SystemClock().now(),
            tries=None if untested else bridge.try_connection,
        )
        if as_json:
            names = {
                "connections": imported.connections,
                "pairings": imported.pairings,
                "changed": imported.changed,
                "reports": imported.reports,
            }
            sys.stdout.write(json.dumps(names) + "\n")
            return
        changed = ", ".join(imported.changed) or "none"
        console().print(
            f"Kept {counted(len(imported.connections), 'connection')} and "
            f"{counted(len(imported.pairings), 'pairing')}; "
            f"changed: {changed}."
        )
        for report in imported.reports:
            console().print(report)
