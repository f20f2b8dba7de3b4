"""The bridge of the quarter, and a person beside it who releases, maps and confirms."""

from datetime import date
from pathlib import Path
from typing import Any

from psabridge.engine.outcomes import StepState
from psabridge.engine.report import CycleReport
from psabridge.rules.plans.guard import DELETION
from psabridge.rules.plans.plan import MoneyEffect, SetUnits
from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import PAIRING, Installation
from tests.journeys.quarter_town import Town

DISABLED_AFTER, DELETED_AFTER = 5, 20

Announced = tuple[SetUnits, MoneyEffect]  # a change that was made, and what its plan said it costs
Released = tuple[date, str, str, str]  # the day, the bound, of whom, and how a tenant to be deleted stood


class Office(Installation):
    """The bridge, and a person beside it. What was released is kept, and how things stood then."""

    vendors: Town

    def __init__(self, folder: Path, vendors: Town, transport: DirectTransport) -> None:
        super().__init__(folder, vendors, transport)
        self.released: list[Released] = []
        self.announced: list[Announced] = []

    def wanted(self) -> dict[str, Any]:
        document = super().wanted()
        pairing = document["pairings"][PAIRING]
        del pairing["bounds"]
        frankfurt = next(row["storage"] for row in pairing["services"] if row["storage"])
        automatic = dict.fromkeys(("billing", "provisioning", "deprovisioning"), "automatic")
        leaving = {"disables": True, "disable_after": DISABLED_AFTER}
        leaving |= {"deletes": True, "delete_after": DELETED_AFTER}
        pairing |= {"modes": automatic, "leaving": leaving}
        pairing |= {"creates_customers": True, "new_customers": {"default_storage": frankfurt}}
        return document

    def approve(self, report: CycleReport, *, takes_over: bool = False) -> CycleReport:
        steps = {step.id: step for step in report.plan.steps}
        for hold in report.plan.holds:
            subject = steps[hold.step].subject
            stood = self.vendors.state(subject) if hold.bound == DELETION else ""
            self.released.append((self.vendors.today, hold.bound, subject, stood))
        return self._heard(super().approve(report, takes_over=takes_over))

    def cycle(self) -> CycleReport:
        return self._heard(super().cycle())

    def _heard(self, report: CycleReport) -> CycleReport:
        for one in report.outcomes:
            if one.state is StepState.APPLIED and isinstance(one.step.change, SetUnits):
                assert one.step.money is not None
                self.announced.append((one.step.change, one.step.money))
        return report

    def morning(self, *, is_eventful: bool) -> CycleReport:
        """One cycle; as many as it takes where people did something, or where something is left open."""
        report = None if is_eventful else self._one_more(takes_over=False)
        if report is None or report.open_intents or report.count(StepState.WAITING):
            return self.until_quiet()
        return report

    def maps(self, firm: str) -> None:
        """A person maps a tenant that was there before the bridge."""
        town = self.vendors
        self._adds("customers", {"tenant": town.tenant(firm).id, "company": town.companies[firm]})
        for entry in town.entries(firm):
            entry.followed_from = town.today

    def confirms(self, firm: str) -> None:
        """A person says that one has left, to whom the bridge never saw anything sold."""
        row = {"company": self.vendors.companies[firm], "day": self.vendors.today}
        self._adds("leaving_confirmed", row)

    def _adds(self, setting: str, row: dict[str, Any]) -> None:
        document = self.exported()
        document["pairings"][PAIRING].setdefault(setting, []).append(row)
        self.configure(document)
