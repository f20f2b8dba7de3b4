"""Which storages of a customer are on, and which stay on or off."""

from dataclasses import replace

import pytest

from psabridge.rules.platform import OfferingItem, Quota, TenantKind
from psabridge.rules.settings import Measure, ServiceMapping
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import ServiceId
from tests.builders import (
    GIB,
    STORAGE,
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_storage,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_unit_row,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)
from tests.rules.storage_cast import BASE, BILLED, CLASS_1_ROW, CLASS_2_ROW, OTHER, TOTAL_ROW, run


@pytest.mark.parametrize("row", [TOTAL_ROW, CLASS_1_ROW, CLASS_2_ROW])
def test_any_one_row_of_a_storage_switches_the_storage_on(row: ServiceMapping) -> None:
    """ACR-STO-01: the storage follows its rows. Without any row it is left, or set to 0 (ACR-MAP-08)."""
    sold = {int(row.service): 0} if isinstance(row.service, int) else {}

    assert [item.is_on for item in run(a_payg_contract(), sold, (row,)).items] == [True]
    assert run(a_payg_contract(), sold, (replace(row, service=None),)).items == ()


NOTHING_ROW = a_storage_row(Measure.NOTHING, None, unit_size=1)


def unticked(item: OfferingItem, used: int | None, *, zeroes: bool = False) -> Desired:
    """A storage of which somebody took every option away, beside workstations that are sold."""
    psa = psa_snapshot(contracts=[a_contract()], lines=[a_line()], rows=[a_unit_row(units=10)])
    usages = () if used is None else (a_usage("storage", used * GIB, storage=STORAGE),)
    platform = platform_snapshot(
        items=[an_item(quota=Quota(10, 0)), item], usages=[a_usage(), *usages], storages=[a_storage()]
    )
    rows = (a_mapping_row(), NOTHING_ROW)
    return desired_state(settings(*rows, set_quotas_to_zero=zeroes), psa, platform, contracts_seen={})


def storages(desired: Desired) -> list[tuple[bool, int | None]]:
    return [(item.is_on, item.quota) for item in desired.items if item.key.storage == STORAGE]


@pytest.mark.parametrize("zeroes", [False, True])
def test_a_storage_without_any_option_is_switched_off(zeroes: bool) -> None:
    """ACR-STO-01: deselecting all of them disables it; what is off already stays as it is."""
    empty = unticked(a_storage_item(), 0, zeroes=zeroes)

    assert storages(empty) == [(False, None)]
    assert "ACR-STO-01" in {item.evidence.rule for item in empty.items}
    assert storages(unticked(a_storage_item(is_on=False, quota=None), 0, zeroes=zeroes)) == []


def test_a_storage_in_use_stays_on_and_is_named() -> None:
    """ACR-STO-01, ERR-10, LIM-12: with set_quotas_to_zero its quota is 0 instead."""
    kept = unticked(a_storage_item(), 5)
    zeroed = unticked(a_storage_item(), 5, zeroes=True)
    done = unticked(a_storage_item(quota=Quota(0, 0)), 5, zeroes=True)

    assert storages(kept) == []
    assert storages(zeroed) == [(True, 0)]
    assert storages(done) == [(True, 0)]
    for found in (kept, zeroed, done):
        (told,) = [one for one in found.findings if one.code == "ERR-10"]
        assert "5 GB" in told.problem


def test_a_storage_whose_use_is_not_known_is_left() -> None:
    """ACR-STO-01: unknown is not 0."""
    assert storages(unticked(a_storage_item(), None)) == []


def test_second_storage_of_a_kind_is_not_switched_on() -> None:
    """R4: a finding with the reason, the other rows go on."""
    other = replace(TOTAL_ROW, storage=OTHER, service=ServiceId(BILLED))
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(BASE, service=BASE), a_line(BILLED, service=BILLED)],
        rows=[a_unit_row(BASE, 5), a_unit_row(BILLED, 6)],
    )
    platform = platform_snapshot(
        items=[a_storage_item(), a_storage_item(storage=OTHER, is_on=False, quota=None)],
    )
    desired = desired_state(settings(TOTAL_ROW, other), psa, platform, contracts_seen={})

    assert [item.key.storage for item in desired.items] == [STORAGE]
    assert any(f.code == "R4" and "second active storage" in f.problem for f in desired.findings)


def test_a_sub_partner_may_have_several_storages_of_a_kind() -> None:
    """acronis-api.md 6.1: one storage per kind holds for customers."""
    other = replace(TOTAL_ROW, storage=OTHER, service=ServiceId(BILLED))
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(BASE, service=BASE), a_line(BILLED, service=BILLED)],
        rows=[a_unit_row(BASE, 5), a_unit_row(BILLED, 6)],
    )
    platform = platform_snapshot(
        tenants=[a_tenant(kind=TenantKind.PARTNER)],
        items=[a_storage_item(), a_storage_item(storage=OTHER, is_on=False, quota=None)],
    )
    desired = desired_state(settings(TOTAL_ROW, other), psa, platform, contracts_seen={})

    assert {item.key.storage: item.quota for item in desired.items} == {STORAGE: 5 * GIB, OTHER: 6 * GIB}
