"""Pay as you go: unknown is not zero, and on a doubt nothing is lowered."""

import pytest

from psabridge.rules.findings import Severity
from psabridge.rules.psa import Gap
from psabridge.rules.words import CompanyId
from tests.builders import (
    a_feature,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_unit_row,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
)
from tests.rules.asking import codes, desired, finding, quotas, units
from tests.rules.payg_cast import SERVERS_ROW, sold, using

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
