"""acronis-api.md 1.2: no page size loses a row or shows one twice."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.emulators.acronis.caller import Caller, a_caller


@pytest.fixture(scope="module")
def caller() -> Caller:
    made = a_caller()
    partner = made.world.add_tenant("Reseller", kind="partner")
    for number in range(7):
        tenant = made.world.add_tenant(f"Customer {number}", parent_id=partner if number % 2 else None)
        made.world.enable_item(tenant, "pw_base_servers")
        made.world.enable_item(tenant, "pw_base_vms")
        for name in ("BackupFailed", "EDRIncidentDetected"):
            made.world.raise_alert(tenant, name)
        made.do(
            "POST",
            "/api/2/users",
            {"tenant_id": tenant, "login": f"u{number}", "contact": {"email": "a@b"}},
        )
    return made


def _pages(caller: Caller, path: str, *, again: dict[str, Any], **query: object) -> list[Any]:
    page = caller.get(path, **query)
    rows: list[Any] = page["items"]
    while "after" in page["paging"]["cursors"]:
        page = caller.get(path, after=page["paging"]["cursors"]["after"], **again)
        rows += page["items"]
    return rows


@settings(max_examples=30, deadline=None)
@given(limit=st.integers(1, 20))
def test_any_page_size_tells_the_same_rows(caller: Caller, limit: int) -> None:
    root = caller.world.root_id
    tenants, users = "/api/2/tenants", "/api/2/users"
    items, alerts = "/api/2/tenants/offering_items", "/api/alert_manager/v1/alerts"
    of_items = {"subtree_root_tenant_id": root, "editions": "pck_per_workload", "usage_names": "servers,vms"}
    of_alerts = {"order": "desc(severity)", "limit": limit}

    assert _pages(caller, tenants, again={}, subtree_root_id=root, limit=limit) == _pages(
        caller, tenants, again={}, subtree_root_id=root
    )
    assert _pages(caller, users, again={}, limit=limit) == _pages(caller, users, again={})
    assert _pages(caller, items, again={}, limit=limit, **of_items) == _pages(
        caller, items, again={}, **of_items
    )
    assert _pages(caller, alerts, again=of_alerts, **of_alerts) == _pages(
        caller, alerts, again={}, order="desc(severity)"
    )
