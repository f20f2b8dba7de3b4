"""Joins the real parts: store, vendors, clock, engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.core.management import call_command

from psabridge.clients.autotask.governor import Governor
from psabridge.clients.emulated_clock import EmulatedClock
from psabridge.clients.transport import HttpTransport, Transport
from psabridge.connectors.acronis.alert_tenants import TenantShelf
from psabridge.connectors.acronis.alerts import AcronisAlerts
from psabridge.connectors.acronis.connector import AcronisPlatform
from psabridge.connectors.acronis.provisioning import AcronisProvisioning
from psabridge.connectors.autotask.allocation_codes import usable_codes
from psabridge.connectors.autotask.connector import AutotaskPsa
from psabridge.connectors.autotask.rights import Need, Right, rights_of
from psabridge.connectors.autotask.ticket_lists import DeskShelf
from psabridge.connectors.autotask.tickets import AutotaskHelpDesk
from psabridge.connectors.autotask.webhooks import Webhooks
from psabridge.engine.ports import Ports
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.kit.clock import Clock, SystemClock
from psabridge.rules.tickets.looking import Kept
from psabridge.rules.words import PairingId
from psabridge.store.arrivals import DatabaseArrivals
from psabridge.store.journal import DatabaseJournal
from psabridge.store.leases import DatabaseLeases, DatabaseTicketLeases, keep_held
from psabridge.store.leaving import DatabaseLeaving
from psabridge.store.mappings import DatabaseMappings
from psabridge.store.pairings import DatabasePairings, StoredConnection
from psabridge.store.records import DatabaseRecords
from psabridge.store.runs import DatabaseRuns, DatabaseTicketRuns
from psabridge.store.secrets import Safe, new_key
from psabridge.store.ticket_contracts import DatabaseTicketContracts
from psabridge.store.tickets import DatabaseTicketBook
from psabridge.wiring.environment import Environment
from psabridge.wiring.roles import refuse_who_only_looks
from psabridge.wiring.trial import Moved, look_where_moved, try_connection
from psabridge.wiring.vendors import OtherDatabase, acronis_client, autotask_client, refuse_second, zone_of

__all__ = ["Bridge", "OtherDatabase", "open_bridge"]


@dataclass(frozen=True, slots=True)
class Bridge:
    """The opened store and the network, from which pairings are opened."""

    environment: Environment
    transport: Transport
    pairings: DatabasePairings
    journal: DatabaseJournal
    records: DatabaseRecords
    runs: DatabaseRuns = field(default_factory=DatabaseRuns)
    ticket_runs: DatabaseTicketRuns = field(default_factory=DatabaseTicketRuns)
    mappings: DatabaseMappings = field(default_factory=DatabaseMappings)
    # Threads and the hour belong to an Autotask database, so all its pairings share one governor.
    governors: dict[int, Governor] = field(default_factory=dict)

    def clock_of(self, pairing: PairingId) -> Clock:
        """The system's clock, or the emulators' where the Autotask connection names it (loopback only)."""
        _, psa = self.pairings.connections(pairing)
        return self._clock(psa)

    def as_of(self, _pairing: PairingId) -> datetime | None:
        """The moment of what is shown, where no vendor is asked; None: vendors are."""
        return None

    def ports(self, pairing: PairingId) -> Ports:
        platform, psa = self.pairings.connections(pairing)
        clock = self._clock(psa)
        acronis = self._acronis(platform, clock)
        return Ports(
            psa=self._autotask(psa, clock),
            platform=acronis,
            provisioning=AcronisProvisioning(acronis.client),
            arrivals=DatabaseArrivals(),
            journal=self.journal,
            records=self.records,
            leases=DatabaseLeases(),
            decisions=self.pairings,
            leaving=DatabaseLeaving(self.environment.state_file),
            clock=clock,
        )

    def kept_tickets(self, pairing: PairingId) -> Kept:
        """Alerts, stories and tickets as they are kept: no vendor is asked."""
        return DatabaseTicketBook().kept(pairing)

    def ticket_ports(self, pairing: PairingId) -> TicketPorts:
        """Beside `ports`: a ticket cycle shares nothing with a billing cycle but the hourly limit.

        Kept between cycles, they remember what changes seldom: tenants' numbers, Autotask's lists, contracts.
        """
        platform, psa = self.pairings.connections(pairing)
        clock = self._clock(psa)
        autotask = self._autotask(psa, clock)
        return TicketPorts(
            alerts=AcronisAlerts(self._acronis(platform, clock).client, clock, TenantShelf()),
            desk=AutotaskHelpDesk(autotask.client, autotask.governor, clock, DeskShelf()),
            book=DatabaseTicketBook(),
            leases=DatabaseTicketLeases(),
            contracts=DatabaseTicketContracts(),
            clock=clock,
        )

    def try_connection(self, wanted: StoredConnection) -> None:
        """Raises NotKept where its vendor does not take it (ACR-CON-02)."""
        try_connection(wanted, self.transport)

    def rights(self, pairing: PairingId, *needs: Need) -> tuple[Right, ...]:
        """What the API user may do in Autotask, one answer for each need (ROL-05)."""
        _, psa = self.pairings.connections(pairing)
        return tuple(rights_of(self._autotask(psa, self._clock(psa)).client, *needs))

    def usable_codes(self, pairing: PairingId) -> frozenset[int]:
        """The allocation codes that a service can be made with (R45)."""
        _, psa = self.pairings.connections(pairing)
        return usable_codes(self._autotask(psa, self._clock(psa)).client)

    def webhooks(self, pairing: PairingId) -> Webhooks:
        """Our webhooks in Autotask."""
        _, psa = self.pairings.connections(pairing)
        return Webhooks(self._autotask(psa, self._clock(psa)).client)

    def carry_on(self, pairing: PairingId, *, who: str, at: datetime) -> Moved:
        """A person accepts that Autotask moved the same database to another server (R43)."""
        _, psa = self.pairings.connections(pairing)
        moved = look_where_moved(psa, self.transport)
        self.pairings.accept_zone(psa, moved.new_url, moved.database_id, moved.name, who=who, at=at)
        return moved

    def _clock(self, psa: StoredConnection) -> Clock:
        if not psa.clock_url:
            return SystemClock()
        return EmulatedClock(control_url=psa.clock_url, transport=self.transport)

    def _autotask(self, stored: StoredConnection, clock: Clock) -> AutotaskPsa:
        zone_url, database_id = self._zone(stored)
        governor = self.governors.setdefault(stored.id, Governor(clock=SystemClock()))
        client = autotask_client(stored, zone_url, transport=self.transport, governor=governor, clock=clock)
        return AutotaskPsa(client, governor, clock, database_id)

    def _zone(self, stored: StoredConnection) -> tuple[str, str]:
        """The zone once found stays until a person accepts another (R43)."""
        if stored.zone_url:
            refuse_second(stored, stored.database_id)
            return stored.zone_url, stored.database_id
        zone = zone_of(stored, self.transport)
        self.pairings.remember_zone(stored.id, zone.url, str(zone.ci), zone.zone_name or "")
        return zone.url, str(zone.ci)

    def _acronis(self, stored: StoredConnection, clock: Clock) -> AcronisPlatform:
        client = acronis_client(stored, transport=self.transport, clock=clock)
        return AcronisPlatform(client, clock)


@contextmanager
def open_bridge(environment: Environment | None = None) -> Iterator[Bridge]:
    """Set up the store, bring its tables up to date, open the network. Raises OnlyLooks (ROL-04)."""
    environment = environment or Environment.read()
    refuse_who_only_looks(environment)
    environment.data.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    environment.make_key_file(new_key())
    journal = DatabaseJournal(environment.state_file)
    journal.proof()  # named before it can be backed up, or the backup would be a stranger (protocol 2.6)
    transport = HttpTransport(may_write=keep_held)
    try:
        yield Bridge(
            environment=environment,
            transport=transport,
            pairings=DatabasePairings(Safe(environment.keys())),
            journal=journal,
            records=DatabaseRecords(),
        )
    finally:
        transport.close()
