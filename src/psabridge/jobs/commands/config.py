"""`psabridge config export|import`: all settings and mappings as one YAML file."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from psabridge.engine.mapping import read_directory, stayings
from psabridge.jobs.commands.options import AsJson, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.customer_list import show_stayings
from psabridge.jobs.show.look import console, print_json
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import BridgeError
from psabridge.kit.wording import counted
from psabridge.rules.customers.staying import Words
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.config_document import text_of
from psabridge.wiring.config_file import NOTHING, customers_left_out, export_config, import_config
from psabridge.wiring.config_unmapping import Unmapping
from psabridge.wiring.looking import open_to_look

app = typer.Typer(help="Take all settings and mappings out of the bridge, or into it, as one YAML file.")


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to; the terminal without it.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write connections, pairings, settings and mappings; secrets are left out."""
    with reported(as_json=as_json), open_to_look() as bridge:
        text = export_config(bridge.pairings)
        if as_json:  # which is YAML too, so that import takes it
            text = json.dumps(yaml.safe_load(text)) + "\n"
        if file is None:
            sys.stdout.write(text)
        else:
            _write(file, text)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BridgeError(
            f"the file {file}", problem, "Name a file in a folder that you may write"
        ) from error


@app.command("import")
def take_in(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file as export writes it.")],
    *,
    untested: Annotated[
        bool, typer.Option("--untested", help="Do not try new credentials at the vendors first.")
    ] = False,
    unmap: Annotated[
        bool,
        typer.Option("--unmap", help="Unmap customers that the file leaves out, after saying what stays."),
    ] = False,
    look: Annotated[bool, typer.Option("--look", help="Say what would change, and keep nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the whole file, try new credentials, then keep it; one that fails changes nothing."""
    with reported(as_json=as_json), open_bridge() as bridge:
        text = text_of(file)
        imported = import_config(
            text,
            bridge.pairings,
            who=person(),
            at=SystemClock().now(),
            tries=None if untested else bridge.try_connection,
            unmapping=_unmapping(text, bridge, yes=yes, as_json=as_json) if unmap and not look else NOTHING,
            keeps=not look,
        )
        if as_json:
            names = {
                "connections": imported.connections,
                "pairings": imported.pairings,
                "changed": imported.changed,
                "reports": imported.reports,
                "moved": imported.moved,
                "kept": imported.kept,
            }
            print_json(names)
            return
        changed = ", ".join(imported.changed) or "none"
        kept = "Nothing is kept of" if look else "Kept"
        console().print(
            f"{kept} {counted(len(imported.connections), 'connection')} and "
            f"{counted(len(imported.pairings), 'pairing')}; "
            f"changed: {changed}."
        )
        for moved in imported.moved:
            console().print(moved)
        for report in imported.reports:
            console().print(report)
        for stays in imported.kept:
            console().print(f"{stays}. If it is to go: --unmap, or psabridge customers unmap")


def _unmapping(text: str, bridge: Bridge, *, yes: bool, as_json: bool) -> dict[str, Unmapping]:
    """What goes, after the same look and the same question as `customers unmap` (ERR-23)."""
    chosen: dict[str, Unmapping] = {}
    for out in customers_left_out(text, bridge.pairings):
        ports = bridge.ports(out.settings.pairing)
        found = stayings(out.by_company, out.settings, ports)
        if not as_json:
            show_stayings(console(), found, read_directory(out.settings, ports), Words())
        question = f"Unmap {counted(len(found), 'company', 'companies')} of {out.settings.name}?"
        if yes or (not as_json and typer.confirm(question, abort=True)):
            chosen[out.settings.name] = Unmapping.of(found)
    return chosen
