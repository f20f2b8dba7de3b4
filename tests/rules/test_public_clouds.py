# ruff: noqa: ANN401 -- a builder takes any field of the value it builds
"""Public clouds: one service a vendor, from Acronis to the contract only (ACR-STO-13 to -17)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.platform import PlatformSnapshot, Storage
from psabridge.rules.psa import Contract, PsaSnapshot
from psabridge.rules.settings import Measure, PairingSettings, ServiceMapping, TwoWay
from psabridge.rules.wanted.desired import Desired
from psabridge.rules.wanted.desired_state import desired_state
from psabridge.rules.words import LineId, Mode, ServiceId, StorageId, WorkKind
from tests.builders import (
    GIB,
    a_contract,
    a_line,
    a_mapping_row,
    a_payg_contract,
    a_service,
    a_storage_item,
    a_storage_row,
    a_unit_row,
    a_usage,
    line_id,
    platform_snapshot,
    psa_snapshot,
    settings,
)

AZURE, AMAZON, COMPATIBLE, ACRONIS = 1, 2, 3, 4
NAMES = {
    AZURE: "Microsoft Azure",
    AMAZON: "Amazon S3",
    COMPATIBLE: "S3 compatible",
    ACRONIS: "Acronis storage",
}
BACKENDS = {AZURE: "microsoft_azure", AMAZON: "amazon_s3", COMPATIBLE: "s3_compatible", ACRONIS: "acronis"}
OUR_STORAGE = StorageId("acronis-0")
ON = TwoWay(is_on=True, billing_code=5, period_type=PeriodType.MONTHLY)
WRITES = dict.fromkeys(WorkKind, Mode.AUTOMATIC)
Used = Mapping[int, tuple[int, ...]]  # vendor → GiB in each of its storages


def a_cloud_row(vendor: int) -> ServiceMapping:
    return a_mapping_row(
        "pw_base_storage", vendor, measure=Measure.PUBLIC_CLOUD, cloud=NAMES[vendor], unit_size=GIB
    )


CLOUDS = tuple(map(a_cloud_row, (AZURE, AMAZON, COMPATIBLE)))
OURS = replace(a_storage_row(Measure.TOTAL, ACRONIS), storage=OUR_STORAGE)


def decided(**changes: Any) -> PairingSettings:
    return settings(*CLOUDS, OURS, **{"two_way": ON, "modes": WRITES, **changes})


def sold(units: Mapping[int, int], contract: Contract | None = None) -> PsaSnapshot:
    return psa_snapshot(
        contracts=[contract or a_payg_contract()],
        lines=[a_line(service, service=service) for service in units],
        rows=[a_unit_row(service, number) for service, number in units.items()],
        services=[a_service(number, name) for number, name in NAMES.items()],
    )


def having(used: Used, *, acronis_is_on: bool = False) -> PlatformSnapshot:
    """The customer's storages with what is in them; the Acronis storage is off unless it is said."""
    storages = [
        (vendor, StorageId(f"{vendor}-{n}"), gib)
        for vendor, each in used.items()
        for n, gib in enumerate(each)
    ]
    items = [a_storage_item(storage=storage) for _, storage, _ in storages]
    usages = [a_usage("storage", gib * GIB, storage=storage) for _, storage, gib in storages]
    items.append(a_storage_item(storage=OUR_STORAGE, is_on=acronis_is_on, quota=None))
    usages.append(a_usage("storage", 70 * GIB if acronis_is_on else 0, storage=OUR_STORAGE))
    places = [
        Storage(storage, f"storage {storage}", "somewhere", BACKENDS[vendor])
        for vendor, storage, _ in storages
    ]
    return platform_snapshot(
        items=items, usages=usages, storages=[*places, Storage(OUR_STORAGE, "Ours", "Ours", "acronis")]
    )


def after(psa: PsaSnapshot, platform: PlatformSnapshot, **changes: Any) -> Desired:
    """What a second cycle wants: before, everything was on and sold."""
    chosen = decided(**changes)
    was_on = having({}, acronis_is_on=True)
    first = desired_state(chosen, psa, was_on, contracts_seen={})
    return desired_state(
        chosen, psa, platform, contracts_seen={}, confirmed={one.at: one for one in first.agreed}
    )


def units(desired: Desired) -> dict[LineId, int]:
    return {wanted.line: wanted.units for wanted in desired.units}


ALL_THREE = {AZURE: 90, AMAZON: 90, COMPATIBLE: 90}
AND_ACRONIS = {**ALL_THREE, ACRONIS: 90}


def lines(azure: int, amazon: int, compatible: int) -> dict[LineId, int]:
    return {line_id(AZURE): azure, line_id(AMAZON): amazon, line_id(COMPATIBLE): compatible}


@pytest.mark.parametrize(("storages", "total"), [((11,), 11), ((11, 7), 18), ((11, 7, 0), 18)])
def test_acr_sto_17_row_1_several_storages_of_one_vendor_are_one_service(
    storages: tuple[int, ...], total: int
) -> None:
    """ACR-STO-17 row 1, ACR-STO-14: their sum; the other two vendors are disabled."""
    desired = after(sold(ALL_THREE), having({AZURE: storages}))

    assert units(desired) == lines(total, 0, 0)


@pytest.mark.parametrize("amazon", [(5,), (5, 20)])
def test_acr_sto_17_row_2_each_vendor_has_its_own_service(amazon: tuple[int, ...]) -> None:
    """ACR-STO-17 row 2."""
    desired = after(sold(ALL_THREE), having({AZURE: (11, 7), AMAZON: amazon}))

    assert units(desired) == lines(18, 5 if amazon == (5,) else 25, 0)


def test_acr_sto_17_row_3_a_vendor_without_storages_is_disabled() -> None:
    """ACR-STO-17 row 3."""
    assert units(after(sold(ALL_THREE), having({AMAZON: (5, 20)}))) == lines(0, 25, 0)


def test_acr_sto_17_row_4_acronis_storage_stands_beside_the_others() -> None:
    """ACR-STO-17 row 4, ACR-STO-15."""
    desired = after(sold(AND_ACRONIS), having({AZURE: (11,)}, acronis_is_on=True))

    assert units(desired) == {**lines(11, 0, 0), line_id(ACRONIS): 70}


def test_acr_sto_17_row_5_acronis_storage_switched_off_is_removed() -> None:
    """ACR-STO-17 row 5: to 0, and not switched on again by its line."""
    desired = after(sold(AND_ACRONIS), having({AZURE: (11,)}))

    assert units(desired) == {**lines(11, 0, 0), line_id(ACRONIS): 0}
    assert desired.items == ()


@pytest.mark.parametrize("contract", [a_contract(), a_payg_contract()])
def test_a_cloud_put_on_a_contract_by_hand_provisions_nothing(contract: Contract) -> None:
    """ACR-STO-16: one way, and the next sync sets it to follow Acronis."""
    desired = after(sold({AMAZON: 90}, contract), having({AZURE: (11,)}))

    assert units(desired)[line_id(AMAZON)] == 0
    assert all(item.key.storage == OUR_STORAGE for item in desired.items)


def test_with_two_way_sync_off_a_prepaid_cloud_line_is_never_written() -> None:
    """ACR-TWO-08."""
    off = after(sold(ALL_THREE, a_contract()), having({AZURE: (11,)}), two_way=TwoWay())

    assert (off.units, off.new_lines) == ((), ())


def test_the_first_storage_of_a_vendor_adds_its_service_and_no_other() -> None:
    """ACR-STO-14: once, however many storages."""
    desired = after(sold({AZURE: 11}), having({AZURE: (11,), COMPATIBLE: (4, 2)}))

    assert [(line.service, line.units) for line in desired.new_lines] == [(ServiceId(COMPATIBLE), None)]


def test_a_storage_whose_vendor_is_not_told_lowers_nothing() -> None:
    """ACR-STO-14, promise 3: it may be of any of them."""
    platform = having({AMAZON: (5,)})
    hidden = replace(platform, storages={OUR_STORAGE: platform.storages[OUR_STORAGE]})

    desired = after(sold(ALL_THREE), hidden)

    assert units(desired) == {}
    assert any("not told whose" in told.problem for told in desired.findings)


def test_an_operator_names_a_backend_anew() -> None:
    """ACR-STO-13: backends are the vendor's words, so they are data."""
    clouds = {"wasabi": "S3 compatible", "azure": "Microsoft Azure", "amazon_s3": "Amazon S3"}
    platform = having({COMPATIBLE: (4,)})
    storage = StorageId(f"{COMPATIBLE}-0")
    renamed = replace(platform.storages[storage], backend="Wasabi")

    desired = after(
        sold(ALL_THREE), replace(platform, storages={**platform.storages, storage: renamed}), clouds=clouds
    )

    assert units(desired)[line_id(COMPATIBLE)] == 4


def test_a_cloud_service_put_on_the_contract_by_hand_follows_acronis_and_is_listed() -> None:
    """ACR-STO-16, ACR-TWO-06: whether public storages exist, Acronis says; with the three values."""
    before = desired_state(decided(), sold({}), having({}), contracts_seen={})
    known = {one.at: one for one in before.agreed}

    desired = desired_state(decided(), sold({AMAZON: 90}), having({}), contracts_seen={}, confirmed=known)

    assert units(desired) == {line_id(AMAZON): 0}
    [told] = [each for each in desired.findings if each.code == "ACR-STO-16"]
    assert "the contract follows Acronis" in told.problem
    assert "last agreed off or 0 and off or 0" in told.problem


def test_a_cloud_service_taken_off_the_contract_comes_back_and_is_listed() -> None:
    """ACR-STO-14, ACR-TWO-06."""
    used = having({AMAZON: (5,)})
    known = {
        one.at: one for one in desired_state(decided(), sold({AMAZON: 5}), used, contracts_seen={}).agreed
    }

    desired = desired_state(decided(), sold({}), used, contracts_seen={}, confirmed=known)

    assert [line.service for line in desired.new_lines] == [ServiceId(AMAZON)]
    assert "ACR-STO-16" in {each.code for each in desired.findings}
