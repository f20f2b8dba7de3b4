"""The installation of a life: the judge hears when it begins a cycle, and when a person lets something go."""

from pathlib import Path

from psabridge.engine.report import CycleReport
from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.words import StepId
from psabridge_proof.installation import Installation
from psabridge_proof.judge_of_customers import JudgeOfCustomers
from psabridge_proof.provider import Provider
from psabridge_proof.wire import Wire


class Watched(Installation):
    def __init__(self, folder: Path, provider: Provider, wire: Wire, judge: JudgeOfCustomers) -> None:
        super().__init__(folder, provider, wire)
        self.provider, self.wire, self.judge = provider, wire, judge

    def cycle(self) -> CycleReport:
        self.judge.cycle_begins()
        return super().cycle()

    def approve(
        self, report: CycleReport, *, takes_over: bool = False, released: frozenset[StepId] | None = None
    ) -> CycleReport:
        """Whoever unmapped a company does not let it be mapped again. Applying looks at everything anew."""
        self.judge.cycle_looks()
        self.wire.has_person = True
        try:
            wanted = self._wanted_back(report) if released is None else released
            return super().approve(report, takes_over=takes_over, released=wanted)
        finally:
            self.wire.has_person = False

    def _wanted_back(self, report: CycleReport) -> frozenset[StepId] | None:
        """None: all of them."""
        gone = {self.provider.customers[one].company_id for one in self.provider.unmapped}
        kept = [
            step.id
            for step in report.plan.steps
            if not (isinstance(step.change, ArrivalChange) and step.change.who.company in gone)
        ]
        return None if len(kept) == len(report.plan.steps) else frozenset(kept)
