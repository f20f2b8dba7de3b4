"""Two thousand customers: quick to build, to answer and to copy."""

import pickle

from psabridge_emulators.acronis.catalogue import ITEMS
from tests.emulators.acronis.caller import Caller

COUNTED = [
    kind for kind in ITEMS if kind.name.startswith("pw_") and kind.type == "count" and not kind.secondary
]


def _large() -> Caller:
    caller = Caller()
    storage = caller.world.add_infra(caller.world.add_location("XYZ"), "XYZ")
    for number in range(2000):
        tenant = caller.world.add_tenant(f"Customer {number}")
        caller.world.enable_item(tenant, "pw_base_storage", storage)
        caller.world.set_usage(tenant, "storage", number * 10**9, storage)
        for kind in COUNTED[:19]:
            caller.world.enable_item(tenant, kind.name, quota=5)
            caller.world.set_usage(tenant, kind.usage_name, number)
    return caller


def test_two_thousand_customers_are_built_read_and_copied() -> None:
    caller = _large()
    caller.sign_in()
    page = caller.get("/api/2/tenants/offering_items", subtree_root_tenant_id=caller.world.root_id)
    batch = caller.get(
        "/api/2/tenants/usages", tenants=",".join(caller.world.children[caller.world.root_id][:100])
    )
    copied = pickle.loads(pickle.dumps(caller.emulator))  # noqa: S301  our own object, a line above

    assert len(page["items"]) == 5000
    assert sum(len(entry["usages"]) for entry in batch["items"]) == 2000
    assert copied.world.client_id == caller.world.client_id
    assert len(copied.world.tenants) == 2002
