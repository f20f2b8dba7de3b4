"""acronis-api.md 3.3, 3.4, 5 and section 10 item 6: pricing, the second factor, applications."""

from datetime import UTC, datetime

import pytest

from tests.emulators.acronis.caller import CYBER, a_caller


def test_trial_becomes_production_once_and_never_goes_back() -> None:
    caller = a_caller()
    tenant = caller.create_tenant()["id"]
    path = f"/api/2/tenants/{tenant}/pricing"
    before = caller.get(path)

    caller.do("PUT", path, {"version": before["version"] + 1, "mode": "production"}, gives=409)
    after = caller.do("PUT", path, {"version": before["version"], "mode": "production", "currency": "EUR"})
    caller.do("PUT", path, {"version": after["version"], "mode": "trial"}, gives=400)
    caller.do("PUT", path, {"version": after["version"], "production_start_date": "2026-01-01"}, gives=400)

    assert before["mode"] == "trial"
    assert (after["mode"], after["currency"]) == ("production", "EUR")
    assert after["production_start_date"] == "2026-03-10T12:00:00"
    assert after["version"] > before["version"]
    assert caller.tenant(tenant)["pricing_mode"] == "production"


@pytest.mark.parametrize(
    ("made", "switched"),
    [("2026-01-15", "2026-03-01"), ("2026-02-01", "2026-03-01"), ("2025-12-31", "2026-02-01")],
)
def test_a_trial_ends_by_itself_after_one_full_calendar_month(made: str, switched: str) -> None:
    """R35: the last day of the month after creation, of the same month when made on the 1st."""
    caller = a_caller(now=datetime.fromisoformat(made).replace(hour=9, tzinfo=UTC))
    tenant = caller.create_tenant()["id"]
    ends = datetime.fromisoformat(switched).replace(tzinfo=UTC)
    seconds = (ends - caller.now).total_seconds()

    caller.pass_time(seconds=seconds - 1)
    assert caller.world.tenants[tenant].mode == "trial"
    caller.pass_time(seconds=1)

    assert caller.world.tenants[tenant].mode == "production"
    assert caller.world.tenants[tenant].production_start == ends


def test_the_second_factor_of_a_tenant_is_that_of_its_users() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    body = {"tenant_id": tenant, "login": "ann", "contact": {"email": "ann@harbor.example"}}
    user = caller.do("POST", "/api/2/users", body)["id"]
    path = f"/api/2/tenants/{tenant}/mfa/status"

    assert caller.get(path)["mfa_status"] == "disabled"
    assert caller.do("PUT", path, {"enabled": True})["users_count"] == 1
    assert caller.get(f"/api/2/users/{user}")["mfa_status"] == "setup_required"
    assert caller.tenant(tenant)["mfa_status"] == "enabled"
    alone = caller.do("PUT", f"/api/2/users/{user}/mfa/status", {"enabled": False})
    assert alone == {"mfa_status": "disabled"}


def test_the_second_factor_is_not_set_on_folders_nor_where_it_is_not_allowed() -> None:
    caller = a_caller()
    folder = caller.world.add_tenant("South", kind="folder")
    fixed = caller.world.add_tenant("Fixed", mfa_update_allowed=False)

    caller.do("PUT", f"/api/2/tenants/{folder}/mfa/status", {"enabled": True}, gives=400)
    assert caller.get(f"/api/2/tenants/{fixed}/mfa/status")["update_allowed"] is False
    caller.do("PUT", f"/api/2/tenants/{fixed}/mfa/status", {"enabled": True}, gives=403)


def test_applications_are_bound_by_hand_or_by_an_item_switched_on() -> None:
    caller = a_caller()
    tenant = caller.create_tenant()["id"]
    of_tenant = f"/api/2/tenants/{tenant}/applications"
    binding = f"/api/2/applications/{CYBER}/bindings/tenants/{tenant}"
    assert caller.get(of_tenant)["items"] == []

    caller.put_items(tenant, {"name": "pw_base_servers", "status": 1})
    assert caller.get(of_tenant)["items"] == [CYBER]
    caller.do("POST", binding, gives=204)
    caller.do("DELETE", binding, gives=204)
    assert caller.get("/api/2/tenants/applications", tenants=tenant)["items"] == [
        {"tenant": tenant, "applications": []}
    ]


def test_where_the_switch_says_so_an_item_needs_its_application_bound_first() -> None:
    caller = a_caller()
    caller.control("POST", "switches", {"items_need_binding": True})
    tenant = caller.create_tenant()["id"]

    caller.put_items(tenant, {"name": "pw_base_servers", "status": 1}, gives=400)
    caller.do("POST", f"/api/2/applications/{CYBER}/bindings/tenants/{tenant}", gives=204)
    caller.put_items(tenant, {"name": "pw_base_servers", "status": 1})


def test_the_applications_are_the_ones_of_the_vendor() -> None:
    caller = a_caller()
    found = caller.get("/api/2/applications")["items"]

    assert {row["type"] for row in found} == {
        "backup",
        "files_cloud",
        "physical_data_shipping",
        "notary",
        "hci",
        "platform",
    }
    assert caller.get(f"/api/2/applications/{CYBER}")["name"] == "Cyber Protection"


def test_switches_are_known_by_name_and_kind() -> None:
    caller = a_caller()
    with pytest.raises(AssertionError, match="no switch"):
        caller.control("POST", "switches", {"report_minutes": "soon"})
    assert caller.control("GET", "switches")["report_minutes"] == 5
