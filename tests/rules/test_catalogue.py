import pytest

from psabridge.rules.items.catalogue import (
    NOT_IN_THE_CATALOGUE,
    OTHER_PACK,
    Catalogue,
    ItemKind,
    Unit,
    known_minimum,
    suggested_service_name,
)
from psabridge.rules.settings import Measure, StorageNames

CATALOGUE = Catalogue.standard()
GROUP_OF_OTHERS = f"Cyber Protection / Per workload / {OTHER_PACK}"

# Rows 20 and 21 have no published item, row 26 is read from the customer's own storages.
WITHOUT_ITEMS = {20, 21, 26}

THE_26_ROWS = {
    1: "Workstations",
    2: "Workstations (included features)",
    3: "Servers",
    4: "Servers (included features)",
    5: "Virtual machines",
    6: "Virtual machines (included features)",
    7: "Web hosting servers",
    8: "Web hosting servers (included features)",
    9: "Mobile devices",
    10: "Microsoft 365 seats",
    11: "Microsoft 365 shared seats",
    12: "Mailboxes",
    13: "OneDrive",
    14: "Microsoft 365 SharePoint Online",
    15: "Microsoft 365 Teams",
    16: "Google Workspace seats",
    17: "Gmail (incl. Calendar, Contacts)",
    18: "Google Drive",
    19: "Google Workspace Shared Drive",
    20: "Microsoft 365 seats (unlimited Acronis Hosted cloud storage included)",
    21: "Google Workspace seats (unlimited Acronis Hosted cloud storage included)",
    22: "G Suite seats",
    23: "Microsoft Hosted Exchange",
    24: "Websites",
    25: "Backup storage",
    26: "Microsoft Azure, Amazon S3, S3 compatible",
}


def test_the_mapping_page_has_all_26_rows_of_the_guide() -> None:
    """ACR-MAP-02."""
    assert {row.number: row.label for row, _ in known_minimum()} == THE_26_ROWS


def test_every_row_of_the_guide_stands_for_items_of_both_licensing_modes() -> None:
    """ACR-MAP-02, ACR-MAP-13."""
    for row, names in known_minimum():
        items = [CATALOGUE.find(name) for name in names]
        assert None not in items, row
        editions = {item.edition for item in items if item is not None}
        assert editions == (
            set() if row.number in WITHOUT_ITEMS else {"pck_per_workload", "pck_per_gigabyte"}
        )


def test_the_free_box_lacks_exactly_where_the_guide_shows_none() -> None:
    """ACR-MAP-02, ACR-MAP-04, ACR-STO-16."""
    assert {row.number for row, _ in known_minimum() if not row.has_free_box} == {2, 4, 6, 8, 11, 26}
    for row, names in known_minimum():
        for name in names:
            item = CATALOGUE.find(name)
            assert item is not None
            assert (item.has_free_box, item.counts_only) == (row.has_free_box, not row.has_free_box)


def test_g_suite_seats_are_google_workspace_seats_under_an_older_name() -> None:
    rows = {row.number: names for row, names in known_minimum()}
    assert rows[22] == rows[16]


def test_mailboxes_and_onedrive_stand_once_under_the_seats_of_their_own_mode() -> None:
    """ACR-MAP-02, ACR-MAP-03."""
    for mode in ("pw", "pg"):
        for name in ("m365_mailboxes", "m365_onedrive"):
            item = CATALOGUE.find(f"{mode}_base_{name}")
            assert item is not None
            assert item.parent == f"{mode}_base_m365_seats"
            assert (item.kind, item.unit) == (ItemKind.FEATURE, Unit.NONE)


@pytest.mark.parametrize(
    ("name", "usage_name", "unit", "kind", "group"),
    [
        (
            "pw_base_servers",
            "servers",
            Unit.QUANTITY,
            ItemKind.WORKLOAD,
            "Cyber Protection / Per workload / Standard Protection",
        ),
        (
            "pg_base_m365_seats",
            "mailboxes",
            Unit.QUANTITY,
            ItemKind.WORKLOAD,
            "Cyber Protection / Per gigabyte / Standard Protection",
        ),
        (
            "pw_base_storage",
            "storage",
            Unit.BYTES,
            ItemKind.STORAGE,
            "Cyber Protection / Per workload / Cloud storage",
        ),
        (
            "pw_pack_adv_email_security",
            "pack_adv_email_security_mailboxes",
            Unit.QUANTITY,
            ItemKind.PACK,
            "Cyber Protection / Per workload / Advanced Email Security",
        ),
        (
            "pw_base_adv_dr_compute_points",
            "compute_points",
            Unit.SECONDS,
            ItemKind.RANGE,
            "Cyber Protection / Per workload / Disaster Recovery",
        ),
        ("local_storage", "local_storage", Unit.BYTES, ItemKind.STORAGE, "Cyber Protection / Cloud storage"),
        (
            "pw_base_child_storages",
            "child_storages",
            Unit.NONE,
            ItemKind.SWITCH,
            "Cyber Protection / Per workload / Cloud storage",
        ),
        ("pu_base_fc_seats", "fc_seats", Unit.QUANTITY, ItemKind.WORKLOAD, "File Sync & Share"),
        ("notary_storage", "notary_storage", Unit.BYTES, ItemKind.STORAGE, "Notary"),
    ],
)
def test_items_are_told_apart_by_unit_kind_and_group(
    name: str, usage_name: str, unit: Unit, kind: ItemKind, group: str
) -> None:
    """ACR-MAP-01: service, licensing mode, pack."""
    item = CATALOGUE.find(name)
    assert item is not None
    assert (item.usage_name, item.unit, item.kind, item.group) == (usage_name, unit, kind, group)


def test_only_compute_points_are_range_items() -> None:
    """ACR-USE-02."""
    ranges = {name for name, item in CATALOGUE.items.items() if item.is_range}
    assert ranges == {"pw_base_adv_dr_compute_points", "pg_base_adv_dr_compute_points"}


def test_a_new_item_of_the_vendor_is_kept_and_shown() -> None:
    """R8, ACR-MAP-01: the vendor adds items often."""
    item = CATALOGUE.describe(
        "pw_pack_adv_xdr", "pack_adv_xdr", "count", "quantity", edition="pck_per_workload"
    )
    assert CATALOGUE.find("pw_pack_adv_xdr") is None
    assert (item.group, item.label, item.is_known) == (GROUP_OF_OTHERS, "pw pack adv xdr", False)
    assert (item.kind, item.unit, item.counts_only) == (ItemKind.PACK, Unit.QUANTITY, False)


@pytest.mark.parametrize(
    ("name", "group", "pack"),
    [
        ("pg_pack_adv_backup_nas", "Cyber Protection / Per gigabyte / Advanced Backup", "Advanced Backup"),
        (
            "pw_pack_adv_security_mdr",
            "Cyber Protection / Per workload / Advanced Security",
            "Advanced Security",
        ),
        ("pw_pack_adv_backups", GROUP_OF_OTHERS, OTHER_PACK),
        ("pw_base_toasters", NOT_IN_THE_CATALOGUE, None),
        ("adv_backup_nas", NOT_IN_THE_CATALOGUE, None),
    ],
)
def test_an_item_of_a_pack_that_the_table_lacks_stands_with_its_pack(
    name: str, group: str, pack: str | None
) -> None:
    """ACR-MAP-11: what is in a pack is read from what the partner may give."""
    assert CATALOGUE.find(name) is None
    assert (CATALOGUE.group_of(name), CATALOGUE.advanced_pack_of(name)) == (group, pack)


def test_a_pack_is_known_by_the_names_of_its_items() -> None:
    """ACR-MAP-11: for every item of the table, the name alone leads to the group of the table."""
    packs = [item for item in CATALOGUE.items.values() if item.kind is ItemKind.PACK]
    without = Catalogue(items={}, storage_names=CATALOGUE.storage_names)

    assert len(packs) > 10
    assert {item.name: without.group_of(item.name) for item in packs} == {
        item.name: item.group for item in packs
    }


@pytest.mark.parametrize(
    ("name", "item_type", "unit", "kind"),
    [
        ("pw_base_secondary_nas", "count", "quantity", ItemKind.SECONDARY),
        ("adv_child_storages", "feature", "n/a", ItemKind.SWITCH),
        ("dre_storage", "infra", "bytes", ItemKind.STORAGE),
        ("dre_points", "infra", "seconds", ItemKind.RANGE),
        ("universal_devices", "count", "quantity", ItemKind.WORKLOAD),
        ("p_edr", "feature", "n/a", ItemKind.FEATURE),
        ("odd", "count", "furlongs", ItemKind.WORKLOAD),
    ],
)
def test_the_kind_of_an_unknown_item_is_told_by_its_type_and_unit(
    name: str, item_type: str, unit: str, kind: ItemKind
) -> None:
    assert CATALOGUE.describe(name, "x", item_type, unit).kind is kind


def test_what_the_vendor_says_of_a_known_item_goes_before_the_table() -> None:
    item = CATALOGUE.describe("pw_base_secondary_vms", "secondary_vms", "count", "quantity")
    assert (item.usage_name, item.label, item.counts_only) == (
        "secondary_vms",
        "Virtual machines (included features)",
        True,
    )


def test_an_item_can_be_added_without_touching_the_others() -> None:
    new = CATALOGUE.describe("pw_base_new", "new", "count", "quantity")
    wider = CATALOGUE.with_items([new])
    assert wider.find("pw_base_new") == new
    assert CATALOGUE.find("pw_base_new") is None
    assert len(wider.items) == len(CATALOGUE.items) + 1


def test_a_storage_reports_total_class_1_and_class_2_by_usage_names_that_can_be_edited() -> None:
    """ACR-STO-07 to -09; the names are not published."""
    storage = CATALOGUE.find("pw_base_storage")
    assert storage is not None
    wanted = (Measure.TOTAL, Measure.CLASS_1, Measure.CLASS_2, Measure.GEO_TOTAL)
    assert [CATALOGUE.usage_behind(storage, measure) for measure in wanted] == [
        "storage",
        "class1_storage",
        "class2_storage",
        None,
    ]
    other = Catalogue.standard(StorageNames(total="all_storage", class_2="billed_storage", geo_total="geo"))
    assert other.usage_behind(storage, Measure.TOTAL) == "all_storage"
    assert other.usage_behind(storage, Measure.CLASS_2) == "billed_storage"
    assert other.measure_of("geo") is Measure.GEO_TOTAL
    assert other.measure_of("class2_storage") is None


def test_a_class_of_something_that_is_no_backup_storage_is_not_read_from_elsewhere() -> None:
    disaster = CATALOGUE.find("pw_base_adv_dr_storage")
    assert disaster is not None
    assert CATALOGUE.usage_behind(disaster, Measure.TOTAL) == "dr_storage"
    assert CATALOGUE.usage_behind(disaster, Measure.CLASS_2) is None


def test_a_counter_without_an_item_has_a_label_or_none() -> None:
    assert CATALOGUE.usage_label("pack_adv_security_mdr") == "Managed detection and response"
    assert CATALOGUE.usage_label("something_new") is None


@pytest.mark.parametrize(
    ("storage", "measure", "name"),
    [
        ("XYZ", Measure.TOTAL, "Acronis pw base storage XYZ"),
        ("XYZ", Measure.CLASS_1, "Acronis pw base storage XYZ free"),
        ("XYZ", Measure.CLASS_2, "Acronis pw base storage XYZ billed"),
        ("XYZ-1", Measure.GEO_TOTAL, "Acronis pw base storage gr XYZ-1"),
        ("XYZ-1", Measure.GEO_CLASS_2, "Acronis pw base storage gr XYZ-1 billed"),
    ],
)
def test_the_five_names_of_the_guide_are_suggested(storage: str, measure: Measure, name: str) -> None:
    """ACR-MAP-05."""
    assert suggested_service_name("pw_base_storage", storage_name=storage, measure=measure) == name


def test_a_workload_is_suggested_under_its_own_name() -> None:
    """ACR-MAP-05."""
    assert suggested_service_name("pw_base_m365_seats") == "Acronis pw base m365 seats"
