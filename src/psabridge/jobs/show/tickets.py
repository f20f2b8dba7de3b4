"""Tickets and alerts, as a person reads them and as a program does."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from psabridge.engine.outcomes import BAD_STATES, StepState
from psabridge.engine.ticket_telling import StoryTold
from psabridge.engine.ticket_trial import Trial
from psabridge.engine.ticketing import TicketOutcome, TicketReport
from psabridge.jobs.exits import Exit
from psabridge.jobs.show.look import table
from psabridge.jobs.show.tables import finding_table
from psabridge.kit.wording import counted
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.listing import AlertShown
from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.plan import AddNote, CreateTicket, DismissAlert, SetStatus, TicketWrite
from psabridge.rules.tickets.preview import Preview
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.tickets.texts import shown_company
from psabridge.rules.words import CompanyId
from psabridge.store.codec import to_plain

Names = Mapping[CompanyId, str]
STYLES = {StepState.APPLIED: "green", StepState.REJECTED: "red", StepState.UNKNOWN: "yellow"}
ACTS = {
    Act.CREATE: "create",
    Act.ANEW: "create anew",
    Act.NOTE: "note",
    Act.CLOSE: "close",
    Act.REOPEN: "reopen",
    Act.DISMISS: "dismiss alert",
}


def show_cycle(console: Console, report: TicketReport) -> None:
    """Each step with what became of it, then findings, then the count of every alert (R53)."""
    if report.outcomes:
        steps = table("Tickets", ("step", "what", "company", "about", "rule", "was"))
        for one in report.outcomes:
            steps.add_row(
                one.step.id,
                ACTS[one.step.act],
                shown_company(one.step.company, report.names),
                one.step.subject,
                one.step.rule,
                _was(one),
            )
        console.print(steps)
    if report.findings:
        console.print(finding_table(report.findings))
    console.print(counts_of(report))


def _was(one: TicketOutcome) -> Text:
    told = f"{one.state}: {one.text}" if one.text else f"{one.state}"
    return Text(told, STYLES.get(one.state, ""))


def counts_of(report: TicketReport) -> str:
    done = Counter(one.state for one in report.outcomes)
    states = ", ".join(f"{number} {state}" for state, number in sorted(done.items())) or "nothing to do"
    storms = f" ({report.in_storms} {NoTicket.IN_STORM})" if report.in_storms else ""
    return (
        f"{states}. {counted(report.told, 'alert')} in tickets{storms}, {_reasons(report.without)}. "
        f"Calls: {report.psa_calls} Autotask, {report.platform_calls} Acronis."
    )


def _reasons(without: Mapping[AlertId, NoTicket]) -> str:
    """The closed list: every alert without a ticket has one of these reasons (R53)."""
    number = Counter(without.values())
    told = ", ".join(f"{number[reason]} {reason}" for reason in NoTicket if number[reason])
    return f"{len(without)} without a ticket ({told})" if told else "none without a ticket"


def exit_of(report: TicketReport) -> Exit:
    bad = any(one.state in BAD_STATES for one in report.outcomes)
    return Exit.STEP_FAILED if bad else Exit.DONE


def plain_cycle(report: TicketReport) -> dict[str, Any]:
    return {
        "steps": [
            {
                "id": one.step.id,
                "act": one.step.act.name.lower(),
                "company": one.step.company,
                "company_name": report.names.get(one.step.company),
                "subject": one.step.subject,
                "rule": one.step.rule,
                "writes": [_plain_write(write) for write in one.step.writes],
                "outcome": one.state,
                "text": one.text,
                "code": one.code,
            }
            for one in report.outcomes
        ],
        "told": report.told,
        "in_storms": report.in_storms,
        "without": {alert: str(reason) for alert, reason in report.without.items()},
        "findings": to_plain(report.findings),
        "calls": {"autotask": report.psa_calls, "acronis": report.platform_calls},
    }


def _plain_write(write: TicketWrite) -> dict[str, Any]:
    kinds = {CreateTicket: "ticket", AddNote: "note", SetStatus: "status", DismissAlert: "dismissal"}
    return {"writes": kinds[type(write)], **to_plain(write)}


def show_alerts(console: Console, alerts: Sequence[AlertShown], total: int) -> None:
    """ACR-TKT-16: number and state of the ticket beside the alert."""
    columns = ("raised", "type", "tenant", "about", "ticket", "stands")
    rows = table("Alerts", columns)
    rows.columns[1].overflow = "fold"
    for one in alerts:
        rows.add_row(
            f"{one.raised_at:%Y-%m-%d %H:%M}",
            Text.assemble(one.type, "\n", (one.severity, "dim")),
            one.tenant,
            one.about,
            one.ticket,
            one.stands,
        )
    if alerts:
        console.print(rows)
    by_standing = Counter(one.stands for one in alerts)
    told = ", ".join(f"{number} {stands}" for stands, number in sorted(by_standing.items()))
    console.print(f"{len(alerts)} of {counted(total, 'alert')}" + (f": {told}" if told else ""))


def show_preview(console: Console, found: Preview, names: Names, alerts: int, days: int) -> None:
    """Step by step, then how often for each customer and type."""
    steps = table(
        "What the present mapping would have made",
        ("when", "what", "ticket", "company", "about", "rule"),
    )
    for one in found.steps:
        steps.add_row(
            f"{one.at:%Y-%m-%d %H:%M}",
            ACTS[one.step.act],
            one.ticket,
            shown_company(one.step.company, names),
            one.step.subject,
            one.step.rule,
        )
    totals = table("In all", ("company", "type", "what", "times"), right=("times",))
    for (company, kind, act), times in sorted(found.totals().items(), key=lambda one: (-one[1], one[0][:2])):
        totals.add_row(shown_company(company, names), kind, ACTS[act], f"{times}")
    if found.steps:
        console.print(steps)
        console.print(totals)
    console.print(
        f"{counted(alerts, 'alert')} of the last {counted(days, 'day')}: "
        f"{counted(len({one.ticket for one in found.steps}), 'ticket')}, {_reasons(found.without)}. "
        "Nothing was written."
    )


def plain_preview(found: Preview, names: Names) -> dict[str, Any]:
    return {
        "steps": [
            {
                "at": one.at.isoformat(),
                "act": one.step.act.name.lower(),
                "ticket": one.ticket,
                "company": one.step.company,
                "company_name": names.get(one.step.company),
                "subject": one.step.subject,
                "rule": one.step.rule,
            }
            for one in found.steps
        ],
        "totals": [
            {
                "company": company,
                "company_name": names.get(company),
                "type": kind,
                "act": act.name.lower(),
                "times": times,
            }
            for (company, kind, act), times in sorted(found.totals().items(), key=lambda one: one[0][:2])
        ],
        "without": {alert: str(reason) for alert, reason in found.without.items()},
    }


def as_csv_rows(alerts: Iterable[AlertShown]) -> list[list[str]]:
    return [
        [
            one.id,
            one.raised_at.isoformat(),
            str(one.severity),
            one.type,
            one.tenant,
            one.about,
            one.ticket,
            one.stands,
        ]
        for one in alerts
    ]


def show_trial(console: Console, trial: Trial, lists: TicketLists) -> None:
    before = "An earlier test had left it open. " if trial.was_there else ""
    made = trial.made
    console.print(
        f"Ticket {made.number} was made: status {lists.label('status', made.status)}, "
        f"queue {lists.label('queue', made.queue) or 'none'}. {before}"
        f"Closed with status {lists.label('status', trial.closed.status)}."
    )
    for change in trial.changes:
        console.print(Text(f"Autotask made it otherwise than asked: {change}", "yellow"))


def show_story(console: Console, told: StoryTold) -> None:
    console.print(told.title, style="bold", soft_wrap=True)
    for line in told.facts:
        console.print(line, soft_wrap=True)
    rows = table("Its alerts", ("raised", "id", "about", "stands"))
    for one in told.alerts:
        rows.add_row(f"{one.raised_at:%Y-%m-%d %H:%M}", one.id, one.about, one.stands)
    console.print(rows)
    for text in told.notes:
        console.print(Panel(Text(text), box=box.SIMPLE, title="Note", title_align="left"))
