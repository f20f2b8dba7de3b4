"""Advanced packs without Standard Protection (ACR-MAP-10, LIM-07)."""

from dataclasses import replace

import pytest

from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.settings import PairingSettings
from tests.builders import (
    a_contract,
    a_line,
    a_mapping_row,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)
from tests.rules.asking import codes, desired, finding, quotas

PACK, SEATS = "pw_pack_adv_management", "pw_base_workstations"


def _sold() -> PsaSnapshot:
    """Ten of service 1000 on a prepaid contract."""
    return psa_snapshot(contracts=[a_contract()], lines=[a_line()], rows=[a_unit_row(units=10)])


def _mapped(standard: bool) -> PairingSettings:
    rows = [a_mapping_row(PACK)]
    return settings(*rows, a_mapping_row(SEATS, None, free=True)) if standard else settings(*rows)


def test_an_advanced_pack_alone_is_warned_of_and_given_all_the_same() -> None:
    """ACR-MAP-10, LIM-07: the refusal comes per workload inside Acronis, not for the tenant."""
    found = desired(_mapped(standard=False), _sold(), platform_snapshot(items=[an_item(PACK)]))

    told = finding(found, "ACR-MAP-10")
    assert "Advanced Management" in told.problem
    assert "Standard" in told.next_act
    assert quotas(found) == {PACK: 10}


@pytest.mark.parametrize("standard", ["free", "on"])
def test_with_something_of_standard_nothing_is_said(standard: str) -> None:
    """ACR-MAP-10: sold, free, or on at the tenant already."""
    on = [an_item(PACK), an_item(SEATS)] if standard == "on" else [an_item(PACK)]
    platform = platform_snapshot(items=on, usages=[a_usage()])

    assert "ACR-MAP-10" not in codes(desired(_mapped(standard=standard == "free"), _sold(), platform))


def test_a_tenant_that_was_not_read_is_not_accused() -> None:
    """ACR-MAP-10: missing is not "without"."""
    unread = replace(platform_snapshot(items=[an_item(PACK)]), items={})
    found = desired(_mapped(standard=False), _sold(), unread)

    assert "ACR-MAP-10" not in codes(found)
