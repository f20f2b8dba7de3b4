"""Which tenant a prepaid contract speaks of: its mode, and the one that receives the quota."""

import pytest

from psabridge.rules.findings import Severity
from tests.builders import (
    PER_GIGABYTE,
    a_customer,
    a_mapping_row,
    a_tenant,
    a_usage,
    an_item,
    platform_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired, finding, quotas
from tests.rules.prepaid_cast import SEATS, having, sold


def test_a_tenant_is_judged_by_the_rows_of_its_own_mode() -> None:
    """ACR-MAP-13, R39."""
    row = a_mapping_row("pg_base_workstations", 1000, edition=PER_GIGABYTE)
    offered = an_item("pg_base_workstations", edition=PER_GIGABYTE)
    platform = platform_snapshot(items=[an_item()], usages=[a_usage()], offered=[offered])
    found = desired(settings(row), sold(), platform)

    assert found.items == ()
    assert {"ACR-MAP-13", "R39"} <= codes(found)
    assert "10 units" in finding(found, "R39").problem


def test_a_new_tenant_takes_the_mode_that_is_sold() -> None:
    pg_row = a_mapping_row("pg_base_workstations", 1001, edition=PER_GIGABYTE, free=True)
    pg_item = an_item("pg_base_workstations", edition=PER_GIGABYTE, is_on=False, quota=None)
    platform = having(an_item(is_on=False, quota=None), pg_item)

    assert quotas(desired(settings(a_mapping_row(), pg_row), sold(), platform)) == {SEATS: 10}


def test_a_new_tenant_that_is_sold_two_modes_gets_neither() -> None:
    pg_row = a_mapping_row("pg_base_workstations", 1000, edition=PER_GIGABYTE)
    pg_item = an_item("pg_base_workstations", edition=PER_GIGABYTE, is_on=False, quota=None)
    found = desired(
        settings(a_mapping_row(), pg_row), sold(), having(an_item(is_on=False, quota=None), pg_item)
    )

    assert found.items == ()
    assert "ACR-MAP-13" in codes(found)


@pytest.mark.parametrize(("first", "second"), [(True, True), (False, False)])
def test_several_tenants_without_one_receiver_get_no_quota(first: bool, second: bool) -> None:
    """R31."""
    customers = [a_customer(1, receives_quotas=first), a_customer(2, receives_quotas=second)]
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)], items=[an_item(tenant=1), an_item(tenant=2)]
    )
    found = desired(settings(customers=customers), sold(), platform)

    assert found.items == ()
    assert finding(found, "R31").severity is Severity.STOPS


def test_the_named_receiver_gets_the_quota_and_the_other_tenant_is_left() -> None:
    customers = [a_customer(1, receives_quotas=False), a_customer(2)]
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)], items=[an_item(tenant=1), an_item(tenant=2)]
    )
    (item,) = desired(settings(customers=customers, set_quotas_to_zero=True), sold(), platform).items

    assert (item.tenant, item.quota) == (tenant_id(2), 10)


def test_a_disabled_tenant_keeps_its_quotas() -> None:
    platform = platform_snapshot(tenants=[a_tenant(is_enabled=False)], items=[an_item()])
    found = desired(settings(), sold(), platform)

    assert found.items == ()
    [(tenant, note)] = found.disabled
    assert (tenant, note.code, note.severity) == (tenant_id(1), "R34", Severity.NOTE)
