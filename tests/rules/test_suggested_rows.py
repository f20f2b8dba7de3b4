"""The prepared list: rows that are missing, with names by one rule (ACR-CON-10, ACR-MAP-02, ACR-MAP-05)."""

from psabridge.kit.periods import PeriodType
from psabridge.rules.items.catalogue import known_minimum
from psabridge.rules.items.suggested_rows import Suggested, suggested_rows
from psabridge.rules.platform import OfferingItem, Storage
from psabridge.rules.settings import Measure, NewService, ServiceMapping, StorageNames
from psabridge.rules.words import ServiceId, StorageId
from tests.builders import (
    GIB,
    STORAGE,
    a_feature,
    a_mapping_row,
    a_service,
    a_storage,
    a_storage_item,
    a_storage_row,
    an_item,
    platform_snapshot,
    psa_snapshot,
    settings,
)

OTHER = StorageId("infra-abc")
NEVER_MAPPED = ServiceMapping("pw_pack_adv_dlp")


def suggested(
    *offered: OfferingItem,
    mapped: tuple[ServiceMapping, ...] = (NEVER_MAPPED,),
    services: tuple[str, ...] = (),
    storages: tuple[Storage, ...] = (a_storage(),),
    **changes: object,
) -> Suggested:
    return suggested_rows(
        settings(*mapped, **changes),
        psa_snapshot(services=[a_service(900 + n, name) for n, name in enumerate(services)]),
        platform_snapshot(offered=offered, storages=storages),
        billing_code=29,
        period_type=PeriodType.QUARTERLY,
    )


def names(found: Suggested) -> list[str]:
    return [row.service.name for row in found.rows if isinstance(row.service, NewService)]


def test_the_five_names_of_the_guide_come_with_a_storage_and_its_geo_replica() -> None:
    """ACR-MAP-05, ACR-STO-10, ACR-STO-11."""
    geo = StorageNames(geo_total="storage_geo", geo_class_2="storage_geo_class2")

    assert names(suggested(a_storage_item(), storage_names=geo)) == [
        "Acronis pw base storage XYZ",
        "Acronis pw base storage gr XYZ",
        "Acronis pw base storage XYZ free",
        "Acronis pw base storage XYZ billed",
        "Acronis pw base storage gr XYZ billed",
    ]


def test_a_missing_service_comes_as_a_row_with_code_and_period() -> None:
    """ACR-CON-10, ACR-TWO-03."""
    (row,) = suggested(an_item("pw_base_m365_seats", "mailboxes")).rows

    new = NewService("Acronis pw base m365 seats", 29, PeriodType.QUARTERLY)
    assert row == ServiceMapping("pw_base_m365_seats", service=new)


def test_storage_rows_report_gigabytes_one_row_for_each_measure() -> None:
    """ACR-STO-05. Names that Acronis was not found to use give no row."""
    rows = suggested(a_storage_item()).rows

    assert [(row.measure, row.storage, row.unit_size) for row in rows] == [
        (measure, STORAGE, GIB) for measure in (Measure.TOTAL, Measure.CLASS_1, Measure.CLASS_2)
    ]


def test_only_what_is_offered_and_in_no_row_is_missing() -> None:
    """ACR-MAP-02: present in what the partner offers, in the order of the list."""
    offered = (
        an_item("pw_base_servers", "servers"),
        an_item("pw_base_workstations"),
        an_item("pw_base_mobiles", "mobiles", is_on=False),
        an_item("pw_base_vms", "vms"),
        an_item("pw_pack_adv_dlp", "pack_adv_dlp"),
    )

    found = suggested(*offered, mapped=(a_mapping_row("pw_base_vms", None),))

    assert [row.item for row in found.rows] == ["pw_base_workstations", "pw_base_servers"]


def test_every_row_of_the_list_with_a_known_item_is_suggested_once() -> None:
    """ACR-MAP-02: in both licensing modes (ACR-MAP-13)."""
    items = dict.fromkeys(name for _, both in known_minimum() for name in both if "storage" not in name)

    found = suggested(*(an_item(name, name.partition("base_")[2]) for name in items))

    assert [row.item for row in found.rows] == list(items)
    assert len(set(names(found))) == len(items) > 40


def test_included_features_and_shared_seats_only_count() -> None:
    """ACR-MAP-04."""
    rows = suggested(
        an_item("pw_base_secondary_servers", "secondary_servers"),
        an_item("pw_base_secondary_m365_seats_shared", "shared"),
        a_feature("pw_base_google_drive"),
    ).rows

    assert {row.item: row.counts_only for row in rows} == {
        "pw_base_secondary_servers": True,
        "pw_base_secondary_m365_seats_shared": True,
        "pw_base_google_drive": False,
    }


def test_a_service_of_the_name_is_taken_and_one_of_two_is_not() -> None:
    """R45: nobody guesses between two services of one name."""
    there = "Acronis pw base servers"
    offered = an_item("pw_base_servers", "servers")

    (row,) = suggested(offered, services=(there,)).rows
    assert row.service == ServiceId(900)
    assert suggested(offered, services=(there, there)) == Suggested((), (there,))


def test_a_row_over_all_storages_or_a_total_counted_otherwise_is_not_doubled() -> None:
    """R1."""
    mapped = (
        a_storage_row(Measure.REMAINDER, 1),
        a_storage_row(Measure.CLASS_1, 2, storage=None),
        a_storage_row(Measure.CLASS_2, 3, storage=OTHER),
    )

    (row,) = suggested(a_storage_item(), mapped=mapped).rows

    assert (row.measure, row.storage) == (Measure.CLASS_2, STORAGE)


def test_two_storages_of_one_name_get_two_names() -> None:
    """ACR-STO-04: told apart by their location, else by their name, else by their id."""
    third = StorageId("infra-third")
    offered = [a_storage_item(storage=one) for one in (STORAGE, OTHER, third)]
    totals = (
        a_storage_row(Measure.CLASS_1, 1, storage=None),
        a_storage_row(Measure.CLASS_2, 2, storage=None),
    )

    apart = suggested(
        *offered,
        mapped=totals,
        storages=(
            a_storage(STORAGE, "Main", "Berlin"),
            a_storage(OTHER, "Main", "Paris"),
            a_storage(third, "Main", "Paris"),
        ),
    )
    by_name = suggested(
        *offered,
        mapped=totals,
        storages=(
            a_storage(STORAGE, "Main", "Berlin"),
            a_storage(OTHER, "Main", "Paris"),
            a_storage(third, "Second", "Paris"),
        ),
    )

    assert names(apart) == [
        "Acronis pw base storage Main infra-abc",
        "Acronis pw base storage Main infra-third",
        "Acronis pw base storage Berlin",
    ]
    assert names(by_name) == [
        "Acronis pw base storage Paris Main",
        "Acronis pw base storage Second",
        "Acronis pw base storage Berlin",
    ]


def test_a_storage_whose_name_was_not_read_is_named_by_its_id() -> None:
    """ACR-STO-04: a name that is not known is never guessed."""
    found = suggested(a_storage_item(), storages=())

    assert names(found)[0] == "Acronis pw base storage infra-xyz"
