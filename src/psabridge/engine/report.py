"""What a cycle says when it is done: counts, findings, completeness, calls used."""

from collections.abc import Mapping
from dataclasses import dataclass

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.ports import Ports
from psabridge.engine.prepare import Prepared
from psabridge.kit.wording import counted
from psabridge.rules.findings import Finding, Severity
from psabridge.rules.plans.plan import Plan
from psabridge.rules.units.intent import Intent, IntentState
from psabridge.rules.units.proof import Currency, Standing
from psabridge.rules.words import CompanyId, PlanId


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests made to each side; `for_companies` are those made for one company alone."""

    psa: int
    platform: int
    for_companies: Mapping[CompanyId, int]

    @classmethod
    def so_far(cls, ports: Ports) -> "Calls":
        return cls(ports.psa.calls(), ports.platform.calls(), ports.psa.calls_by_company())

    def since(self, earlier: "Calls") -> "Calls":
        """The ports count on and on; a cycle's own are what came since it began."""
        own = {
            company: calls - earlier.for_companies.get(company, 0)
            for company, calls in self.for_companies.items()
        }
        return Calls(
            self.psa - earlier.psa,
            self.platform - earlier.platform,
            {company: calls for company, calls in own.items() if calls},
        )


@dataclass(frozen=True, slots=True)
class CycleReport:
    prepared: Prepared
    outcomes: tuple[StepOutcome, ...]
    findings: tuple[Finding, ...]
    open_intents: tuple[Intent, ...]
    currency: Currency
    calls: Calls

    @property
    def plan(self) -> Plan:
        return self.prepared.plan

    @property
    def plan_id(self) -> PlanId:
        return self.prepared.plan_id

    @property
    def is_stale(self) -> bool:
        return any(outcome.state is StepState.STALE for outcome in self.outcomes)

    def count(self, *states: StepState) -> int:
        return sum(1 for outcome in self.outcomes if outcome.state in states)

    def statement(self) -> str:
        """Never "all good" without how much was checked (promise 7)."""
        done = self.plan.completeness
        when = "before these changes, " if self.count(StepState.APPLIED) else ""
        return (
            f"Checked {done.customers_checked} of {done.customers_mapped} customers; "
            f"{done.lines_right} of {done.lines_checked} lines and "
            f"{done.items_right} of {done.items_checked} items were right "
            f"{when}{done.moment()}; "
            f"{counted(done.tenants_unmapped, 'tenant')} unmapped; "
            f"{counted(len(self.open_intents), 'change')} not settled."
        )


def report_of(
    prepared: Prepared,
    outcomes: tuple[StepOutcome, ...],
    currency: Currency,
    ports: Ports,
    *,
    calls_before: Calls,
) -> CycleReport:
    open_intents = ports.journal.open_intents(prepared.plan.pairing)
    return CycleReport(
        prepared=prepared,
        outcomes=outcomes,
        findings=(*prepared.plan.findings, *_standing(currency), *_parked(open_intents)),
        open_intents=open_intents,
        currency=currency,
        calls=Calls.so_far(ports).since(calls_before),
    )


def _standing(currency: Currency) -> tuple[Finding, ...]:
    next_acts = {
        Standing.RECOVERING: "Look at the plan and apply it. Until then nothing is written",
        Standing.FOREIGN: "Stop the other bridge, or apply a plan with --take-over. Nothing is written",
    }
    next_act = next_acts.get(currency.standing)
    if next_act is None:
        return ()
    return (Finding("W1", Severity.STOPS, "this installation", currency.text, next_act),)


def _parked(open_intents: tuple[Intent, ...]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "protocol 2.3",
            Severity.STOPS,
            f"change {one.id} of line {one.line}",
            one.why,
            f"Look at the line in Autotask, then: psabridge decide {one.id} it-landed, send-again or leave",
            one.company,
        )
        for one in open_intents
        if one.state is IntentState.PARKED
    )
