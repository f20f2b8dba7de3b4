"""The Acronis emulator against the vendor's own description, every route, both directions (R60)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from psabridge_emulators.frame.wire import Reply
from tests.emulators.acronis.caller import CYBER, FORM, Caller
from tests.vendor_facts.acronis_contract import CONTRACT, operation_of, operations, validate_exchange

# The vendor's description is read from outside the repository; the fixture skips where it is not there.
pytestmark = pytest.mark.usefixtures("contracts")

ALERTS = "/api/alert_manager/v1"
NIL = "00000000-0000-0000-0000-000000000000"


class JudgedCaller(Caller):
    """Shows each exchange to the description, and remembers which operations were answered well."""

    def __init__(self) -> None:
        super().__init__()
        self.done: set[tuple[str, str]] = set()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        content_type: str = "application/json",
        **query: object,
    ) -> Reply:
        reply = super().send(method, path, body, content_type=content_type, **query)
        asked = self.encoded(body)
        self.judge(method, path, urlencode(query, doseq=True), asked, content_type if asked else "", reply)
        return reply

    def judge(self, method: str, path: str, query: str, body: bytes | None, kind: str, reply: Reply) -> None:
        validate_exchange(method, path, query, body, kind, reply.status, reply.body, reply.content_type)
        found = operation_of(method, path)
        if found is not None and reply.status < 400:
            self.done.add((method, found[0]))

    def enter(self) -> None:
        reply = self.sign_in()
        self.judge("POST", "/api/2/idp/token", "", b"grant_type=client_credentials", FORM, reply)


def _tree(caller: JudgedCaller) -> str:
    root = caller.world.root_id
    contact = {"types": ["primary"], "email": "office@harbor.example", "firstname": "Ann", "phone": None}
    tenant = caller.create_tenant("Harbor", contact=contact, internal_tag="psabridge:1:7", customer_id="7")
    path = f"/api/2/tenants/{tenant['id']}"
    caller.get(f"/api/2/clients/{caller.world.client_id}")
    caller.get(path, embed_path="true")
    caller.create_tenant(
        "Billed", company_billing_contact={"email": "x@y"}, settings={"enhanced_security": True}
    )
    for detail in ("stamps", "basic", "full"):
        caller.get("/api/2/tenants", subtree_root_id=root, lod=detail, with_contacts="true", limit=2)
    first = caller.get("/api/2/tenants", subtree_root_id=root, limit=1)
    caller.get("/api/2/tenants", after=first["paging"]["cursors"]["after"])
    caller.get(f"/api/2/tenants/{root}/children", order="name")
    caller.get("/api/2/search", tenant=root, text="harb")
    caller.do("PUT", path, {"version": 99, "name": "Other"}, gives=409)
    caller.do("POST", "/api/2/tenants", {"name": "Harbor", "kind": "customer", "parent_id": root}, gives=409)
    caller.do("POST", "/api/2/tenants", {"name": "x", "mode": "trial"}, gives=400)
    caller.do("DELETE", path, gives=400, version=tenant["version"])
    return str(tenant["id"])


def _settings(caller: JudgedCaller, tenant: str) -> None:
    pricing = f"/api/2/tenants/{tenant}/pricing"
    version = caller.get(pricing)["version"]
    caller.do("PUT", pricing, {"version": version, "mode": "production", "currency": "EUR"})
    caller.get(f"/api/2/tenants/{tenant}/mfa/status")
    caller.do("PUT", f"/api/2/tenants/{tenant}/mfa/status", {"enabled": True})
    caller.get("/api/2/applications")
    caller.get(f"/api/2/applications/{CYBER}")
    caller.do("POST", f"/api/2/applications/{CYBER}/bindings/tenants/{tenant}", gives=204)
    caller.get(f"/api/2/tenants/{tenant}/applications")
    caller.get("/api/2/tenants/applications", tenants=f"{tenant},{caller.world.root_id}")


def _places(caller: JudgedCaller) -> str:
    root = caller.world.root_id
    storage = caller.world.add_infra(caller.world.add_location("XYZ"), "XYZ")
    location = caller.do("POST", "/api/2/locations", {"owner_tenant_id": root, "name": "Cellar"}, gives=201)
    of_location = f"/api/2/locations/{location['id']}"
    caller.get(of_location)
    location = caller.do("PUT", of_location, {"name": "Attic", "version": location["version"]})
    body = {
        "owner_tenant_id": root,
        "location_id": location["id"],
        "name": "NAS",
        "url": "acronis+fes://nas",
        "content_url": "https://nas",
        "capabilities": ["files_cloud"],
        "backend_type": None,
    }
    infra = caller.do("POST", "/api/2/infra", body, gives=201)
    of_infra = f"/api/2/infra/{infra['id']}"
    caller.get(of_infra)
    caller.get(f"{of_location}/infra")
    caller.get(f"/api/2/tenants/{root}/locations")
    caller.get("/api/2/infra", uuids=f"{storage},{infra['id']}")
    caller.get("/api/2/locations", uuids=location["id"])
    infra = caller.do("PUT", of_infra, {"version": infra["version"], "name": "NAS 2"})
    caller.do("PUT", of_infra, {"version": 1, "name": "NAS 3"}, gives=409)
    caller.do("DELETE", of_infra, gives=204, version=infra["version"], force="true")
    caller.do("DELETE", of_location, gives=204, version=location["version"])
    return storage


def _items(caller: JudgedCaller, tenant: str, storage: str) -> None:
    root = caller.world.root_id
    of_tenant = f"/api/2/tenants/{tenant}"
    available = f"/api/2/tenants/{root}/offering_items/available_for_child"
    offered = caller.get(available, kind="customer", edition="pck_per_workload")["items"]
    caller.put_items(tenant, *[{**row, "status": 1} for row in offered], check_usage=True)
    quota = {"value": 25, "overage": 0, "version": 0}
    caller.put_items(tenant, {"name": "pw_base_storage", "infra_id": storage, "quota": quota})
    caller.put_items(tenant, {"name": "pw_base_storage", "infra_id": storage, "quota": quota}, gives=409)
    caller.put_items(tenant, {"name": "pg_base_servers", "status": 1}, gives=400)
    caller.items(tenant, status=1, type="infra", infra_uuid=storage)
    page = caller.get("/api/2/tenants/offering_items", subtree_root_tenant_id=root, limit=9)
    caller.get("/api/2/tenants/offering_items", after=page["paging"]["cursors"]["after"])
    for name, value in (("storage", 60), ("class1_storage", 10), ("class2_storage", 50), ("servers", 2)):
        caller.world.set_usage(tenant, name, value, storage if "storage" in name else None)
    caller.usages(tenant, usage_names="storage,servers", editions="pck_per_workload")
    caller.usages(root)
    caller.get("/api/2/tenants/usages", tenants=f"{tenant},{root}")
    prices = f"{of_tenant}/offering_items/pricing"
    row = {"application_id": CYBER, "name": "pw_base_servers", "price": "2.50"}
    caller.do("PUT", prices, {"items": [row]})
    caller.get(prices)
    target = {"target_edition": "pck_per_gigabyte", "application_id": CYBER}
    caller.get(f"{of_tenant}/edition", **target)
    caller.do("PUT", f"{of_tenant}/edition", target)


def _users(caller: JudgedCaller, tenant: str) -> None:
    body = {"tenant_id": tenant, "login": "ann", "contact": {"email": "ann@harbor.example"}}
    caller.do("GET", "/api/2/users/check_login", gives=204, username="ann")
    user = caller.do(
        "POST", "/api/2/users", {**body, "notifications": ["quota"], "business_types": ["buyer"]}
    )
    path = f"/api/2/users/{user['id']}"
    caller.do("GET", "/api/2/users/check_login", gives=409, username="ann")
    caller.do("GET", "/api/2/users/check_login", gives=406, username="a n n")
    role = {
        "id": NIL,
        "issuer_id": NIL,
        "version": 0,
        "trustee_id": user["id"],
        "trustee_type": "user",
        "tenant_id": tenant,
        "role_id": "company_admin",
    }
    caller.do("PUT", f"{path}/access_policies", {"items": [role]})
    caller.get(f"{path}/access_policies")
    caller.do("POST", f"{path}/send-activation-email", gives=204)
    caller.do("POST", f"{path}/password", {"password": "correct horse"}, gives=204)
    caller.do("PUT", f"{path}/mfa/status", {"enabled": True})
    caller.get("/api/2/users", tenant_id=tenant, with_access_policies="true")
    caller.get(f"/api/2/tenants/{tenant}/users", include_grand_children="true")
    user = caller.do("PUT", path, {"version": caller.get(path)["version"], "enabled": False})
    caller.do("DELETE", path, gives=204, version=user["version"])
    caller.do("POST", f"{path}/restore", gives=204, enable="true")
    caller.control("POST", "switches", {"users_me_for_clients": True})
    caller.get("/api/2/users/me")


def _reports(caller: JudgedCaller) -> None:
    root = caller.world.root_id
    order = {
        "recipients": [],
        "result_action": "save",
        "schedule": {"type": "once"},
        "parameters": {
            "tenant_id": root,
            "level": "all_customers",
            "kind": "usage_summary",
            "formats": ["csv_v2_0", "json_v2_0", "html"],
            "period": {"start": "2026-02-01", "end": "2026-02-28"},
        },
    }
    report = caller.do("POST", "/api/2/reports", order)
    path = f"/api/2/reports/{report['id']}"
    caller.get(path)
    caller.get(f"/api/2/tenants/{root}/reports")
    caller.get(f"{path}/stored")
    caller.pass_time(minutes=10)
    stored = caller.get(f"{path}/stored")["items"][0]
    assert caller.send("GET", f"{path}/stored/{stored['id']}").status == 200
    caller.do("DELETE", path, gives=204, version=report["version"])


def _alerts(caller: JudgedCaller, tenant: str) -> None:
    for name in ("BackupFailed", "NoBackupForXDays", "BackupFailed"):
        caller.world.raise_alert(tenant, name, details={"planName": "Daily"}, source="agent", affinity="x")
    nobody = caller.world.raise_alert(tenant, "EDRIncidentDetected")
    asked: dict[str, Any] = {"order": "asc(updated_at)", "limit": 2, "severity": "ge(warning)"}
    page = caller.get(f"{ALERTS}/alerts", **asked)
    page = caller.get(f"{ALERTS}/alerts", after=page["paging"]["cursors"]["after"], **asked)
    caller.get(f"{ALERTS}/alerts", before=page["paging"]["cursors"]["before"], **asked)
    caller.get(f"{ALERTS}/alerts/{nobody}")
    caller.do("PATCH", f"{ALERTS}/alerts/{nobody}/false_positive", {"falsePositive": True}, gives=204)
    caller.do("POST", f"{ALERTS}/alerts", {"type": "BackupFailed", "details": {}})
    for embed in ("embed_tenants", "embed_types", "embed_severities", "embed_categories"):
        caller.get(f"{ALERTS}/count", **{embed: "true"})
    caller.get(f"{ALERTS}/stats")
    caller.get(f"{ALERTS}/types", os_type=["windows", "linux"])
    caller.get(f"{ALERTS}/types/BackupFailed")
    caller.get(f"{ALERTS}/categories", include_disabled="true")
    number = caller.get(f"{ALERTS}/customer_alerts_count")["items"][0]["customer_id"]
    caller.get(f"{ALERTS}/customer_alerts", customer_id=number)
    caller.do("DELETE", f"{ALERTS}/alerts/{nobody}", gives=204)
    caller.do("DELETE", f"{ALERTS}/alerts/{nobody}", gives=404)
    caller.get(f"{ALERTS}/alerts", show_deleted="true")
    caller.do("DELETE", f"{ALERTS}/alerts", gives=204, type="BackupFailed")


def _end(caller: JudgedCaller, tenant: str) -> None:
    path = f"/api/2/tenants/{tenant}"
    caller.do("DELETE", f"/api/2/applications/{CYBER}/bindings/tenants/{tenant}", gives=204)
    version = caller.tenant(tenant)["version"]
    disabled = caller.do("PUT", path, {"version": version, "enabled": False})
    caller.do("DELETE", path, gives=204, version=disabled["version"])
    caller.do("GET", path, gives=404)
    caller.do("POST", f"{path}/restore", gives=204, force="true")


def test_every_route_of_the_description_is_answered_as_described(contracts: Path) -> None:
    assert CONTRACT.parent.resolve() == contracts.resolve()
    caller = JudgedCaller()
    caller.enter()
    tenant = _tree(caller)
    _settings(caller, tenant)
    _items(caller, tenant, _places(caller))
    _users(caller, tenant)
    _reports(caller)
    _alerts(caller, tenant)
    _end(caller, tenant)

    known = {(method, template) for method, template, _, _ in operations()}
    assert caller.done == known


def test_without_a_token_the_answers_are_the_described_ones() -> None:
    caller = JudgedCaller()
    for method, template, _, _ in operations():
        path = template
        for name in ("tenant_id", "user_id", "client_id", "application_id", "report_id", "stored_report_id"):
            path = path.replace(f"{{{name}}}", NIL)
        path = path.replace("{infra_id}", NIL).replace("{location_id}", NIL)
        path = path.replace("{alert_id}", NIL).replace("{type_id}", "BackupFailed")
        if path != "/api/2/idp/token":
            assert Caller.send(caller, method, path).status == 401
    assert caller.send("GET", f"{ALERTS}/stats").status == 401
    assert caller.send("GET", "/api/2/applications").status == 401


def test_what_does_not_fit_the_description_is_told() -> None:
    answer = b'{"items": [{"tenant": "x", "usages": []}]}'
    with pytest.raises(AssertionError, match="does not match"):
        validate_exchange(
            "GET", "/api/2/tenants/usages", f"tenants={NIL}", None, "", 200, answer, "application/json"
        )
    with pytest.raises(AssertionError, match="unknown"):
        validate_exchange(
            "GET", "/api/2/tenants/usages", f"tenants={NIL}&x=1", None, "", 200, b"{}", "application/json"
        )
    with pytest.raises(AssertionError, match="does not know"):
        validate_exchange("GET", "/api/2/planets", "", None, "", 200, b"{}", "application/json")
