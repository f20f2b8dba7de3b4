"""What `services list` shows: each row in words, its service, its figure of today."""

from dataclasses import replace
from typing import Any

import pytest

from psabridge.kit.periods import PeriodType
from psabridge.rules.explaining.mapping_rows import RowShown, mapping_rows
from psabridge.rules.platform import PlatformSnapshot
from psabridge.rules.settings import (
    CloseFigure,
    DatingPolicy,
    Limit,
    Measure,
    MeterExpression,
    MeterPart,
    NewService,
    Rounding,
    ServiceMapping,
)
from tests.builders import (
    GIB,
    PER_GIGABYTE,
    STORAGE,
    a_company,
    a_customer,
    a_feature,
    a_mapping_row,
    a_service,
    a_storage,
    a_storage_item,
    a_storage_row,
    a_tenant,
    a_usage,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)

SERVERS = MeterPart("pw_base_servers")


def three_customers(*, silent: tuple[int, ...] = ()) -> PlatformSnapshot:
    """14 workstations and 5 servers, 3 and 2, and none."""
    used = {1: (14, 5), 2: (3, 2), 3: (0, 0)}
    return platform_snapshot(
        tenants=[a_tenant(number) for number in used],
        items=[
            item
            for number in used
            for item in (an_item(tenant=number), an_item("pw_base_servers", "servers", number))
        ],
        usages=[
            usage
            for number, (stations, servers) in used.items()
            for usage in (a_usage("workstations", stations, number), a_usage("servers", servers, number))
        ],
        silent=silent,
    )


def shown(row: ServiceMapping, platform: PlatformSnapshot) -> RowShown:
    decided = settings(row, customers=[a_customer(number, number) for number in (1, 2, 3)])
    psa = psa_snapshot(
        companies=[a_company(number) for number in (1, 2, 3)], services=[a_service(1000, "All machines")]
    )
    (found,) = mapping_rows(decided, psa, platform)
    return found


def test_a_meter_is_shown_in_words_with_the_figure_of_all_customers() -> None:
    """Item 7 of the catalogue of what is promised: in words, next to the row, with today's figure (R7)."""
    meter = MeterExpression(plus=(SERVERS,), included=4, minimum=2)

    found = shown(a_mapping_row(meter=meter), three_customers())

    assert (found.item, found.service) == ("Workstations", "All machines")
    assert found.counts == "usage plus Servers; 4 included; at least 2 units"
    assert (found.figure, found.known) == ("16", 3)
    assert found.limit == "sets no quota"


def test_a_customer_without_a_figure_is_unknown_and_not_zero() -> None:
    """ERR-22."""
    row = a_mapping_row()

    assert shown(row, three_customers(silent=(2,))).figure == "14, 1 unknown"
    assert shown(row, three_customers(silent=(1, 2, 3))).figure == "unknown"


def test_less_than_nothing_is_unknown_unless_a_minimum_says_otherwise() -> None:
    """R7."""
    servers_less = a_mapping_row(
        "pw_base_servers", meter=MeterExpression(minus=(MeterPart("pw_base_workstations"),))
    )
    with_minimum = replace(
        servers_less, meter=MeterExpression(minus=(MeterPart("pw_base_workstations"),), minimum=0)
    )

    assert shown(servers_less, three_customers()).figure == "0, 2 unknown"
    assert shown(with_minimum, three_customers()).figure == "0"


def test_a_refused_row_says_why() -> None:
    row = a_mapping_row(meter=MeterExpression(plus=(MeterPart("pw_base_nas"),)))

    found = shown(row, three_customers())

    assert found.figure == "refused"
    assert found.refused is not None
    assert "pw_base_nas" in found.refused


def test_a_feature_has_no_figure() -> None:
    """R4: it is on or off."""
    platform = replace(three_customers(), offered=(a_feature(),))

    assert shown(a_mapping_row("pw_base_google_mail"), platform).figure == "on or off"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "usage"),
        ({"unit_size": 5}, "usage; one unit is 5, rounded up"),
        ({"unit_size": 5, "rounding": Rounding.NEAREST}, "usage; one unit is 5, rounded to the nearest"),
        ({"unit_size": 5, "rounding": Rounding.DOWN}, "usage; one unit is 5, rounded down"),
        ({"ignore_below": 3}, "usage; less than 3 is 0"),
        (
            {"meter": MeterExpression(included=4, minimum=2), "ignore_below": 3, "unit_size": 5},
            "usage; 4 included; less than 3 is 0; one unit is 5, rounded up; at least 2 units",
        ),
        (
            {"meter": MeterExpression(figure=CloseFigure.HIGHEST)},
            "usage; the highest day of the period counts",
        ),
        (
            {"meter": MeterExpression(figure=CloseFigure.AVERAGE), "rounding": Rounding.DOWN},
            "usage; the average of the period's days counts, rounded down",
        ),
    ],
)
def test_everything_that_makes_units_of_usage_is_in_the_words(changes: dict[str, Any], said: str) -> None:
    """R7: unit size, threshold and rounding too, in the order in which they are worked out."""
    decided = {"policy": DatingPolicy.PERIOD_CLOSE, **changes}

    assert shown(a_mapping_row(**decided), three_customers()).counts == said


def test_storage_service_free_and_limit_are_told() -> None:
    """R6, ACR-MAP-05, ACR-MAP-09."""
    new = NewService("Storage to come", 29, PeriodType.MONTHLY)
    total = replace(
        a_storage_row(Measure.TOTAL, None), service=new, free=True, limit=Limit.ALLOWANCE, overage=10
    )
    billed = a_storage_row(Measure.CLASS_2, None, storage=None)
    platform = platform_snapshot(
        items=[a_storage_item()],
        usages=[
            a_usage("storage", 60 * GIB, storage=STORAGE),
            a_usage("class2_storage", 50 * GIB, storage=STORAGE),
        ],
        storages=[a_storage()],
    )

    rows = mapping_rows(settings(total, billed), psa_snapshot(), platform)

    told = {(row.storage, row.counts, row.service, row.figure, row.is_free, row.limit) for row in rows}
    assert told == {
        (
            "XYZ",
            "total; one unit is 1 GB, rounded up",
            "Storage to come (to be created)",
            "60",
            True,
            "10 units above",
        ),
        ("all", "class 2; one unit is 1 GB, rounded up", "none", "50", False, "sets no quota"),
    }


def test_a_customer_in_the_other_mode_is_no_business_of_the_row() -> None:
    """ACR-MAP-13."""
    row = a_mapping_row("pg_base_workstations", edition=PER_GIGABYTE)
    offered = an_item("pg_base_workstations", edition=PER_GIGABYTE)

    found = shown(row, replace(three_customers(), offered=(offered,)))

    assert (found.known, found.unknown, found.figure) == (0, 0, "0")


def test_rows_stand_in_groups_and_what_is_offered_beside_them_has_a_figure() -> None:
    """ACR-MAP-01: one list, from what the partner offers; ACR-MAP-02 gives its order."""
    platform = platform_snapshot(
        items=[an_item(), an_item("pw_base_servers", "servers"), a_storage_item()],
        usages=[
            a_usage(),
            a_usage("servers", 5),
            a_usage("something_new", 9),
            a_usage("storage", 60 * GIB, storage=STORAGE),
        ],
        storages=[a_storage()],
        offered=[
            an_item("something_new", "something_new"),
            a_storage_item(),
            an_item("pw_base_servers", "servers"),
            an_item("pw_base_mobiles", "mobiles", is_on=False),
            an_item(),
        ],
    )
    decided = settings(a_mapping_row("pw_base_servers"))

    mapped = mapping_rows(decided, psa_snapshot(), platform)
    every = mapping_rows(decided, psa_snapshot(), platform, with_unmapped=True)

    assert [row.key for row in mapped] == ["pw_base_servers/usage"]
    assert [(row.group, row.key, row.service, row.figure) for row in every] == [
        (
            "Cyber Protection / Per workload / Standard Protection",
            "pw_base_workstations/usage",
            "in no row",
            "7",
        ),
        (
            "Cyber Protection / Per workload / Standard Protection",
            "pw_base_servers/usage",
            "service 1000",
            "5",
        ),
        (
            "Cyber Protection / Per workload / Cloud storage",
            f"pw_base_storage@{STORAGE}/total",
            "in no row",
            "60",
        ),
        ("Not in the catalogue", "something_new/usage", "in no row", "9"),
    ]


def test_groups_stand_together_by_service_mode_and_pack() -> None:
    """ACR-MAP-01."""
    names = ("pg_base_servers", "pw_pack_adv_dlp", "pw_base_servers", "pg_base_workstations", "pw_base_vms")
    decided = settings(*(a_mapping_row(name, edition=None) for name in names))

    rows = mapping_rows(decided, psa_snapshot(), platform_snapshot())

    assert [row.key.partition("/")[0] for row in rows] == [
        "pw_base_servers",
        "pw_base_vms",
        "pw_pack_adv_dlp",
        "pg_base_workstations",
        "pg_base_servers",
    ]
