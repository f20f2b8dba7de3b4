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
from psabridge.store.pairings import StoredConnection

# Far below the write lease (engine/cycle.py): what leaves before its deadline leaves inside the lease.
DEADLINE = timedelta(seconds=30)


class OtherDatabase(BridgeError):
    """The address leads to another Autotask database than the mappings were made for (R43)."""


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
            "old mappings, and start anew with a new connection and pairing",
            code="ERR-04",
        )
    return zone
