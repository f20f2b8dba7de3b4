"""Clients of the vendors, made from a connection."""

from datetime import timedelta

from psabridge.clients.acronis.auth import Credentials as AcronisCredentials
from psabridge.clients.acronis.client import AcronisClient
from psabridge.clients.autotask.auth import Credentials as AutotaskCredentials
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.zone import ZoneInformation, discover_zone
from psabridge.clients.transport import Transport
from psabridge.kit.clock import Clock
from psabridge.kit.errors import BridgeError
from psabridge.store.models import Connection, ConnectionKind
from psabridge.store.pairings import StoredConnection

# Far below the write lease (engine/cycle.py): what leaves before its deadline leaves inside the lease.
DEADLINE = timedelta(seconds=30)


class OtherDatabase(BridgeError):
    """The address leads to another Autotask database than the mappings were made for (R43)."""


class SameDatabase(BridgeError):
    """Another connection leads to the same Autotask: leases and claims of lines would not meet (R27)."""


def autotask_client(
    stored: StoredConnection, zone_url: str, *, transport: Transport, governor: Governor, clock: Clock
) -> AutotaskClient:
    return AutotaskClient(
        zone_url=zone_url,
        credentials=AutotaskCredentials.of(
            user=stored.identity, secret=stored.secret, integration_code=stored.tracking_identifier
        ),
        transport=transport,
        governor=governor,
        clock=clock,
        deadline=DEADLINE,
    )


def acronis_client(stored: StoredConnection, *, transport: Transport, clock: Clock) -> AcronisClient:
    return AcronisClient(
        url=stored.address,
        credentials=AcronisCredentials(stored.identity, stored.secret),
        transport=transport,
        clock=clock,
        deadline=DEADLINE,
    )


def zone_of(stored: StoredConnection, transport: Transport) -> ZoneInformation:
    """Where Autotask has the user now. Raises OtherDatabase where the mappings mean nothing (R43)."""
    zone = discover_zone(stored.identity, transport=transport, deadline=DEADLINE, host_url=stored.address)
    if stored.database_id and stored.database_id != str(zone.ci):
        raise OtherDatabase(
            f"connection {stored.name}",
            f"now leads to the Autotask database {zone.ci}, it was {stored.database_id}",
            "Moving to another server is not supported: keep psabridge config export as the archive of the "
            "old mappings, let its pairing only observe, and start anew with a new connection and pairing",
            code="ERR-04",
        )
    refuse_second(stored, str(zone.ci))
    return zone


def refuse_second(stored: StoredConnection, database_id: str) -> None:
    """Of connections to one database the oldest is the one that works. Raises SameDatabase."""
    same = Connection.objects.filter(kind=ConnectionKind.AUTOTASK, database_id=database_id).exclude(
        database_id=""
    )
    older = (same.filter(pk__lt=stored.id) if stored.id else same).order_by("pk").first()
    if older is not None:
        raise SameDatabase(
            f"connection {stored.name}",
            f"leads to the Autotask database {database_id}, which the connection {older.name} has already; "
            "two would write to one line at once",
            f"Name {older.name} in each pairing with this Autotask; new credentials are put into it",
            code="R27",
        )
