"""Every request the product can send to Acronis, against the vendor's own description."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

from psabridge.clients.acronis import forms
from psabridge.clients.acronis.auth import Credentials, token_request
from psabridge.clients.acronis.call import Call, http_request
from psabridge.clients.acronis.requests import alerts, items, reports, tenants, users
from psabridge.clients.transport import HttpRequest

A, B = "a0000000-0000-4000-8000-000000000001", "b0000000-0000-4000-8000-000000000002"
NOW = datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC)
BASE = "https://eu2-cloud.acronis.test"

CONTACT = forms.TenantContactForm(
    types=("primary", "billing"), email="a@b.example", firstname="Ada", phone=None
)
USER_CONTACT = forms.UserContactForm(email="a@b.example", lastname="Byron")
ROWS = (
    forms.ItemChange(
        application_id=A,
        name="pw_base_storage",
        infra_id=B,
        status=1,
        quota=forms.QuotaForm(value=5, overage=0, version=9),
    ),
    forms.ItemChange(
        application_id=A,
        name="x",
        infra_id=None,
        status=1,
        quota=forms.QuotaForm(value=None, overage=None, version=0),
    ),
    forms.ItemChange(application_id=A, name="pw_base_m365_onedrive", infra_id=None, status=0),
)
FILTER = alerts.AlertFilter(
    created=alerts.When(alerts.Compare.AFTER, NOW),
    updated=alerts.When(alerts.Compare.FROM, NOW),
    deleted=alerts.When(alerts.Compare.UP_TO, NOW),
    severity=(alerts.Compare.FROM, alerts.Severity.ERROR),
    ids=(A.upper(), B),
    types=("BackupFailed",),
    categories=("Backup",),
    tenants=("4711", "4712"),
    resource_ids=("r",),
    plan_ids=("p",),
    show_deleted=True,
    show_deleted_only=True,
)
START, END = date(2026, 10, 1), date(2026, 10, 31)

CALLS: tuple[Call, ...] = (
    tenants.own_client(A),
    tenants.tenants_below(A),
    tenants.tenants_below(A, updated_since=NOW, with_contacts=True, with_deleted=True),
    tenants.tenants_after("cursor=/+"),
    tenants.tenants([A, B], with_contacts=True),
    tenants.tenants([A, B], with_deleted=True),
    tenants.tenant(A, with_deleted=True),
    tenants.children(A),
    tenants.search(A, "Bakery & Söhne"),
    tenants.create_tenant(forms.NewTenant(name="Bäckerei", parent_id=A, kind="customer")),
    tenants.create_tenant(
        forms.NewTenant(
            name="x",
            parent_id=A,
            kind="customer",
            contact=CONTACT,
            enabled=True,
            customer_id="7",
            internal_tag=None,
            language="de",
            ancestral_access=True,
        )
    ),
    tenants.update_tenant(A, forms.TenantChange(version=3, enabled=False)),
    tenants.update_tenant(
        A,
        forms.TenantChange(
            version=3, name="y", contact=CONTACT, customer_id=None, internal_tag="psabridge:1:7"
        ),
    ),
    tenants.delete_tenant(A, 4),
    tenants.restore_tenant(A, force=True),
    tenants.pricing(A),
    tenants.set_pricing(A, version=5, mode="production"),
    tenants.mfa(A),
    tenants.set_mfa(A, enabled=True),
    tenants.edition_warnings(A, application_id=B, target_edition="pck_per_workload"),
    tenants.switch_edition(A, application_id=B, target_edition="pck_per_gigabyte"),
    items.offering_items(A),
    items.offering_items(A, updated_since=NOW, rows_per_page=5000),
    items.offering_items_after("cursor", subtree_root=A),
    items.offering_items_of(A, include_secondary=True),
    items.put_offering_items(A, ROWS),
    items.put_offering_items(A, ROWS, check_usage=True),
    items.available_for_child(A),
    items.item_prices(A),
    items.usages([A, B]),
    items.usages_of(A),
    items.infra([A, B]),
    items.locations([A, B]),
    items.location_infra(A),
    items.owned_locations(A),
    items.applications(),
    items.applications_of(A, for_ui=True),
    items.bindings([A, B]),
    items.bind_application(A, B),
    items.unbind_application(A, B),
    users.check_login("ada+byron@b.example"),
    users.users_of(A),
    users.users_after("cursor"),
    users.user(A),
    users.create_user(forms.NewUser(tenant_id=A, login="ada", contact=USER_CONTACT)),
    users.create_user(
        forms.NewUser(
            tenant_id=A,
            login="ada",
            contact=USER_CONTACT,
            enabled=True,
            language="en",
            business_types=("buyer",),
            notifications=("quota", "backup_error"),
        )
    ),
    users.update_user(A, forms.UserChange(version=2, enabled=False)),
    users.delete_user(A, 3),
    users.access_policies(A),
    users.put_access_policies(A, [forms.RoleGrant(trustee_id=A, tenant_id=B, role_id="company_admin")]),
    users.send_activation_mail(A),
    users.set_user_mfa(A, enabled=True),
    reports.create_report(
        forms.ReportOrder(tenant_id=A, level="all_customers", kind="usage_summary", start=START, end=END)
    ),
    reports.report(A),
    reports.reports_of(A),
    reports.stored_reports(A),
    reports.download_report(A, B),
    reports.delete_report(A, 1),
    alerts.alerts(),
    alerts.alerts(FILTER, after="cursor"),
    alerts.alert(A.upper()),
    alerts.dismiss_alert(A.upper()),
    alerts.mark_false_positive(A, false_positive=True),
    alerts.count(FILTER, embed=alerts.Embed.TENANTS),
    alerts.stats(),
    alerts.types(),
    alerts.categories(),
    alerts.customer_alert_counts(alerts.AlertFilter(updated=alerts.When(alerts.Compare.FROM, NOW))),
)


@pytest.fixture(scope="module")
def description(contracts: Path) -> dict[str, Any]:
    loaded = yaml.safe_load((contracts / "acronis-platform.openapi.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def plain_schema(node: object) -> object:
    """The description's `nullable` in the words of JSON Schema, its references to the whole file."""
    if isinstance(node, list):
        return [plain_schema(each) for each in node]
    if not isinstance(node, dict):
        return node
    content = {key: plain_schema(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [content, {"type": "null"}]} if node.get("nullable") else content


def validator(description: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        {"allOf": [plain_schema(schema)], "components": plain_schema(description["components"])}
    )


def operation_of(description: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    path = urlsplit(request.url).path
    found: list[dict[str, Any]] = []
    for template, methods in sorted(description["paths"].items(), key=lambda pair: pair[0].count("{")):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and request.method.lower() in methods:
            found.append(methods[request.method.lower()])
    assert found, f"the description knows no {request.method} {path}"
    return found[0]


def check_query(description: dict[str, Any], operation: dict[str, Any], request: HttpRequest) -> None:
    known = {each["name"]: each for each in operation.get("parameters", ()) if each["in"] == "query"}
    given = parse_qs(urlsplit(request.url).query, strict_parsing=True) if "?" in request.url else {}
    assert given.keys() <= known.keys(), f"unknown: {given.keys() - known.keys()}"
    missing = {name for name, each in known.items() if each.get("required")} - given.keys()
    assert not missing
    for name, texts in given.items():
        schema = known[name]["schema"]
        value = wire_value(known[name], texts)
        validator(description, schema).validate(value)


def wire_value(parameter: dict[str, Any], texts: list[str]) -> object:
    kind = parameter["schema"].get("type", "string")
    if kind == "array":
        return texts if parameter.get("explode", True) else texts[0].split(",")
    [text] = texts
    if kind == "integer":
        return int(text)
    return {"true": True, "false": False}[text] if kind == "boolean" else text


def check_body(description: dict[str, Any], operation: dict[str, Any], request: HttpRequest) -> None:
    wanted = operation.get("requestBody")
    if wanted is None:
        assert request.body is None
        return
    [(kind, content)] = wanted["content"].items()
    assert request.headers["Content-Type"] == kind
    body = request.body or b""
    value = (
        json.loads(body)
        if kind == "application/json"
        else {k: v[0] for k, v in parse_qs(body.decode()).items()}
    )
    problems = [error.message for error in validator(description, content["schema"]).iter_errors(value)]
    assert problems == []


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.name}-{call.method}")
def test_every_request_is_one_the_description_knows(description: dict[str, Any], call: Call) -> None:
    request = http_request(BASE, call, "token")
    operation = operation_of(description, request)
    check_query(description, operation, request)
    check_body(description, operation, request)


def test_the_token_request_is_one_the_description_knows(description: dict[str, Any]) -> None:
    request = token_request(BASE, Credentials(A, "secret"))
    check_body(description, operation_of(description, request), request)


def builders(module: ModuleType) -> Iterator[Callable[..., Call]]:
    for _, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__ and inspect.signature(function).return_annotation is Call:
            yield function


def test_every_builder_has_an_example_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    for module in (tenants, items, users, reports, alerts):
        short = module.__name__.rpartition(".")[2]
        for function in builders(module):
            assert f"    {short}.{function.__name__}(" in source


def test_no_request_dismisses_more_than_one_alert() -> None:
    """Ac33: without an id, DELETE /alerts would dismiss everything in sight."""
    for call in CALLS:
        if call.method == "DELETE":
            assert re.search(r"/[0-9a-fA-F-]{36}$", call.path)
