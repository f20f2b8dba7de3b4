"""`psabridge hooks`: webhooks of Autotask that bring the next cycle forward."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.look import beside, console, print_json, table
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import BridgeError
from psabridge.wiring import hooks as wired
from psabridge.wiring.bridge import open_bridge
from psabridge.wiring.hint_door import HintDoor

app = typer.Typer(help="Let Autotask tell when a ticket or a company changed.", no_args_is_help=True)

Address = Annotated[
    str | None,
    typer.Option("--address", help="The https address at which Autotask reaches psabridge hooks serve."),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65_535, help="Where to listen; 0: any free port.")]
Host = Annotated[str, typer.Option("--host", help="The address of this machine to listen at.")]


class PortTaken(BridgeError):
    """Somebody else listens there."""


@app.command("list")
def list_(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Show the webhooks and whether they are on."""
    with reported(as_json=as_json), open_bridge() as bridge:
        states = wired.states(bridge, bridge.pairings.by_name(pairing))
    _show(states, as_json=as_json)


@app.command("on")
def on(*, address: Address = None, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Make the webhooks in Autotask, or what is missing of them; switch them on again."""
    with reported(as_json=as_json), open_bridge() as bridge:
        states = wired.switch_on(
            bridge,
            bridge.pairings.by_name(pairing),
            address,
            who=person(),
            at=SystemClock().now(),
            step=beside().print,
        )
    _show(states, as_json=as_json)


@app.command("off")
def off(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Take the webhooks away. Polling goes on as before."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        were_on = wired.switch_off(bridge, chosen, who=person(), at=SystemClock().now(), step=beside().print)
    if as_json:
        print_json({"were_on": were_on})
        return
    console().print("The webhooks are taken away." if were_on else "No webhooks were on.")


@app.command("serve")
def serve(*, port: Port = 8440, host: Host = "127.0.0.1") -> None:
    """Take callouts, until stopped. A reverse proxy with TLS stands before it."""
    with reported(as_json=False), open_bridge() as bridge:
        door = HintDoor(bridge, beside().print)
        try:
            door.serve(
                host=host, port=port, opened=lambda at: beside().print(f"Listening at {host}, port {at}")
            )
        except OSError as error:
            raise PortTaken(
                f"port {port} of {host}", f"cannot be opened: {error}", "Name another with --port or --host"
            ) from error


def _show(states: Sequence[wired.HookState], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(state) for state in states])
    elif not states:
        console().print("No webhooks are on. Polling does the same, later.")
    else:
        shown = table("Webhooks", ("what", "", "found", "next"))
        for state in states:
            mark = Text("right", "green") if state.is_right else Text("wrong", "red")
            shown.add_row(state.subject, mark, state.text, state.next_act)
        console().print(shown)
    sys.exit(Exit.DONE if all(state.is_right for state in states) else Exit.STEP_FAILED)
