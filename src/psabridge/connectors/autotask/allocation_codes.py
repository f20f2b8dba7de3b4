"""Which allocation codes a service can be made with (R45, ACR-TWO-01)."""

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import eq

# Codes of other uses are for work, expenses or material (docs/vendors/autotask.md A22).
FOR_RECURRING_SERVICES = 5


def usable_codes(client: AutotaskClient) -> frozenset[int]:
    """Those that are active and for recurring services."""
    found = client.query(records.BillingCode, eq("useType", FOR_RECURRING_SERVICES))
    return frozenset(one.id for one in found if one.is_active is not False)
