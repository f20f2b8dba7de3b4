"""Prepaid by the kind of its row: features, counting rows, storages, and rows that share or repeat."""

from psabridge.rules.findings import Severity
from psabridge.rules.platform import Quota
from psabridge.rules.settings import Measure
from psabridge.rules.words import StorageId
from tests.builders import (
    GIB,
    STORAGE,
    a_contract,
    a_feature,
    a_line,
    a_mapping_row,
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
from tests.rules.asking import codes, desired, finding, items, quotas
from tests.rules.prepaid_cast import SEATS, SERVERS, SERVERS_ROW, run, sold

# -- features, counting rows, storages


def test_a_feature_reads_the_table_as_on_or_off_and_keeps_its_units() -> None:
    """R4."""
    row = a_mapping_row("pw_base_google_mail")
    (item,) = run(settings(row), 10, a_feature(is_on=False)).items

    assert (item.is_on, item.has_quota, item.quota) == (True, False, None)


def test_a_feature_in_use_is_not_switched_off() -> None:
    """ERR-10."""
    row = a_mapping_row("pw_base_google_mail", None)
    decided = settings(a_mapping_row(), row, set_quotas_to_zero=True)
    used = platform_snapshot(items=[an_item(), a_feature()], usages=[a_usage("google_mail", 4)])
    unused = platform_snapshot(items=[an_item(), a_feature()], usages=[a_usage()])

    found = desired(decided, sold(), used)
    assert list(items(found)) == [SEATS]
    assert "4 are in use" in finding(found, "ERR-10").problem
    assert items(desired(decided, sold(), unused))["pw_base_google_mail"].is_on is False


def test_a_counting_row_on_a_prepaid_contract_is_on_and_unlimited_and_never_zeroed() -> None:
    """ACR-MAP-04, ACR-MAP-08."""
    row = a_mapping_row(counts_only=True)

    assert quotas(run(settings(row), 10, an_item())) == {SEATS: None}
    unsold = settings(
        a_mapping_row(), a_mapping_row(SERVERS, None, counts_only=True), set_quotas_to_zero=True
    )
    assert quotas(run(unsold)) == {SEATS: 10}


def test_included_features_set_no_quota_though_their_row_does_not_say_that_it_counts() -> None:
    """ACR-MAP-04: whoever writes the row by hand need not know it; new items are told by their name."""
    for name in ("pw_base_secondary_servers", "pw_base_secondary_somethings"):
        row, item = a_mapping_row(name), an_item(name, "counted")
        alone = platform_snapshot(items=[item], offered=[item], usages=[a_usage("counted", 3)])
        absent = platform_snapshot(items=[an_item()], offered=[item], usages=[a_usage()])

        assert quotas(desired(settings(row), sold(10), alone)) == {name: None}
        assert quotas(desired(settings(row), sold(10), absent)) == {}


def test_included_features_have_no_free_box() -> None:
    """ACR-MAP-02, ACR-MAP-04: a row that says so all the same gives nobody more of it."""
    name = "pw_base_secondary_servers"
    row, item = a_mapping_row(name, None, free=True), an_item(name, "counted", quota=Quota(5, 0))
    counted = platform_snapshot(items=[item], offered=[item], usages=[a_usage("counted", 3)])

    assert quotas(desired(settings(row), sold(10), counted)) == {}


def test_a_range_row_on_a_prepaid_contract_is_refused() -> None:
    """R7."""
    found = run(settings(a_mapping_row(is_range=True)), 10, an_item())

    assert found.items == ()
    assert finding(found, "R7").severity is Severity.STOPS


def test_storage_bytes_without_a_unit_size_are_refused() -> None:
    """R7: a contract unit of one byte was never sold."""
    found = run(settings(a_storage_row(Measure.TOTAL, 1000, unit_size=1)), 10, a_storage_item())

    assert (found.items, found.units) == ((), ())
    assert finding(found, "R7").severity is Severity.STOPS


def test_a_storage_row_speaks_of_its_own_storage_only() -> None:
    """ACR-STO-04: keyed by storage id."""
    row = a_storage_row(Measure.TOTAL, 1000)
    other = a_storage_item(storage=StorageId("infra-abc"), is_on=False, quota=None)
    found = desired(settings(row), sold(), platform_snapshot(items=[a_storage_item(), other]))

    assert [(item.key.storage, item.quota) for item in found.items] == [(STORAGE, 10 * GIB)]


def test_an_item_the_tenant_lacks_is_taken_from_what_the_partner_offers() -> None:
    offered = platform_snapshot(items=[], offered=[an_item(is_on=True)])
    (item,) = desired(settings(), sold(), offered).items

    assert (item.key, item.is_on, item.quota) == (an_item().key, True, 10)


def test_an_item_nobody_offers_is_a_finding_and_the_other_rows_go_on() -> None:
    """R4."""
    platform = platform_snapshot(
        tenants=[a_tenant(1), a_tenant(2)], items=[an_item(), an_item(SERVERS, "servers", tenant=2)]
    )
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_line(101, service=1001)],
        rows=[a_unit_row(100, 2), a_unit_row(101, 3)],
    )
    found = desired(settings(a_mapping_row(), SERVERS_ROW), psa, platform)

    assert quotas(found) == {SEATS: 2}
    assert finding(found, "R4").subject.endswith("item Servers")


# -- sharing, modes, receivers


def test_a_shared_service_that_would_set_a_quota_is_refused() -> None:
    """ERR-08, R3."""
    found = run(settings(a_mapping_row(), a_mapping_row(SERVERS, 1000)))

    assert found.items == ()
    assert "'Servers' and 'Workstations'" in finding(found, "ERR-08").problem


def test_class_rows_may_share_a_prepaid_service() -> None:
    """R3: nothing flows back."""
    rows = (a_storage_row(Measure.CLASS_1, 1000), a_storage_row(Measure.CLASS_2, 1000))
    found = run(settings(*rows), 10, a_storage_item(is_on=False, quota=None))

    assert [(item.is_on, item.quota) for item in found.items] == [(True, None)]
    assert "ERR-08" not in codes(found)


def test_two_rows_for_one_measure_of_an_item_are_both_refused() -> None:
    """ACR-MAP-06, LIM-13: its use would be counted twice."""
    found = run(settings(a_mapping_row(), a_mapping_row(service=1001)), 10, an_item())

    assert found.items == ()
    assert "ERR-08" in codes(found)


def test_what_the_parent_itself_has_off_cannot_be_given() -> None:
    """R4."""
    platform = platform_snapshot(items=[], offered=[an_item(is_on=False)])
    found = desired(settings(), sold(), platform)

    assert found.items == ()
    assert "R4" in codes(found)


def test_two_rows_that_would_both_set_the_quota_of_one_item_are_refused() -> None:
    """ERR-08."""
    rows = (a_storage_row(Measure.TOTAL, 1000), a_storage_row(Measure.USAGE, 1001))
    psa = psa_snapshot(
        contracts=[a_contract()],
        lines=[a_line(100), a_line(101, service=1001)],
        rows=[a_unit_row(100, 5), a_unit_row(101, 6)],
    )
    found = desired(settings(*rows), psa, platform_snapshot(items=[a_storage_item()]))

    assert found.items == ()
    assert "both set its quota" in finding(found, "ERR-08").problem


def test_a_row_without_a_storage_speaks_of_the_one_that_is_on() -> None:
    row = a_mapping_row("pw_base_storage", unit_size=GIB)
    other = StorageId("infra-abc")
    off = a_storage_item(storage=other, is_on=False, quota=None)
    one = desired(settings(row), sold(), platform_snapshot(items=[off, a_storage_item()]))
    two = desired(
        settings(row), sold(), platform_snapshot(items=[a_storage_item(storage=other), a_storage_item()])
    )

    assert [(item.key.storage, item.quota) for item in one.items] == [(STORAGE, 10 * GIB)]
    assert two.items == ()
    assert "several storages" in finding(two, "R4").problem
