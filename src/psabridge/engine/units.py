"""Carries out changes of units: read, judge, commit, one call, commit (protocol.md 2.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from psabridge.engine.channel import Channel
from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.posting import send_armed
from psabridge.engine.settlement import park_vanished, settle_open_intents
from psabridge.kit.errors import BridgeError
from psabridge.rules.plans.fingerprint import Target, is_stale
from psabridge.rules.plans.plan import Plan, SetUnits, Step
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.permission import PASSING, Allowed, Refusal, may_write
from psabridge.rules.units.picture import Picture
from psabridge.rules.units.picture_reading import is_fenced
from psabridge.rules.words import IntentId, LineId, PlanId, StepId

# One page of rows holds about this many lines (W10).
BATCH = 60
# Re-read and post follow each other at once; an older picture is read again.
PICTURE_AGE = timedelta(minutes=1)

STATE_OF = {
    IntentState.ACCEPTED: StepState.APPLIED,
    IntentState.CONFIRMED: StepState.APPLIED,
    IntentState.WAITING: StepState.WAITING,
    IntentState.NOT_SENT: StepState.WAITING,
    IntentState.REJECTED: StepState.REJECTED,
    IntentState.PARKED: StepState.PARKED,
}
_LATER = PASSING | {"W8", "W13"}
_TOMORROW = (
    "the first change inside a period must show how this Autotask keeps its rows, "
    "which their last day does not; it goes out tomorrow"
)


def send_steps(
    steps: Sequence[Step], *, plan: Plan, plan_id: PlanId, channel: Channel
) -> tuple[StepOutcome, ...]:
    """Post every change of units among the steps, as far as the rules allow. Raises LeaseLost."""
    wanted = [(step, step.change) for step in steps if isinstance(step.change, SetUnits)]
    sender = _Sender(plan, plan_id, channel)
    sender.send([one for one in wanted if not one[1].is_fenced])
    sender.send_inside_periods([one for one in wanted if one[1].is_fenced])
    return tuple(sender.outcomes[step.id] for step, _ in wanted)


def verify_steps(outcomes: Sequence[StepOutcome], channel: Channel) -> tuple[StepOutcome, ...]:
    """Read every changed line once more: a 200 counts once it is seen. Nothing is sent."""
    settled = {intent.step: intent for intent in settle_open_intents(channel, may_send=False)}
    return tuple(
        _outcome(one.step, settled[one.step.id])
        if one.step.id in settled and one.state in {StepState.APPLIED, StepState.UNKNOWN}
        else one
        for one in outcomes
    )


Wanted = tuple[Step, SetUnits]


class _Sender:
    def __init__(self, plan: Plan, plan_id: PlanId, channel: Channel) -> None:
        self._plan = plan
        self._plan_id = plan_id
        self._channel = channel
        self.outcomes: dict[StepId, StepOutcome] = {}

    def send_inside_periods(self, wanted: list[Wanted]) -> None:
        """The first one of a new connection goes alone; the others follow once it was seen (2.2.5)."""
        journal, lease = self._channel.journal, self._channel.lease
        if journal.canary_passed(lease):
            self.send(wanted)
            return
        canary = [one for one in wanted if not _is_last_day(one[1])][:1]
        if canary and not self._is_canary_out():
            self.send(canary)
            self._look_after_canary()
        rest = [one for one in wanted if one[0].id not in self.outcomes]
        if journal.canary_passed(lease):
            self.send(rest)
        elif canary or self._is_canary_out():
            self._put_off(rest, "the first change inside a period goes alone until it is seen on its line")
        else:
            self._put_off(rest, _TOMORROW, "D1")

    def _is_canary_out(self) -> bool:
        found = self._channel.journal.open_intents(self._channel.settings.pairing)
        return any(intent.is_fenced and intent.state is not IntentState.PARKED for intent in found)

    def _look_after_canary(self) -> None:
        try:
            settled = settle_open_intents(self._channel, may_send=False)
        except BridgeError as error:
            self._channel.brake.stopped = f"the first change inside a period was not read back: {error}"
            return
        told = next((intent.told for intent in settled if intent.told is not None), None)
        if told is not None:
            self._channel = replace(self._channel, known=told)
        by_step = {intent.step: intent for intent in settled}
        for step, outcome in self.outcomes.items():
            if step in by_step:
                self.outcomes[step] = _outcome(outcome.step, by_step[step])

    def send(self, wanted: Sequence[Wanted]) -> None:
        for batch in _batches(wanted):
            self._channel.renew_lease()
            self._send_batch(batch)

    def _send_batch(self, batch: list[Wanted]) -> None:
        pictures: dict[LineId, Picture] = {}
        for number, (step, change) in enumerate(batch):
            if self._channel.brake.stopped is None and self._is_old(pictures.get(change.line)):
                try:
                    pictures = self._read(batch[number:])
                except BridgeError as error:
                    self._channel.brake.stopped = f"the lines could not be read: {error}"
            if self._channel.brake.stopped is not None:
                self._put_off(batch[number:], self._channel.brake.stopped)
                return
            self.outcomes[step.id] = self._send_one(step, change, pictures[change.line])
            self._channel.step_done()

    def _is_old(self, picture: Picture | None) -> bool:
        if picture is None or self._channel.brake.needs_read:
            return True
        return self._channel.now() - picture.read_at > PICTURE_AGE

    def _read(self, wanted: Sequence[Wanted]) -> dict[LineId, Picture]:
        covers_from, covers_to = _window(wanted[0][1])
        return self._channel.read([change.line for _, change in wanted], covers_from, covers_to)

    def _send_one(self, step: Step, change: SetUnits, picture: Picture) -> StepOutcome:
        channel = self._channel
        verdict = may_write(channel.attempt(change, picture, stale=self._stale(step, change, picture)))
        if not isinstance(verdict, Allowed):
            return self._refused(step, verdict, picture)
        obstacle = channel.marker.claim(channel.currency)
        if obstacle is not None:
            channel.brake.stopped = obstacle
            return StepOutcome(step, StepState.WAITING, obstacle, "W1")
        intent = channel.journal.arm(self._intent(step, change, picture, verdict), channel.lease)
        return _outcome(step, send_armed(intent, channel))

    def _stale(self, step: Step, change: SetUnits, picture: Picture) -> str | None:
        channel = self._channel
        opened = tuple(intent.id for intent in channel.history(change.line).open)
        target = Target(
            contract=channel.side.contracts.get(change.contract),
            line=channel.side.lines.get(change.line),
            picture=picture if picture.rows else None,
            open_intents=opened,
            reading=channel.known,
        )
        today = channel.attempt(change, picture).today
        version = channel.settings.version
        return is_stale(step, plan=self._plan, today=today, settings_version=version, target=target)

    def _refused(self, step: Step, refusals: tuple[Refusal, ...], picture: Picture) -> StepOutcome:
        text, first = "; ".join(str(refusal) for refusal in refusals), refusals[0].rule
        if any(refusal.rule == "W4" for refusal in refusals):
            gone = park_vanished(picture.line, picture, self._channel)
            if gone:
                return StepOutcome(step, StepState.PARKED, gone[0].why, "W4")
        is_later = all(refusal.rule in _LATER for refusal in refusals)
        return StepOutcome(step, StepState.WAITING if is_later else StepState.STALE, text, first)

    def _intent(self, step: Step, change: SetUnits, picture: Picture, allowed: Allowed) -> Intent:
        channel, levels = self._channel, allowed.levels
        return Intent(
            id=IntentId(0),
            pairing=channel.settings.pairing,
            company=channel.side.contracts[change.contract].company,
            contract=change.contract,
            line=change.line,
            day=change.day,
            change=change.change,
            before=change.before,
            wanted=change.after,
            old_step=levels.step_at(change.day) or 0,
            is_fenced=bool(picture.rows) and is_fenced(picture, levels, change.day),
            picture=picture,
            reading=levels.reading,
            zone=str(channel.settings.zone),
            plan=self._plan_id,
            step=step.id,
            snapshot=self._plan.snapshot,
            fence=channel.lease.fence,
            armed_at=channel.now(),
        )

    def _put_off(self, wanted: Sequence[Wanted], why: str, code: str | None = None) -> None:
        for step, _ in wanted:
            self.outcomes[step.id] = StepOutcome(step, StepState.WAITING, why, code)


def _outcome(step: Step, intent: Intent) -> StepOutcome:
    text = f"{intent.why} ({intent.vendor_text})" if intent.vendor_text else intent.why
    return StepOutcome(step, STATE_OF.get(intent.state, StepState.UNKNOWN), text)


def _batches(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """Steps whose lines are read in one window, in the plan's order."""
    windows: dict[tuple[date, date], list[Wanted]] = {}
    for one in wanted:
        windows.setdefault(_window(one[1]), []).append(one)
    for same in windows.values():
        for start in range(0, len(same), BATCH):
            yield same[start : start + BATCH]


def _window(change: SetUnits) -> tuple[date, date]:
    return change.picture.covers_from, change.picture.covers_to


def _is_last_day(change: SetUnits) -> bool:
    """On a period's last day totals and overlays look alike: nothing for the canary to learn (D1, D9)."""
    return any(row.ends == change.day for row in change.picture.rows)
