"""The three samples of the seed, exactly (ACR-STO-18, -19, -20), and the three boxes of R1."""

from dataclasses import replace
from decimal import Decimal

import pytest

from psabridge.rules.settings import Measure, ServiceMapping, StorageNames
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import ItemKey
from tests.builders import (
    GIB,
    STORAGE,
    a_contract,
    a_line,
    a_payg_contract,
    a_storage_item,
    a_storage_row,
    a_unit_row,
    a_usage,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
    storage_usages,
)
from tests.rules.storage_cast import (
    BASE,
    BILLED,
    CLASS_1_ROW,
    CLASS_2_ROW,
    FREE,
    NAMES,
    TOTAL_ROW,
    run,
    units,
)


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
