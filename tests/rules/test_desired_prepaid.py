# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Prepaid: the contract sets the quota (behaviour sections 4 and 7)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.findings import Severity
from psabridge.rules.platform import OfferingItem, PlatformSnapshot, Quota
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import Limit, Measure, PairingSettings
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.words import LineKind, StorageId
from tests.builders import (
    GIB,
    PER_GIGABYTE,
    STORAGE,
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_customer,
    a_feature,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    tenant_id,
)
from tests.rules.asking import codes, desired, finding, items, quotas

SERVERS = "pw_base_servers"
SEATS = "pw_base_workstations"
SERVERS_ROW = a_mapping_row(SERVERS, 1001)
OFF = a_mapping_row(SERVERS, None)
FREE = a_mapping_row(SERVERS, None, free=True)


def sold(units: int | None = 10, **contract: Any) -> PsaSnapshot:
    return psa_snapshot(
        contracts=[a_contract(**contract)],
        lines=[a_line()],
        rows=[] if units is None else [a_unit_row(units=units)],
    )


def having(*given: OfferingItem, used: int = 3) -> PlatformSnapshot:
    return platform_snapshot(
        items=given or [an_item()], usages=[a_usage(quantity=used), a_usage("servers", used)]
    )


def both() -> PlatformSnapshot:
    return having(an_item(), an_item(SERVERS, "servers"))


def run(decided: PairingSettings, units: int | None = 10, *given: OfferingItem) -> Desired:
    return desired(decided, sold(units), having(*given) if given else both())


@pytest.mark.parametrize("units", [1, 2, 25, 10_000])
def test_units_become_a_hard_quota(units: int) -> None:
    """ACR-PRE-01: overage 0, written."""
    (item,) = run(settings(), units, an_item()).items

    assert (item.is_on, item.has_quota, item.quota, item.overage) == (True, True, units, 0)
    assert item.evidence.from_lines == (f"Contract 10, Service 1000, {units} units, prepaid",)


def test_nothing_is_written_to_a_prepaid_contract() -> None:
    """ACR-PRE-03."""
    assert run(settings()).units == ()


@pytest.mark.parametrize("value", [None, "", "No"])
def test_no_or_empty_is_prepaid(value: str | None) -> None:
    """ACR-PRE-02."""
    assert quotas(desired(settings(), sold(payg_value=value), having())) == {SEATS: 10}


@pytest.mark.parametrize(
    ("limit", "overage"), [(Limit.HARD, 0), (Limit.ALLOWANCE, 15), (Limit.UNLIMITED_OVERAGE, None)]
)
def test_the_row_says_what_happens_at_the_limit(limit: Limit, overage: int | None) -> None:
    """R6."""
    row = a_mapping_row(unit_size=5, limit=limit, overage=3)
    (item,) = run(settings(row), 10, an_item()).items

    assert (item.quota, item.overage) == (50, overage)


def test_units_in_force_tomorrow_set_no_quota_today() -> None:
    """ACR-PRE-04."""
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line()],
        rows=[
            a_unit_row(units=10, ends=TODAY),
            a_unit_row(units=99, starts=TODAY + timedelta(days=1)),
        ],
    )

    assert quotas(desired(settings(), psa, having())) == {SEATS: 10}


def test_several_prepaid_contracts_add_up() -> None:
    """ACR-PRE-05."""
    psa = psa_snapshot(
        contracts=[a_contract(10), a_contract(11), a_contract(12, ends=TODAY - timedelta(days=1))],
        lines=[a_line(100, 10), a_line(110, 11), a_line(120, 12)],
        rows=[a_unit_row(100, 4), a_unit_row(110, 5), a_unit_row(120, 100)],
    )
    found = desired(settings(), psa, having())

    assert quotas(found) == {SEATS: 9}
    assert len(found.items[0].evidence.from_lines) == 2


def test_lowering_below_what_is_used_is_done_and_warned_of() -> None:
    """ACR-PRE-06."""
    item = an_item(quota=Quota(20, 0, 3))
    found = desired(settings(), sold(5), having(item, used=12))

    assert quotas(found) == {SEATS: 5}
    assert "12 are in use" in finding(found, "ACR-PRE-06").problem


def test_a_quota_that_stands_below_the_use_is_no_news() -> None:
    item = an_item(quota=Quota(5, 0, 3))

    assert "ACR-PRE-06" not in codes(desired(settings(), sold(5), having(item, used=12)), Severity.NOTE)


@pytest.mark.parametrize("is_free", [True, False])
def test_zero_units_are_a_quota_of_zero(is_free: bool) -> None:
    """ACR-PRE-07: someone typed zero; Free does not step in."""
    (item,) = run(settings(a_mapping_row(free=is_free)), 0, an_item()).items

    assert (item.quota, item.overage, item.needs_person) == (0, 0, False)


def test_zero_units_do_not_switch_on_what_is_off() -> None:
    """R4: every non-zero outcome switches the item on."""
    assert run(settings(), 0, an_item(is_on=False, quota=None)).items == ()
    assert run(settings(), 1, an_item(is_on=False, quota=None)).items[0].is_on


def test_units_that_cannot_be_read_change_no_quota() -> None:
    found = run(settings(set_quotas_to_zero=True), None, an_item())

    assert found.items == ()
    assert finding(found, "ACR-PRE-04").severity is Severity.STOPS


def test_units_below_zero_change_no_quota() -> None:
    """ACR-PRE-04, D3; found by lives of the simulation: the whole cycle broke over one customer's line."""
    found = run(settings(), -3, an_item())

    assert found.items == ()
    assert "below 0" in finding(found, "ACR-PRE-04").problem


def test_an_unlimited_item_that_gets_a_quota_is_listed_first() -> None:
    """ACR-PAY-10: the units standing there become quotas."""
    found = run(settings(), 10, an_item())

    assert "unlimited now" in finding(found, "ACR-PAY-10").problem


def test_a_contract_that_turned_into_prepaid_by_renewal_waits_for_a_person() -> None:
    """R23."""
    psa = psa_snapshot(
        contracts=[
            a_payg_contract(10, ends=date(2026, 2, 28)),
            a_contract(11, starts=date(2026, 3, 1), renews=10),
        ],
        lines=[a_line(100, 10), a_line(110, 11)],
        rows=[a_unit_row(110, 4)],
    )

    assert desired(settings(), psa, having()).items[0].needs_person
    limited = having(an_item(quota=Quota(4, 0, 2)))
    assert not desired(settings(), psa, limited).items[0].needs_person


# -- bundles and twice


def test_each_service_of_a_prepaid_bundle_gets_the_bundles_units() -> None:
    """ACR-MAP-12."""
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_bundle_line(), a_line(101)],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 7), a_unit_row(101, 2)],
        bundles=[a_bundle(services=(1000, 1001))],
    )

    assert quotas(desired(settings(a_mapping_row(), SERVERS_ROW), psa, both())) == {SEATS: 9, SERVERS: 7}


def test_a_service_twice_on_a_prepaid_contract_adds_with_a_finding() -> None:
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_line(101)],
        rows=[a_unit_row(100, 7), a_unit_row(101, 2)],
    )
    found = desired(settings(), psa, having())

    assert quotas(found) == {SEATS: 9}
    assert finding(found, "W9").severity is Severity.WARNING


# -- Free, zero, undecided, exempt


def test_free_is_unlimited_though_it_is_not_sold() -> None:
    assert quotas(run(settings(a_mapping_row(), FREE))) == {SEATS: 10, SERVERS: None}


def test_the_contract_wins_over_free() -> None:
    assert quotas(run(settings(a_mapping_row(free=True)), 4, an_item())) == {SEATS: 4}


def test_what_is_not_sold_is_left_unless_quotas_are_set_to_zero() -> None:
    assert quotas(run(settings(a_mapping_row(), OFF))) == {SEATS: 10}
    found = run(settings(a_mapping_row(), OFF, set_quotas_to_zero=True))
    assert quotas(found) == {SEATS: 10, SERVERS: 0}
    assert items(found)[SERVERS].is_on  # ERR-10 cannot happen to a zero
    assert not items(found)[SERVERS].needs_person


def test_a_company_whose_last_addition_ended_is_zeroed_for_a_person_free_items_named() -> None:
    """R5, ACR-DEP-01, ACR-DEP-02."""
    psa = psa_snapshot(
        contracts=[a_contract(ends=TODAY - timedelta(days=1))], lines=[a_line()], rows=[a_unit_row()]
    )
    found = desired(settings(a_mapping_row(), FREE, set_quotas_to_zero=True), psa, both(), ended=[1])

    assert quotas(found) == {SEATS: 0, SERVERS: 0}
    assert all(item.needs_person for item in found.items)
    assert all("Free items among them: Servers" in item.reason for item in found.items)


@pytest.mark.parametrize(
    "psa",
    [
        psa_snapshot(),
        psa_snapshot(
            contracts=[
                a_contract(10, ends=TODAY - timedelta(1)),
                a_contract(11, starts=TODAY + timedelta(1)),
            ],
            lines=[a_line()],
        ),
        psa_snapshot(contracts=[a_contract(is_active=False)], lines=[a_line()], rows=[a_unit_row()]),
        psa_snapshot(contracts=[a_contract()], lines=[a_line()]),
        psa_snapshot(contracts=[a_contract(ends=TODAY - timedelta(1))], lines=[a_line()]),
    ],
    ids=[
        "never had one",
        "one begins tomorrow",
        "inactive and not ended",
        "units unread",
        "ended before the bridge looked",
    ],
)
def test_without_proof_that_additions_ended_nothing_is_zeroed(psa: PsaSnapshot) -> None:
    """R21, R19, ACR-DEP-06."""
    found = desired(settings(a_mapping_row(), set_quotas_to_zero=True), psa, both())

    assert found.items == ()


def test_contracts_out_of_sight_zero_nothing() -> None:
    """R20."""
    decided = settings(a_mapping_row(), OFF, set_quotas_to_zero=True)

    assert quotas(desired(decided, sold(), both(), seen={77: 1})) == {}
    assert quotas(desired(decided, sold(), having(an_item(quota=Quota(5, 0))), seen={77: 1})) == {SEATS: 10}


def test_a_company_that_lost_all_its_contracts_keeps_its_quotas() -> None:
    found = desired(settings(set_quotas_to_zero=True), psa_snapshot(), both(), seen={10: 1})

    assert (found.items, found.units) == ((), ())
    assert finding(found, "ERR-07").severity is Severity.STOPS


def test_an_exempt_item_is_left() -> None:
    """R10: with its end and its reason in the plan of every day."""
    exempt = (ExemptItem(tenant_id(1), an_item().key, TODAY, "moves house"),)

    found = run(settings(exempt_items=exempt), 4, an_item())

    assert found.items == ()
    told = finding(found, "R10")
    assert (told.severity, told.company) == (Severity.NOTE, 1)
    assert f"until {TODAY}" in told.problem
    assert "moves house" in told.problem


def test_the_day_after_its_end_the_plan_restores_what_was_sold() -> None:
    """R10, ACR-PRE-04."""
    over = ExemptItem(tenant_id(1), an_item().key, TODAY - timedelta(days=1), "moves house")

    found = run(settings(exempt_items=(over,)), 4, an_item(quota=Quota(40, 0)))

    assert quotas(found) == {SEATS: 4}
    assert "ended" in finding(found, "R10").problem
    longer = replace(over, until=TODAY)
    assert quotas(run(settings(exempt_items=(over, longer)), 4, an_item(quota=Quota(40, 0)))) == {}


def test_an_exemption_nobody_said_an_end_of_is_named() -> None:
    """R10: as it could be said before, without end and reason."""
    endless = ExemptItem(tenant_id(1), an_item().key, None, "")

    found = run(settings(exempt_items=(endless,)), 4, an_item())

    assert found.items == ()
    assert "nobody said until when" in finding(found, "R10").problem


def test_an_undecided_item_is_not_lowered_and_may_be_raised() -> None:
    """R8."""
    row = a_mapping_row(undecided=True)

    assert run(settings(row), 4, an_item(quota=Quota(5, 0))).items == ()
    assert quotas(run(settings(row), 6, an_item(quota=Quota(5, 0)))) == {SEATS: 6}
    unsold = a_mapping_row(SERVERS, None, undecided=True)
    assert SERVERS not in quotas(run(settings(a_mapping_row(), unsold, set_quotas_to_zero=True)))


def test_an_item_in_no_row_is_found_and_never_touched() -> None:
    """R8."""
    found = run(settings(set_quotas_to_zero=True))

    assert quotas(found) == {SEATS: 10}
    assert finding(found, "R8").subject == "item Servers"


# -- features, counting rows, storages


def test_a_feature_reads_the_table_as_on_or_off_and_keeps_its_units() -> None:
    """R4."""
    row = a_mapping_row("pw_base_google_mail")
    (item,) = run(settings(row), 10, a_feature(is_on=False)).items

    assert (item.is_on, item.has_quota, item.quota) == (True, False, None)


def test_a_feature_in_use_is_not_switched_off() -> None:
    """ERR-10."""
    row = a_mapping_row("pw_base_google_mail", None)
    decided = settings(a_mapping_row(), row, set_quotas_to_zero=True)
    used = platform_snapshot(items=[an_item(), a_feature()], usages=[a_usage("google_mail", 4)])
    unused = platform_snapshot(items=[an_item(), a_feature()], usages=[a_usage()])

    found = desired(decided, sold(), used)
    assert list(items(found)) == [SEATS]
    assert "4 are in use" in finding(found, "ERR-10").problem
    assert items(desired(decided, sold(), unused))["pw_base_google_mail"].is_on is False


def test_a_counting_row_on_a_prepaid_contract_is_on_and_unlimited_and_never_zeroed() -> None:
    """ACR-MAP-04, ACR-MAP-08."""
    row = a_mapping_row(counts_only=True)

    assert quotas(run(settings(row), 10, an_item())) == {SEATS: None}
    unsold = settings(
        a_mapping_row(), a_mapping_row(SERVERS, None, counts_only=True), set_quotas_to_zero=True
    )
    assert quotas(run(unsold)) == {SEATS: 10}


def test_included_features_set_no_quota_though_their_row_does_not_say_that_it_counts() -> None:
    """ACR-MAP-04: whoever writes the row by hand need not know it; new items are told by their name."""
    for name in ("pw_base_secondary_servers", "pw_base_secondary_somethings"):
        row, item = a_mapping_row(name), an_item(name, "counted")
        alone = platform_snapshot(items=[item], offered=[item], usages=[a_usage("counted", 3)])
        absent = platform_snapshot(items=[an_item()], offered=[item], usages=[a_usage()])

        assert quotas(desired(settings(row), sold(10), alone)) == {name: None}
        assert quotas(desired(settings(row), sold(10), absent)) == {}


def test_included_features_have_no_free_box() -> None:
    """ACR-MAP-02, ACR-MAP-04: a row that says so all the same gives nobody more of it."""
    name = "pw_base_secondary_servers"
    row, item = a_mapping_row(name, None, free=True), an_item(name, "counted", quota=Quota(5, 0))
    counted = platform_snapshot(items=[item], offered=[item], usages=[a_usage("counted", 3)])

    assert quotas(desired(settings(row), sold(10), counted)) == {}


def test_a_range_row_on_a_prepaid_contract_is_refused() -> None:
    """R7."""
    found = run(settings(a_mapping_row(is_range=True)), 10, an_item())

    assert found.items == ()
    assert finding(found, "R7").severity is Severity.STOPS


def test_storage_bytes_without_a_unit_size_are_refused() -> None:
    """R7: a contract unit of one byte was never sold."""
    found = run(settings(a_storage_row(Measure.TOTAL, 1000, unit_size=1)), 10, a_storage_item())

    assert (found.items, found.units) == ((), ())
    assert finding(found, "R7").severity is Severity.STOPS


def test_a_storage_row_speaks_of_its_own_storage_only() -> None:
    """ACR-STO-04: keyed by storage id."""
    row = a_storage_row(Measure.TOTAL, 1000)
    other = a_storage_item(storage=StorageId("infra-abc"), is_on=False, quota=None)
    found = desired(settings(row), sold(), platform_snapshot(items=[a_storage_item(), other]))

    assert [(item.key.storage, item.quota) for item in found.items] == [(STORAGE, 10 * GIB)]


def test_an_item_the_tenant_lacks_is_taken_from_what_the_partner_offers() -> None:
    offered = platform_snapshot(items=[], offered=[an_item(is_on=True)])
    (item,) = desired(settings(), sold(), offered).items

    assert (item.key, item.is_on, item.quota) == (an_item().key, True, 10)


def test_an_item_nobody_offers_is_a_finding_and_the_other_rows_go_on() -> None:
    """R4."""
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)], items=[an_item(), an_item(SERVERS, "servers", tenant=2)]
    )
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_line(101, service=1001)],
        rows=[a_unit_row(100, 2), a_unit_row(101, 3)],
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert quotas(found) == {SEATS: 2}
    assert finding(found, "R4").subject.endswith("item Servers")


# -- sharing, modes, receivers


def test_a_shared_service_that_would_set_a_quota_is_refused() -> None:
    """ERR-08, R3."""
    found = run(settings(a_mapping_row(), a_mapping_row(SERVERS, 1000)))

    assert found.items == ()
    assert "'Servers' and 'Workstations'" in finding(found, "ERR-08").problem


def test_class_rows_may_share_a_prepaid_service() -> None:
    """R3: nothing flows back."""
    rows = (a_storage_row(Measure.CLASS_1, 1000), a_storage_row(Measure.CLASS_2, 1000))
    found = run(settings(*rows), 10, a_storage_item(is_on=False, quota=None))

    assert [(item.is_on, item.quota) for item in found.items] == [(True, None)]
    assert "ERR-08" not in codes(found)


def test_two_rows_for_one_measure_of_an_item_are_both_refused() -> None:
    """ACR-MAP-06, LIM-13: its use would be counted twice."""
    found = run(settings(a_mapping_row(), a_mapping_row(service=1001)), 10, an_item())

    assert found.items == ()
    assert "ERR-08" in codes(found)


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
    assert finding(found, "R34").severity is Severity.NOTE


def test_what_the_parent_itself_has_off_cannot_be_given() -> None:
    """R4."""
    platform = platform_snapshot(items=[], offered=[an_item(is_on=False)])
    found = desired(settings(), sold(), platform)

    assert found.items == ()
    assert "R4" in codes(found)


def test_prepaid_at_0_units_is_no_live_addition() -> None:
    """ACR-DEP-06: on it with more than 0 units."""
    found = desired(settings(a_mapping_row(), FREE, set_quotas_to_zero=True), sold(0), both(), ended=[1])

    assert quotas(found) == {SEATS: 0, SERVERS: 0}
    assert all(item.needs_person for item in found.items)


def test_two_rows_that_would_both_set_the_quota_of_one_item_are_refused() -> None:
    """ERR-08."""
    rows = (a_storage_row(Measure.TOTAL, 1000), a_storage_row(Measure.USAGE, 1001))
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_line(101, service=1001)],
        rows=[a_unit_row(100, 5), a_unit_row(101, 6)],
    )
    found = desired(settings(*rows), psa, platform_snapshot(items=[a_storage_item()]))

    assert found.items == ()
    assert "both set its quota" in finding(found, "ERR-08").problem


def test_a_row_without_a_storage_speaks_of_the_one_that_is_on() -> None:
    row = a_mapping_row("pw_base_storage", unit_size=GIB)
    other = StorageId("infra-abc")
    off = a_storage_item(storage=other, is_on=False, quota=None)
    one = desired(settings(row), sold(), platform_snapshot(items=[off, a_storage_item()]))
    two = desired(
        settings(row), sold(), platform_snapshot(items=[a_storage_item(storage=other), a_storage_item()])
    )

    assert [(item.key.storage, item.quota) for item in one.items] == [(STORAGE, 10 * GIB)]
    assert two.items == ()
    assert "several storages" in finding(two, "R4").problem
