"""What a ticket cycle of the running bridge did, for a person and for a program."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console

from psabridge.engine.outcomes import BAD_STATES
from psabridge.engine.ticketing import TicketOutcome, TicketReport
from psabridge.jobs.exits import Exit
from psabridge.jobs.show.look import console, table
from psabridge.jobs.show.tables import finding_table
from psabridge.kit.wording import counted
from psabridge.store.codec import to_plain


def tell_round(report: TicketReport, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"tickets": plain_round(report)}) + "\n")
        sys.stdout.flush()
    else:
        show_round(console(), report)


def show_round(out: Console, report: TicketReport) -> None:
    """Each step with what became of it, the findings, and the count of every alert (R53)."""
    if report.outcomes:
        steps = table("Tickets", ("what", "about", "rule", "was"))
        for one in report.outcomes:
            steps.add_row(one.step.act.value, one.step.subject, one.step.rule, _was(one))
        out.print(steps)
    if report.findings:
        out.print(finding_table(report.findings))
    states = Counter(str(one.state) for one in report.outcomes)
    done = ", ".join(f"{number} {state}" for state, number in sorted(states.items())) or "nothing to do"
    without = counted_reasons(Counter(str(reason) for reason in report.without.values()))
    out.print(
        f"Tickets: {done}; {counted(report.told, 'alert')} in tickets, {without}; "
        f"calls: {report.psa_calls} Autotask, {report.platform_calls} Acronis",
        soft_wrap=True,
    )


def counted_reasons(without: Mapping[str, int]) -> str:
    """The closed list of R53 with numbers."""
    told = ", ".join(f"{number} {reason}" for reason, number in sorted(without.items()))
    return f"{sum(without.values())} without: {told}" if told else "none without"


def _was(one: TicketOutcome) -> str:
    return f"{one.state}: {one.text}" if one.text else str(one.state)


def plain_round(report: TicketReport) -> dict[str, Any]:
    return {
        "outcomes": list(_plain_outcomes(report.outcomes)),
        "told": report.told,
        "without": {alert: str(reason) for alert, reason in report.without.items()},
        "findings": to_plain(report.findings),
        "calls": {"autotask": report.psa_calls, "acronis": report.platform_calls},
    }


def _plain_outcomes(outcomes: Iterable[TicketOutcome]) -> Iterable[dict[str, Any]]:
    for one in outcomes:
        yield {
            "step": one.step.id,
            "act": one.step.act.value,
            "company": one.step.company,
            "subject": one.step.subject,
            "rule": one.step.rule,
            "state": one.state,
            "text": one.text,
            "code": one.code,
        }


def exit_of_round(report: TicketReport) -> Exit:
    return Exit.STEP_FAILED if any(one.state in BAD_STATES for one in report.outcomes) else Exit.DONE
