"""What is called in at our door, as hints."""

from enum import StrEnum

from psabridge.clients.autotask.callouts import Callout, CalloutAction, Disbelief, read_callout
from psabridge.rules.hints import Hint, HintOf

LARGEST_ID = 2**63 - 1  # ids are whole numbers of at most 64 bits (autotask-rest.md 3)
LONGEST_KEY = 100
TOLD_AS = {"ticket": HintOf.TICKET, "account": HintOf.COMPANY, "company": HintOf.COMPANY}


class NoHint(StrEnum):
    FORGED = "forged"
    OF_NO_USE = "of no use"


def hint_in(body: bytes, *, signature: str | None, key: str) -> Hint | NoHint:
    """What is signed and says too little is not answered as forged: 25 such would end the webhook (A46)."""
    callout = read_callout(body, signature=signature, secret_key=key)
    if callout is Disbelief.UNSIGNED:
        return NoHint.FORGED
    return NoHint.OF_NO_USE if isinstance(callout, Disbelief) else _hint(callout)


def _hint(callout: Callout) -> Hint | NoHint:
    """Without a number and a time nobody could tell whether it was told before."""
    of = TOLD_AS.get((callout.entity or "").casefold())
    record, at, number = callout.record_id, callout.happened_at, callout.sequence_number
    if of is None or record is None or at is None or number is None:
        return NoHint.OF_NO_USE
    if callout.action is CalloutAction.DEACTIVATED:
        return NoHint.OF_NO_USE
    key = f"{callout.webhook_guid} {number}"
    if not 0 < record <= LARGEST_ID or len(key) > LONGEST_KEY:
        return NoHint.OF_NO_USE
    return Hint(of, record, at, key)
