"""One request for one committed intent (protocol.md 2.2): no retry, no second call below the journal."""

from dataclasses import replace
from datetime import datetime

from psabridge.engine.channel import Channel
from psabridge.kit.errors import BridgeError, Busy, NotSent, RefusalKind, Refused
from psabridge.rules.units.intent import Answer, AnswerKind, Intent
from psabridge.rules.units.transitions import after_answer, not_sent


def send_armed(intent: Intent, channel: Channel) -> Intent:
    """Mark the vendor, post once, and commit what the answer makes of the intent."""
    channel.journal.write_proof_file()
    obstacle = channel.marker.refusal()
    if obstacle is not None and intent.doubtful_since is None:
        outcome = not_sent(intent, obstacle)
    elif obstacle is not None:
        unsent = Answer(AnswerKind.NEVER_CONNECTED, channel.now(), obstacle)
        outcome = after_answer(intent, unsent)
    else:
        channel.baselines.forget(intent.line)
        outcome = after_answer(intent, _post(intent, channel))
    channel.journal.save(outcome, channel.lease)
    channel.brake.after(outcome)
    return outcome


def _post(intent: Intent, channel: Channel) -> Answer:
    try:
        item = channel.psa.adjust_units(
            intent.line,
            intent.day,
            intent.change,
            company=intent.company,
            contract=intent.contract if channel.settings.names_contract else None,
        )
    except BridgeError as error:
        return answer_of(error, channel.now())
    return Answer(AnswerKind.ACCEPTED, channel.now(), item_id=item)


def answer_of(error: BridgeError, at: datetime) -> Answer:
    """What an error says may be done next. Everything that is not surely unwritten is lost."""
    text = error.vendor_text or str(error)
    if isinstance(error, NotSent):
        return Answer(AnswerKind.NEVER_CONNECTED, at, text)
    if isinstance(error, Busy):
        return Answer(AnswerKind.BUSY, at, text)
    if isinstance(error, Refused):
        is_duplicate = error.kind is RefusalKind.DUPLICATE
        kind = AnswerKind.DUPLICATE if is_duplicate else AnswerKind.REFUSED
        return Answer(kind, at, text, refusal=error.kind)
    return replace(Answer(AnswerKind.LOST, at), text=text)
