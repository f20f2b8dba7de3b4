"""acronis-api.md 3 and section 10 items 1, 2, 4, 5, 6, 8."""

import json
import re

import pytest

from psabridge_emulators.frame.wire import Request
from tests.emulators.acronis.caller import Caller, a_caller

TENANTS = "/api/2/tenants"


def test_a_new_customer_starts_in_trial_without_items_and_without_zone_in_its_times() -> None:
    caller = a_caller()
    made = caller.create_tenant(contact={"types": ["primary"], "email": "office@harbor.example"})

    assert made["pricing_mode"] == "trial"
    assert made["production_start_date"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", made["created_at"])
    assert made["contact"]["email"] == "office@harbor.example"
    assert caller.items(made["id"]) == []


def test_a_taken_sibling_name_is_a_conflict() -> None:
    caller = a_caller()
    caller.create_tenant("Harbor Dental")
    body = {"name": "Harbor Dental", "kind": "customer", "parent_id": caller.world.root_id}

    caller.do("POST", TENANTS, body, gives=409)


@pytest.mark.parametrize("stranger", [{"pricing_mode": "production"}, {"tag": "1"}])
def test_the_closed_body_refuses_strangers(stranger: dict[str, str]) -> None:
    caller = a_caller()
    body = {"name": "A", "kind": "customer", "parent_id": caller.world.root_id, **stranger}

    caller.do("POST", TENANTS, body, gives=400)


def test_a_version_as_text_is_taken_and_a_stale_one_refused() -> None:
    caller = a_caller()
    made = caller.create_tenant()
    path = f"{TENANTS}/{made['id']}"

    changed = caller.do("PUT", path, {"version": str(made["version"]), "internal_tag": "psabridge:1:7"})
    caller.do("PUT", path, {"version": made["version"], "enabled": False}, gives=409)

    assert changed["internal_tag"] == "psabridge:1:7"
    assert changed["name"] == made["name"]
    assert changed["version"] > made["version"]


def test_only_a_disabled_tenant_is_deleted_and_it_can_come_back() -> None:
    caller = a_caller()
    made = caller.create_tenant()
    path = f"{TENANTS}/{made['id']}"

    refused = caller.do("DELETE", path, gives=400, version=made["version"])
    disabled = caller.do("PUT", path, {"version": made["version"], "enabled": False})
    caller.do("DELETE", path, gives=409, version=made["version"])
    caller.do("DELETE", path, gives=204, version=disabled["version"])

    numeric = caller.world.tenants[made["id"]].numeric_id
    assert refused["error"]["code"] == 1006
    assert refused["error"]["domain"] == "PlatformAccountServer"
    assert refused["error"]["context"]["id"] == numeric
    assert refused["error"]["details"]["addition"] == [{"id": numeric}]
    assert caller.send("GET", path).status == 404
    assert caller.get(path, allow_deleted="true")["deleted_at"] is not None

    caller.do("POST", f"{path}/restore", gives=204)
    assert caller.tenant(made["id"])["enabled"] is False


def test_a_tenant_with_children_is_not_deleted_and_disabling_leaves_them_as_they_are() -> None:
    """ACR-DEP-04: what is below it would be lost without anybody having asked for it."""
    caller = a_caller()
    customer = caller.world.add_tenant("Customer")
    unit = caller.world.add_tenant("Unit", kind="unit", parent_id=customer)
    path, version = f"{TENANTS}/{customer}", caller.tenant(customer)["version"]

    disabled = caller.do("PUT", path, {"version": version, "enabled": False})
    caller.do("DELETE", path, gives=400, version=disabled["version"])

    assert caller.tenant(unit)["enabled"] is True
    below = caller.do(
        "PUT", f"{TENANTS}/{unit}", {"version": caller.tenant(unit)["version"], "enabled": False}
    )
    caller.do("DELETE", f"{TENANTS}/{unit}", gives=204, version=below["version"])
    caller.do("DELETE", path, gives=204, version=caller.tenant(customer)["version"])


def test_a_restore_onto_a_taken_name_needs_force() -> None:
    caller = a_caller()
    first = caller.world.add_tenant("Harbor")
    caller.control("POST", "tenant/delete", {"tenant": first})
    caller.world.add_tenant("Harbor")

    caller.do("POST", f"{TENANTS}/{first}/restore", gives=409)
    caller.do("POST", f"{TENANTS}/{first}/restore", gives=204, force="true")

    assert caller.tenant(first)["name"] == "Harbor (restored)"


def test_the_cursor_keeps_the_filters_of_the_first_call() -> None:
    caller = a_caller()
    for number in range(5):
        caller.world.add_tenant(f"Customer {number}")
    first = caller.get(TENANTS, subtree_root_id=caller.world.root_id, lod="basic", limit=4)

    second = caller.get(TENANTS, after=first["paging"]["cursors"]["after"])

    assert [row["name"] for row in first["items"] + second["items"]] == [
        "Partner",
        *(f"Customer {number}" for number in range(5)),
    ]
    assert "contact" not in second["items"][0]
    assert "after" not in second["paging"]["cursors"]


def test_a_subtree_comes_by_level_so_that_parents_precede_children() -> None:
    caller = a_caller()
    folder = caller.world.add_tenant("South", kind="folder")
    below = caller.world.add_tenant("Below", parent_id=folder)
    beside = caller.world.add_tenant("Beside")

    rows = caller.get(TENANTS, subtree_root_id=caller.world.root_id, lod="stamps")["items"]

    assert [row["id"] for row in rows] == [caller.world.root_id, folder, beside, below]
    assert set(rows[0]) == {"id", "parent_id", "version", "created_at", "updated_at", "deleted_at"}


def test_the_timestamp_of_one_answer_is_the_updated_since_of_the_next() -> None:
    caller = a_caller()
    old = caller.world.add_tenant("Old")
    caller.pass_time(minutes=1)
    seen = caller.get(TENANTS, subtree_root_id=caller.world.root_id)["timestamp"]
    caller.pass_time(minutes=1)
    caller.control("POST", "tenant/edit", {"tenant": old, "fields": {"name": "New"}})
    caller.control("POST", "tenant/delete", {"tenant": caller.world.add_tenant("Gone")})

    changed = caller.get(TENANTS, subtree_root_id=caller.world.root_id, updated_since=seen)
    with_deleted = caller.get(
        TENANTS, subtree_root_id=caller.world.root_id, updated_since=seen, allow_deleted="1"
    )

    assert [row["name"] for row in changed["items"]] == ["New"]
    assert [row["name"] for row in with_deleted["items"]] == ["New", "Gone"]


def test_a_batch_by_id_takes_at_most_a_hundred_and_no_other_selector() -> None:
    caller = a_caller()
    one = caller.world.add_tenant("One")

    assert len(caller.get(TENANTS, uuids=f"{one},{one[:-1]}0")["items"]) == 1
    assert caller.send("GET", TENANTS, uuids=",".join([one] * 101)).status == 400
    assert caller.send("GET", TENANTS, uuids=one, parent_id=caller.world.root_id).status == 400
    assert caller.send("GET", TENANTS).status == 400
    assert caller.send("GET", TENANTS, after="nonsense").status == 400


def test_a_tenant_moved_out_of_our_subtree_is_forbidden_and_gone_from_lists() -> None:
    """R38: unreadable is not ended."""
    caller = a_caller()
    lost = caller.world.add_tenant("Lost")
    caller.control("POST", "tenant/move", {"tenant": lost})

    assert caller.send("GET", f"{TENANTS}/{lost}").status == 403
    assert caller.get(TENANTS, uuids=lost)["items"] == []
    assert caller.get(f"{TENANTS}/{caller.world.root_id}/children")["items"] == []


def test_kinds_stand_only_under_the_kinds_that_may_hold_them() -> None:
    caller = a_caller()
    customer = caller.world.add_tenant("Customer")
    body = {"name": "Another", "kind": "customer", "parent_id": customer}

    caller.do("POST", TENANTS, body, gives=400)
    caller.do("POST", TENANTS, {**body, "kind": "unit"}, gives=201)


def test_a_lock_of_someone_else_blocks_edits() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Locked", locked=True, lock_owner=caller.world.vendor_id)

    caller.do("PUT", f"{TENANTS}/{tenant}", {"version": 1, "name": "Mine"}, gives=403)


def test_children_are_ids_by_name_and_search_finds_by_text() -> None:
    caller = a_caller()
    beta, alpha = caller.world.add_tenant("Beta"), caller.world.add_tenant("Alpha")
    root = caller.world.root_id

    assert caller.get(f"{TENANTS}/{root}/children")["items"] == [alpha, beta]
    assert caller.get(f"{TENANTS}/{root}/children", order="-name")["items"] == [beta, alpha]
    hits = caller.get("/api/2/search", tenant=root, text="bet")["items"]
    assert [(hit["obj_type"], hit["name"], hit["path"]) for hit in hits] == [
        ("tenant", "Beta", ["Partner", "Beta"])
    ]


def test_the_ledger_holds_what_landed_and_nothing_that_was_refused() -> None:
    caller = a_caller()
    made = caller.create_tenant()
    caller.do("DELETE", f"{TENANTS}/{made['id']}", gives=400, version=made["version"])

    ledger = caller.control("GET", "ledger")["items"]

    assert [(entry["method"], entry["path"]) for entry in ledger] == [("POST", TENANTS)]
    assert ledger[0]["body"]["name"] == "Harbor Dental"


def test_two_worlds_of_one_seed_are_equal_and_of_two_seeds_are_not() -> None:
    def dumped(seed: int) -> str:
        caller = a_caller(seed=seed)
        caller.create_tenant()
        return json.dumps(caller.emulator.dump())

    assert dumped(3) == dumped(3)
    assert dumped(3) != dumped(4)


def test_unknown_control_routes_and_fields_are_refused() -> None:
    caller = Caller()
    with pytest.raises(AssertionError, match="no control route"):
        caller.control("POST", "planets", {})
    with pytest.raises(AssertionError, match="400"):
        caller.control("POST", "tenant/edit", {"tenant": caller.world.root_id, "fields": {"x": 1}})


def test_the_world_is_shown_whole_in_part_or_one_tenant_at_a_time() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    caller.world.enable_item(tenant, "pw_base_servers", quota=4)
    caller.world.set_usage(tenant, "servers", 3)
    reply = caller.emulator.control(
        Request("GET", "/__control/world", query_string=f"tenant={tenant}"), caller.now
    )
    shown = json.loads(reply.body)

    assert shown["items"][0]["quota"]["value"] == 4
    assert shown["readings"][0]["value"] == 3
    assert caller.world.client_secret not in json.dumps(caller.control("GET", "world"))


def test_a_person_s_edits_move_the_version_under_a_reader() -> None:
    caller = a_caller()
    added = caller.control("POST", "tenant", {"name": "By hand", "mode": "trial"})["id"]
    before = caller.tenant(added)
    caller.control("POST", "tenant/edit", {"tenant": added, "fields": {"enabled": False}})
    caller.control("POST", "item", {"tenant": added, "name": "pw_base_vms", "quota": 5, "overage": 0})

    after = caller.tenant(added)

    assert (before["pricing_mode"], after["enabled"]) == ("trial", False)
    assert after["version"] > before["version"]
    assert caller.world.item(added, "pw_base_vms")["quota"]["value"] == 5
    caller.world.enable_item(added, "pw_base_vms", status=0)
    assert caller.world.item(added, "pw_base_vms")["status"] == 0
