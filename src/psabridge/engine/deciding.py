"""A person's word on a parked change of units (protocol 2.3)."""

from psabridge.engine.ports import Ports
from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Decision, Intent, IntentState
from psabridge.rules.units.transitions import decided
from psabridge.rules.words import IntentId


class NotParked(BridgeError):
    """There is nothing to decide."""


def decide_intent(
    number: IntentId, decision: Decision, *, settings: PairingSettings, ports: Ports, who: str
) -> Intent:
    intent = ports.journal.intent(number)
    if intent is None or intent.pairing != settings.pairing or intent.state is not IntentState.PARKED:
        state = "is not known" if intent is None else f"is {intent.state}"
        raise NotParked(
            f"change {number}", state, "Only parked changes wait for a decision: see psabridge sync"
        )
    closed = decided(intent, decision, by=who)
    ports.journal.decide(closed)
    if decision is Decision.LEAVE:
        ports.decisions.never_write(settings, intent.line, who=who, at=ports.clock.now())
    return closed
