"""Which allocation codes a service can be made with (R45)."""

from collections.abc import Sequence

from psabridge.clients.autotask import records
from psabridge.clients.autotask.client import AutotaskClient

# Codes of other uses are for work, expenses or material (docs/vendors/autotask.md A22).
FOR_RECURRING_SERVICES = 5


def usable_codes(client: AutotaskClient, wanted: Sequence[int]) -> frozenset[int]:
    """Those of the wanted ones that are there, active, and for recurring services."""
    found = client.query_in(records.BillingCode, "id", wanted)
    return frozenset(
        one.id for one in found if one.is_active is not False and one.use_type == FOR_RECURRING_SERVICES
    )
