"""The three samples of the seed, exactly (ACR-STO-18, -19, -20), and the three boxes of R1."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.platform import OfferingItem, Quota, TenantKind
from psabridge.rules.psa import Contract
from psabridge.rules.settings import Measure, ServiceMapping, StorageNames
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import ItemKey, LineId, ServiceId, StorageId
from tests.builders import (
    GIB,
    STORAGE,
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_storage,
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
    storage_usages,
)

OTHER = StorageId("infra-abc")
BASE, FREE, BILLED = 1001, 1002, 1003
NAMES = {
    BASE: "Acronis pw base storage XYZ",
    FREE: "Acronis pw base storage XYZ free",
    BILLED: "Acronis pw base storage XYZ billed",
}
TOTAL_ROW = a_storage_row(Measure.TOTAL, BASE)
CLASS_1_ROW = a_storage_row(Measure.CLASS_1, FREE)
CLASS_2_ROW = a_storage_row(Measure.CLASS_2, BILLED)


def run(
    contract: Contract,
    sold: dict[int, int],
    rows: tuple[ServiceMapping, ...],
    used: tuple[int | None, int | None, int | None] = (0, 0, 0),
    prices: dict[int, Decimal] | None = None,
) -> Desired:
    """A customer with the units given per service, and storage used in GiB: total, class 1, class 2."""
    price = prices or {}
    lines = [a_line(service, service=service, unit_price=price.get(service, Decimal(0))) for service in sold]
    psa = psa_snapshot(
        contracts=[contract],
        lines=lines,
        rows=[a_unit_row(service, units) for service, units in sold.items()],
        services=[a_service(number, name) for number, name in NAMES.items()],
    )
    platform = platform_snapshot(
        items=[a_storage_item(is_on=False, quota=None)] if used == (0, 0, 0) else [a_storage_item()],
        usages=storage_usages(*used),
        storages=[a_storage()],
    )
    return desired_state(settings(*rows), psa, platform, contracts_seen={})


def units(desired: Desired) -> dict[LineId, int]:
    return {wanted.line: wanted.units for wanted in desired.units}


def test_prepaid_class_2_gives_an_unlimited_quota_and_the_hundred_stay() -> None:
    """ACR-STO-18: a build that sets the quota to 100 GB here is wrong."""
    desired = run(a_contract(), {BILLED: 100}, (CLASS_2_ROW,))

    (item,) = desired.items
    assert (item.is_on, item.quota, item.overage) == (True, None, None)
    assert desired.units == ()


def test_payg_class_2_begins_at_0_and_unlimited() -> None:
    """ACR-STO-19, the first sync."""
    desired = run(a_payg_contract(), {BILLED: 0}, (CLASS_2_ROW,))

    (item,) = desired.items
    assert (item.is_on, item.quota) == (True, None)
    assert units(desired) == {line_id(BILLED): 0}


def test_payg_class_2_reports_the_billed_part_only() -> None:
    """ACR-STO-19: 60 GB used, 50 of them class 2."""
    desired = run(a_payg_contract(), {BILLED: 0}, (CLASS_2_ROW,), used=(60, 10, 50))

    assert units(desired) == {line_id(BILLED): 50}
    assert desired.items[0].quota is None


def test_payg_class_1_and_class_2_split_sixty_into_ten_and_fifty() -> None:
    """ACR-STO-20 with the names of ACR-STO-10: class 1 is the free part alone (ACR-STO-08)."""
    desired = run(a_payg_contract(), {FREE: 0, BILLED: 0}, (CLASS_1_ROW, CLASS_2_ROW), used=(60, 10, 50))

    assert units(desired) == {line_id(FREE): 10, line_id(BILLED): 50}


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


def test_three_rows_report_sixty_fifty_and_ten() -> None:
    """R1: each row reports what its name says, whatever else is mapped."""
    rows = (TOTAL_ROW, CLASS_1_ROW, CLASS_2_ROW)
    desired = run(a_payg_contract(), {BASE: 0, FREE: 0, BILLED: 0}, rows, used=(60, 10, 50))

    assert units(desired) == {line_id(BASE): 60, line_id(FREE): 10, line_id(BILLED): 50}


def test_bytes_charged_twice_on_one_contract_are_named() -> None:
    """R1: two rows of one storage with a price above 0."""
    rows = (TOTAL_ROW, CLASS_1_ROW, CLASS_2_ROW)
    prices = {BASE: Decimal(1), BILLED: Decimal(2)}
    desired = run(a_payg_contract(), {BASE: 0, FREE: 0, BILLED: 0}, rows, (60, 10, 50), prices)

    (finding,) = [finding for finding in desired.findings if finding.code == "R1"]
    assert "50 GB (class 2)" in finding.problem
    assert NAMES[BASE] in finding.problem
    assert NAMES[BILLED] in finding.problem


def test_classes_that_are_priced_both_charge_nothing_twice() -> None:
    """R1: class 1 and class 2 have no byte in common."""
    prices = {FREE: Decimal(1), BILLED: Decimal(2)}
    desired = run(a_payg_contract(), {FREE: 0, BILLED: 0}, (CLASS_1_ROW, CLASS_2_ROW), (60, 10, 50), prices)

    assert not [finding for finding in desired.findings if finding.code == "R1"]


def test_prepaid_total_row_sets_the_quota_even_beside_a_class_row() -> None:
    """R2: 100 units of the total row are 100 GiB, hard."""
    desired = run(a_contract(), {BASE: 100, BILLED: 30}, (TOTAL_ROW, CLASS_2_ROW))

    (item,) = desired.items
    assert (item.is_on, item.quota, item.overage) == (True, 100 * GIB, 0)
    assert item.evidence.rule == "ACR-PRE-01"


def test_prepaid_total_row_off_the_contract_leaves_the_class_row_its_unlimited_quota() -> None:
    """R2: class rows give "on, unlimited" only where no total row of the storage is on a contract."""
    desired = run(a_contract(), {BILLED: 30}, (TOTAL_ROW, CLASS_2_ROW))

    assert [(item.is_on, item.quota) for item in desired.items] == [(True, None)]


def test_missing_split_writes_nothing_and_says_so() -> None:
    """ACR-STO-09, ACR-PAY-11: the split is taken from the platform, never computed."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()], lines=[a_line(BILLED, service=BILLED)], rows=[a_unit_row(BILLED, 40)]
    )
    platform = platform_snapshot(
        items=[a_storage_item()], usages=[a_usage("storage", 60 * GIB, storage=STORAGE)]
    )
    desired = desired_state(settings(CLASS_2_ROW), psa, platform, contracts_seen={})

    assert desired.units == ()
    assert "ERR-22" in {finding.code for finding in desired.findings}


def test_classes_of_an_empty_storage_are_zero() -> None:
    """ACR-STO-03: parts of a total that was read as 0."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()], lines=[a_line(BILLED, service=BILLED)], rows=[a_unit_row(BILLED, 40)]
    )
    platform = platform_snapshot(items=[a_storage_item()], usages=[a_usage("storage", 0, storage=STORAGE)])
    desired = desired_state(settings(CLASS_2_ROW), psa, platform, contracts_seen={})

    assert units(desired) == {line_id(BILLED): 0}


def test_split_that_does_not_add_up_is_found_and_not_adjusted() -> None:
    """R11."""
    desired = run(a_payg_contract(), {FREE: 0, BILLED: 0}, (CLASS_1_ROW, CLASS_2_ROW), used=(60, 10, 45))

    assert units(desired) == {line_id(FREE): 10, line_id(BILLED): 45}
    assert [f.code for f in desired.findings if f.code == "R11"] == ["R11"]


def test_split_within_one_gigabyte_is_no_finding() -> None:
    """R11."""
    desired = run(a_payg_contract(), {FREE: 0, BILLED: 0}, (CLASS_1_ROW, CLASS_2_ROW), used=(60, 10, 49))

    assert not [f.code for f in desired.findings if f.code == "R11"]


def test_total_with_geo_replica_is_standard_plus_geo_and_the_geo_row_keeps_its_own() -> None:
    """R1, ACR-STO-12: standard 40 and geo 15 give total 55 and geo 15."""
    geo = a_storage_row(Measure.GEO_TOTAL, BILLED)
    names = StorageNames(geo_total="storage_geo")
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(BASE, service=BASE), a_line(BILLED, service=BILLED)],
        rows=[a_unit_row(BASE, 0), a_unit_row(BILLED, 0)],
    )
    platform = platform_snapshot(
        items=[a_storage_item()],
        usages=[
            a_usage("storage", 40 * GIB, storage=STORAGE),
            a_usage("storage_geo", 15 * GIB, storage=STORAGE),
        ],
    )
    decided = settings(TOTAL_ROW, geo, storage_names=names)

    assert units(desired_state(decided, psa, platform, contracts_seen={})) == {
        line_id(BASE): 55,
        line_id(BILLED): 15,
    }


def test_each_geo_row_reports_its_own_part_to_its_own_service() -> None:
    """ACR-STO-11, R1: under the total and under class 2; class 1 has none."""
    names = StorageNames(geo_total="storage_geo", geo_class_2="class2_geo")
    rows = (a_storage_row(Measure.GEO_TOTAL, FREE), a_storage_row(Measure.GEO_CLASS_2, BILLED), TOTAL_ROW)
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(n, service=n) for n in (BASE, FREE, BILLED)],
        rows=[a_unit_row(n, 0) for n in (BASE, FREE, BILLED)],
    )
    used = {"storage": 40, "storage_geo": 15, "class2_geo": 9}
    usages = [a_usage(name, gib * GIB, storage=STORAGE) for name, gib in used.items()]
    platform = platform_snapshot(items=[a_storage_item()], usages=usages)

    desired = desired_state(settings(*rows, storage_names=names), psa, platform, contracts_seen={})

    assert units(desired) == {line_id(BASE): 55, line_id(FREE): 15, line_id(BILLED): 9}
    assert [measure for measure in Measure if "geo" in measure] == [Measure.GEO_TOTAL, Measure.GEO_CLASS_2]


def test_each_row_rounds_up_on_its_own_and_shows_the_bytes() -> None:
    """ACR-STO-05: rounding rows apart may exceed the total by one; the bytes stand beside the units."""
    psa = psa_snapshot(
        contracts=[a_payg_contract()],
        lines=[a_line(n, service=n) for n in (BASE, FREE, BILLED)],
        rows=[a_unit_row(n, 0) for n in (BASE, FREE, BILLED)],
    )
    half = GIB // 2
    platform = platform_snapshot(
        items=[a_storage_item()],
        usages=[
            a_usage("storage", 61 * GIB, storage=STORAGE),
            a_usage("class1_storage", 10 * GIB + half, storage=STORAGE),
            a_usage("class2_storage", 50 * GIB + half, storage=STORAGE),
        ],
    )
    decided = settings(TOTAL_ROW, CLASS_1_ROW, CLASS_2_ROW)
    desired = desired_state(decided, psa, platform, contracts_seen={})

    assert units(desired) == {line_id(BASE): 61, line_id(FREE): 11, line_id(BILLED): 51}
    by_line = {wanted.line: wanted for wanted in desired.units}
    (part,) = by_line[line_id(FREE)].evidence.parts
    assert (part.quantity, part.exact, part.units) == (10 * GIB + half, Decimal("10.5"), 11)
    assert part.readings[0].usage_name == "class1_storage"


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


REMAINDER_ROW = a_storage_row(Measure.REMAINDER, BASE)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((REMAINDER_ROW,), {BASE: 60}),
        ((REMAINDER_ROW, CLASS_2_ROW), {BASE: 10, BILLED: 50}),
        ((REMAINDER_ROW, CLASS_1_ROW), {BASE: 50, FREE: 10}),
        ((REMAINDER_ROW, CLASS_1_ROW, CLASS_2_ROW), {BASE: 0, FREE: 10, BILLED: 50}),
    ],
)
def test_the_total_without_rows_of_their_own_puts_no_byte_on_two_rows(
    rows: tuple[ServiceMapping, ...], expected: dict[int, int]
) -> None:
    """R1, the one-click meter."""
    desired = run(a_payg_contract(), dict.fromkeys(expected, 0), rows, used=(60, 10, 50))

    assert units(desired) == {line_id(number): figure for number, figure in expected.items()}


def test_a_remainder_below_zero_writes_nothing() -> None:
    desired = run(a_payg_contract(), {BASE: 5}, (REMAINDER_ROW, CLASS_2_ROW), used=(40, 0, 50))

    assert desired.units == ()
    assert "more than the total" in next(f.problem for f in desired.findings if f.code == "R4")


def test_a_remainder_is_refused_on_a_prepaid_contract() -> None:
    """R7: a meter that cannot be turned round."""
    desired = run(a_contract(), {BASE: 100}, (REMAINDER_ROW,))

    assert desired.items == ()
    assert "R7" in {finding.code for finding in desired.findings}


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


def test_a_public_cloud_row_is_reported_and_provisions_nothing() -> None:
    """ACR-STO-16: one way, from the platform to the contract."""
    row = a_storage_row(Measure.PUBLIC_CLOUD, BASE)
    desired = run(a_payg_contract(), {BASE: 0}, (row,), used=(60, 10, 50))

    assert units(desired) == {line_id(BASE): 60}
    assert desired.items == ()


def test_an_empty_storage_charges_nothing_twice() -> None:
    """R1."""
    prices = {BASE: Decimal(1), BILLED: Decimal(2)}
    desired = run(a_payg_contract(), {BASE: 0, BILLED: 0}, (TOTAL_ROW, CLASS_2_ROW), (0, 0, 0), prices)

    assert not [finding for finding in desired.findings if finding.code == "R1"]


def test_only_backup_storage_is_split_into_classes() -> None:
    """acronis-api.md 7.3: the classes of one storage are not those of another kind."""
    row = replace(CLASS_2_ROW, item="pu_base_fc_storage", edition=None)
    files = replace(
        a_storage_item(), key=ItemKey("files", "pu_base_fc_storage", STORAGE), usage_name="fc_storage"
    )
    psa = psa_snapshot(
        contracts=[a_payg_contract()], lines=[a_line(BILLED, service=BILLED)], rows=[a_unit_row(BILLED, 9)]
    )
    platform = platform_snapshot(items=[files], usages=storage_usages(60, 10, 50))

    assert desired_state(settings(row), psa, platform, contracts_seen={}).units == ()
