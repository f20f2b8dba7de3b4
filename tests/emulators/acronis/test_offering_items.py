"""acronis-api.md 6 and section 10 items 3, 4, 6."""

from tests.emulators.acronis.caller import CYBER, Caller, a_caller

WORKSTATIONS = "pw_base_workstations"
STORAGE = "pw_base_storage"


def _a_customer(caller: Caller, name: str = "Harbor") -> str:
    return str(caller.create_tenant(name)["id"])


def _storage(caller: Caller, name: str = "Zurich 1") -> str:
    return caller.world.add_infra(caller.world.add_location(name), name)


def test_without_an_edition_the_per_workload_rows_are_missing() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, WORKSTATIONS)
    caller.world.enable_item(tenant, "local_storage")
    path = f"/api/2/tenants/{tenant}/offering_items"

    assert [row["name"] for row in caller.get(path)["items"]] == ["local_storage"]
    assert [row["name"] for row in caller.items(tenant)] == [WORKSTATIONS, "local_storage"]
    named = caller.items(tenant, edition="pck_per_workload", usage_names="workstations")
    assert [row["name"] for row in named] == [WORKSTATIONS]


def test_what_the_partner_can_give_is_sent_back_whole_and_switched_on() -> None:
    caller = a_caller()
    _storage(caller)
    tenant = _a_customer(caller)
    path = f"/api/2/tenants/{caller.world.root_id}/offering_items/available_for_child"
    offered = caller.get(path, kind="customer", edition="pck_per_workload")["items"]

    done = caller.put_items(tenant, *[{**row, "status": 1} for row in offered])

    assert len(done["items"]) == len(offered) > 30
    assert {row["status"] for row in caller.items(tenant)} == {1}
    assert "pw_base_child_storages" not in {row["name"] for row in offered}


def test_rows_not_named_stay_and_parts_not_named_stay() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)
    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 1}, {"name": "pw_base_servers", "status": 1})

    caller.put_items(tenant, {"name": WORKSTATIONS, "quota": {"value": 25, "overage": 0, "version": 0}})

    row = caller.world.item(tenant, WORKSTATIONS)
    assert row["status"] == 1
    assert (row["quota"]["value"], row["quota"]["overage"]) == (25, 0)
    assert caller.world.item(tenant, "pw_base_servers")["status"] == 1


def test_the_version_of_a_quota_grows_and_a_stale_one_is_refused() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)
    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 1})
    quota = {"value": 25, "overage": 0, "version": 0}

    first = caller.put_items(tenant, {"name": WORKSTATIONS, "quota": quota})["items"][0]["quota"]
    caller.put_items(tenant, {"name": WORKSTATIONS, "quota": quota}, gives=409)
    caller.put_items(tenant, {"name": WORKSTATIONS, "quota": {"value": 30}}, gives=409)
    again = {**quota, "version": first["version"]}
    second = caller.put_items(tenant, {"name": WORKSTATIONS, "quota": again})["items"][0]["quota"]
    unlimited = {"value": None, "overage": None, "version": second["version"]}
    third = caller.put_items(tenant, {"name": WORKSTATIONS, "quota": unlimited})["items"][0]["quota"]

    assert second["version"] > first["version"] > 0
    assert third == {"value": None, "overage": None, "version": 0}


def test_one_row_refused_refuses_the_whole_request() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)

    caller.put_items(
        tenant, {"name": WORKSTATIONS, "status": 1}, {"name": "pw_base_submarines", "status": 1}, gives=400
    )

    assert caller.items(tenant) == []


def test_a_child_cannot_get_what_the_parent_lacks() -> None:
    caller = a_caller()
    reseller = str(caller.create_tenant("Reseller", kind="partner")["id"])
    body = {"name": "Below", "kind": "customer", "parent_id": reseller}
    below = caller.do("POST", "/api/2/tenants", body, gives=201)["id"]

    caller.put_items(below, {"name": WORKSTATIONS, "status": 1}, gives=400)
    caller.put_items(reseller, {"name": WORKSTATIONS, "status": 1})
    caller.put_items(below, {"name": WORKSTATIONS, "status": 1})
    caller.put_items(reseller, {"name": WORKSTATIONS, "status": 0}, gives=400)

    assert caller.world.item(below, WORKSTATIONS)["status"] == 1


def test_a_feature_needs_the_row_it_hangs_under() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)
    seats, mail = {"name": "pw_base_m365_seats"}, {"name": "pw_base_m365_mailboxes"}

    caller.put_items(tenant, {**mail, "status": 1}, gives=400)
    done = caller.put_items(tenant, {**mail, "status": 1}, {**seats, "status": 1})
    caller.put_items(tenant, {**seats, "status": 0}, gives=400)

    assert "quota" not in done["items"][0]


def test_an_item_with_usage_is_not_switched_off() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)
    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 1})
    caller.control("POST", "usage", {"tenant": tenant, "usage_name": "workstations", "value": 3})

    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 0}, gives=400)
    caller.control("POST", "switches", {"refusal_with_usage": 409})
    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 0}, gives=409)
    caller.control("POST", "usage", {"tenant": tenant, "usage_name": "workstations", "value": 0})
    caller.put_items(tenant, {"name": WORKSTATIONS, "status": 0})

    assert caller.world.item(tenant, WORKSTATIONS)["status"] == 0


def test_a_customer_has_one_edition_and_one_storage_of_a_kind_active() -> None:
    caller = a_caller()
    first, second = _storage(caller, "Zurich"), _storage(caller, "Oslo")
    tenant = _a_customer(caller)
    caller.put_items(tenant, {"name": STORAGE, "infra_id": first, "status": 1})

    caller.put_items(tenant, {"name": STORAGE, "infra_id": second, "status": 1}, gives=400)
    caller.put_items(tenant, {"name": "pg_base_servers", "status": 1}, gives=400)
    caller.put_items(
        tenant,
        {"name": STORAGE, "infra_id": first, "status": 0},
        {"name": STORAGE, "infra_id": second, "status": 1},
    )

    assert {row["infra_id"]: row["status"] for row in caller.items(tenant)} == {first: 0, second: 1}


def test_a_storage_row_needs_a_storage_that_can_hold_it() -> None:
    caller = a_caller()
    tenant = _a_customer(caller)
    disaster = caller.world.add_infra(
        caller.world.add_location("Oslo"), "DR", capabilities=("disaster_recovery",)
    )

    caller.put_items(tenant, {"name": STORAGE, "status": 1}, gives=400)
    caller.put_items(tenant, {"name": STORAGE, "infra_id": disaster, "status": 1}, gives=400)
    caller.put_items(tenant, {"name": WORKSTATIONS, "infra_id": disaster, "status": 1}, gives=400)
    caller.put_items(tenant, {"name": "pw_base_dr_base", "infra_id": disaster, "status": 1})


def test_the_batch_reads_a_subtree_page_by_page_with_its_filters() -> None:
    caller = a_caller()
    for number in range(4):
        tenant = caller.world.add_tenant(f"Customer {number}")
        caller.world.enable_item(tenant, WORKSTATIONS, quota=number)
        caller.world.enable_item(tenant, "pw_base_servers")
    query = {"subtree_root_tenant_id": caller.world.root_id, "offering_items": WORKSTATIONS, "limit": 2}
    page = caller.get("/api/2/tenants/offering_items", **query)
    rows = page["items"]
    while "after" in page["paging"]["cursors"]:
        page = caller.get("/api/2/tenants/offering_items", after=page["paging"]["cursors"]["after"])
        rows += page["items"]

    assert {row["name"] for row in rows} == {WORKSTATIONS}
    assert [row["quota"]["value"] for row in rows] == [None, 0, 1, 2, 3]


def test_the_batch_tells_only_what_changed_since() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, WORKSTATIONS)
    caller.world.enable_item(tenant, "pw_base_servers")
    caller.pass_time(hours=1)
    caller.control("POST", "quota", {"tenant": tenant, "name": WORKSTATIONS, "quota": 9, "overage": 0})

    rows = caller.get(
        "/api/2/tenants/offering_items",
        subtree_root_tenant_id=caller.world.root_id,
        updated_since="2026-03-10T13:00:00Z",
    )["items"]

    assert [(row["name"], row["quota"]["value"]) for row in rows] == [(WORKSTATIONS, 9)]


def test_an_edition_switch_carries_rows_quotas_and_usage_over() -> None:
    caller = a_caller()
    storage = _storage(caller)
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, STORAGE, storage, quota=500)
    caller.world.enable_item(tenant, "pw_base_c2c_storage")
    caller.world.set_usage(tenant, "storage", 60, storage)
    path = f"/api/2/tenants/{tenant}/edition"
    target = {"target_edition": "pck_per_gigabyte", "application_id": CYBER}

    warned = caller.get(path, **target)["warnings"]
    rows = caller.do("PUT", path, target)["items"]

    assert [warning["name"] for warning in warned] == ["pw_base_c2c_storage"]
    assert [(row["name"], row["quota"]["value"]) for row in rows] == [("pg_base_storage", 500)]
    assert [(u["edition"], u["value"]) for u in caller.usages(tenant)] == [("pck_per_gigabyte", 60)]


def test_what_stands_in_the_way_of_an_edition_switch_is_listed() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, "pw_base_c2c_storage")
    caller.world.set_usage(tenant, "c2c_storage", 5)
    target = {"target_edition": "pck_per_gigabyte", "application_id": CYBER}

    refused = caller.do("PUT", f"/api/2/tenants/{tenant}/edition", target, gives=400)

    assert [b["name"] for b in refused["error"]["context"]["blockers"]] == ["pw_base_c2c_storage"]


def test_prices_are_text_with_a_version() -> None:
    caller = a_caller()
    path = f"/api/2/tenants/{caller.world.root_id}/offering_items/pricing"
    row = {"application_id": CYBER, "name": WORKSTATIONS, "price": "1.50"}

    made = caller.do("PUT", path, {"items": [row]})["items"][0]
    caller.do("PUT", path, {"items": [row]}, gives=409)
    caller.do("PUT", path, {"items": [{**row, "price": "2", "version": made["version"]}]})

    assert caller.get(path)["items"][0]["price"] == "2"


def test_a_second_storage_a_person_left_on_does_not_block_the_quota_of_the_first() -> None:
    caller = a_caller()
    first, second = _storage(caller, "Zurich"), _storage(caller, "Oslo")
    tenant = caller.world.add_tenant("Harbor")
    for storage in (first, second):
        caller.world.enable_item(tenant, STORAGE, storage)
    quota = {"value": 100, "overage": 0, "version": 0}

    caller.put_items(tenant, {"name": STORAGE, "infra_id": first, "status": 1, "quota": quota})

    assert caller.world.item(tenant, STORAGE, first)["quota"]["value"] == 100
