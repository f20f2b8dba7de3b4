"""`psabridge decide`: a person's word on a parked change, or on a month that was corrected late."""

from typing import Annotated

import typer

from psabridge.engine.deciding import decide_intent, decide_month
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import console, print_json
from psabridge.rules.units.intent import Decision
from psabridge.rules.words import IntentId
from psabridge.wiring.bridge import open_bridge

WORDS = {"it-landed": Decision.IT_LANDED, "send-again": Decision.SEND_AGAIN, "leave": Decision.LEAVE}
# Whether the difference goes with the month that follows (ACR-USE-04).
MONTH_WORDS = {"add-to-next-month": True, "leave-difference": False}


def decide(
    intent: Annotated[int, typer.Argument(help="Number of the change, as sync, plan and drift show it.")],
    word: Annotated[
        str,
        typer.Argument(
            help="it-landed, send-again or leave; of a month: add-to-next-month or leave-difference",
            metavar="WORD",
        ),
    ],
    *,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Close a parked change: it landed; send again (planned anew); leave (never write the line).

    Of a month of range items that counts otherwise since the change wrote it: add its difference to the next
    month, or leave it.
    """
    if word in MONTH_WORDS:
        _decide_month(IntentId(intent), word, pairing, as_json=as_json)
        return
    if word not in WORDS:
        raise typer.BadParameter(f"say one of {', '.join((*WORDS, *MONTH_WORDS))}")
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
            print_json({"intent": decided.id, "state": decided.state, "why": decided.why})
        else:
            console().print(
                f"Change {decided.id} of line {decided.line} is now {decided.state}: {decided.why}"
            )


def _decide_month(number: IntentId, word: str, pairing: str | None, *, as_json: bool) -> None:
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        late = decide_month(
            number,
            is_added=MONTH_WORDS[word],
            settings=bridge.pairings.settings(chosen),
            ports=bridge.ports(chosen),
            who=person(),
        )
        if as_json:
            told = {"intent": number, "month": str(late.days), "units": late.units, "word": word}
            print_json(told)
            return
        goes = "go with the next month" if MONTH_WORDS[word] else "are left"
        console().print(f"{late.subject}: {late.units:+} units of {late.days} {goes}")
