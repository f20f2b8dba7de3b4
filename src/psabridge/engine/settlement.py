"""Settles what is on its way: looks at each line, and sends once more only what surely did not land.

protocol.md 2.3: the step at the date is the judge, never today's level, never a refusal.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from psabridge.engine.channel import Channel
from psabridge.engine.posting import send_armed
from psabridge.rules.plans.plan import SetUnits
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.permission import PASSING, Allowed, may_write, missing_steps
from psabridge.rules.units.picture import Picture
from psabridge.rules.units.picture_reading import Unclear, read_picture, within
from psabridge.rules.units.transitions import (
    after_absence,
    after_look,
    after_start,
    after_waiting,
    armed_after_waiting,
    armed_again,
    changed_by_another,
    not_sent,
    parked_absent,
    unasked_for,
    vanished,
)
from psabridge.rules.words import LineId


def settle_open_intents(channel: Channel, *, may_send: bool) -> tuple[Intent, ...]:
    """Every intent that was open, as it stands afterwards. `may_send` False: look, never post.

    Raises what the read raises: without a read nothing is settled, and nothing may be sent.
    """
    opened = _found_open(channel)
    watched = [intent for intent in opened if intent.state is not IntentState.PARKED]
    if not watched:
        return opened
    pictures = _read(channel, watched)
    settled = {intent.id: _settle(intent, pictures[intent.line], channel) for intent in watched}
    if may_send:
        for intent in settled.values():
            settled[intent.id] = _send_again(intent, pictures[intent.line], channel)
    return tuple(settled.get(intent.id, intent) for intent in opened)


def _found_open(channel: Channel) -> tuple[Intent, ...]:
    """What a former process left open is in doubt from now on (2.6.5); so is what a crash left armed."""
    found = channel.journal.open_intents(channel.settings.pairing)
    is_start = channel.baselines.take_over(channel.settings.pairing)
    return tuple(
        _saved(intent, after_start(intent, channel.now()), channel)
        if is_start or intent.state is IntentState.ARMED
        else intent
        for intent in found
    )


def _read(channel: Channel, intents: Iterable[Intent]) -> dict[LineId, Picture]:
    """Each line in its intent's own window; lines of one window are read together."""
    windows: dict[tuple[date, date], list[LineId]] = {}
    for intent in intents:
        window = (intent.picture.covers_from, intent.picture.covers_to)
        windows.setdefault(window, []).append(intent.line)
    pictures: dict[LineId, Picture] = {}
    for (covers_from, covers_to), lines in sorted(windows.items()):
        pictures.update(channel.read(lines, covers_from, covers_to))
    return pictures


def _settle(intent: Intent, picture: Picture, channel: Channel) -> Intent:
    looked = after_look(intent, picture, channel.now(), waits=channel.waits, known=channel.known)
    wanted = channel.wanted(intent.line)
    if wanted is None:
        looked = unasked_for(looked, channel.now(), channel.waits)
    if looked.state is IntentState.ABSENT:
        looked = after_absence(looked, picture, wanted=wanted, retry_on=channel.settings.retry_on)
    if looked.state is IntentState.WAITING:
        looked = after_waiting(looked, picture, wanted=wanted)
    if looked.state is IntentState.CONFIRMED:
        _learn(intent, looked, picture, channel)
    return _saved(intent, looked, channel)


def _learn(before: Intent, confirmed: Intent, picture: Picture, channel: Channel) -> None:
    """Our own confirmation is a baseline, unless another changed the line too or it was contested."""
    known = confirmed.told or channel.known
    levels = read_picture(picture, known)
    is_plain = not isinstance(levels, Unclear) and not changed_by_another(confirmed, levels)
    if is_plain and before.state is not IntentState.CONTESTED:
        channel.baselines.confirm(picture)
    if confirmed.told is not None and not channel.journal.canary_passed(channel.lease):
        channel.journal.remember_canary(channel.lease, channel.now())


def _send_again(intent: Intent, picture: Picture, channel: Channel) -> Intent:
    """absent → armed: the identical line, date and amount; waiting → armed: for the first time."""
    if intent.state not in {IntentState.ABSENT, IntentState.WAITING} or _must_wait(intent, channel):
        return intent
    verdict = may_write(channel.attempt(_change_of(intent, channel), picture, retries=intent.id))
    if not isinstance(verdict, Allowed):
        if all(refusal.rule in PASSING for refusal in verdict):
            return intent
        why = "; ".join(refusal.text for refusal in verdict)
        is_waiting = intent.state is IntentState.WAITING
        given_up = not_sent(intent, why) if is_waiting else parked_absent(intent, why)
        return _saved(intent, given_up, channel)
    arm = armed_again if intent.state is IntentState.ABSENT else armed_after_waiting
    armed = arm(intent, channel.now(), fence=channel.lease.fence)
    return send_armed(_saved(intent, armed, channel), channel)


def _must_wait(intent: Intent, channel: Channel) -> bool:
    """Posts are stopped, or nobody knows whether the change is still wanted."""
    is_stopped = channel.brake.needs_read or channel.brake.stopped is not None
    return is_stopped or channel.wanted(intent.line) is None


def _change_of(intent: Intent, channel: Channel) -> SetUnits:
    line = channel.side.lines.get(intent.line)
    return SetUnits(
        line=intent.line,
        contract=intent.contract,
        service=None if line is None else line.service,
        day=intent.day,
        change=intent.change,
        before=intent.before,
        after=intent.wanted,
        is_first_report=not intent.picture.rows,
        is_fenced=intent.is_fenced,
        picture=intent.picture,
        reading=intent.reading,
    )


def park_vanished(line: LineId, picture: Picture, channel: Channel) -> tuple[Intent, ...]:
    """Park our confirmed steps that two equal reads at least λ apart no longer show (W4, P5)."""
    baseline = channel.baselines.of(line)
    if baseline is None:
        return ()
    since, until = picture.covers_from, picture.covers_to
    settled = within(baseline, since, until)
    levels = read_picture(settled, channel.known)
    gone = missing_steps(channel.history(line), settled, levels)
    return tuple(
        _saved(
            intent, vanished(intent, None if isinstance(levels, Unclear) else levels.on(intent.day)), channel
        )
        for intent in gone
    )


def _saved(before: Intent, after: Intent, channel: Channel) -> Intent:
    if after != before:
        channel.journal.save(replace(after, fence=channel.lease.fence), channel.lease)
        return replace(after, fence=channel.lease.fence)
    return after
