"""acronis-api.md 4 and section 10 items 2 and 4."""

from typing import Any

from tests.emulators.acronis.caller import Caller, a_caller

USERS = "/api/2/users"
NIL = "00000000-0000-0000-0000-000000000000"


def _a_user(caller: Caller, tenant: str, login: str = "ann@harbor.example") -> dict[str, Any]:
    body = {"tenant_id": tenant, "login": login, "contact": {"email": "ann@harbor.example"}}
    return dict(caller.do("POST", USERS, body))


def test_a_first_administrator_is_made_in_the_vendor_s_order() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    login = "ann@harbor.example"

    assert caller.send("GET", f"{USERS}/check_login", username=login).status == 204
    user = _a_user(caller, tenant)
    role = {
        "id": NIL,
        "issuer_id": NIL,
        "version": 0,
        "trustee_id": user["id"],
        "trustee_type": "user",
        "tenant_id": tenant,
        "role_id": "company_admin",
    }
    given = caller.do("PUT", f"{USERS}/{user['id']}/access_policies", {"items": [role]})
    caller.do("POST", f"{USERS}/{user['id']}/send-activation-email", gives=204)

    assert user["activated"] is False
    assert user["personal_tenant_id"] is not None
    assert [policy["role_id"] for policy in given["items"]] == ["company_admin"]
    assert given["items"][0]["id"] != NIL
    assert [mail["to"] for mail in caller.control("GET", "mails")["items"]] == ["ann@harbor.example"]


def test_a_login_is_free_taken_or_not_acceptable() -> None:
    caller = a_caller()
    _a_user(caller, caller.world.add_tenant("Harbor"), "Ann")

    assert caller.send("GET", f"{USERS}/check_login", username="ann").status == 409
    assert caller.send("GET", f"{USERS}/check_login", username="ann smith").status == 406
    assert caller.send("GET", f"{USERS}/check_login").status == 400


def test_a_user_needs_an_address_a_free_login_and_known_fields() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    _a_user(caller, tenant)
    body = {"tenant_id": tenant, "login": "bob"}

    caller.do("POST", USERS, body, gives=400)
    caller.do("POST", USERS, {**body, "contact": {"firstname": "Bob"}}, gives=400)
    caller.do("POST", USERS, {**body, "contact": {"email": "b@x"}, "role": "admin"}, gives=400)
    caller.do("POST", USERS, {"tenant_id": tenant, "contact": {"email": "ann@harbor.example"}}, gives=409)


def test_roles_fit_the_kind_of_tenant_and_a_stale_one_is_refused() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    user = _a_user(caller, tenant)["id"]
    path = f"{USERS}/{user}/access_policies"
    row = {"trustee_id": user, "trustee_type": "user", "tenant_id": tenant, "role_id": "partner_admin"}

    caller.do("PUT", path, {"items": [row]}, gives=400)
    kept = caller.do("PUT", path, {"items": [{**row, "role_id": "company_admin"}]})["items"][0]
    caller.do("PUT", path, {"items": [{**kept, "version": 1}]}, gives=409)
    caller.do("PUT", path, {"items": [kept]})
    caller.do("PUT", path, {"items": []})

    assert caller.get(path)["items"] == []
    caller.control("POST", "switches", {"policies_need_full_rows": True})
    caller.do("PUT", path, {"items": [{**row, "role_id": "company_admin"}]}, gives=400)


def test_a_user_is_changed_with_its_version_and_deleted_when_disabled() -> None:
    caller = a_caller()
    user = _a_user(caller, caller.world.add_tenant("Harbor"))
    path = f"{USERS}/{user['id']}"

    caller.do("DELETE", path, gives=400, version=user["version"])
    changed = caller.do("PUT", path, {"version": user["version"], "enabled": False})
    caller.do("PUT", path, {"version": user["version"], "enabled": True}, gives=409)
    caller.do("DELETE", path, gives=204, version=changed["version"])
    assert caller.send("GET", path).status == 404
    caller.do("POST", f"{path}/restore", gives=204, enable="true")

    assert caller.get(path)["enabled"] is True


def test_a_password_activates_without_a_mail() -> None:
    caller = a_caller()
    user = _a_user(caller, caller.world.add_tenant("Harbor"))
    path = f"{USERS}/{user['id']}"
    caller.do("POST", f"{path}/password", {"password": "correct horse"}, gives=204)

    assert caller.get(path)["activated"] is True
    caller.do("POST", f"{path}/send-activation-email", gives=400)
    assert caller.world.mails == []


def test_users_are_listed_by_tenant_with_a_cursor_and_hidden_by_self_service() -> None:
    caller = a_caller()
    tenant = caller.world.add_tenant("Harbor")
    closed = caller.world.add_tenant("Closed", ancestral_access=False)
    ids = [_a_user(caller, tenant, f"user{number}")["id"] for number in range(3)]
    body = {"tenant_id": closed, "login": "x", "contact": {"email": "x@x"}}
    caller.do("POST", USERS, body, gives=403)

    first = caller.get(USERS, tenant_id=tenant, limit=2, lod="stamps", with_access_policies="true")
    second = caller.get(USERS, after=first["paging"]["cursors"]["after"])

    assert [row["id"] for row in first["items"] + second["items"]] == ids
    assert second["items"][0]["access_policies"] == []
    assert caller.get(f"/api/2/tenants/{tenant}/users")["items"] == ids
    assert [row["id"] for row in caller.get(USERS, uuids=ids[1])["items"]] == ids[1:2]


def test_a_client_has_no_user_unless_the_switch_says_so() -> None:
    caller = a_caller()
    assert caller.send("GET", f"{USERS}/me").status == 403

    caller.control("POST", "switches", {"users_me_for_clients": True})

    assert caller.get(f"{USERS}/me")["tenant_id"] == caller.world.root_id
