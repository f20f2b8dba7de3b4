"""The same usage on two rows of one customer, with meters between them (R1)."""

from dataclasses import replace

import pytest

from psabridge.rules.settings import Measure, MeterExpression, MeterPart, ServiceMapping, StorageNames
from tests.builders import (
    GIB,
    STORAGE,
    a_mapping_row,
    a_storage,
    a_storage_item,
    a_storage_row,
    a_usage,
    platform_snapshot,
    settings,
    storage_usages,
)
from tests.rules.asking import desired, finding, units
from tests.rules.meter_cast import OTHER, SERVERS, VMS, metered, sold, using

BASE, FREE, BILLED = 1001, 1002, 1003
WITHOUT_CLASS_2 = MeterExpression(minus=(MeterPart("pw_base_storage", Measure.CLASS_2, STORAGE),))
TOTAL_ROW = a_storage_row(Measure.TOTAL, BASE)
REST_ROW = a_storage_row(Measure.TOTAL, BASE, meter=WITHOUT_CLASS_2)
CLASS_1_ROW = a_storage_row(Measure.CLASS_1, FREE)
CLASS_2_ROW = a_storage_row(Measure.CLASS_2, BILLED)
EVERYWHERE_1 = replace(CLASS_1_ROW, storage=None)


@pytest.mark.parametrize(
    ("rows", "twice"),
    [
        ((TOTAL_ROW, CLASS_2_ROW), "50 GB (class 2)"),
        ((REST_ROW, CLASS_2_ROW), None),
        ((REST_ROW, CLASS_1_ROW), "10 GB (class 1)"),
        ((TOTAL_ROW, EVERYWHERE_1), "10 GB (class 1)"),
        ((replace(REST_ROW, measure=Measure.CLASS_1, meter=None), CLASS_2_ROW), None),
        ((replace(TOTAL_ROW, measure=Measure.REMAINDER), CLASS_2_ROW), None),
        ((replace(TOTAL_ROW, measure=Measure.REMAINDER), EVERYWHERE_1), None),
    ],
)
def test_bytes_that_a_meter_took_away_are_not_charged_twice(
    rows: tuple[ServiceMapping, ...], twice: str | None
) -> None:
    """R1: 60 GB in total, 10 of class 1, 50 of class 2; every row has a price."""
    platform = platform_snapshot(
        items=[a_storage_item()], usages=storage_usages(60, 10, 50), storages=[a_storage()]
    )

    found = desired(settings(*rows), sold(BASE, FREE, BILLED), platform)

    problems = [each.problem for each in found.findings if each.code == "R1"]
    assert len(problems) == (twice is not None)
    assert twice is None or twice in problems[0]


def test_seats_that_two_meters_count_are_charged_twice() -> None:
    """R1: 5 servers are in the row of all machines and in their own."""
    all_machines = metered(plus=(SERVERS, VMS))
    servers = a_mapping_row("pw_base_servers", 1001)

    found = desired(settings(all_machines, servers), sold(1000, 1001), using())

    assert "5 (usage) are charged with both" in finding(found, "R1").problem


GEO = StorageNames(geo_total="storage_geo", geo_class_2="storage_geo_class2")
GEO_ROW = a_storage_row(Measure.GEO_TOTAL, FREE)
GEO_2_ROW = a_storage_row(Measure.GEO_CLASS_2, BILLED)
REMAINDER_ROW = a_storage_row(Measure.REMAINDER, BASE)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((REMAINDER_ROW,), {BASE: 55}),
        ((REMAINDER_ROW, GEO_ROW), {BASE: 40, FREE: 15}),
        ((REMAINDER_ROW, GEO_2_ROW), {BASE: 49, BILLED: 6}),
        ((REMAINDER_ROW, GEO_ROW, GEO_2_ROW), {BASE: 40, FREE: 15, BILLED: 6}),
        ((REMAINDER_ROW, replace(GEO_ROW, storage=None)), {BASE: 40, FREE: 15}),
        ((replace(REMAINDER_ROW, storage=None), GEO_ROW), {BASE: 40, FREE: 15}),
        ((REMAINDER_ROW, replace(GEO_ROW, storage=OTHER)), {BASE: 55}),
        ((REMAINDER_ROW, replace(GEO_ROW, service=None)), {BASE: 55}),
    ],
)
def test_the_remainder_loses_each_byte_of_another_row_once(
    rows: tuple[ServiceMapping, ...], expected: dict[int, int]
) -> None:
    """R1: standard 40 and geo-redundant 15, of which 6 are class 2."""
    named = (("storage", 40), ("storage_geo", 15), ("storage_geo_class2", 6))
    platform = platform_snapshot(
        items=[a_storage_item()],
        usages=[a_usage(name, gib * GIB, storage=STORAGE) for name, gib in named],
    )

    found = units(desired(settings(*rows, storage_names=GEO), sold(*expected), platform))

    known = {line.number: figure for line, figure in found.items()}
    assert {number: known.get(number) for number in expected if number == BASE} == {BASE: expected[BASE]}
    assert all(known[number] == expected[number] for number in known)
