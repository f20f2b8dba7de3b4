"""Whose an alert is, where what was read contradicts itself, has holes, or changed since (Ac31)."""

from datetime import UTC, datetime

import pytest

from psabridge.clients.acronis.alert_records import AlertTenant, CustomerAlertCount
from psabridge.clients.acronis.answers import TenantList, UsageList
from psabridge.clients.acronis.records import Tenant, TenantUsages, Usage
from psabridge.clients.acronis.wire import Spoilt
from psabridge.connectors.acronis.alert_tenants import Known, with_names, with_usages
from psabridge.rules.words import TenantId

ROOT, NORTH, SOUTH = TenantId("root"), TenantId("north"), TenantId("south")
ACME, TWIN = TenantId("acme"), TenantId("twin")
NOBODY: dict[str, TenantId] = {}


def a_tenant(tenant: TenantId, name: str, above: TenantId) -> Tenant:
    return Tenant(id=tenant, version=1, name=name, kind="customer", parent_id=above, enabled=True)


def tree(*, acme: str = "Acme", twin: str = "Acme", spoilt: tuple[Spoilt, ...] = ()) -> TenantList:
    return TenantList(
        (
            a_tenant(ROOT, "We", TenantId("vendor")),
            a_tenant(NORTH, "North", ROOT),
            a_tenant(SOUTH, "South", ROOT),
            a_tenant(ACME, acme, NORTH),
            a_tenant(TWIN, twin, SOUTH),
        ),
        spoilt,
        None,
    )


def usages(*pairs: tuple[TenantId, int | None]) -> UsageList:
    rows = [
        TenantUsages(
            tenant=tenant,
            usages=(
                Usage(
                    application_id="app",
                    name="x",
                    edition=None,
                    usage_name="x",
                    type="count",
                    measurement_unit="quantity",
                    range_start=datetime(2026, 11, 1, tzinfo=UTC),
                    value=0,
                    tenant_id=number,
                ),
            ),
        )
        for tenant, number in pairs
    ]
    return UsageList.of([tenant for tenant, _ in pairs], rows, ())


def named(number: str, uuid: str | None = None) -> AlertTenant:
    return AlertTenant(id=number, locator=f"/1/{number}/", uuid=uuid)


def a_count(number: str, *parents: str) -> CustomerAlertCount:
    return CustomerAlertCount(customer_id=number, customer_name="Acme", parents=parents)


def test_usage_tells_the_number_and_the_tree_those_above() -> None:
    known = with_usages(Known.of(ROOT, tree(), NOBODY), usages((ACME, 53), (TWIN, None)))

    assert known.upwards(named("53")) == (ACME, NORTH, ROOT)
    assert known.upwards(named("54")) == ()
    assert known.upwards(named("99", "ACME")) == (ACME, NORTH, ROOT)


def test_a_number_of_two_tenants_is_nobodys() -> None:
    """Else a ticket could go to another company."""
    known = Known.of(ROOT, tree(), {"53": ACME})

    assert with_usages(known, usages((TWIN, 53))).upwards(named("53")) == ()
    assert with_usages(known, usages((NORTH, 53), (TWIN, 54))).upwards(named("54")) == (TWIN, SOUTH, ROOT)


@pytest.mark.parametrize(
    "parents", [("We", "South"), ("We", "South", "Acme"), ("Vendor", "We", "South"), ("South",)]
)
def test_namesakes_are_told_apart_by_those_above(parents: tuple[str, ...]) -> None:
    """Where the path begins, and whether it holds the customer itself, is not described."""
    known = with_names(Known.of(ROOT, tree(), NOBODY), [a_count("54", *parents)])

    assert known.upwards(named("54")) == (TWIN, SOUTH, ROOT)


@pytest.mark.parametrize("parents", [(), ("We",), ("We", "West")])
def test_namesakes_that_are_not_told_apart_are_nobodys(parents: tuple[str, ...]) -> None:
    known = with_names(Known.of(ROOT, tree(), NOBODY), [a_count("54", *parents)])

    assert known.upwards(named("54")) == ()


def test_the_other_namesake_is_left_when_one_is_known() -> None:
    known = with_names(Known.of(ROOT, tree(), {"53": ACME}), [a_count("53"), a_count("54")])

    assert (known.tenant(named("53")), known.tenant(named("54"))) == (ACME, TWIN)


def test_a_tenant_that_left_keeps_its_alerts() -> None:
    """Else its conditions would pass for cleared, and their tickets be closed (R52)."""
    before = Known.of(ROOT, tree(), {"53": ACME})
    few = TenantList(tree().tenants[:3], (), None)
    after = Known.of(ROOT, few, before.numbers)

    assert after.upwards(named("53")) == (ACME,)


def test_a_tree_with_holes_says_nothing_about_those_it_lacks() -> None:
    """ERR-22: they may stand in the row that could not be read."""
    hole = (Spoilt(None, "name: missing"),)
    few = TenantList((tree().tenants[0], *tree().tenants[2:]), hole, None)
    known = Known.of(ROOT, few, {"53": ACME, "54": TWIN})

    assert known.upwards(named("53")) is None  # the one above it is missing
    assert known.upwards(named("99")) is None
    assert known.upwards(named("54")) == (TWIN, SOUTH, ROOT)


def test_a_tree_that_goes_in_a_circle_says_nothing() -> None:
    known = Known(ROOT, parents={ACME: TWIN, TWIN: ACME}, numbers={"53": ACME})

    assert known.upwards(named("53")) is None
