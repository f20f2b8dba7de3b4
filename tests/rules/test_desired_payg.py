"""Pay as you go: usage sets the units, over several rows and tenants (behaviour section 8)."""

from decimal import Decimal

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.platform import PricingMode
from psabridge.rules.settings import Rounding
from psabridge.rules.words import StorageId
from tests.builders import (
    GIB,
    NOW,
    STORAGE,
    a_customer,
    a_mapping_row,
    a_storage_item,
    a_tenant,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired, finding, items, units
from tests.rules.payg_cast import sold, using

OTHER = StorageId("infra-abc")


@pytest.mark.parametrize("used", [0, 1, 7, 10, 12, 5000])
def test_usage_sets_the_units_whatever_they_are_now(used: int) -> None:
    """ACR-PAY-01."""
    assert units(desired(settings(), sold(), using(used))) == {line_id(100): used}


def test_the_quota_of_what_is_sold_pay_as_you_go_is_unlimited() -> None:
    """ACR-PAY-04."""
    (item,) = desired(settings(), sold(), using()).items

    assert (item.is_on, item.quota, item.overage, item.evidence.rule) == (True, None, None, "ACR-PAY-04")
    assert item.evidence.from_lines == ("Contract 10, Service 1000, 10 units, pay as you go",)


def test_level_items_go_by_the_accumulated_value() -> None:
    """ACR-PAY-08."""
    platform = platform_snapshot(items=[an_item()], usages=[a_usage(quantity=12, value=3)])

    assert units(desired(settings(), sold(), platform)) == {line_id(100): 12}


def test_the_evidence_leads_from_the_reading_to_the_unit() -> None:
    row = a_mapping_row(unit_size=5, rounding=Rounding.UP)
    (wanted,) = desired(settings(row), sold(), using(12)).units
    (part,) = wanted.evidence.parts
    (reading,) = part.readings

    assert (reading.tenant, reading.usage_name, reading.quantity) == (tenant_id(1), "workstations", 12)
    assert reading.read_at == NOW
    assert (part.row, part.quantity, part.exact, part.units) == (row, 12, Decimal("2.4"), 3)
    assert (wanted.units, wanted.evidence.rule, wanted.rows) == (3, "ACR-PAY-08", (row,))


@pytest.mark.parametrize("mode", [PricingMode.TRIAL, PricingMode.SUSPENDED])
def test_usage_of_a_trial_is_billed_and_marked(mode: PricingMode) -> None:
    """ACR-PRV-11."""
    platform = platform_snapshot(
        tenants=[a_tenant(pricing_mode=mode)], items=[an_item()], usages=[a_usage(quantity=3)]
    )
    (wanted,) = desired(settings(), sold(), platform).units

    assert wanted.units == 3
    assert wanted.evidence.parts[0].readings[0].note == mode.value


# -- several rows, several tenants


def test_rows_that_share_a_service_are_added_with_a_warning() -> None:
    """R3: nothing flows back on pay as you go."""
    shared = a_mapping_row("pw_base_servers", 1000)
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")],
        usages=[a_usage(quantity=12), a_usage("servers", 3)],
    )
    found = desired(settings(a_mapping_row(), shared), sold(), platform)

    assert units(found) == {line_id(100): 15}
    assert len(found.units[0].evidence.parts) == 2
    assert finding(found, "R3").severity is Severity.WARNING
    assert "ERR-08" not in codes(found)


def test_rows_of_two_modes_on_one_service_do_not_meet_in_one_tenant() -> None:
    per_gigabyte = a_mapping_row("pg_base_workstations", 1000, edition="pck_per_gigabyte")
    platform = platform_snapshot(
        items=[
            an_item(),
            an_item("pg_base_workstations", "workstations", edition="pck_per_gigabyte", is_on=False),
        ],
        usages=[a_usage(quantity=12)],
    )
    found = desired(settings(a_mapping_row(), per_gigabyte), sold(), platform)

    assert units(found) == {line_id(100): 12}
    assert "R3" not in codes(found)


def test_several_tenants_of_one_company_add_up() -> None:
    """R31."""
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)],
        items=[an_item(tenant=1), an_item(tenant=2)],
        usages=[a_usage(quantity=5, tenant=1), a_usage(quantity=6, tenant=2)],
    )
    customers = [a_customer(1), a_customer(2, receives_quotas=False)]
    found = desired(settings(customers=customers), sold(), platform)

    assert units(found) == {line_id(100): 11}
    assert [reading.quantity for reading in found.units[0].evidence.parts[0].readings] == [5, 6]
    assert len(found.items) == 2


def test_one_unknown_tenant_of_a_company_stops_their_common_line() -> None:
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)],
        items=[an_item(tenant=1), an_item(tenant=2)],
        usages=[a_usage(quantity=5, tenant=1)],
        silent=[2],
    )
    customers = [a_customer(1), a_customer(2, receives_quotas=False)]

    assert desired(settings(customers=customers), sold(), platform).units == ()


def test_a_tenant_of_a_company_that_manages_itself_stops_their_common_line() -> None:
    """ERR-06, ERR-22: the other tenant's usage alone would be too little."""
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2, is_managed=False)],
        items=[an_item(tenant=1), an_item(tenant=2)],
        usages=[a_usage(quantity=5, tenant=1), a_usage(quantity=6, tenant=2)],
    )
    customers = [a_customer(1), a_customer(2, receives_quotas=False)]
    found = desired(settings(customers=customers), sold(), platform)

    assert found.units == ()
    assert {"ERR-06", "ERR-22"} <= codes(found)


def test_a_row_over_all_storages_needs_an_answer_from_each_that_is_on() -> None:
    row = a_mapping_row("pw_base_storage", unit_size=GIB)
    both = [a_storage_item(), a_storage_item(storage=OTHER)]
    one = [a_usage("storage", 5 * GIB, storage=STORAGE)]
    two = [*one, a_usage("storage", 6 * GIB, storage=OTHER)]

    assert desired(settings(row), sold(), platform_snapshot(items=both, usages=one)).units == ()
    assert units(desired(settings(row), sold(), platform_snapshot(items=both, usages=two))) == {
        line_id(100): 11
    }


# -- nothing is lowered on a doubt


def test_a_counting_row_writes_its_count() -> None:
    """ACR-MAP-04: included features are counted on a pay-as-you-go contract."""
    row = a_mapping_row("pw_base_secondary_servers", counts_only=True)
    platform = platform_snapshot(
        items=[an_item("pw_base_secondary_servers", "secondary_servers")],
        usages=[a_usage("secondary_servers", 4)],
    )

    assert units(desired(settings(row), sold(), platform)) == {line_id(100): 4}


def test_a_counting_row_gives_nobody_an_item() -> None:
    """ACR-MAP-04: it counts what is there and provisions nothing."""
    row = a_mapping_row("pw_base_secondary_servers", counts_only=True, free=True)
    offered = an_item("pw_base_secondary_servers", "secondary_servers")
    platform = platform_snapshot(items=[an_item()], usages=[a_usage()], offered=[offered])

    assert items(desired(settings(row), sold(), platform)) == {}
