"""A person's word on a parked change of units (protocol 2.3), and on a month that was corrected late."""

from psabridge.engine.ports import Ports
from psabridge.engine.prepare import prepare
from psabridge.kit.errors import BridgeError
from psabridge.rules.month_corrections import MonthCorrection
from psabridge.rules.plans.plan import LateMonth
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


def decide_month(
    number: IntentId, *, is_added: bool, settings: PairingSettings, ports: Ports, who: str
) -> LateMonth:
    """What becomes of the difference, as both sides show it now (ACR-USE-04)."""
    found = [one for one in prepare(settings, ports).plan.late_months if one.change == number]
    if not found:
        raise NotParked(
            f"change {number}",
            "wrote no month that counts otherwise now, or all of it was decided",
            "psabridge plan lists the months that wait for a decision as R17",
        )
    (late,) = found
    if is_added and not late.has_next:
        raise NotParked(
            late.subject,
            f"has no other month on its contract that could take {late.units:+} units",
            f"Bill them by hand, then say psabridge decide {number} leave-difference",
        )
    correction = MonthCorrection(late.line, late.days, late.units, is_added)
    ports.decisions.correct_month(settings, correction, who=who, at=ports.clock.now())
    return late
