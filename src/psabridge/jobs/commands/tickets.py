"""`psabridge tickets`: alerts and their tickets, seen, planned, written, tried (ACR-TKT-01 to -18)."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

import typer

from psabridge.engine.ticket_names import names_of
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.engine.ticket_telling import story_told
from psabridge.engine.ticket_trial import refuse_unknown, try_ticket
from psabridge.engine.ticketing import LEASE, Release, TicketReport, run_tickets
from psabridge.jobs.commands.looking import looking_at
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import reported
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.tickets import (
    as_csv_rows,
    exit_of,
    plain_cycle,
    plain_preview,
    show_alerts,
    show_cycle,
    show_preview,
    show_story,
    show_trial,
)
from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.listing import Search, find_alerts, list_alerts
from psabridge.rules.tickets.placing import fields_for
from psabridge.rules.tickets.preview import preview as replay
from psabridge.rules.tickets.reopening import told_of
from psabridge.rules.words import CompanyId, Mode, PairingId, WorkKind
from psabridge.store.codec import to_plain
from psabridge.store.pairings import note
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.reopening import oldest_ticket
from psabridge.wiring.ticket_rounds import TicketRounds

app = typer.Typer(help="Tickets from alerts: the alert mapping, what would be written, what stands.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A pairing whose tickets are looked at."""

    bridge: Bridge
    pairing: PairingId
    settings: PairingSettings
    ports: TicketPorts


@contextmanager
def opened(pairing: str | None, *, as_json: bool) -> Iterator[Opened]:
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        yield Opened(bridge, chosen, bridge.pairings.settings(chosen), bridge.ticket_ports(chosen))


def refuse_unless_on(settings: PairingSettings) -> None:
    if not settings.tickets.is_on:
        raise BridgeError(
            "tickets", "are not switched on for this pairing", "Switch them on: psabridge tickets on"
        )


@app.command("plan")
def plan(*, pairing: PairingName = None, as_json: AsJson = False) -> None:
    """Read alerts and tickets, and show what would be written now; nothing is."""
    with opened(pairing, as_json=as_json) as here:
        refuse_unless_on(here.settings)
        observing = replace(here.settings, modes={**here.settings.modes, WorkKind.TICKETS: Mode.OBSERVE})
        with shown(beside()) as progress:
            report = run_tickets(observing, ports=here.ports, release=Release(), progress=progress)
            names = names_of(here.ports, here.pairing, (one.step.company for one in report.outcomes))
        _tell(replace(report, names=names), as_json=as_json)


@app.command("run")
def run(
    *,
    release: Annotated[
        list[str] | None, typer.Option("--release", help="A step that was shown, by its id.", metavar="STEP")
    ] = None,
    release_all: Annotated[bool, typer.Option("--release-all", help="Every step.")] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """One ticket cycle. Under the mode `approve` only what is released is written."""
    asked = Release(person(), None if release_all else frozenset(release or ()))
    with opened(pairing, as_json=as_json) as here:
        refuse_unless_on(here.settings)
        rounds = TicketRounds(here.bridge, here.pairing, here.ports, release=asked)
        with shown(beside()) as progress:
            report = rounds.run(here.settings, progress)
        _note_released(here, asked, report)
        _tell(report, as_json=as_json)
    sys.exit(exit_of(report))


def _note_released(here: Opened, asked: Release, report: TicketReport) -> None:
    """Who let which steps go, for the audit."""
    let_go = [one.step.id for one in report.outcomes if asked.lets(one.step)]
    if let_go and here.settings.mode_of(WorkKind.TICKETS) is Mode.APPROVE:
        now = here.ports.clock.now()
        note(who=person(), what="ticket steps released", subject=" ".join(let_go)[:500], at=now)


def _tell(report: TicketReport, *, as_json: bool) -> None:
    if as_json:
        print_json(plain_cycle(report))
    else:
        show_cycle(console(), report)


@app.command("list")
def list_(
    *,
    search: Annotated[
        str, typer.Option("--search", help="Part of a type, tenant, workload, ticket or reason.")
    ] = "",
    told: Annotated[
        bool | None, typer.Option("--in-tickets/--without", help="Only those in tickets, or without one.")
    ] = None,
    severity: Annotated[
        list[AlertSeverity] | None, typer.Option("--severity", help="Only this severity; may be repeated.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print them as CSV.")] = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Alerts with their ticket and how it stands, or the reason why there is none. No vendor is asked."""
    with reported(as_json=as_json), looking_at(pairing) as (bridge, chosen):
        kept = bridge.kept_tickets(chosen)
        found = list_alerts(kept, Search(search, told, frozenset(severity or ())))
        if as_json:
            print_json([to_plain(one) for one in found])
        elif as_csv:
            columns = ["id", "raised", "severity", "type", "tenant", "about", "ticket", "stands"]
            csv.writer(sys.stdout).writerows([columns, *as_csv_rows(found)])
        else:
            show_alerts(console(), found, len(kept.alerts))


@app.command("close")
def close(
    alert: Annotated[str, typer.Argument(help="The alert that vanished, or the number of its ticket.")],
    *,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Take an alert that vanished for cleared (R52): the next cycle closes its ticket by the settings."""
    with opened(pairing, as_json=as_json) as here:
        kept = here.ports.book.kept(here.pairing)
        found = [one for one in find_alerts(kept, alert) if one.is_vanished]
        if not found:
            problem = "is no alert that vanished from three complete reads"
            raise BridgeError(alert, problem, "See them in the findings of psabridge tickets plan")
        ids = [one.alert.id for one in found]
        now = here.ports.clock.now()
        with here.ports.leases.hold(here.pairing, length=timedelta(minutes=1)) as lease:
            here.ports.book.clear_vanished(here.pairing, ids, now, lease)
        note(who=person(), what="alert taken for cleared", subject=", ".join(ids), at=now)
        if as_json:
            print_json({"cleared": ids})
        else:
            console().print(f"Taken for cleared: {', '.join(ids)}. The next ticket cycle closes its ticket.")


@app.command("preview")
def preview(
    *,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How far back.")] = 7,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Run the present mapping over past alerts: what would have been created, noted, closed, reopened."""
    with opened(pairing, as_json=as_json) as here:
        now = here.ports.clock.now()
        since = now - timedelta(days=days)
        with shown(beside()) as progress:
            progress.phase("Reading past alerts")
            read = here.ports.alerts.changed_since(since)
        past = [alert for alert in read.alerts if alert.raised_at >= since]
        found = replay(past, _without_beginnings(here.settings))
        names = names_of(here.ports, here.pairing, (one.step.company for one in found.steps))
        oldest = oldest_ticket(here.settings, here.ports.contracts, now)
        if as_json:
            print_json({**plain_preview(found, names), "oldest_for_always_reopen": to_plain(oldest)})
        else:
            show_preview(console(), found, names, len(past), days)
            console().print(f"{told_of(oldest, here.settings.tickets)}.", soft_wrap=True)


def _without_beginnings(settings: PairingSettings) -> PairingSettings:
    """As if the mapping had been there all the time."""
    rows = tuple(replace(row, since=None) for row in settings.tickets.rows)
    tickets = replace(settings.tickets, since=None, rows=rows, mapped_since=())
    return replace(settings, tickets=tickets)


@app.command("test")
def trial(
    company: Annotated[int, typer.Argument(help="Number of the company that gets the ticket.")],
    *,
    alert_type: Annotated[
        str, typer.Option("--type", help="With the fields of this alert type.")
    ] = "BackupFailed",
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Create a ticket, note it and close it, and tell what Autotask made of it."""
    with opened(pairing, as_json=as_json) as here:
        refuse_unknown(here.ports, CompanyId(company))
        fields = fields_for(alert_type, AlertSeverity.CRITICAL, here.settings.tickets)
        now = here.ports.clock.now()
        note(who=person(), what="test ticket", subject=f"company {company}", at=now)
        with here.ports.leases.hold(here.pairing, length=LEASE), shown(beside()) as progress:
            progress.phase("Making a test ticket")
            found = try_ticket(here.settings, here.ports, CompanyId(company), fields)
        if as_json:
            print_json({**to_plain(found), "changes": list(found.changes)})
        else:
            show_trial(console(), found, here.ports.desk.lists())


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Number of a ticket, or id of an alert.")],
    *,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """The story of a ticket: its alerts, how it stands in Autotask now, and what was written on it."""
    with opened(pairing, as_json=as_json) as here:
        kept = here.ports.book.kept(here.pairing)
        alerts = list(find_alerts(kept, name))
        story = next((kept.by_external_id()[one.story] for one in alerts if one.story), None)
        if not alerts:
            raise BridgeError(name, "is no alert or ticket that is kept", "See psabridge tickets list")
        names = {} if story is None else names_of(here.ports, here.pairing, [story.company])
        told = story_told(here.ports.desk, kept, story, alerts, names)
        if as_json:
            print_json(to_plain(told))
        else:
            show_story(console(), told)
