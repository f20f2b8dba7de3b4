"""Why something is not as it should be, as the report of a cycle tells it."""

from psabridge.engine.outcomes import StepOutcome, StepState
from psabridge.engine.report import CycleReport
from psabridge.rules.leaving.kept import TenantState
from psabridge.rules.plans.arrival_changes import ArrivalChange
from psabridge.rules.plans.plan import AddLine, ChangeTenant, SetUnits
from psabridge_proof.provider import Line, Provider


def reasons_for(line: Line, report: CycleReport, provider: Provider) -> set[str]:
    """Why a line is not right, as the report tells it: of the line itself, else of its customer."""
    company = provider.customers[line.customer].company_id
    found = {f"wish: {one.reason[:40]}" for one in report.plan.wishes if one.line.number == line.number}
    for one in report.outcomes:
        change = one.step.change
        is_this = isinstance(change, SetUnits) and change.line.number == line.number
        if is_this and one.state is not StepState.APPLIED:
            found.add(f"step {one.state} {one.code or ''}".strip())
        elif is_this and "changed by another" in one.text:  # protocol 2.3: told at once, corrected by a plan
            found.add("changed by another")
        elif is_this and "figure" in one.step.reason:  # a period is closed with what it counted (R30)
            found.add("closed with its figure")
    found |= {f"change {one.state}" for one in report.open_intents if one.line.number == line.number}
    found |= {f"finding {one.code}" for one in report.findings if one.company in {company, None}}
    found |= {f"step that begins it {one.state}" for one in report.outcomes if _begins(company, one)}
    return found


def said_of(company: int, report: CycleReport) -> set[str]:
    """Of the quotas of a customer."""
    told = {one.code for one in report.findings if one.company in {company, None}}
    told |= {str(one.state) for one in report.outcomes if one.state is not StepState.APPLIED}
    told |= {one.reason for one in report.plan.wishes if one.company == company}
    return told | {str(one.state) for one in report.outcomes if _begins(company, one)}


def _begins(company: int, outcome: StepOutcome) -> bool:
    """Nothing is billed before a tenant is complete; units come with the cycle after it, or after a line.

    A tenant that was disabled when it was read is given its quotas with the cycle after, too (R34).
    """
    change = outcome.step.change
    is_enabled = isinstance(change, ChangeTenant) and change.wanted is TenantState.ENABLED
    return outcome.step.company == company and (is_enabled or isinstance(change, ArrivalChange | AddLine))
