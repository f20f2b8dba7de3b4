"""The configuration as one file: out and in again changes nothing, and what a file decides."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import yaml

from psabridge.kit.periods import PeriodType
from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.settings import (
    Bounds,
    CloseFigure,
    CustomerMapping,
    DatingPolicy,
    Limit,
    Measure,
    NewService,
    PairingSettings,
    ServiceMapping,
    Waits,
)
from psabridge.rules.words import CompanyId, ItemKey, Mode, ServiceId, StorageId, TenantId, WorkKind
from psabridge.store.models import AuditEntry, Connection, CustomerRow, Pairing, ServiceRow
from psabridge.store.pairings import DatabasePairings
from psabridge.wiring.config_file import Imported, export_config, import_config
from tests.builders import NOW, TODAY, line_id
from tests.wiring.config_cast import FILE, either_store, everything, store, take_in, with_changes

__all__ = ["either_store", "store"]


# ---- out and in again


def test_a_file_is_kept_as_it_says(either_store: DatabasePairings) -> None:
    assert take_in(either_store, FILE) == Imported(("autotask", "acronis"), ("main",), ("main",))
    kept = either_store.settings(either_store.by_name("main"))
    platform, psa = either_store.connections(kept.pairing)

    assert kept.modes == {WorkKind.BILLING: Mode.APPROVE, WorkKind.PROVISIONING: Mode.OBSERVE}
    assert [customer.company for customer in kept.customers] == [1, 2]
    assert {row.key for row in kept.services} == {"pw_base_workstations/usage", "pw_base_storage@s-1/class 2"}
    assert (str(kept.zone), kept.version) == ("Europe/Berlin", 2)
    assert (platform.secret, psa.secret, psa.tracking_identifier) == (
        "acronis secret",
        "autotask secret",
        "IDENTIFIER",
    )


def test_importing_the_same_file_twice_changes_nothing(either_store: DatabasePairings) -> None:
    take_in(either_store, FILE)
    before = everything()

    assert take_in(either_store, FILE).changed == ()
    assert everything() == before


def test_what_an_older_file_takes_back_is_told_setting_by_setting(store: DatabasePairings) -> None:
    """R57, ACR-MAP-07: a person's "never write" and a row made since go with it."""
    assert take_in(store, FILE).moved == ()
    older = export_config(store)
    full = fully_decided(store.settings(store.by_name("main")))
    store.save_settings(full, who="pat", at=NOW, what="everything")

    moved = import_config(older, store, who="pat", at=NOW).moved

    assert 'main: never_write was ["service:5"], is []' in moved
    assert "main: set_quotas_to_zero was true, is false" in moved
    assert "main: bounds.lines was 3, is 25" in moved
    gone = next(one for one in moved if one.startswith("main: mapping row pw_base_servers/usage is gone"))
    assert "billed no longer" not in gone
    assert "main: mapping row pw_base_workstations/usage is new" in moved
    assert not any("customers" in one or "known_names" in one for one in moved)
    assert import_config(older, store, who="pat", at=NOW).moved == ()


def test_a_row_that_is_changed_says_what_of_it_and_which_lines_stay_billed(store: DatabasePairings) -> None:
    """R33, ACR-MAP-07: "is changed" told nobody that bytes would be divided by another size."""
    rows = [
        {"item": "pw_base_workstations", "service": 101},
        {"item": "pw_base_servers", "service": 102},
        {"item": "pw_base_vms", "service": 102},
    ]
    take_in(store, with_changes(main__services=rows))
    wanted = [
        {"item": "pw_base_workstations", "service": 103, "unit_size": 10, "rounding": "down"},
        {"item": "pw_base_servers", "service": 102},
    ]

    moved = take_in(store, with_changes(main__services=wanted)).moved

    gone, changed = moved
    assert gone == "main: mapping row pw_base_vms/usage is gone"  # servers are still billed by 102 (R3)
    assert "usage: service was 101, is 103; unit_size was 1, is 10; " in changed
    assert 'rounding was "up", is "down"; lines of service 101 stay billed as they stand' in changed
    take_in(store, with_changes(main__services=wanted[:1]))
    (gone,) = take_in(store, with_changes(main__services=wanted)).moved
    assert gone.endswith("is new")


def test_a_mode_that_a_file_leaves_out_observes(store: DatabasePairings) -> None:
    """It was told as null."""
    take_in(store, with_changes(main__modes={"billing": "approve", "deprovisioning": "approve"}))

    moved = take_in(store, with_changes(main__modes={"billing": "approve"})).moved

    assert moved == ('main: modes.deprovisioning was "approve", is "observe"',)


def test_a_look_at_a_file_says_what_it_would_change_and_keeps_nothing(store: DatabasePairings) -> None:
    """ACR-USE-09, ACR-MAP-07: the first date and days are shown before they are saved."""
    take_in(store, FILE)
    ranges = [{"item": "dr_points", "is_range": True, "service": 5}]
    take_in(store, with_changes(main__services=ranges))
    before = everything()
    wanted = with_changes(
        main__services=ranges, main__usage_reporting={"start_day": 15}, main__policy="next_period"
    )
    looked = import_config(yaml.safe_dump(wanted), store, who="pat", at=NOW, keeps=False)

    assert 'main: policy was "as_it_changes", is "next_period"' in looked.moved
    assert len(looked.reports) == 1
    assert looked.changed == ("main",)
    assert everything() == before
    assert take_in(store, wanted).moved == looked.moved
    assert everything() != before


def test_a_look_at_the_first_file_keeps_nothing_either(store: DatabasePairings) -> None:
    looked = import_config(yaml.safe_dump(FILE), store, who="pat", at=NOW, keeps=False)

    assert looked.pairings == ("main",)
    assert store.names() == ()


def test_export_and_import_change_nothing(either_store: DatabasePairings) -> None:
    take_in(either_store, FILE)
    full = fully_decided(either_store.settings(either_store.by_name("main")))
    kept = either_store.save_settings(full, who="pat", at=NOW, what="everything")
    before = everything()
    exported = export_config(either_store)

    assert import_config(exported, either_store, who="pat", at=NOW).changed == ()
    assert everything() == before
    assert either_store.settings(kept.pairing) == kept
    assert export_config(either_store) == exported


def test_an_export_sets_up_an_empty_bridge_once_secrets_are_given(either_store: DatabasePairings) -> None:
    take_in(either_store, FILE)
    kept = either_store.save_settings(
        fully_decided(either_store.settings(either_store.by_name("main"))),
        who="pat",
        at=NOW,
        what="everything",
    )
    document = yaml.safe_load(export_config(either_store))
    for table in (CustomerRow, ServiceRow, Pairing, Connection):
        table.objects.all().delete()
    for connection in document["connections"].values():
        connection["secret"] = "entered again"
    document["connections"]["autotask"]["tracking_identifier"] = "entered again"
    take_in(either_store, document)
    found = either_store.settings(either_store.by_name("main"))

    assert found == replace(kept, pairing=found.pairing, version=found.version)


def fully_decided(settings: PairingSettings) -> PairingSettings:
    """Every setting away from its preset."""
    rows = (
        ServiceMapping(
            "pw_base_storage",
            Measure.TOTAL,
            StorageId("s-1"),
            NewService("Storage", 7, PeriodType.YEARLY),
            edition="pck_per_gigabyte",
            unit_size=1024**3,
            ignore_below=5,
            limit=Limit.ALLOWANCE,
            overage=3,
            policy=DatingPolicy.NEXT_PERIOD,
        ),
        ServiceMapping("pw_base_vms", counts_only=True, undecided=True, is_range=True),
        ServiceMapping("pw_base_servers", free=True),
    )
    return replace(
        settings,
        customers=(CustomerMapping(TenantId("t-9"), CompanyId(9), False, TenantId("partner")),),
        services=rows,
        policy=DatingPolicy.PERIOD_CLOSE,
        close_day=3,
        close_figure=CloseFigure.HIGHEST,
        decreases_wait=False,
        set_quotas_to_zero=True,
        retry_on=False,
        never_write=frozenset({line_id(5)}),
        free_on_purpose=frozenset({ServiceId(4)}),
        exempt_items=(ExemptItem(TenantId("t-9"), ItemKey("app", "pw_base_vms"), TODAY, "moves house"),),
        bounds=Bounds(Decimal("0.05"), Decimal("0.5"), 3),
        waits=Waits(timedelta(minutes=20), timedelta(minutes=90)),
        keep_snapshots=timedelta(days=30),
        full_read_every=timedelta(minutes=15),
        payg_definition_id=29690001,
    )


# ---- what a file decides, and what it does not


def test_a_row_that_says_nothing_of_its_partner_keeps_the_one_that_is_known(store: DatabasePairings) -> None:
    """ACR-ORG-08: read once, told by the export, and changed only where a file says so."""
    take_in(store, FILE)
    pairing = store.by_name("main")
    version = store.settings(pairing).version
    store.remember_partner(pairing, TenantId("partner"), {TenantId("t-1")})

    again = take_in(store, FILE)
    exported = yaml.safe_load(export_config(store))["pairings"]["main"]["customers"]

    assert (again.changed, store.settings(pairing).version) == ((), version)
    assert {row["tenant"]: row["partner"] for row in exported} == {"t-1": "partner", "t-2": None}
    store.remember_partner(pairing, TenantId("another"), {TenantId("t-1"), TenantId("t-2")})
    take_in(store, with_changes(main__customers=[{"tenant": "t-1", "company": 1, "partner": "said"}]))
    partners = {row.tenant: row.partner for row in store.settings(pairing).customers}
    assert partners == {"t-1": "said", "t-2": "another"}


def test_what_the_file_leaves_out_is_back_at_its_preset(store: DatabasePairings) -> None:
    take_in(store, FILE)
    take_in(store, with_changes(main__modes=..., autotask__billing_zone=...))
    kept = store.settings(store.by_name("main"))

    assert set(kept.modes.values()) == {Mode.OBSERVE}
    assert str(kept.zone) == "UTC"


def test_the_field_once_seen_is_not_changed_by_a_file(store: DatabasePairings) -> None:
    """R22: the store knows better; a lost store takes it from the file."""
    take_in(store, with_changes(main__payg_definition_id=1))
    assert store.settings(store.by_name("main")).payg_definition_id == 1
    take_in(store, with_changes(main__payg_definition_id=2))
    assert store.settings(store.by_name("main")).payg_definition_id == 1
    take_in(store, FILE)
    assert store.settings(store.by_name("main")).payg_definition_id == 1


def test_another_billing_zone_is_another_version(store: DatabasePairings) -> None:
    """W12, R29: today may be another day; a plan made before does not hold."""
    take_in(store, FILE)
    before = store.settings(store.by_name("main"))

    assert take_in(store, with_changes(autotask__billing_zone="Australia/Sydney")).changed == ("main",)
    after = store.settings(store.by_name("main"))
    assert (str(after.zone), after.version) == ("Australia/Sydney", before.version + 1)


@pytest.mark.parametrize("change", ["address", "identity"])
def test_another_address_or_user_looks_for_its_zone_anew(store: DatabasePairings, change: str) -> None:
    """R43: the database's id stays known, so that another database is noticed."""
    take_in(store, FILE)
    psa = Connection.objects.get(name="autotask")
    store.remember_zone(psa.pk, "https://webservices2.autotask.net/ATServicesRest/", "atdemo")
    take_in(store, FILE)
    psa.refresh_from_db()
    assert psa.zone_url
    take_in(store, with_changes(**{f"autotask__{change}": "https://webservices5.autotask.net"}))
    psa.refresh_from_db()

    assert (psa.zone_url, psa.database_id) == ("", "atdemo")


def test_who_imported_what_is_noted(store: DatabasePairings) -> None:
    take_in(store, FILE)
    take_in(store, with_changes(acronis__secret="a new one"))

    noted = list(AuditEntry.objects.order_by("pk").values_list("who", "what", "subject"))
    assert noted == [
        ("pat", "config import", "connection autotask"),
        ("pat", "config import", "connection acronis"),
        ("pat", "config import", "main"),
        ("pat", "config import", "connection acronis"),
    ]


def test_what_the_file_does_not_name_stays(store: DatabasePairings) -> None:
    take_in(store, FILE)
    before = everything()
    take_in(store, {"psabridge": 1})

    assert everything() == before
