# ruff: noqa: ARG002 -- a double takes all that its port hands over
"""One cycle of the real bridge, as a function of what it knows, what it reads and what it is answered.

Planning, settling, sending and verifying are the product's own; only its ports are values. A cycle that
wants to send stops there and says so: the search then runs it again with each answer that may come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

from psabridge.engine.channel import Channel, open_channel
from psabridge.engine.currency import take_back
from psabridge.engine.settlement import settle_open_intents
from psabridge.engine.units import send_steps, verify_steps
from psabridge.kit.errors import OutcomeUnknown, RefusalKind, Refused
from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Severity
from psabridge.rules.lease import Lease, ProofOfCurrent
from psabridge.rules.plans.looking import lines_to_look_at, look_windows
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.ghosts import lines_with_ghosts
from psabridge.rules.units.intent import Intent, IntentState, LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.words import (
    CompanyId,
    ContractId,
    IntentId,
    LineId,
    PairingId,
    PlanId,
    ServiceId,
    SnapshotId,
)
from tests.builders import a_line, a_payg_contract, platform_snapshot, psa_snapshot
from tests.model.days import A_DAY, ENDS, LIVED, STARTS, noon
from tests.model.memory import (
    Database,
    Memory,
    baselines_of,
    canonical,
    shifted,
    started,
    with_baselines,
)
from tests.model.rash import Proposal, rash_plan
from tests.model.values import Answered, Reply, Said, Sending, Sight
from tests.model.vendor import LINE, rows_of

Ended = tuple[Memory, Said, bool]  # what is known, what is said, whether a person is needed


class Probed(Exception):
    pass


class Died(Exception):
    pass


class Running:
    """The ports of one cycle, in memory."""

    def __init__(
        self, settings: PairingSettings, memory: Memory, sight: Sight, answers: tuple[Answered, ...]
    ) -> None:
        self.settings = settings
        self._memory = memory
        self._sight = sight
        self._seen = sight.seen
        self._answers = list(answers)
        self._now = noon(sight.day) + (timedelta(days=1) if sight.clock_ahead else timedelta())
        self.today = self._now.date()
        self._shift = self._now - noon(0)
        self._proof = memory.database.proof
        self._file, self._marker, self._sent = memory.file, memory.marker, memory.sent
        self.intents = {i.id: shifted(i, self._shift) for i in memory.database.intents}
        self.baselines = baselines_of(memory, self._now)

    # The cycle, in the product's order (engine/cycle.py)

    def cycle(self, rashly: Proposal | None) -> Ended | Sending:
        try:
            side = self._read()
            channel = self._open(side)
            settle_open_intents(channel, may_send=True)
            plan = self._plan(channel) if rashly is None else rash_plan(rashly, channel, self)
            outcomes = send_steps(plan.steps, plan=plan, plan_id=PlanId(1), channel=channel)
            outcomes = verify_steps(outcomes, channel)
        except Probed as probed:
            found = probed.args[0]
            assert isinstance(found, Sending)
            return found
        except Died:
            return canonical(started(self._left())), Said.LISTED, False
        is_listed = bool(plan.findings or plan.wishes or not channel.currency.may_write)
        is_listed |= any(one.state != "applied" for one in outcomes) or bool(self._open_intents)
        is_right = rashly is None and plan.completeness.lines_right == 1 and not is_listed
        said = Said.LISTED if is_listed else Said.RIGHT if is_right else Said.NOTHING
        is_stopped = any(finding.severity is Severity.STOPS for finding in plan.findings)
        return canonical(self._left()), said, is_stopped

    def take_back(self) -> Memory | None:
        currency = self._open(self._read()).currency
        if currency.may_write:
            return None
        refusal = take_back(currency, psa=self, journal=self, definition_id=500, now=self._now)  # type: ignore[arg-type]
        return None if refusal else canonical(self._left())

    def _left(self) -> Memory:
        left = replace(
            self._memory,
            database=Database(
                tuple(shifted(intent, -self._shift) for intent in self.intents.values()), self._proof
            ),
            file=self._file,
            marker=self._marker,
            sent=self._sent,
        )
        return with_baselines(left, self.baselines, self._now)

    def _open(self, side: PsaSnapshot) -> Channel:
        return open_channel(
            self,  # type: ignore[arg-type]
            lease=Lease(1, 1),
            settings=self.settings,
            side=side,
            desired=self.desired,
            baselines=self.baselines,
            histories=self.histories([LINE], PairingId(1)),
            figures={LINE: self._figures},
        )

    def _plan(self, channel: Channel) -> Plan:
        side, desired = channel.side, channel.desired
        histories = self.histories([LINE], PairingId(1))
        opened = frozenset(line for line, history in histories.items() if history.open)
        watched = opened | lines_with_ghosts(histories, side.today)
        lines = lines_to_look_at(self.settings, side, desired, watched)
        pictures: dict[LineId, Picture] = {}
        for window in look_windows(self.settings, side, desired, lines):
            found = self.pictures(window.lines, covers_from=window.covers_from, covers_to=window.covers_to)
            pictures.update(found)
        self.baselines.look(pictures.values(), read_bound=channel.waits.read_bound)
        return make_plan(
            settings=self.settings,
            psa=side,
            platform=_platform(),
            desired=desired,
            pictures=pictures,
            histories=histories,
            figures={LINE: self._figures},
            snapshot=SnapshotId(1),
            made_at=self._now,
            reading=channel.known,
        )

    @property
    def desired(self) -> Desired:
        wanted = DesiredUnits(
            LINE,
            ContractId(10),
            CompanyId(1),
            ServiceId(1000),
            self._sight.target,
            Evidence(),
            self.settings.services,
        )
        return Desired(units=(wanted,))

    @property
    def _figures(self) -> tuple[DayFigure, ...]:
        """A figure for each day that is over; what was wanted on the last lived day holds until the next."""
        found = {LIVED[0] - 2 * A_DAY: 10, LIVED[0] - A_DAY: 10}
        for number, units in enumerate(self._sight.figures):
            found[LIVED[number]] = found[LIVED[number + 1] - A_DAY] = units
        return tuple(DayFigure(day, units) for day, units in sorted(found.items()))

    # The vendor's port

    def _read(self) -> PsaSnapshot:
        rows = () if self._sight.is_blank else rows_of(self._seen, self._sight.posted)
        days = (self.today, self.today + A_DAY)
        return replace(
            _snapshot(),
            rows={LINE: tuple(row for row in rows if any(row.starts <= day <= row.ends for day in days))},
            today=self.today,
            marker=self._marker,
            read_at=self._now,
        )

    def pictures(
        self, lines: Iterable[LineId], *, covers_from: date, covers_to: date
    ) -> Mapping[LineId, Picture]:
        if self._sight.is_blank:
            return {}
        rows = [
            row
            for row in rows_of(self._seen, self._sight.posted)
            if row.ends >= covers_from and row.starts <= covers_to
        ]
        return {line: Picture(line, tuple(rows), self._now, covers_from, covers_to) for line in lines}

    def adjust_units(self, line: LineId, day: date, change: int, **_: object) -> int:
        if not self._answers:
            sending = next(i for i in self.intents.values() if i.state is IntentState.ARMED)
            raise Probed(Sending(day, change, int(sending.id), sending.tries, sending.wanted, sending.before))
        answer = self._answers.pop(0)
        self._seen = answer.seen
        match answer.reply:
            case Reply.CRASH:
                raise Died
            case Reply.LOST:
                raise OutcomeUnknown("Autotask", "the answer was lost", "The line is read back")
            case Reply.DUPLICATE:
                raise Refused("line", "duplicate data", "See the line", kind=RefusalKind.DUPLICATE)
            case Reply.ACCEPTED:
                return 1

    def write_marker(self, definition_id: int, marker: str) -> None:
        self._marker = marker

    def clock_offset(self) -> timedelta:
        return noon(self._sight.day) - self._now

    # The journal

    @property
    def psa(self) -> "Running":
        return self

    journal = clock = psa

    def now(self) -> datetime:
        return self._now

    @property
    def _open_intents(self) -> tuple[Intent, ...]:
        return tuple(intent for intent in self.intents.values() if not intent.state.is_final)

    def arm(self, intent: Intent, lease: Lease) -> Intent:
        self._sent += 1
        armed = replace(intent, id=IntentId(self._sent))
        self.intents[armed.id] = armed
        self._proof = replace(self._proof, counter=self._proof.counter + 1)
        return armed

    def save(self, intent: Intent, lease: Lease) -> None:
        self.intents[intent.id] = intent

    def open_intents(self, pairing: PairingId) -> tuple[Intent, ...]:
        return self._open_intents

    def histories(self, lines: Iterable[LineId], pairing: PairingId) -> Mapping[LineId, LineHistory]:
        return {LINE: LineHistory(LINE, tuple(self.intents.values()))} if self.intents else {}

    def proof(self) -> ProofOfCurrent:
        return self._proof

    def proof_in_file(self) -> ProofOfCurrent | None:
        return self._file

    def write_proof_file(self) -> None:
        self._file = self._proof

    def raise_epoch(self) -> None:
        self._proof = replace(self._proof, epoch=self._proof.epoch + 1)

    def canary_passed(self, lease: Lease) -> bool:
        return True

    def remember_canary(self, lease: Lease, at: datetime) -> None:
        raise AssertionError("the canary has passed before the model begins")


@cache
def _platform() -> PlatformSnapshot:
    return platform_snapshot()


@cache
def _snapshot() -> PsaSnapshot:
    contract = a_payg_contract(10, starts=STARTS, ends=ENDS)
    return psa_snapshot(contracts=[contract], lines=[a_line(100, 10, 1000)])
