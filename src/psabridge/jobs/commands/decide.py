"""`psabridge decide`: a person's word on a parked change of units (protocol 2.3)."""

import json
import sys
from typing import Annotated

import typer

from psabridge.engine.deciding import decide_intent
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import console
from psabridge.rules.units.intent import Decision
from psabridge.rules.words import IntentId
from psabridge.wiring.bridge import open_bridge

WORDS = {"it-landed": Decision.IT_LANDED, "send-again": Decision.SEND_AGAIN, "leave": Decision.LEAVE}


def decide(
    intent: Annotated[int, typer.Argument(help="Number of the parked change, as sync and drift show it.")],
    word: Annotated[str, typer.Argument(help="it-landed, send-again or leave", metavar="WORD")],
    *,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Close a parked change: it landed; send again (planned anew); leave (never write the line)."""
    if word not in WORDS:
        raise typer.BadParameter(f"say one of {', '.join(WORDS)}")
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        decided = decide_intent(
            IntentId(intent),
            WORDS[word],
            settings=bridge.pairings.settings(chosen),
            ports=bridge.ports(chosen),
            who=person(),
        )
        if as_json:
            sys.stdout.write(
                json.dumps({"intent": decided.id, "state": decided.state, "why": decided.why}) + "\n"
            )
        else:
            console().print(
                f"Change {decided.id} of line {decided.line} is now {decided.state}: {decided.why}"
            )
