"""The result of a cycle: for a person a few lines and tables, for a program one JSON document."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from psabridge.engine.outcomes import BAD_STATES, StepState
from psabridge.engine.report import CycleReport
from psabridge.jobs.exits import Exit
from psabridge.jobs.show.look import table
from psabridge.jobs.show.tables import finding_table, outcome_table
from psabridge.kit.wording import counted
from psabridge.rules.words import WORK_OF, Mode
from psabridge.store.codec import to_plain


def show_report(console: Console, *reports: CycleReport) -> None:
    """What became of the steps of one or more cycles; findings and completeness are the last one's."""
    last = reports[-1]
    acted = [one for report in reports for one in report.outcomes if one.state is not StepState.NOT_ASKED]
    if acted:
        console.print(outcome_table(acted))
    if last.findings:
        console.print(finding_table(last.findings))
    console.print(result_table(reports))
    console.print(last.statement())
    if last.currency.may_write:
        _tell_how_to_apply(console, last)


def _tell_how_to_apply(console: Console, report: CycleReport) -> None:
    """The next act that helps: nothing is applied or released while the mode is observe."""
    settings = report.prepared.observed.settings
    left = [one for one in report.outcomes if one.state in {StepState.HELD, StepState.NOT_ASKED}]
    asked = [one for one in left if settings.mode_of(WORK_OF[one.step.kind]) is not Mode.OBSERVE]
    held = sum(1 for one in asked if one.state is StepState.HELD)
    if len(left) > len(asked):
        console.print(
            f"{counted(len(left) - len(asked), 'step')} only shown: the mode is observe. To write, set modes "
            "in the configuration file, import it, and make a plan anew."
        )
    if len(asked) > held:
        console.print(
            f"{counted(len(asked) - held, 'step')} to apply when you have read the plan: "
            f"psabridge apply {report.plan_id}"
        )
    if held:
        console.print(
            f"{counted(held, 'step')} held by a safety bound: psabridge apply {report.plan_id} with "
            "--release STEP or --release-all"
        )


def result_table(reports: Sequence[CycleReport]) -> Table:
    columns = ("customers checked", "applied", "held", "waiting", "failed", "findings", "calls")
    result = table("Result", columns, right=columns)
    last = reports[-1]
    done = last.plan.completeness
    result.add_row(
        f"{done.customers_checked} of {done.customers_mapped}",
        f"{sum(report.count(StepState.APPLIED) for report in reports)}",
        f"{last.count(StepState.HELD)}",
        f"{last.count(StepState.WAITING, StepState.STALE, StepState.NOT_ASKED) + len(last.plan.wishes)}",
        f"{sum(report.count(*BAD_STATES) for report in reports)}",
        f"{len(last.findings)}",
        f"{sum(report.calls.psa for report in reports)} Autotask, "
        f"{sum(report.calls.platform for report in reports)} Acronis",
    )
    return result


def plain_report(report: CycleReport) -> dict[str, Any]:
    done = report.plan.completeness
    return {
        "plan": report.plan_id,
        "as_of": done.as_of.isoformat(),
        "completeness": to_plain(done),
        "applied": report.count(StepState.APPLIED),
        "held": report.count(StepState.HELD),
        "outcomes": [
            {
                "step": one.step.id,
                "kind": one.step.kind,
                "subject": one.step.subject,
                "state": one.state,
                "text": one.text,
                "code": one.code,
            }
            for one in report.outcomes
        ],
        "wishes": to_plain(report.plan.wishes),
        "findings": to_plain(report.findings),
        "open_intents": [
            {"id": one.id, "line": str(one.line), "state": one.state, "why": one.why}
            for one in report.open_intents
        ],
        "calls": {
            "autotask": report.calls.psa,
            "acronis": report.calls.platform,
            "by_company": {str(company): calls for company, calls in report.calls.for_companies.items()},
        },
    }


def exit_of(report: CycleReport) -> Exit:
    return Exit.STEP_FAILED if report.count(*BAD_STATES) else Exit.DONE
