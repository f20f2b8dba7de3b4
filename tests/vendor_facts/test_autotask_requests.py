"""Every request the product can send to Autotask, against the vendor's own description of the interface."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import pytest

from psabridge.clients.autotask import (
    query,
    records,
    requests,
    ticket_records,
    ticket_writes,
    webhooks,
    writes,
)
from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.query import document, eq, udf_eq, within
from psabridge.clients.autotask.records import Record, UserDefinedField
from psabridge.clients.autotask.writes import New, Patch, Removal, Write
from psabridge.clients.autotask.zone import zone_request
from psabridge.clients.transport import HttpRequest
from psabridge.clients.wire_json import decode
from tests.vendor_facts.also_described import completed

DOOR = requests.Door.at(
    "https://webservices2.autotask.net",
    Credentials.of(user="bridge@msp.example", secret="s", integration_code="c"),
)
MARCH_10 = date(2026, 3, 10)
PRICE = Decimal("0.10")
Kind = TypeVar("Kind", Record, Write)
FIELDS = (UserDefinedField(name="Acronis PAYG", value="Yes"),)

# Members the vendor takes or returns although its description leaves them out (docs/vendors/autotask.md).
UNDESCRIBED = {
    "ContractServices": {"adjustedPrice"},  # A14
    "UserDefinedFieldListItems": {"isActive"},  # A21
    "Services": {"sku"},  # A22
}

RECORDS: list[type[Record]] = [
    records.Company,
    records.Contact,
    records.Currency,
    records.Contract,
    records.ContractService,
    records.ContractServiceBundle,
    records.ContractServiceUnit,
    records.ContractServiceBundleUnit,
    records.Service,
    records.ServiceBundle,
    records.ServiceBundleService,
    records.BillingCode,
    records.UserDefinedFieldDefinition,
    records.UserDefinedFieldListItem,
    records.ContractNote,
    ticket_records.Ticket,
    ticket_records.TicketNote,
    ticket_records.Resource,
    ticket_records.Role,
    ticket_records.ServiceDeskRole,
    ticket_records.TicketCategory,
    webhooks.TICKETS.hook,
    webhooks.COMPANIES.hook,
    webhooks.TICKETS.field,
    webhooks.COMPANIES.field,
    webhooks.TICKETS.excluded,
    webhooks.COMPANIES.excluded,
]

A_WEBHOOK: dict[str, Any] = {
    "name": "n",
    "webhook_url": "https://b/t",
    "deactivation_url": "https://b/d",
    "secret_key": "s",
    "notification_email_address": "ops@msp.example",
}

NEW: list[New] = [
    writes.NewService(
        name="Backup",
        billing_code_id=1,
        period_type=2,
        unit_price=PRICE,
        description="d",
        invoice_description="i",
        unit_cost=PRICE,
        vendor_company_id=4,
    ),
    writes.NewServiceBundle(
        name="Backup",
        billing_code_id=1,
        period_type=2,
        unit_price=PRICE,
        description="d",
        invoice_description="i",
    ),
    writes.NewServiceBundleService(service_bundle_id=1, service_id=2),
    writes.NewContractService(
        contract_id=1,
        service_id=2,
        unit_price=PRICE,
        adjusted_price=PRICE,
        unit_cost=PRICE,
        invoice_description="i",
        internal_description="n",
    ),
    writes.NewContractServiceBundle(
        contract_id=1,
        service_bundle_id=2,
        unit_price=PRICE,
        adjusted_price=PRICE,
        invoice_description="i",
        internal_description="n",
    ),
    writes.NewUserDefinedFieldDefinition(
        name="Acronis PAYG",
        udf_type=1,
        data_type=1,
        description="d",
        is_required=False,
        is_visible_to_client_portal=False,
        sort_order=1,
    ),
    writes.NewUserDefinedFieldListItem(udf_field_id=9, value_for_display="Yes", value_for_export="Yes"),
    writes.NewContractNote(contract_id=1, title="t", description="d"),
    ticket_writes.NewTicket(
        company_id=0,
        title="t",
        status=1,
        priority=2,
        external_id="k-1",
        description="d",
        queue_id=5,
        assigned_resource_id=6,
        assigned_resource_role_id=7,
        source=8,
        ticket_type=1,
        ticket_category=3,
        issue_type=10,
        sub_issue_type=11,
        billing_code_id=12,
        contract_id=13,
        contract_service_id=14,
        due_date_time=datetime(2026, 3, 12, 9, 30, tzinfo=UTC),
    ),
    ticket_writes.NewTicketNote(ticket_id=1, title="t", description="d", note_type=3, publish=2),
    webhooks.TICKETS.new(**A_WEBHOOK),
    webhooks.COMPANIES.new(**A_WEBHOOK),
    webhooks.TICKETS.new_field(webhook_id=1, field_id=7),
    webhooks.COMPANIES.new_field(webhook_id=1, field_id=7),
    webhooks.TICKETS.new_excluded(webhook_id=1, resource_id=9),
    webhooks.COMPANIES.new_excluded(webhook_id=1, resource_id=9),
]

PATCHES: list[Patch] = [
    writes.PatchService(
        id=1,
        name="n",
        unit_price=PRICE,
        unit_cost=PRICE,
        description="d",
        invoice_description="i",
        is_active=True,
    ),
    writes.PatchServiceBundle(
        id=1, name="n", unit_price=PRICE, description="d", invoice_description="i", is_active=True
    ),
    writes.PatchContractService(id=1, contract_id=2, adjusted_price=PRICE, invoice_description="i"),
    writes.PatchContractServiceBundle(id=1, contract_id=2, adjusted_price=PRICE, invoice_description="i"),
    writes.PatchUserDefinedFieldDefinition(id=1, default_value="No", description="d", is_active=True),
    writes.PatchUserDefinedFieldListItem(
        id=1, udf_field_id=2, value_for_display="Yes", value_for_export="Yes", is_active=True
    ),
    writes.PatchCompany(id=1, user_defined_fields=FIELDS),
    writes.PatchContract(id=1, user_defined_fields=FIELDS),
    writes.PatchContractNote(id=1, contract_id=2, title="t", description="d"),
    ticket_writes.PatchTicket(
        id=1,
        status=5,
        priority=2,
        queue_id=3,
        title="t",
        description="d",
        resolution="r",
        external_id="k-2",
        company_id=0,
        contact_id=4,
        contract_id=5,
        contract_service_id=6,
        assigned_resource_id=7,
        assigned_resource_role_id=8,
        due_date_time=datetime(2026, 3, 12, 9, 30, tzinfo=UTC),
    ),
    webhooks.TICKETS.patch(id=1, is_active=True),
    webhooks.COMPANIES.patch(id=1, is_active=True),
]

REMOVALS: list[Removal] = [webhooks.TICKETS.remove(id=1), webhooks.COMPANIES.remove(id=1)]

QUERY = document([eq("isActive", value=True), within("id", [1, 2]), udf_eq("Acronis PAYG", "Yes")], after=5)


def every_request() -> list[tuple[str, HttpRequest]]:
    """(entity, request) for each builder and each kind of write."""
    found = [
        ("", requests.versions(DOOR.root)),
        ("", zone_request(DOOR.root, "bridge@msp.example")),
        ("", requests.threshold(DOOR)),
        ("Services", requests.information(DOOR, "Services")),
        (requests.ADJUSTMENTS, requests.adjust_units(DOOR, **CHANGE)),
        (requests.BUNDLE_ADJUSTMENTS, requests.adjust_bundle_units(DOOR, **CHANGE)),
    ]
    for model in RECORDS:
        entity = model.entity
        found += [
            (entity, requests.query(DOOR, entity, QUERY)),
            (entity, requests.count(DOOR, entity, query.counting([]))),
            (entity, requests.one(DOOR, entity, 7)),
            (entity, requests.fields(DOOR, entity)),
            (entity, requests.user_defined_fields(DOOR, entity)),
        ]
    found += [(new.entity, requests.create(DOOR, new.route(), new.body())) for new in NEW]
    found += [(change.entity, requests.patch(DOOR, change.route(), change.body())) for change in PATCHES]
    found += [(gone.entity, requests.remove(DOOR, gone.route(), gone.id)) for gone in REMOVALS]
    return found


CHANGE: dict[str, Any] = {"line_id": 10, "effective_date": MARCH_10, "unit_change": 5}


@pytest.fixture(scope="module")
def described(contracts: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((contracts / "autotask-rest-v1.trimmed.json").read_text())
    return completed(content)


def operation_of(described: Mapping[str, Any], request: HttpRequest) -> Mapping[str, Any]:
    path = urlsplit(request.url).path.removeprefix(described["basePath"]).lower()
    for template, verbs in described["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[0-9]+", re.escape(template.lower()))
        if re.fullmatch(pattern, path):
            assert request.method.lower() in verbs, f"{request.method} {template} is not described"
            found: Mapping[str, Any] = verbs[request.method.lower()]
            return found
    raise AssertionError(f"{path} is not described")


def body_model(described: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "body":
            name = parameter["schema"]["$ref"].rpartition("/")[2]
            found: Mapping[str, Any] = described["definitions"][name]
            return found
    return None


def on_the_wire(name: str) -> str:
    """The description is in PascalCase, the wire in camelCase."""
    return name[0].lower() + name[1:]


def members(model: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {on_the_wire(name): described for name, described in model["properties"].items()}


KINDS: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, Decimal),
    "string": str,
    "boolean": bool,
    "array": list,
    "object": object,
}


@pytest.mark.parametrize(("entity", "request_"), every_request(), ids=lambda one: getattr(one, "url", one))
def test_each_request_is_one_the_vendor_describes(
    described: dict[str, Any], entity: str, request_: HttpRequest
) -> None:
    operation = operation_of(described, request_)
    model = body_model(described, operation)
    if request_.body is None:
        assert model is None
        return
    assert model is not None
    body = decode(request_.body)
    assert isinstance(body, dict)
    allowed = members(model)
    if model is described["definitions"]["QueryModel"]:
        body = {on_the_wire(name): value for name, value in body.items()}
    assert set(body) - set(allowed) <= UNDESCRIBED.get(entity, set())
    for name, value in body.items():
        if name in allowed:
            assert isinstance(value, KINDS[allowed[name]["type"]]), f"{name} is of another kind"


@pytest.mark.parametrize("request_", [one for _, one in every_request()], ids=lambda one: one.url)
def test_each_request_carries_what_the_vendor_requires(
    described: dict[str, Any], request_: HttpRequest
) -> None:
    """Zone and versions are asked without credentials, against the description (A4)."""
    parts = urlsplit(request_.url)
    required = [one for one in operation_of(described, request_)["parameters"] if one.get("required")]
    assert {one["name"] for one in required if one["in"] == "query"} <= set(parse_qs(parts.query))
    if parts.path.lower().endswith(("zoneinformation", "versioninformation")):
        assert dict(request_.headers) == {}
    else:
        assert {one["name"] for one in required if one["in"] == "header"} <= set(request_.headers)


@pytest.mark.parametrize(
    "filter_", [eq("a", 1), within("a", [1]), udf_eq("a", "b"), query.any_of(eq("a", 1))]
)
def test_filters_use_the_members_the_vendor_describes(
    described: dict[str, Any], filter_: query.Filter
) -> None:
    assert set(filter_.wire) <= set(described["definitions"]["Filter"]["properties"])


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.entity)
def test_each_member_that_is_read_exists(described: dict[str, Any], model: type[Record]) -> None:
    definition = described["definitions"][_definition_name(model.entity)]
    read = {field.alias for field in model.model_fields.values()}
    assert read - set(members(definition)) <= UNDESCRIBED.get(model.entity, set())


def _definition_name(entity: str) -> str:
    singular = f"{entity[:-3]}y" if entity.endswith("ies") else entity.removesuffix("s")
    return f"{singular}Model"


def _leaves(kind: type[Kind]) -> set[type[Kind]]:
    """Those with an entity of their own; the others only hold what two have in common."""
    below = {leaf for one in kind.__subclasses__() for leaf in _leaves(one)}
    return below | ({kind} if "entity" in vars(kind) else set())


def test_every_kind_of_write_is_among_those_tested() -> None:
    assert {type(one) for one in [*NEW, *PATCHES, *REMOVALS]} == _leaves(Write)


def test_every_kind_of_record_is_among_those_tested() -> None:
    assert _leaves(Record) == set(RECORDS)
