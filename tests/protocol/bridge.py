"""One bridge at work: the real planning rules and engine on a vendor double and a journal in memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from psabridge.engine.baselines import Baselines
from psabridge.engine.channel import Channel, known_reading, open_channel
from psabridge.engine.currency import take_back
from psabridge.engine.outcomes import StepOutcome
from psabridge.engine.settlement import settle_open_intents
from psabridge.engine.units import send_steps, verify_steps
from psabridge.kit.clock import day_in
from psabridge.kit.errors import BridgeError
from psabridge.rules.evidence import Evidence
from psabridge.rules.lease import Lease
from psabridge.rules.plans.looking import look_windows
from psabridge.rules.plans.plan import Plan
from psabridge.rules.plans.planning import make_plan
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from psabridge.rules.units.intent import Decision, Intent, IntentState, LineHistory
from psabridge.rules.units.picture import Picture
from psabridge.rules.units.transitions import decided
from psabridge.rules.wanted.desired import DayFigure, Desired, DesiredUnits
from psabridge.rules.words import CompanyId, LineId, LineKind, PairingId, PlanId, ServiceId, SnapshotId
from psabridge_emulators.autotask.doubts import Doubts
from tests.builders import a_mapping_row, platform_snapshot, settings
from tests.protocol.clock import MovedClock
from tests.protocol.journal import MemoryJournal
from tests.protocol.vendor import Fate, Vendor

MID = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
FIRST = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
CYCLE = timedelta(minutes=5)
MU = timedelta(minutes=60)
LAMBDA = timedelta(minutes=10)
UNIQUENESS = ("start", "row", "inner", "none")


@dataclass
class Bridge:
    """`targets` are the units wanted per line, by its place; a line that is absent has no reading."""

    psa: Vendor
    clock: MovedClock
    targets: dict[int, int] = field(default_factory=lambda: {0: 15})
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    changes: dict[str, Any] = field(default_factory=dict)  # of the settings
    writes: bool = True
    figures: dict[date, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # what the last cycle lists
    outcomes: tuple[StepOutcome, ...] = ()

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process on the same database: nothing is remembered."""
        self.baselines = Baselines(self.clock.now())

    @property
    def settings(self) -> PairingSettings:
        row = a_mapping_row(service=self._service)
        preset = {"zone": ZoneInfo("UTC"), "decreases_wait": True}
        return settings(row, **{**preset, **self.changes})

    @property
    def _service(self) -> int:
        return self.psa._service

    @property
    def today(self) -> date:
        return day_in(self.settings.zone, self.clock.now())

    def cycle(self) -> None:
        """Read, settle, plan, send, verify; a read that fails ends the cycle with nothing sent."""
        self.said, self.outcomes = [], ()
        try:
            side = self.psa.read(self.settings, self.today)
            desired = self._desired(side)
            channel = self._open(side, desired)
            settle_open_intents(channel, may_send=self.writes)
            self._plan_and_send(channel)
        except BridgeError as error:
            self.said.append(str(error))

    def _plan_and_send(self, channel: Channel) -> None:
        plan = self._plan(channel)
        self.said += [str(finding) for finding in plan.findings]
        self.said += [f"waits until {wish.due}: {wish.reason}" for wish in plan.wishes]
        if not channel.currency.may_write:
            self.said.append(channel.currency.text)
        if not self.writes:
            return
        sent = send_steps(plan.steps, plan=plan, plan_id=PlanId(1), channel=channel)
        self.outcomes = verify_steps(sent, channel)
        self.said += [f"{one.state}: {one.text}" for one in self.outcomes if one.state != "applied"]

    def _open(self, side: PsaSnapshot, desired: Desired) -> Channel:
        return open_channel(
            self,
            lease=self.lease,
            settings=self.settings,
            side=side,
            desired=desired,
            baselines=self.baselines,
            histories=self._histories(side),
            figures=self._figures(side),
        )

    def _histories(self, side: PsaSnapshot) -> Mapping[LineId, LineHistory]:
        return self.journal.histories(side.lines, PairingId(1))

    def _figures(self, side: PsaSnapshot) -> dict[LineId, tuple[DayFigure, ...]]:
        found = tuple(DayFigure(day, units) for day, units in sorted(self.figures.items()))
        return dict.fromkeys(side.lines, found)

    def _desired(self, side: PsaSnapshot) -> Desired:
        service = ServiceId(self._service)
        rows = self.settings.services
        wanted = [
            DesiredUnits(line, side.lines[line].contract, CompanyId(1), service, units, Evidence(), rows)
            for place, units in self.targets.items()
            for line in (LineId(LineKind.SERVICE, self.psa.numbers[place]),)
            if line in side.lines
        ]
        return Desired(units=tuple(wanted))

    def _plan(self, channel: Channel) -> Plan:
        """As the product plans: look at every wanted line, feed the baselines, decide."""
        side, desired = channel.side, channel.desired
        histories = self._histories(side)
        pictures: dict[LineId, Picture] = {}
        for window in look_windows(self.settings, side, desired, [one.line for one in desired.units]):
            pictures |= self.psa.pictures(
                window.lines, covers_from=window.covers_from, covers_to=window.covers_to
            )
        self.baselines.look(pictures.values(), read_bound=channel.waits.read_bound)
        return make_plan(
            settings=self.settings,
            psa=side,
            platform=platform_snapshot(),
            desired=desired,
            pictures=pictures,
            histories=histories,
            figures=self._figures(side),
            snapshot=SnapshotId(1),
            made_at=self.clock.now(),
            reading=known_reading(histories.values()),
        )

    def apply_later(self, pause: timedelta, meanwhile: Callable[[], object] = lambda: None) -> StepOutcome:
        """A plan is shown, time passes, something may happen, and the plan as shown is applied."""
        side = self.psa.read(self.settings, self.today)
        plan = self._plan(self._open(side, self._desired(side)))
        self.clock.wait(pause)
        meanwhile()
        side = self.psa.read(self.settings, self.today)
        channel = self._open(side, self._desired(side))
        (outcome,) = send_steps(plan.steps, plan=plan, plan_id=PlanId(1), channel=channel)
        return outcome

    def channel(self, side: PsaSnapshot) -> Channel:
        return self._open(side, self._desired(side))

    def send(self, channel: Channel) -> tuple[StepOutcome, ...]:
        plan = self._plan(channel)
        return send_steps(plan.steps, plan=plan, plan_id=PlanId(1), channel=channel)

    @property
    def lease(self) -> Lease:
        return Lease(1, self.journal.fence)

    # What a test says

    def run(self, duration: timedelta) -> None:
        """Cycles every five minutes, the first one now, the last one when the time is over."""
        self.cycle()
        end = self.clock.now() + duration
        while self.clock.now() < end:
            self.clock.wait(CYCLE)
            self.cycle()

    def run_until(self, moment: datetime) -> None:
        self.run(moment - self.clock.now())

    def to(self, units: int) -> None:
        self.targets[0] = units

    def decide(self, decision: Decision) -> None:
        self.journal.decide(decided(self.parked[0], decision, by="Pat"))

    def take_back(self) -> str | None:
        side = self.psa.read(self.settings, self.today)
        currency = self._open(side, self._desired(side)).currency
        now = self.clock.now()
        return take_back(currency, psa=self.psa, journal=self.journal, definition_id=500, now=now)

    # What a test looks at

    @property
    def intents(self) -> tuple[Intent, ...]:
        return self.journal.all()

    @property
    def last(self) -> Intent:
        return self.intents[-1]

    @property
    def parked(self) -> list[Intent]:
        return [intent for intent in self.intents if intent.state is IntentState.PARKED]

    @property
    def is_listed(self) -> bool:
        """A person is told that something is not as it should be."""
        return bool(self.said) or bool(self.journal.open_intents(PairingId(1)))

    @property
    def is_right(self) -> bool:
        return self.psa.shown(self.today) == self.targets[0]


def a_bridge(
    *fates: Fate,
    at: datetime = MID,
    uniqueness: str = "start",
    doubts: Mapping[str, Any] | None = None,
    units: int | None = 10,
    target: int = 15,
    lines: int = 1,
    settings: Mapping[str, Any] | None = None,
    canary: bool = True,
    **vendor: Any,  # noqa: ANN401  any switch of the vendor
) -> Bridge:
    """A bridge that has run for a while on a line of 10 units in March, and now wants 15."""
    clock = MovedClock(at - LAMBDA)
    switches = Doubts().changed({"uniqueness": uniqueness, **(doubts or {})})
    psa = Vendor(clock, switches, units=units, lines=lines, **vendor)
    bridge = Bridge(psa, clock, dict.fromkeys(range(lines), target), changes=dict(settings or {}))
    bridge.journal._canary = canary
    bridge.writes = False
    bridge.run(LAMBDA)
    bridge.writes, bridge.targets = True, {0: target}
    psa.fates = list(fates)
    return bridge


def copy_of(bridge: Bridge) -> Bridge:
    """A forgotten test copy: the same database, another process, no file outside the backup."""
    return replace(bridge, journal=bridge.journal.copy(), targets=dict(bridge.targets))
