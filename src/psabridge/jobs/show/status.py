"""Where pairings stand, for a person and for a program."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from psabridge.jobs.show.look import table
from psabridge.jobs.show.tables import hold_table
from psabridge.jobs.show.ticket_rounds import counted_reasons
from psabridge.kit.wording import counted
from psabridge.rules.checklist import AreaState
from psabridge.rules.runs import SIDES, Run
from psabridge.rules.tickets.errands import Errand, ErrandState
from psabridge.rules.tickets.reopening import told_of
from psabridge.store.codec import to_plain
from psabridge.wiring.status import ConnectionStatus, PairingStatus, TicketStatus

MOST_ERRANDS = 10  # rows; all of them are in --json


def show_status(console: Console, pairings: Sequence[PairingStatus]) -> None:
    if not pairings:
        console.print("No pairing yet. Run psabridge config import FILE.")
    for one in pairings:
        for told in filter(None, (one.alert, one.tickets.alert)):
            console.print(Text(f"{told.code} {told.subject}: {told.problem}. {told.next_act}", "red"))
        rows = table(f"Pairing {one.name}", ("what", "is"))
        for what, text in _rows(one):
            rows.add_row(what, text)
        console.print(rows)
        if one.held:
            console.print(hold_table(one.held))


def _rows(one: PairingStatus) -> Iterator[tuple[str, str]]:
    for connection in one.connections:
        yield f"connection {connection.name}", _connection(connection)
    yield "modes", ", ".join(f"{work} {mode}" for work, mode in one.modes.items())
    yield "mapped", f"{counted(one.customers, 'customer')}, {counted(one.services, 'service row')}"
    for area in one.areas:
        yield from _area(area)
    yield "last run", _run(one.last_run)
    if one.last_run is not None and one.last_run.counts is not None:
        done = one.last_run.counts
        yield "it checked", f"{done.customers_checked} of {done.customers_mapped} customers"
        yield (
            "it left",
            (
                f"{done.applied} applied, {done.held} held, {done.waiting} waiting, {done.failed} failed, "
                f"{counted(done.findings, 'finding')}, {counted(done.tenants_unmapped, 'tenant')} unmapped"
            ),
        )
        yield "calls", f"{done.psa_calls} Autotask, {done.platform_calls} Acronis"
    for intent in one.open_intents:
        yield "not settled", f"change {intent.id} of line {intent.line}: {intent.state}, {intent.why}"
    yield from _tickets(one.tickets)


def _tickets(one: TicketStatus) -> Iterator[tuple[str, str]]:
    """Where they are off, one row says so; what is still on its way is shown all the same."""
    yield "tickets", f"on, mode {one.mode}" if one.is_on else "off"
    if one.is_on:
        yield "  last cycle", _run(one.last_run)
    if one.is_on and one.last_run is not None and one.last_run.tickets is not None:
        done = one.last_run.tickets
        yield "  alerts", f"{done.told} in tickets, {counted_reasons(done.without)}"
        yield "  it left", f"{done.held} held, {done.waiting} waiting, {done.failed} failed"
    if one.is_on and one.oldest is not None:
        yield "  coming back", told_of(one.oldest, one.rules)
    for errand in one.open_errands[:MOST_ERRANDS]:
        yield "  not settled", f"{errand.step.act}, {errand.step.subject}: {_errand(errand)}"
    if len(one.open_errands) > MOST_ERRANDS:
        yield "  not settled", f"and {len(one.open_errands) - MOST_ERRANDS} more"


def _errand(errand: Errand) -> str:
    if errand.state is not ErrandState.REFUSED or errand.again_at is None:
        return errand.state
    return f"refused, {errand.text}; tried again at {errand.again_at:%Y-%m-%d %H:%M} UTC"


def _area(one: AreaState) -> Iterator[tuple[str, str]]:
    """Its command and its switch, then what it lacks."""
    state = "ready" if one.is_ready else "not set up"
    yield one.area, ". ".join(filter(None, (f"{state}: {one.opened_by}", one.switched_off)))
    for thing in one.lacking:
        yield ("  missing" if thing.is_needed else "  note"), f"{thing.what}. {thing.next_act}"


def _connection(one: ConnectionStatus) -> str:
    told = f"{one.kind} at {one.address} as {one.identity}"
    if not one.server:
        return told
    sandbox = "sandbox, " if one.is_sandbox else ""
    return f"{told}; {sandbox}server {one.server}, database {one.database}"


def _run(run: Run | None) -> str:
    if run is None:
        return "none yet. Run psabridge sync"
    if run.trouble is None:
        return f"done {run.ended_at:%Y-%m-%d %H:%M} UTC"
    good = "never" if run.last_done_at is None else f"{run.last_done_at:%Y-%m-%d %H:%M} UTC"
    return (
        f"failed {run.ended_at:%Y-%m-%d %H:%M} UTC at {SIDES[run.trouble.side]}: {run.trouble.problem}. "
        f"{run.trouble.next_act}. Last good run: {good}"
    )


def plain_status(one: PairingStatus) -> dict[str, Any]:
    return {
        "pairing": one.name,
        "connections": [{**to_plain(each), "is_sandbox": each.is_sandbox} for each in one.connections],
        "modes": {str(work): str(mode) for work, mode in one.modes.items()},
        "customers": one.customers,
        "services": one.services,
        "areas": [{**to_plain(each), "is_ready": each.is_ready} for each in one.areas],
        "lacking": to_plain(one.lacking),
        "last_run": None if one.last_run is None else to_plain(one.last_run),
        "alert": None if one.alert is None else to_plain(one.alert),
        "plan": one.plan,
        "held": to_plain(one.held),
        "open_intents": [
            {"id": each.id, "line": str(each.line), "state": each.state, "why": each.why}
            for each in one.open_intents
        ],
        "tickets": _plain_tickets(one.tickets),
    }


def _plain_tickets(one: TicketStatus) -> dict[str, Any]:
    return {
        "is_on": one.is_on,
        "mode": str(one.mode),
        "last_run": None if one.last_run is None else to_plain(one.last_run),
        "alert": None if one.alert is None else to_plain(one.alert),
        "open_errands": [
            {
                "subject": each.step.subject,
                "act": str(each.step.act),
                "state": str(each.state),
                "text": each.text,
                "code": each.code,
                "again_at": None if each.again_at is None else each.again_at.isoformat(),
            }
            for each in one.open_errands
        ],
        "oldest_for_always_reopen": None if one.oldest is None else to_plain(one.oldest),
    }
