"""A bridge that lives: it is started, killed, overtaken and put back, and a person reads its plans.

What it lives among, who judges it and what else may happen is of each kind of life.
"""

import contextvars
import shutil
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Protocol

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.kit.errors import BridgeError
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.proof import Standing
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.faults import FaultRule
from psabridge_emulators.frame.wire import Request
from psabridge_proof.death import Killed, Mortal, mortal
from psabridge_proof.installation import LEASE_ENDS, Installation, close_database
from psabridge_proof.wire import Wire

Happening = tuple[str, dict[str, Any]]
Script = Sequence[Happening]
DATABASE = ("psabridge.sqlite3", "psabridge.sqlite3-wal")
AT_A_CHANGE = -1  # overtaken right before a change of units leaves


class Judging(Protocol):
    def look(self) -> None:
        """At both worlds, after everything that happens. Raises Violation."""

    def hold(self, invariant: str, text: str, *, holds: bool) -> None:
        """Raises Violation where it does not hold."""


class Living(ABC):
    """`words`: what may happen, each a method. `counted`: cycles, faults by kind, kills, restores."""

    words: ClassVar[frozenset[str]]
    judge: Judging
    bridge: Installation

    def __init__(self, bridge: Installation, wire: Wire) -> None:
        self.bridge, self.wire = bridge, wire
        self.counted: Counter[str] = Counter()
        self.trace: list[str] = []
        self.mortal = Mortal()
        self._calls = self._overtaken_at = 0
        self._meanwhile: Happening | None = None
        self._writes_when_overtaken: int | None = None
        self._is_down = False
        self._backup: Path | None = None
        self._last: CycleReport | None = None
        self._shown: CycleReport | None = None

    def _begin(self) -> None:
        """The process starts; from now on everything is watched."""
        self.bridge.start()
        self.wire.watch, self.wire.asleep = self._watch, self._count_request
        self.wire.emulation.calls.observe(self._exchanged)

    def live(self, script: Script) -> None:
        """Raises Violation. Whatever else is raised is one, too: nothing here may break the program."""
        with mortal(Mortal()) as born:
            self.mortal = born
            self.judge.look()
            try:
                for word, values in script:
                    self.happen(word, values)
                self.rest()
            finally:
                self.counted["cycles"] += self.bridge.cycles

    def happen(self, word: str, values: Mapping[str, Any]) -> None:
        self._tell(f"{word} {dict(values) or ''}".rstrip())
        self._do(word, values)
        self.judge.look()

    def _do(self, word: str, values: Mapping[str, Any]) -> None:
        assert word in self.words, word
        getattr(self, word)(**values)

    def _tell(self, text: str) -> None:
        self.trace.append(f"{self.wire.emulation.now:%Y-%m-%d %H:%M} {text}")

    @abstractmethod
    def rest(self) -> None:
        """Nothing goes wrong any more: in a few days all is right, or a person is told."""

    # ---- time

    def day(self, *, hour: int, minute: int = 0) -> None:
        now = self.wire.emulation.now
        morning = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.wire.emulation.clock.set(morning if morning > now else morning + timedelta(days=1))

    def wait(self, *, minutes: int) -> None:
        self.bridge.vendors.advance(minutes=minutes)

    # ---- what the operator does

    def show(self) -> None:
        """A person reads the last plan, and goes away with it."""
        self._shown = self._last

    def approve_shown(self) -> None:
        """… comes back, and applies it as it was shown (W12)."""
        if self._shown is None or self._is_down:
            return
        shown, self._shown = self._shown, None
        self.counted["plans applied later"] += 1
        self._attempt(lambda: self._approve(shown))

    def restart(self) -> None:
        self._start()

    @property
    def has_backup(self) -> bool:
        return self._backup is not None

    def backup(self) -> None:
        """The database as it is now, aside; the state file is not part of it (protocol 2.6)."""
        folder = self.bridge.folder
        self._backup = folder / "backup"
        shutil.rmtree(self._backup, ignore_errors=True)
        self._backup.mkdir()
        for name in DATABASE:
            if (folder / name).exists():
                shutil.copyfile(folder / name, self._backup / name)

    def restore(self) -> None:
        if self._backup is None:
            return
        close_database()
        for name in DATABASE:
            (self.bridge.folder / name).unlink(missing_ok=True)
        shutil.copytree(self._backup, self.bridge.folder, dirs_exist_ok=True)
        self.counted["restores"] += 1
        self._last = self._shown = None  # a plan of the lost time is unknown now
        self._start()
        self._configure()

    @abstractmethod
    def _configure(self) -> None:
        """What the operator has decided is entered by hand."""

    # ---- the bridge

    def _run(
        self,
        *,
        faults: Sequence[Mapping[str, Any]],
        person: bool,
        dies_at: int,
        overtaken_at: int,
        meanwhile: Happening | None,
    ) -> CycleReport | None:
        """One cycle under these faults; None when it did not come to its end.

        A person reads it, releases what is held, decides what is parked.
        """
        rules = self.wire.emulation.faults
        armed = [rules.add(FaultRule.read(rule)) for rule in faults]
        self.mortal.dies_at = self.mortal.moments + dies_at if dies_at else 0
        self._overtaken_at = self._calls + overtaken_at if overtaken_at > 0 else overtaken_at
        self._writes_when_overtaken, self._meanwhile = None, meanwhile
        report = self._attempt(lambda: self._read_by(person=person))
        self._disarm(armed)
        self._meanwhile, self._overtaken_at, self.mortal.dies_at = None, 0, 0
        if report is not None and not self._is_down:
            self._last = report
        return report

    def _read_by(self, *, person: bool) -> CycleReport:
        if self._is_down:
            self._start()
        report = self._cycle()
        if not person:
            return report
        if report.count(StepState.HELD) or report.currency.standing is Standing.RECOVERING:
            report = self._approve(report)
        for intent in report.open_intents:
            if intent.state is IntentState.PARKED and self._is_over(intent):
                self.bridge._decide(intent)
                self.counted["decided by a person"] += 1
        return report

    def _cycle(self) -> CycleReport:
        try:
            return self.bridge.cycle()
        finally:
            self._never_after_the_lease()

    def _approve(self, report: CycleReport) -> CycleReport:
        return self.bridge.approve(report)

    @abstractmethod
    def _is_over(self, intent: Intent) -> bool:
        """Nothing of it can be on its way any more: a person may look, and decide."""

    def _attempt(self, act: Callable[[], CycleReport]) -> CycleReport | None:
        """None when the cycle did not come to its end, whatever the reason that is told."""
        try:
            return act()
        except Killed:
            self.counted["kills"] += 1
            self._tell(f"killed, {self.mortal.where}")
            self._is_down = True
            close_database()
            self.mortal.is_dead, self.mortal.dies_at = False, 0
        except LeaseLost:
            self._tell("lost its lease")
            self.counted["lease lost"] += 1
        except LeaseHeld:
            self._tell("the lease is held")
            self.bridge.vendors.advance(seconds=LEASE_ENDS.total_seconds())
        except BridgeError as error:
            self._tell(f"ended: {error}")
            self.counted["cycles that could not read"] += 1
        return None

    def _start(self) -> None:
        self.bridge.start()
        self._is_down = False

    def _disarm(self, armed: Sequence[int]) -> None:
        """What has struck is counted."""
        faults = self.wire.emulation.faults
        assert not faults.failures, faults.failures
        for fault in faults.rules:
            if fault.id in armed and fault.met:
                self.counted[f"fault {fault.rule.kind}"] += fault.met

    # ---- another process, or somebody, beside this one

    @abstractmethod
    def _exchanged(self, exchange: Exchange) -> None:
        """A call is over, as the vendor saw it."""

    def _watch(self, moment: str, vendor: str, request: Request) -> None:
        self.mortal.call(moment, vendor, request)
        if moment == "before" and self._meanwhile is not None and self._is_time(request):
            (word, values), self._meanwhile = self._meanwhile, None
            self._tell(f"meanwhile: {word} {values}")
            self.counted[f"meanwhile: {word}"] += 1
            self._excuse(word, values, request)
            self._do(word, values)

    @abstractmethod
    def _is_time(self, request: Request) -> bool:
        """Whether somebody acts right before this request."""

    @abstractmethod
    def _excuse(self, word: str, values: Mapping[str, Any], request: Request) -> None:
        """The judge hears what this cycle cannot see any more."""

    def _count_request(self) -> None:
        self._calls += 1
        is_change = self.wire.leaving.endswith("Adjustments")
        if self._calls == self._overtaken_at or (is_change and self._overtaken_at == AT_A_CHANGE):
            self._overtaken_at = 0
            self._overtake()

    def _overtake(self) -> None:
        """This process sleeps until its lease is over; another takes it and goes through a whole cycle."""
        self._tell("sleeps, and is overtaken")
        self.counted["overtaken"] += 1
        self.bridge.vendors.advance(seconds=LEASE_ENDS.total_seconds())
        other = self._another()
        other.begin()
        context = contextvars.copy_context()
        self._attempt(lambda: context.run(other.cycle))
        self._writes_when_overtaken = self.wire.writes
        self.counted["cycles"] += other.cycles

    @abstractmethod
    def _another(self) -> Installation:
        """A second process of the installation, to be begun."""

    def _never_after_the_lease(self) -> None:
        """I10: a process that was overtaken writes nothing more."""
        if self._writes_when_overtaken is not None:
            later = self.wire.writes - self._writes_when_overtaken
            self._writes_when_overtaken = None
            self.judge.hold("I10", f"{later} writes after the lease was lost", holds=later == 0)
