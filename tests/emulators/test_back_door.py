"""The back door refuses what it does not understand: a test that misspells would prove nothing."""

from collections.abc import Iterator

import pytest

from tests.emulators.tenant import Tenant, a_tenant


@pytest.fixture(scope="module")
def tenant() -> Iterator[Tenant]:
    with a_tenant() as made:
        yield made


@pytest.mark.parametrize(
    ("vendor", "route", "body"),
    [
        ("autotask", "lag", {"entity": "ContractServiceUnits", "secs": 5}),
        ("autotask", "requests", {"other": 5}),
        ("autotask", "post-period", {"contract": 1, "until": "2026-01-01"}),
        ("autotask", "foreign-edit", {"line": 1, "date": "2026-03-20", "change": 1}),
        ("autotask", "contract", {"contract": 1, "ends": "2026-03-20"}),
        ("autotask", "edit", {"entity": "Companies", "value": {}}),
        ("autotask", "doubts", {"row": "totals"}),
        ("autotask", "user", {"sees_contract": False}),
        ("autotask", "zone", {"prefx": "/zone5"}),
        ("acronis", "usage", {"tenant": "x", "usage": "storage", "value": 1}),
        ("acronis", "usage", {"items": [{"tenant": "x", "usage": "storage", "value": 1}]}),
        ("acronis", "usage/withhold", {"tenant": "x", "whole": True}),
        ("acronis", "item", {"tenant": "x", "name": "servers", "infra": "x"}),
        ("acronis", "tenant", {"name": "New", "colour": "red"}),
        ("acronis", "switches", {"tokens": 5}),
        ("autotask", "clock", {"forward": 5}),
        ("autotask", "latency", {"seconds": 5}),
        ("autotask", "faults", {"kind": "busy", "paths": "x"}),
        ("autotask", "faults", {"kind": "busy", "path": "("}),
        ("autotask", "faults", {"kind": "busy", "nth": "2"}),
        ("autotask", "faults", {"kind": "bsuy"}),
        ("autotask", "faults", {"before": [{"paths": "edit"}]}),
    ],
)
def test_a_key_or_value_nobody_knows_is_refused_and_changes_nothing(
    tenant: Tenant, vendor: str, route: str, body: dict[str, object]
) -> None:
    before = tenant.running.do(lambda: tenant.running.emulation.vendor(vendor).dump())
    answer = tenant.ask("POST", f"/__control/{route}", body, vendor=vendor)

    assert answer.status == 400, answer.body
    assert answer.json()["error"]
    assert tenant.running.do(lambda: tenant.running.emulation.vendor(vendor).dump()) == before


@pytest.mark.parametrize("vendor", ["autotask", "acronis"])
@pytest.mark.parametrize("path", ["/", "/__control/nowhere", "/ATServicesRest/v2.0/Companies/0", "/api/3/x"])
def test_a_route_nobody_knows_is_refused(tenant: Tenant, vendor: str, path: str) -> None:
    assert tenant.ask("GET", path, vendor=vendor).status in {401, 404}
    assert tenant.ask("POST", path, {}, vendor=vendor).status in {401, 404}


def test_rows_of_an_entity_that_is_not_there_are_refused(tenant: Tenant) -> None:
    assert tenant.ask("GET", "/__control/rows?entity=Contract").status == 400
