"""acronis-api.md 7.1, 7.3, 7.4 and section 10 item 9."""

import pytest

from tests.emulators.acronis.caller import Caller, a_caller

GB = 1024**3


def _a_storage(caller: Caller) -> str:
    location = caller.world.add_location("XYZ")
    return caller.world.add_infra(location, "XYZ", capabilities=("backup", "disaster_recovery"))


def _by_name(caller: Caller, tenant: str) -> dict[str, dict[str, object]]:
    return {row["usage_name"]: row for row in caller.usages(tenant)}


def test_an_item_that_is_on_has_a_row_at_zero_and_one_that_is_off_has_none() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, "pw_base_workstations", quota=5, overage=0)
    caller.world.enable_item(tenant, "pw_base_servers", status=0)

    row = caller.usages(tenant)[0]

    assert [row["usage_name"] for row in caller.usages(tenant)] == ["workstations"]
    assert (row["value"], row["absolute_value"]) == (0, 0)
    assert row["range_start"] == "2026-03-01T00:00:00"
    assert row["tenant_id"] == caller.world.tenants[tenant].numeric_id
    assert row["offering_item"]["quota"]["value"] == 5


def test_the_storage_classes_are_usages_without_an_item_of_their_own() -> None:
    caller = a_caller()
    storage = _a_storage(caller)
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, "pw_base_storage", storage)
    for name, value in (("storage", 60), ("class1_storage", 10), ("class2_storage", 50)):
        caller.world.set_usage(tenant, name, value * GB, storage)

    rows = _by_name(caller, tenant)

    assert {name: row["value"] for name, row in rows.items()} == {
        "storage": 60 * GB,
        "class1_storage": 10 * GB,
        "class2_storage": 50 * GB,
    }
    assert {row["infra_id"] for row in rows.values()} == {storage}
    assert "offering_item" not in rows["class2_storage"]
    assert rows["class2_storage"]["edition"] == rows["storage"]["edition"] == "pck_per_workload"


def test_compute_points_start_again_each_month_while_their_whole_goes_on() -> None:
    caller = a_caller()
    storage = _a_storage(caller)
    tenant = caller.world.add_tenant("Harbor")
    caller.world.set_usage(tenant, "compute_points", 3600, storage)
    caller.pass_time(days=25)
    caller.sign_in()
    in_april = _by_name(caller, tenant)["compute_points"]
    caller.world.set_usage(tenant, "compute_points", 600, storage)
    later = _by_name(caller, tenant)["compute_points"]

    assert (in_april["value"], in_april["absolute_value"]) == (0, 3600)
    assert in_april["range_start"] == "2026-04-01T00:00:00"
    assert (later["value"], later["absolute_value"]) == (600, 4200)


def test_a_partner_s_usage_is_the_sum_of_its_subtree() -> None:
    caller = a_caller()
    reseller = caller.world.add_tenant("Reseller", kind="partner")
    for parent, value in ((reseller, 3), (reseller, 4), (None, 5)):
        tenant = caller.world.add_tenant(f"Customer {value}", parent_id=parent)
        caller.world.set_usage(tenant, "workstations", value)

    def workstations(tenant: str) -> int:
        return sum(r["value"] for r in caller.usages(tenant) if r["usage_name"] == "workstations")

    assert workstations(reseller) == 7
    assert workstations(caller.world.root_id) == 12
    caller.control("POST", "switches", {"partner_usage_sums": False})
    assert workstations(reseller) == 0


def test_a_reading_taken_away_is_missing_and_not_zero() -> None:
    """ERR-22, R20: incomplete usage."""
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, "pw_base_workstations")
    caller.world.enable_item(tenant, "pw_base_servers")
    caller.control("POST", "usage/withhold", {"tenant": tenant, "usage_name": "servers"})
    assert set(_by_name(caller, tenant)) == {"workstations"}

    caller.control("POST", "usage/withhold", {"tenant": tenant})
    assert caller.usages(tenant) == []

    caller.control("POST", "usage/withhold", {"tenant": tenant, "whole_tenant": True})
    assert caller.get("/api/2/tenants/usages", tenants=tenant)["items"] == []

    caller.control("POST", "usage/return", {"tenant": tenant})
    assert set(_by_name(caller, tenant)) == {"workstations", "servers"}


def test_the_batch_answers_the_tenants_it_may_read_with_filters() -> None:
    caller = a_caller()
    tenants = [caller.world.add_tenant(f"Customer {number}") for number in range(3)]
    for tenant in tenants:
        caller.world.set_usage(tenant, "workstations", 2)
        caller.world.set_usage(tenant, "servers", 1)
    caller.control("POST", "tenant/delete", {"tenant": tenants[2]})

    found = caller.get("/api/2/tenants/usages", tenants=",".join(tenants), usage_names="servers")["items"]

    assert [entry["tenant"] for entry in found] == tenants[:2]
    assert [[row["usage_name"] for row in entry["usages"]] for entry in found] == [["servers"], ["servers"]]


def test_readings_are_refreshed_every_half_hour_where_the_switch_says_so() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.control("POST", "switches", {"usage_refresh_minutes": 30})
    caller.pass_time(minutes=10)
    caller.control("POST", "usage", {"tenant": tenant, "usage_name": "servers", "value": 7})
    assert caller.usages(tenant) == []

    caller.pass_time(minutes=20)

    assert caller.usages(tenant)[0]["value"] == 7


def test_new_usage_names_are_data_of_the_world() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    with pytest.raises(ValueError, match="quantum_storage"):
        caller.world.set_usage(tenant, "quantum_storage", 1)

    caller.world.add_usage_name("quantum_storage", "infra", "bytes")
    caller.world.set_usage(tenant, "quantum_storage", 1)

    assert caller.usages(tenant)[0]["name"] == "quantum_storage"


def test_a_storage_row_is_named_through_infra_and_its_location() -> None:
    caller = a_caller()
    storage = _a_storage(caller)

    infra = caller.get("/api/2/infra", uuids=f"{storage},{caller.world.root_id}")["items"]
    location = caller.get("/api/2/locations", uuids=infra[0]["location_id"])["items"]

    assert [row["name"] for row in infra] == ["XYZ"]
    assert infra[0]["platform_owned"] is True
    assert location[0]["name"] == "XYZ"
    assert caller.get(f"/api/2/tenants/{caller.world.root_id}/locations") == {"locations": []}
    assert caller.send("GET", "/api/2/infra").status == 400


def test_a_partner_s_own_storage_lives_from_create_to_delete() -> None:
    caller = a_caller()
    root = caller.world.root_id
    place = caller.do("POST", "/api/2/locations", {"owner_tenant_id": root, "name": "Cellar"}, gives=201)
    body = {
        "owner_tenant_id": root,
        "name": "NAS",
        "url": "acronis+fes://nas.invalid",
        "capabilities": ["backup"],
        "location_id": place["id"],
    }
    made = caller.do("POST", "/api/2/infra", body, gives=201)
    caller.do("POST", "/api/2/infra", body, gives=409)
    path = f"/api/2/infra/{made['id']}"
    changed = caller.do("PUT", path, {"version": made["version"], "name": "NAS 2"})
    caller.do("PUT", path, {"version": made["version"], "name": "NAS 3"}, gives=409)

    assert made["platform_owned"] is False
    assert caller.get(f"/api/2/locations/{place['id']}/infra") == {"infras": [made["id"]]}
    assert caller.get(f"/api/2/tenants/{root}/locations") == {"locations": [place["id"]]}
    caller.do("DELETE", f"/api/2/locations/{place['id']}", gives=409, version=place["version"])
    caller.do("DELETE", path, gives=204, version=changed["version"])
    renamed = caller.do(
        "PUT", f"/api/2/locations/{place['id']}", {"name": "Attic", "version": place["version"]}
    )
    caller.do("DELETE", f"/api/2/locations/{place['id']}", gives=204, version=renamed["version"])
