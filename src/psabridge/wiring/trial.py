"""A connection is tried at its vendor before it replaces what works (ACR-CON-01, ACR-CON-02)."""

from dataclasses import dataclass

from psabridge.clients.autotask.governor import Governor
from psabridge.clients.autotask.zone import same_zone
from psabridge.clients.transport import Transport
from psabridge.kit.clock import SystemClock
from psabridge.kit.errors import BridgeError
from psabridge.store.models import ConnectionKind
from psabridge.store.pairings import StoredConnection
from psabridge.wiring.vendors import acronis_client, autotask_client, zone_of


class NotKept(BridgeError):
    """The vendor did not take the connection as it is in the file. Nothing was changed."""

    def __init__(self, name: str, error: BridgeError) -> None:
        self.error = error
        super().__init__(
            f"connection {name}",
            f"was tried and is not kept, what was stored before goes on: {error.subject}: {error.problem}",
            f"{error.next_act}. To keep it without trying it: --untested",
            code=error.code,
            vendor_text=error.vendor_text,
        )


class NotMoved(BridgeError):
    """There is nothing to carry on with: Autotask has the user where the bridge knows it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Autotask has the same database on another server, and took the credentials there."""

    old_url: str
    new_url: str
    database_id: str
    name: str  # of the server


def try_connection(wanted: StoredConnection, transport: Transport) -> None:
    """One real call with the credentials. Raises NotKept."""
    try:
        if wanted.kind == ConnectionKind.AUTOTASK:
            _sign_in(wanted, zone_of(wanted, transport).url, transport)
        else:
            acronis_client(wanted, transport=transport, clock=SystemClock()).own_client()
    except BridgeError as error:
        raise NotKept(wanted.name, error) from error


def look_where_moved(stored: StoredConnection, transport: Transport) -> Moved:
    """The new server of the same database, tried. Raises NotMoved, OtherDatabase, what a read raises."""
    zone = zone_of(stored, transport)
    if not stored.zone_url or same_zone(zone.url, stored.zone_url):
        raise NotMoved(
            f"connection {stored.name}",
            f"was not moved: Autotask has it at {zone.url}",
            "Look at what is wrong with psabridge doctor",
        )
    _sign_in(stored, zone.url, transport)
    return Moved(stored.zone_url, zone.url, str(zone.ci), zone.zone_name or "")


def _sign_in(stored: StoredConnection, zone_url: str, transport: Transport) -> None:
    clock = SystemClock()
    governor = Governor(clock=clock)
    autotask_client(stored, zone_url, transport=transport, governor=governor, clock=clock).threshold()
