"""Prepaid: the contract sets the quota (behaviour sections 4 and 7)."""

from datetime import date, timedelta

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.platform import Quota
from psabridge.rules.settings import Limit
from psabridge.rules.words import LineKind
from tests.builders import (
    TODAY,
    a_bundle,
    a_bundle_line,
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_unit_row,
    an_item,
    line_id,
    psa_snapshot,
    settings,
)
from tests.rules.asking import codes, desired, finding, quotas
from tests.rules.prepaid_cast import SEATS, SERVERS, SERVERS_ROW, both, having, run, sold


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
