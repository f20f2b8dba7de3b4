"""The life of a small provider: an opening, and one happening after the other, each a word with its values.

What happens was decided before (`script.py`, or a machine that looks for trouble): here it is done.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from psabridge.engine.report import CycleReport
from psabridge.rules.units.intent import Intent
from psabridge_emulators.frame.calls import Exchange
from psabridge_emulators.frame.faults import FaultKind
from psabridge_emulators.frame.wire import Request
from psabridge_proof.coming_and_going import ComingAndGoing
from psabridge_proof.installation import NotQuiet, world_clock
from psabridge_proof.judge import MU, Judge, Violation
from psabridge_proof.living import Happening
from psabridge_proof.provider import Opening, Provider, open_provider
from psabridge_proof.watched import Watched
from psabridge_proof.wire import Wire

# A person looks at a parked change when nothing of it can be on its way any more.
PATIENT = MU + timedelta(minutes=10)
RESTING_DAYS = 2
KIND = 12  # so many letters of a violation say what kind it is
WORDS = (
    "day wait wrong_clock usage withhold give_back edit post unpost end renew status kind company quota "
    "unmap map settings show approve_shown restart backup restore lag refuse admit outage back cycle "
    "arrives contact signs leaves comes_back clears_the_way switch_tenant tag item map_by_hand exempt "
    "confirm_left both_ways offers prices"
)


class Life(ComingAndGoing):
    """`folder` is a copy of an installation that has never been started, not configured yet."""

    words = frozenset(WORDS.split())
    bridge: Watched

    def __init__(self, folder: Path, opening: Opening) -> None:
        self.provider: Provider = open_provider(opening)
        world_clock(self.provider)
        wire = Wire(self.provider.emulation)
        self.judge = Judge(self.provider, wire)
        self.namesakes, self.by_hand = {}, {}
        super().__init__(Watched(folder, self.provider, wire, self.judge.customers), wire)
        self.bridge.use()
        self.document = self.bridge.wanted()
        self._configure()
        self._begin()

    def restore(self) -> None:
        if self.has_backup:
            self.judge.restored = True
            self.judge.customers.restored_at = self.provider.now
        super().restore()

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
        refused = self.wire.not_connected
        report = self._run(
            faults=faults, person=person, dies_at=dies_at, overtaken_at=overtaken_at, meanwhile=meanwhile
        )
        self.counted["never connected"] += self.wire.not_connected - refused
        self.judge.customers.cycle_looks()
        is_calm = not (faults or meanwhile or overtaken_at or self.wire.clock_error)
        if report is None or not is_calm:
            self.judge.customers.cycle_was_disturbed()
        if report is None:
            self.judge.customers.cut.add(self.wire.cycle)
        self.judge.look()
        if report is not None and not self._is_down:
            self._read(report, is_calm=is_calm)

    def _cycle(self) -> CycleReport:
        report = super()._cycle()
        self.judge.unasked(report)
        return report

    def _is_over(self, intent: Intent) -> bool:
        since = intent.doubtful_since or intent.armed_at
        left = [one.at for one in self.wire.sent if one.line == intent.line.number]
        return self.provider.now - max([since, *left]) >= PATIENT

    def _disarm(self, armed: Sequence[int]) -> None:
        """What lasts an hour goes on by itself."""
        super()._disarm(armed)
        faults = self.provider.emulation.faults
        for fault in list(faults.rules):
            is_over = fault.until and fault.until <= self.provider.now
            if fault.rule.kind is not FaultKind.HOURLY_LIMIT or is_over:
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

    # ---- another process, or somebody, beside this one

    def _exchanged(self, exchange: Exchange) -> None:
        is_change = exchange.request.path.endswith("Adjustments")
        if exchange.fault == FaultKind.TWICE and is_change and self.wire.sent:
            self.judge.doubled(self.wire.sent[-1])

    def _is_time(self, request: Request) -> bool:
        return request.path.endswith("Adjustments")

    def _excuse(self, word: str, values: Mapping[str, Any], request: Request) -> None:
        """Nothing: the judge sees it in the ledger."""

    def _overtake(self) -> None:
        self.judge.customers.cut.add(self.wire.cycle)
        super()._overtake()

    def _another(self) -> Watched:
        return Watched(self.bridge.folder, self.provider, self.wire, self.judge.customers)

    # ---- the end of a life

    def rest(self) -> None:
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
