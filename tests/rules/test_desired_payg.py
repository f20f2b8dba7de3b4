# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Pay as you go: usage sets the units (behaviour section 8)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.platform import PlatformSnapshot, PricingMode
from psabridge.rules.psa import Contract, DefinitionState, Gap, PaygDefinition, PsaSnapshot
from psabridge.rules.settings import Rounding
from psabridge.rules.words import CompanyId, LineKind, StorageId
from tests.builders import (
    GIB,
    NOW,
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
from tests.rules.asking import codes, desired, finding, items, quotas, units

OTHER = StorageId("infra-abc")
SERVERS_ROW = a_mapping_row("pw_base_servers", 1001)


def sold(*contracts: Contract, level: int | None = 10) -> PsaSnapshot:
    """Service 1000 by itself on each of the contracts; the line's number is the contract's times ten."""
    given = contracts or (a_payg_contract(),)
    return psa_snapshot(
        contracts=given,
        lines=[a_line(contract.id * 10, contract.id) for contract in given],
        rows=[] if level is None else [a_unit_row(contract.id * 10, level) for contract in given],
    )


def using(seats: int | None = 12) -> PlatformSnapshot:
    return platform_snapshot(items=[an_item()], usages=[a_usage(quantity=seats)])


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


# -- unknown is not zero


def test_a_missing_value_writes_nothing() -> None:
    """ERR-22, ACR-PAY-11."""
    found = desired(settings(), sold(), using(None))

    assert found.units == ()
    assert finding(found, "ERR-22").company == CompanyId(1)


def test_a_negative_value_writes_nothing() -> None:
    assert desired(settings(), sold(), using(-1)).units == ()


def test_a_tenant_that_was_not_read_writes_nothing() -> None:
    found = desired(settings(), sold(), platform_snapshot(items=[an_item()], silent=[1]))

    assert found.units == ()
    assert "ERR-22" in codes(found)
    assert found.checked_customers == 0


def test_an_item_that_is_on_and_has_no_usage_row_is_unknown() -> None:
    platform = platform_snapshot(items=[an_item()], usages=[a_usage("servers", 2)])
    found = desired(settings(), sold(), platform)

    assert found.units == ()
    assert "ERR-22" in codes(found)


def test_an_item_that_is_off_in_an_answer_with_other_usages_is_not_used() -> None:
    platform = platform_snapshot(
        items=[an_item(is_on=False), an_item("pw_base_servers", "servers")], usages=[a_usage("servers", 2)]
    )
    found = desired(settings(), sold(), platform)

    assert units(found) == {line_id(100): 0}
    assert "off" in found.units[0].evidence.parts[0].readings[0].note


def test_an_item_that_is_off_in_an_empty_answer_is_unknown() -> None:
    platform = platform_snapshot(items=[an_item(is_on=False), an_item("pw_base_servers", "servers")])

    assert desired(settings(), sold(), platform).units == ()


def test_a_tenant_with_nothing_on_yet_reports_with_a_later_sync() -> None:
    """ACR-PAY-05: the first sync provisions, the next reports."""
    found = desired(settings(), sold(level=0), platform_snapshot(items=[an_item(is_on=False)]))

    assert found.units == ()
    assert quotas(found) == {"pw_base_workstations": None}
    assert "ERR-22" not in codes(found)
    assert finding(found, "ACR-PAY-05").severity is Severity.NOTE


def test_one_missing_usage_stops_everything_of_the_tenant() -> None:
    """ACR-PAY-11: if it cannot be read completely, nothing is written for it."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100, service=1000), a_line(101, service=1001)],
        rows=[a_unit_row(100), a_unit_row(101)],
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(quantity=12)]
    )

    assert desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform).units == ()


def test_a_usage_that_came_twice_is_not_added() -> None:
    platform = platform_snapshot(items=[an_item()], usages=[a_usage(quantity=5), a_usage(quantity=5)])
    found = desired(settings(), sold(), platform)

    assert found.units == ()
    assert "twice" in finding(found, "ERR-22").problem


def test_a_usage_of_another_edition_is_not_counted() -> None:
    platform = platform_snapshot(
        items=[an_item()], usages=[a_usage(quantity=5), a_usage(quantity=9, edition="pck_per_gigabyte")]
    )

    assert units(desired(settings(), sold(), platform)) == {line_id(100): 5}


def test_a_feature_without_a_usage_leaves_its_line_and_hinders_no_other() -> None:
    """R4."""
    feature = a_mapping_row("pw_base_google_mail", 1001)
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100, service=1000), a_line(101, service=1001)],
        rows=[a_unit_row(100), a_unit_row(101)],
    )
    platform = platform_snapshot(items=[an_item(), a_feature()], usages=[a_usage(quantity=12)])
    found = desired(settings(a_mapping_row(), feature), psa, platform)

    assert units(found) == {line_id(100): 12}
    assert "R4" in codes(found)


# -- which contract


@pytest.mark.parametrize("state", [state for state in DefinitionState if state is not DefinitionState.SOUND])
def test_an_unsound_field_writes_to_no_contract_and_sets_no_quota_from_one(state: DefinitionState) -> None:
    """ERR-14, R22."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11)],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110)],
        payg=PaygDefinition(state, id=500),
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers")]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW, set_quotas_to_zero=True), psa, platform)

    assert (found.units, found.items) == ((), ())
    ours = state is DefinitionState.UNFINISHED  # made by the bridge and cut off: a plan finishes it
    assert found.create_definition is ours
    told = finding(found, "ACR-PAY-02" if ours else "ERR-14")
    assert told.severity is (Severity.NOTE if ours else Severity.STOPS)


def test_a_missing_field_that_was_never_seen_is_to_be_created_and_nothing_is_known_before() -> None:
    """ACR-PAY-02, R22."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line()],
        rows=[a_unit_row()],
        payg=PaygDefinition(DefinitionState.MISSING),
    )
    found = desired(settings(payg_definition_id=None), psa, using())

    assert found.create_definition
    assert (found.units, found.items) == ((), ())
    assert "ERR-14" not in codes(found, Severity.NOTE)


def test_a_value_that_is_neither_option_is_left_and_named() -> None:
    """ERR-14 for one contract: the others go on."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11, payg_value="Maybe")],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110)],
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers")]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert units(found) == {line_id(100): 7}
    assert list(items(found)) == ["pw_base_workstations"]
    assert "Maybe" in finding(found, "ERR-14").problem


def test_one_service_on_both_kinds_is_left_alone_with_both_contracts_named() -> None:
    """ERR-15, R24."""
    found = desired(settings(), sold(a_payg_contract(10), a_contract(11)), using())

    assert (found.units, found.items) == ((), ())
    assert "'Contract 10'" in finding(found, "ERR-15").problem
    assert "'Contract 11'" in finding(found, "ERR-15").problem


def test_both_kinds_beside_each_other_with_different_services_are_fine() -> None:
    """ACR-PAY-03: the sentence limits a contract, not a company."""
    psa = psa_snapshot(
        contracts=[a_payg_contract(10), a_contract(11)],
        lines=[a_line(100, 10), a_line(110, 11, service=1001)],
        rows=[a_unit_row(100), a_unit_row(110, 4)],
    )
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers")], usages=[a_usage(), a_usage("servers", 2)]
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert units(found) == {line_id(100): 7}
    assert quotas(found) == {"pw_base_workstations": None, "pw_base_servers": 4}


def test_two_payg_contracts_with_one_service_are_both_left() -> None:
    """ERR-16, ACR-PAY-09: guessing hides a double charge."""
    found = desired(settings(), sold(a_payg_contract(10), a_payg_contract(11)), using())

    assert found.units == ()
    assert "'Contract 10' and 'Contract 11'" in finding(found, "ERR-16").problem


def renewal(**changes: Any) -> Contract:
    presets: dict[str, Any] = {"starts": date(2026, 3, 5), "ends": date(2027, 3, 4)}
    return a_payg_contract(11, **{**presets, **changes})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (a_payg_contract(10, ends=date(2026, 12, 31)), renewal(renews=10)),
        (a_payg_contract(10, ends=date(2026, 3, 20)), renewal()),
        (a_payg_contract(10, ends=TODAY), renewal(starts=TODAY)),
        (a_payg_contract(10, ends=date(2026, 4, 5)), renewal()),
    ],
    ids=["linked", "within 31 days", "last day", "31 days exactly"],
)
def test_of_an_overlapping_renewal_the_later_starting_contract_takes_the_usage(
    old: Contract, new: Contract
) -> None:
    """R23."""
    found = desired(settings(), sold(old, new), using())

    assert units(found) == {line_id(110): 12}
    assert "'Contract 11' takes the usage" in finding(found, "R23").problem


def test_two_linked_contracts_that_start_together_are_a_conflict() -> None:
    """R23 needs a later-starting one."""
    psa = sold(a_payg_contract(10), a_payg_contract(11, renews=10))

    assert "ERR-16" in codes(desired(settings(), psa, using()))


def test_an_overlap_longer_than_a_renewal_is_a_conflict() -> None:
    old = a_payg_contract(10, ends=date(2026, 4, 6))

    assert "ERR-16" in codes(desired(settings(), sold(old, renewal()), using()))


def test_a_renewal_with_the_field_forgotten_is_held_for_a_person() -> None:
    """R23: standing units do not become quotas silently."""
    old = a_payg_contract(10, ends=date(2026, 2, 28))
    new = a_contract(11, starts=date(2026, 3, 1), ends=date(2027, 2, 28))
    found = desired(settings(), sold(old, new, level=0), using())

    (item,) = found.items
    assert (item.quota, item.needs_person) == (0, True)
    assert "'Contract 10'" in finding(found, "R23").problem


def test_a_contract_that_ended_or_has_not_begun_takes_nothing() -> None:
    ended = a_payg_contract(10, ends=TODAY - timedelta(days=1))
    future = a_payg_contract(11, starts=TODAY + timedelta(days=1))

    assert desired(settings(), sold(ended, future), using()).units == ()


def test_an_inactive_contract_that_has_not_ended_gets_nothing_new_and_still_bills() -> None:
    """R19."""
    found = desired(settings(set_quotas_to_zero=True), sold(a_payg_contract(is_active=False)), using())

    assert (found.units, found.items) == ((), ())
    assert "still bills" in finding(found, "R19").problem


def test_an_inactive_contract_leaves_the_active_one_its_usage() -> None:
    psa = sold(a_payg_contract(10, is_active=False), a_payg_contract(11))

    assert units(desired(settings(), psa, using())) == {line_id(110): 12}


def test_a_service_only_in_a_bundle_is_refused() -> None:
    """ERR-09, ACR-MAP-12."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_bundle_line()],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 1)],
        bundles=[a_bundle()],
    )
    found = desired(settings(), psa, using())

    assert found.units == ()
    assert quotas(found) == {"pw_base_workstations": None}
    assert finding(found, "ERR-09").severity is Severity.STOPS


def test_a_service_in_a_bundle_and_by_itself_is_written_to_its_own_line() -> None:
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_bundle_line(100), a_line(101)],
        rows=[a_unit_row(line_id(100, LineKind.BUNDLE), 1), a_unit_row(101, 1)],
        bundles=[a_bundle()],
    )

    assert units(desired(settings(), psa, using())) == {line_id(101): 12}


def test_a_service_twice_on_one_contract_is_written_to_neither_line() -> None:
    """P7, W9."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(100), a_line(101)],
        rows=[a_unit_row(100), a_unit_row(101)],
    )
    found = desired(settings(), psa, using())

    assert found.units == ()
    assert "2 lines" in finding(found, "W9").problem
    marked = settings(never_write=frozenset({line_id(101)}))
    assert units(desired(marked, psa, using())) == {line_id(100): 12}


def test_a_line_marked_never_write_is_not_written() -> None:
    """R57, design section 8."""
    found = desired(settings(never_write=frozenset({line_id(100)})), sold(), using())

    assert found.units == ()
    assert finding(found, "R57").severity is Severity.NOTE


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


@pytest.mark.parametrize(
    ("level", "used", "written"), [(10, 12, 12), (10, 10, 10), (10, 9, None), (0, 9, None), (0, 0, 0)]
)
def test_with_a_contract_out_of_sight_nothing_is_lowered_and_no_line_is_begun(
    level: int, used: int, written: int | None
) -> None:
    """R20: seen once, now absent is unreadable."""
    found = desired(settings(), sold(level=level), using(used), seen={10: 1, 77: 1})

    assert units(found) == ({} if written is None else {line_id(100): written})
    assert "contract 77" in finding(found, "ERR-07").problem


@pytest.mark.parametrize("used", [9, 10, 12])
def test_with_a_gap_in_the_contracts_of_a_company_nothing_is_written_for_it(used: int) -> None:
    """R20, ERR-16: the row that could not be read may hold the same service once more."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line()],
        rows=[a_unit_row(100, 10)],
        gaps=[Gap("contract 11", "the answer does not fit", CompanyId(1))],
    )
    found = desired(settings(), psa, using(used))

    assert found.units == ()
    assert {"ERR-07", "R20"} <= codes(found)


@pytest.mark.parametrize(("used", "written"), [(9, {}), (10, {line_id(100): 10}), (11, {line_id(100): 11})])
def test_an_undecided_item_is_not_lowered(used: int, written: dict[object, int]) -> None:
    """R8."""
    row = a_mapping_row(undecided=True)

    assert units(desired(settings(row), sold(), using(used))) == written


def test_lines_at_price_0_with_units_are_listed_and_still_written() -> None:
    """R9."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()], lines=[a_line(unit_price=Decimal(0))], rows=[a_unit_row(100, 3)]
    )
    found = desired(settings(), psa, using(4))

    assert units(found) == {line_id(100): 4}
    assert "Company 1 (3)" in finding(found, "R9").problem
    on_purpose = settings(free_on_purpose=frozenset({a_line().service}))
    assert "R9" not in codes(desired(on_purpose, psa, using(4)), Severity.NOTE)


def test_what_is_used_after_the_last_contract_is_over_is_listed() -> None:
    """R23: no change of units can bill it."""
    over = a_payg_contract(ends=TODAY - timedelta(days=1))
    found = desired(settings(), sold(over), using(12))

    assert found.units == ()
    assert "Service 1000 (12)" in finding(found, "R23").problem
    assert str(TODAY - timedelta(days=1)) in finding(found, "R23").problem


def test_a_contract_that_is_over_is_not_mentioned_beside_its_successor_or_without_usage() -> None:
    over = a_payg_contract(ends=TODAY - timedelta(days=1))

    assert "R23" not in codes(desired(settings(), sold(over, a_payg_contract(11, starts=TODAY)), using(12)))
    assert "R23" not in codes(desired(settings(), sold(over), using(0)))


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
