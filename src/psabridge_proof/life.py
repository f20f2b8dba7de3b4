"""One life of the bridge: an opening, and what happens one after the other, each a word with its values.

What happens was decided before (`script.py`, or a machine that looks for trouble): here it is done.
"""

import contextvars
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.kit.errors import BridgeError
from psabridge.rules.lease import LeaseHeld, LeaseLost
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.proof import Standing
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.faults import FaultKind, FaultRule
from psabridge_emulators.frame.wire import Request
from psabridge_proof.coming_and_going import ComingAndGoing
from psabridge_proof.death import Killed, Mortal, mortal
from psabridge_proof.installation import NotQuiet, close_database, world_clock
from psabridge_proof.judge import MU, Judge, Violation
from psabridge_proof.provider import Opening, Provider, open_provider
from psabridge_proof.watched import Watched
from psabridge_proof.wire import Wire

Happening = tuple[str, dict[str, Any]]
Script = Sequence[Happening]
DATABASE = ("psabridge.sqlite3", "psabridge.sqlite3-wal")
LEASE = timedelta(minutes=5, seconds=1)
# A person looks at a parked change when nothing of it can be on its way any more.
PATIENT = MU + timedelta(minutes=10)
RESTING_DAYS = 2
AT_A_CHANGE = -1  # overtaken right before a change of units leaves


class Life(ComingAndGoing):
    """`folder` is a copy of an installation that has never been started, not configured yet."""

    def __init__(self, folder: Path, opening: Opening) -> None:
        self.folder = folder
        self.counted: Counter[str] = Counter()  # cycles, faults by kind, kills, restores
        self.trace: list[str] = []
        self.provider: Provider = open_provider(opening)
        world_clock(self.provider)
        self.mortal = Mortal()
        self._calls = self._overtaken_at = 0
        self._meanwhile: Happening | None = None
        self.wire = Wire(self.provider.emulation, watch=self._watch, asleep=self._count_request)
        self.judge = Judge(self.provider, self.wire)
        self.namesakes, self.by_hand = {}, {}
        self.bridge = Watched(self.folder, self.provider, self.wire, self.judge.customers)
        self.bridge.use()
        self.document = self.bridge.wanted()
        self._configure()
        self.bridge.start()
        self.provider.emulation.calls.observe(self._exchanged)
        self._writes_when_overtaken: int | None = None
        self._is_down = False
        self._backup: Path | None = None
        self._last: CycleReport | None = None
        self._shown: CycleReport | None = None

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
        WORDS[word](self, **values)
        self.judge.look()

    def _tell(self, text: str) -> None:
        self.trace.append(f"{self.provider.now:%Y-%m-%d %H:%M} {text}")

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
        self._attempt(lambda: self.bridge.approve(shown))

    def restart(self) -> None:
        self._start()

    @property
    def has_backup(self) -> bool:
        return self._backup is not None

    def backup(self) -> None:
        """The database as it is now, aside; the state file is not part of it (protocol 2.6)."""
        self._backup = self.folder / "backup"
        shutil.rmtree(self._backup, ignore_errors=True)
        self._backup.mkdir()
        for name in DATABASE:
            if (self.folder / name).exists():
                shutil.copyfile(self.folder / name, self._backup / name)

    def restore(self) -> None:
        if self._backup is None:
            return
        close_database()
        for name in DATABASE:
            (self.folder / name).unlink(missing_ok=True)
        shutil.copytree(self._backup, self.folder, dirs_exist_ok=True)
        self.counted["restores"] += 1
        self.judge.customers.restored_at = self.provider.now
        self._last = self._shown = None  # a plan of the lost time is unknown now
        self.judge.restored = True
        self._start()
        self._configure()

    # ---- the bridge

    def cycle(
        self,
        *,
        faults: Sequence[Mapping[str, Any]] = (),
        person: bool = True,
        dies_at: int = 0,
        overtaken_at: int = 0,
        meanwhile: Happening | None = None,
    ) -> None:
        """One cycle under these faults. A person reads it, releases what is held, decides what is parked."""
        armed = [self.provider.emulation.faults.add(FaultRule.read(rule)) for rule in faults]
        self.mortal.dies_at = self.mortal.moments + dies_at if dies_at else 0
        self._overtaken_at = self._calls + overtaken_at if overtaken_at > 0 else overtaken_at
        self._writes_when_overtaken = None
        self._meanwhile = meanwhile
        refused = self.wire.not_connected
        report = self._attempt(lambda: self._run_cycle(person=person))
        self._disarm(armed)
        self._meanwhile, self._overtaken_at, self.mortal.dies_at = None, 0, 0
        self.counted["never connected"] += self.wire.not_connected - refused
        self.judge.customers.cycle_looks()
        if report is None:
            self.judge.customers.cut.add(self.wire.cycle)
        self.judge.look()
        if report is not None and not self._is_down:
            self._last = report
            is_calm = not (faults or meanwhile or overtaken_at or self.wire.clock_error)
            self._read(report, is_calm=is_calm)

    def _run_cycle(self, *, person: bool) -> CycleReport:
        if self._is_down:
            self._start()
        try:
            report = self.bridge.cycle()
        finally:
            self._never_after_the_lease()
        self.judge.unasked(report)
        if not person:
            return report
        if report.count(StepState.HELD) or report.currency.standing is Standing.RECOVERING:
            report = self.bridge.approve(report)
        for intent in report.open_intents:
            if intent.state is IntentState.PARKED and self._is_over(intent):
                self.bridge._decide(intent)
                self.counted["decided by a person"] += 1
        return report

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
            self.provider.advance(seconds=LEASE.total_seconds())
        except BridgeError as error:
            self._tell(f"ended: {error}")
            self.counted["cycles that could not read"] += 1
        return None

    def _start(self) -> None:
        self.bridge.start()
        self._is_down = False

    def _is_over(self, intent: Intent) -> bool:
        since = intent.doubtful_since or intent.armed_at
        left = [one.at for one in self.wire.sent if one.line == intent.line.number]
        return self.provider.now - max([since, *left]) >= PATIENT

    def _exchanged(self, exchange: Exchange) -> None:
        is_change = exchange.request.path.endswith("Adjustments")
        if exchange.fault == FaultKind.TWICE and is_change and self.wire.sent:
            self.judge.doubled(self.wire.sent[-1])

    def _disarm(self, armed: Sequence[int]) -> None:
        """What has struck is counted; what lasts an hour goes on by itself."""
        faults = self.provider.emulation.faults
        assert not faults.failures, faults.failures
        for fault in list(faults.rules):
            kind = fault.rule.kind
            if fault.id in armed and fault.met:
                self.counted[f"fault {kind}"] += fault.met
            if kind is not FaultKind.HOURLY_LIMIT or (fault.until and fault.until <= self.provider.now):
                faults.remove(fault.id)

    def _read(self, report: CycleReport, *, is_calm: bool) -> None:
        """What the operator sees after a cycle that came to its end."""
        self.judge.books(self.bridge.ports, self.bridge.pairing)
        self.judge.complete(report)
        if is_calm and self.is_undisturbed(report):
            self.judge.right_or_listed(report)

    def is_undisturbed(self, report: CycleReport) -> bool:
        """Both sides were read whole and as they are, on the day that it still is."""
        lag = self.provider.autotask.database.lag_of("ContractServiceUnits").lag
        is_today = report.plan.today == self.provider.billing_day
        return is_today and report.plan.completeness.rows_as_of is None and not lag

    # ---- another process beside this one

    def _watch(self, moment: str, vendor: str, request: Request) -> None:
        self.mortal.call(moment, vendor, request)
        if self._meanwhile is not None and moment == "before" and request.path.endswith("Adjustments"):
            (word, values), self._meanwhile = self._meanwhile, None
            self._tell(f"meanwhile: {word} {values}")
            self.counted[f"meanwhile: {word}"] += 1
            WORDS[word](self, **values)

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
        self.judge.customers.cut.add(self.wire.cycle)
        self.provider.advance(seconds=LEASE.total_seconds())
        other = Watched(self.folder, self.provider, self.wire, self.judge.customers)
        other.begin()
        context = contextvars.copy_context()
        self._attempt(lambda: context.run(other.cycle))
        self._writes_when_overtaken = self.wire.writes
        self.counted["cycles"] += other.cycles

    def _never_after_the_lease(self) -> None:
        """I10: a process that was overtaken writes nothing more."""
        if self._writes_when_overtaken is not None:
            later = self.wire.writes - self._writes_when_overtaken
            self._writes_when_overtaken = None
            self.judge.hold("I10", f"{later} writes after the lease was lost", holds=later == 0)

    # ---- the end of a life

    def rest(self) -> None:
        """Nothing goes wrong any more: in a few days all is right, or a person is told."""
        self._tell("at rest")
        self._all_is_well()
        report = None
        for _ in range(RESTING_DAYS):
            self.day(hour=9)
            self.provider.advance(hours=3)
            self.judge.look()
            try:
                report = self.bridge.until_quiet()
            except NotQuiet as error:
                raise Violation("I3", f"never at rest: {error}") from error
            self.judge.look()
        assert report is not None
        self.judge.books(self.bridge.ports, self.bridge.pairing)
        self.judge.at_rest(report)

    def _all_is_well(self) -> None:
        self.wire.clock_error = timedelta()
        self.provider.emulation.faults.clear()
        for vendor in ("autotask", "acronis"):
            self.admit(vendor=vendor)
            self.back(vendor=vendor)
        for customer in self.provider.customers:
            self.give_back(customer=customer)
            self.company(customer=customer, active=True)
        self.lag(seconds=0)
        self.provider.advance(hours=2)
        if self._is_down:
            self._start()
        self.provider.unmapped.clear()
        self.settings(modes={"billing": "automatic", "provisioning": "automatic"})


def _words() -> dict[str, Callable[..., None]]:
    names = (
        "day wait wrong_clock usage withhold give_back edit post unpost end renew status kind company quota "
        "unmap map settings show approve_shown restart backup restore lag refuse admit outage back cycle "
        "arrives contact signs leaves comes_back clears_the_way switch_tenant tag item map_by_hand exempt "
        "confirm_left both_ways offers prices"
    )
    return {name: getattr(Life, name) for name in names.split()}


WORDS = _words()
