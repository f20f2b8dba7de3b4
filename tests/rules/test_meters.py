"""Meters: what a row counts besides its measure, and how much of it is billed (R7, R1)."""

from dataclasses import replace
from datetime import date

import pytest

from psabridge.rules.explaining.explanation import explain
from psabridge.rules.findings import Severity
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.settings import (
    CloseFigure,
    DatingPolicy,
    Measure,
    MeterExpression,
    MeterPart,
    Rounding,
    ServiceMapping,
)
from psabridge.rules.units.intent import LineHistory
from psabridge.rules.words import ServiceId
from tests.builders import (
    GIB,
    STORAGE,
    a_contract,
    a_customer,
    a_feature,
    a_mapping_row,
    a_payg_contract,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_usage,
    an_item,
    line_id,
    platform_snapshot,
    settings,
    storage_usages,
)
from tests.rules.asking import codes, desired, finding, items, quotas, units
from tests.rules.meter_cast import SERVERS, VMS, metered, sold, using
from tests.rules.planning_cast import Line, figures_for, plan_of, the_change, the_step
from tests.rules.planning_cast import codes as plan_codes

MARCH, LAST = date(2026, 3, 1), date(2026, 3, 31)


def billed(row: ServiceMapping, platform: PlatformSnapshot | None = None) -> int | None:
    found = units(desired(settings(row), sold(), platform or using()))
    return found.get(line_id(1000))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (metered(plus=(SERVERS,)), 19),
        (metered(plus=(SERVERS, VMS)), 21),
        (metered(minus=(SERVERS,)), 9),
        (metered(plus=(SERVERS,), minus=(VMS,)), 17),
        (metered(included=10), 4),
        (metered(included=14), 0),
        (metered(included=20), 0),
        (metered(minimum=20), 20),
        (metered(minimum=3), 14),
        (metered(included=20, minimum=2), 2),
        (metered(plus=(SERVERS, VMS), included=10, minimum=5), 11),
        (replace(metered(plus=(SERVERS,)), unit_size=5), 4),
        (replace(metered(plus=(SERVERS,)), unit_size=5, rounding=Rounding.DOWN), 3),
        (replace(metered(plus=(SERVERS,), included=2), unit_size=5, rounding=Rounding.NEAREST), 3),
        (replace(metered(plus=(SERVERS,), included=15), ignore_below=5), 0),
    ],
)
def test_a_meter_is_worked_out_in_its_order(row: ServiceMapping, expected: int) -> None:
    """R7: 14 workstations, 5 servers, 2 virtual machines."""
    assert billed(row) == expected


def test_an_allowance_is_one_for_the_whole_customer() -> None:
    """R31: two tenants of 14 and 8 share the 10 that are included."""
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)],
        items=[an_item(), an_item(tenant=2)],
        usages=[a_usage(quantity=14), a_usage(quantity=8, tenant=2)],
    )
    decided = settings(metered(included=10), customers=[a_customer(1), a_customer(2, receives_quotas=False)])

    assert units(desired(decided, sold(), platform)) == {line_id(1000): 12}


def test_bytes_are_added_before_they_are_rounded() -> None:
    """ACR-STO-05: half a gigabyte on each side is one unit, not two."""
    half = GIB // 2
    row = a_storage_row(
        Measure.CLASS_1,
        1000,
        meter=MeterExpression(plus=(MeterPart("pw_base_storage", Measure.CLASS_2, STORAGE),)),
    )
    platform = platform_snapshot(
        items=[a_storage_item()],
        usages=[
            a_usage("storage", GIB, storage=STORAGE),
            a_usage("class1_storage", half, storage=STORAGE),
            a_usage("class2_storage", half, storage=STORAGE),
        ],
    )

    assert billed(row, platform) == 1


@pytest.mark.parametrize("row", [metered(plus=(SERVERS,)), metered(minus=(SERVERS,), minimum=0)])
def test_an_unknown_part_makes_the_number_unknown(row: ServiceMapping) -> None:
    """ERR-22: never 0, also where a minimum stands by."""
    found = desired(settings(row), sold(), using(servers=None))

    assert found.units == ()
    assert "ERR-22" in codes(found, Severity.STOPS)


def test_a_part_without_a_usage_of_its_own_leaves_the_line_alone() -> None:
    """R4: a feature is on or off, it counts nothing."""
    mail = a_feature()
    platform = replace(using(), items={key: (*there, mail) for key, there in using().items.items()})
    row = metered(plus=(MeterPart("pw_base_google_mail"),))

    found = desired(settings(row), sold(), platform)

    assert found.units == ()
    assert {one.severity for one in found.findings if one.code == "R7"} == {Severity.STOPS}


def test_less_than_nothing_is_a_finding_and_writes_nothing() -> None:
    """R7: what the meter gave stands in the finding."""
    found = desired(settings(metered(minus=(SERVERS,))), sold(), using(stations=3))

    assert found.units == ()
    told = finding(found, "R7")
    assert told.severity is Severity.STOPS
    assert "3 - 5 = -2" in told.problem
    assert "minimum: 0" in told.next_act


@pytest.mark.parametrize(("minimum", "expected"), [(0, 0), (4, 4)])
def test_less_than_nothing_is_nothing_where_the_meter_has_a_minimum(minimum: int, expected: int) -> None:
    """R7."""
    assert billed(metered(minus=(SERVERS,), minimum=minimum), using(stations=3)) == expected


def test_a_minimum_is_no_use_that_nobody_pays_for() -> None:
    """R23: the contract is over; nothing is used, whatever the least would have been."""
    over = a_payg_contract(starts=date(2025, 1, 1), ends=date(2025, 12, 31))

    found = desired(settings(metered(minimum=5)), sold(contract=over), using(stations=0))

    assert "R23" not in codes(found)


# ---- turned round


@pytest.mark.parametrize(
    "row",
    [
        metered(plus=(SERVERS,)),
        metered(minus=(SERVERS,)),
        metered(minimum=5),
        metered(figure=CloseFigure.HIGHEST),
    ],
)
def test_a_meter_that_cannot_be_turned_round_sets_no_quota(row: ServiceMapping) -> None:
    """R7: refused on a prepaid contract, with the next act."""
    decided = settings(row, policy=DatingPolicy.PERIOD_CLOSE)

    found = desired(decided, sold(contract=a_contract()), using())

    assert "pw_base_workstations" not in items(found)
    assert finding(found, "R7").severity is Severity.STOPS
    assert "pay as you go" in finding(found, "R7").next_act


def test_an_allowance_is_turned_round_into_a_larger_quota() -> None:
    """R7: 100 sold above the 50 that are included give a quota of 150 GB."""
    row = a_storage_row(Measure.TOTAL, 1000, meter=MeterExpression(included=50 * GIB))
    platform = platform_snapshot(items=[a_storage_item()], usages=storage_usages(60, 10, 50))

    found = desired(settings(row), sold(contract=a_contract(), level=100), platform)

    assert quotas(found) == {f"pw_base_storage@{STORAGE}": 150 * GIB}


def test_a_class_row_with_a_meter_stands_on_a_prepaid_contract_like_any_class_row() -> None:
    """ACR-STO-18: it sets no quota, so nothing has to be turned round."""
    row = a_storage_row(Measure.CLASS_2, 1000, meter=MeterExpression(minimum=5))
    platform = platform_snapshot(items=[a_storage_item()], usages=storage_usages(60, 10, 50))

    found = desired(settings(row), sold(contract=a_contract(), level=100), platform)

    assert quotas(found) == {f"pw_base_storage@{STORAGE}": None}
    assert "R7" not in codes(found)


# ---- the days of a period


@pytest.mark.parametrize(
    ("figure", "expected"),
    [(CloseFigure.LAST, 12), (CloseFigure.HIGHEST, 30), (CloseFigure.AVERAGE, 13), (None, 12)],
)
def test_a_row_may_bill_another_figure_of_the_period_than_the_pairing(
    figure: CloseFigure | None, expected: int
) -> None:
    """R7: 28 days of 12, one of 30 and one more of 12; the average of 378 over 30 days is rounded up."""
    row = a_mapping_row(meter=MeterExpression(figure=figure, included=1))
    figures = figures_for([12, 30, *[12] * 28], MARCH)

    plan = plan_of(
        Line([(date(2026, 1, 1), 5)]),
        12,
        today=LAST,
        decided=settings(row, policy=DatingPolicy.PERIOD_CLOSE),
        rows=(row,),
        figures=figures,
    )

    assert (the_change(plan).day, the_change(plan).after) == (MARCH, expected)
    if figure is not None:
        assert f"({figure} figure of 2026-03-01 to 2026-03-30" in the_step(plan).reason


def test_a_figure_of_days_that_are_missing_writes_nothing() -> None:
    """W13: a value from the other days would be too low."""
    row = metered(figure=CloseFigure.HIGHEST)
    plan = plan_of(
        Line([(date(2026, 1, 1), 5)]),
        12,
        today=LAST,
        decided=settings(row, policy=DatingPolicy.PERIOD_CLOSE),
        rows=(row,),
        figures=figures_for([12] * 20, MARCH),
    )

    assert plan.steps == ()
    assert "W13" in plan_codes(plan)


def test_rows_of_one_line_must_bill_the_same_figure() -> None:
    """R15."""
    row = metered(figure=CloseFigure.HIGHEST)
    rows = (row, a_mapping_row("pw_base_servers"))
    plan = plan_of(
        Line([(date(2026, 1, 1), 5)]),
        12,
        today=LAST,
        decided=settings(*rows, policy=DatingPolicy.PERIOD_CLOSE),
        rows=rows,
        figures=figures_for([12] * 30, MARCH),
    )

    assert plan.steps == ()
    (told,) = [each for each in plan.findings if each.code == "R15"]
    assert "different figures" in told.problem


# ---- in words


def test_every_reading_and_operation_stands_in_the_explanation() -> None:
    """Promise 5: input readings, each operation, the result."""
    row = replace(metered(plus=(SERVERS,), minus=(VMS,), included=10, minimum=5), unit_size=2)
    decided, psa, platform = settings(row), sold(), using()

    told = explain(
        line_id(1000),
        settings=decided,
        psa=psa,
        platform=platform,
        desired=desired(decided, psa, platform),
        history=LineHistory(line_id(1000)),
    )

    chain = told.chain()
    assert [text.partition(": ")[2] for heading, text in chain if heading == "usage"] == [
        "14 Workstations",
        "5 Servers",
        "-2 Virtual machines (taken away)",
    ]
    assert (
        "mapping",
        "Workstations plus Servers less Virtual machines; 10 included; at least 5 units; one unit is 2",
    ) in chain
    assert [text for heading, text in chain if heading in {"meter", "rounding"}] == [
        "14 + 5 - 2 = 17",
        "17 less 10 included: 7",
        "7 ÷ 2 = 3.5, rounded up: 4",
        "at least 5 units: 5",
    ]
    assert ("should be", "5 units (ACR-PAY-08)") in chain


def test_a_row_that_shares_a_service_may_have_a_meter_of_its_own() -> None:
    """R3: units are the sum of what each row bills."""
    stations = metered(included=10)
    servers = a_mapping_row("pw_base_servers", meter=MeterExpression(minimum=8))

    found = desired(settings(stations, servers), sold(), using())

    assert units(found) == {line_id(1000): 12}
    assert [part.row.service for part in found.units[0].evidence.parts] == [ServiceId(1000)] * 2
