"""What one line or item gives to a plan, before the plan's own print is known."""

from dataclasses import dataclass, replace

from psabridge.rules.evidence import Evidence
from psabridge.rules.findings import Finding
from psabridge.rules.plans.fingerprint import Target, target_print
from psabridge.rules.plans.plan import Change, LateMonth, MoneyEffect, Step, Wish
from psabridge.rules.words import CompanyId, StepId, StepKind


@dataclass(frozen=True, slots=True)
class Draft:
    """A step without its print, and what stands where it would write."""

    id: StepId
    kind: StepKind
    subject: str
    change: Change
    reason: str
    evidence: Evidence
    target: Target
    company: CompanyId | None = None
    money: MoneyEffect | None = None

    def as_step(self, inputs: str) -> Step:
        step = Step(
            id=self.id,
            kind=self.kind,
            subject=self.subject,
            change=self.change,
            reason=self.reason,
            evidence=self.evidence,
            fingerprint="",
            company=self.company,
            money=self.money,
        )
        return replace(step, fingerprint=f"{inputs} {target_print(step, self.target)}")


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one line or item. Not right and without a draft: a wish or a finding says why."""

    draft: Draft | None = None
    wish: Wish | None = None
    findings: tuple[Finding, ...] = ()
    is_right: bool = False
    late: LateMonth | None = None
