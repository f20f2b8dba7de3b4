"""Where every pairing stands, from what is kept alone: no vendor is asked (ERR-25)."""

from collections.abc import Iterator
from dataclasses import dataclass

from psabridge.rules.checklist import AreaState, Lacking, areas, lacking
from psabridge.rules.findings import Finding
from psabridge.rules.plans.plan import Hold
from psabridge.rules.runs import NO_TICKETS, Run, alert
from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.errands import Errand
from psabridge.rules.tickets.reopening import OldTicket
from psabridge.rules.tickets.settings import TicketSettings
from psabridge.rules.units.intent import Intent
from psabridge.rules.words import Mode, PairingId, PlanId, WorkKind
from psabridge.store.models import Connection, ConnectionKind, Pairing
from psabridge.store.ticket_contracts import DatabaseTicketContracts
from psabridge.store.tickets import open_errands
from psabridge.wiring.bridge import Bridge
from psabridge.wiring.reopening import oldest_ticket


@dataclass(frozen=True, slots=True)
class ConnectionStatus:
    """`server` and `database` are Autotask's, known from the first run on (R46: a sandbox is named)."""

    name: str
    kind: str
    address: str
    identity: str
    server: str
    database: str

    @property
    def is_sandbox(self) -> bool:
        return "sandbox" in self.server.lower()


@dataclass(frozen=True, slots=True)
class TicketStatus:
    """`open_errands`: steps on their way, waiting or refused. None of it asks a vendor.

    `oldest`: what "always reopen" would touch, as of the last ticket cycle (R50).
    """

    is_on: bool
    mode: Mode
    last_run: Run | None
    alert: Finding | None
    open_errands: tuple[Errand, ...]
    oldest: OldTicket | None
    rules: TicketSettings


@dataclass(frozen=True, slots=True)
class PairingStatus:
    name: str
    connections: tuple[ConnectionStatus, ...]
    modes: dict[WorkKind, Mode]
    customers: int
    services: int
    areas: tuple[AreaState, ...]
    lacking: tuple[Lacking, ...]
    last_run: Run | None
    alert: Finding | None
    plan: PlanId | None
    held: tuple[Hold, ...]
    open_intents: tuple[Intent, ...]
    tickets: TicketStatus


def status(bridge: Bridge) -> Iterator[PairingStatus]:
    for name in bridge.pairings.names():
        yield _pairing(bridge, bridge.pairings.by_name(name))


def _pairing(bridge: Bridge, pairing: PairingId) -> PairingStatus:
    settings = bridge.pairings.settings(pairing)
    row = Pairing.objects.select_related("platform", "psa").get(pk=pairing)
    last_run = bridge.runs.last(pairing)
    number = bridge.records.latest_plan(pairing)
    plan = None if number is None else bridge.records.plan(number)
    return PairingStatus(
        name=settings.name,
        connections=(_connection(row.psa), _connection(row.platform)),
        modes={work: settings.mode_of(work) for work in WorkKind},
        customers=len(settings.customers),
        services=sum(1 for one in settings.services if one.service is not None),
        areas=areas(settings),
        lacking=tuple(lacking(settings)),
        last_run=last_run,
        alert=alert(last_run),
        plan=number,
        held=() if plan is None else plan.holds,
        open_intents=bridge.journal.open_intents(pairing),
        tickets=_tickets(bridge, settings),
    )


def _tickets(bridge: Bridge, settings: PairingSettings) -> TicketStatus:
    """An alert of a time before tickets were switched off is none any more."""
    last = bridge.ticket_runs.last(settings.pairing)
    return TicketStatus(
        is_on=settings.tickets.is_on,
        mode=settings.mode_of(WorkKind.TICKETS),
        last_run=last,
        alert=alert(last, left=NO_TICKETS) if settings.tickets.is_on else None,
        open_errands=open_errands(settings.pairing),
        oldest=_oldest(settings, last),
        rules=settings.tickets,
    )


def _oldest(settings: PairingSettings, last: Run | None) -> OldTicket | None:
    """Without a ticket cycle no ticket was ever closed here."""
    if last is None or not settings.tickets.is_on:
        return None
    return oldest_ticket(settings, DatabaseTicketContracts(), last.ended_at)


def psa_status(pairing: PairingId) -> ConnectionStatus:
    return _connection(Pairing.objects.select_related("psa").get(pk=pairing).psa)


def _connection(row: Connection) -> ConnectionStatus:
    is_psa = row.kind == ConnectionKind.AUTOTASK
    server = f"{row.zone_name} {row.zone_url}".strip() if is_psa else ""
    return ConnectionStatus(row.name, row.kind, row.address, row.identity, server, row.database_id)
