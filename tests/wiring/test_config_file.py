"""The configuration as one file: out and in again changes nothing, and a mistake changes nothing."""

import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

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
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import ConfigWrong, Imported, export_config, import_config
from tests.builders import NOW, TODAY, line_id
from tests.databases import Database

FILE: dict[str, Any] = {
    "psabridge": 1,
    "connections": {
        "autotask": {
            "kind": "autotask",
            "address": "https://webservices2.autotask.net",
            "identity": "bridge@msp.example",
            "secret": "autotask secret",
            "tracking_identifier": "IDENTIFIER",
            "billing_zone": "Europe/Berlin",
        },
        "acronis": {
            "kind": "acronis",
            "address": "https://eu2-cloud.acronis.com",
            "identity": "client",
            "secret": "acronis secret",
        },
    },
    "pairings": {
        "main": {
            "platform": "acronis",
            "psa": "autotask",
            "modes": {"billing": "approve", "provisioning": "observe"},
            "customers": [{"tenant": "t-2", "company": 2}, {"tenant": "t-1", "company": 1}],
            "services": [
                {"item": "pw_base_workstations", "service": 1000},
                {"item": "pw_base_storage", "measure": "class 2", "storage": "s-1", "unit_size": 1024**3},
            ],
        }
    },
}


@pytest.fixture
def store(sqlite_database: Database) -> DatabasePairings:
    return DatabasePairings(Safe((new_key(),)))


@pytest.fixture
def either_store(database: Database) -> DatabasePairings:
    """On SQLite and on PostgreSQL."""
    return DatabasePairings(Safe((new_key(),)))


def take_in(store: DatabasePairings, document: dict[str, Any]) -> Imported:
    return import_config(yaml.safe_dump(document, sort_keys=False), store, who="pat", at=NOW)


def with_changes(**at: Any) -> dict[str, Any]:  # noqa: ANN401  any value of the file
    """The file with some places changed: `autotask__kind="x"`, or taken out with `...`."""
    document = copy.deepcopy(FILE)
    places = {**document["connections"], **document["pairings"]}
    for path, value in at.items():
        name, key = path.split("__")
        if value is ...:
            del places[name][key]
        else:
            places[name][key] = value
    return document


def everything() -> tuple[object, ...]:
    """All that a configuration could have changed."""
    tables = (Connection, Pairing, CustomerRow, ServiceRow, AuditEntry)
    return tuple(tuple(table.objects.order_by("pk").values_list()) for table in tables)


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
    gone = "main: mapping row pw_base_servers/usage is gone, so what it counts is billed no longer"
    assert gone in moved
    assert "main: mapping row pw_base_workstations/usage is new" in moved
    assert not any("customers" in one or "known_names" in one for one in moved)
    assert import_config(older, store, who="pat", at=NOW).moved == ()


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


def test_secrets_are_never_exported(store: DatabasePairings) -> None:
    take_in(store, FILE)
    exported = export_config(store)

    assert "secret" not in exported
    assert "IDENTIFIER" not in exported
    assert "bridge@msp.example" in exported


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


# ---- where secrets come from


def test_a_secret_is_read_from_a_file_or_the_environment(
    store: DatabasePairings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "secret"
    place.write_text("from a file\n")
    monkeypatch.setenv("ACRONIS_SECRET", "from the environment")
    take_in(
        store,
        with_changes(
            autotask__secret=...,
            autotask__secret_file=str(place),
            acronis__secret=...,
            acronis__secret_env="ACRONIS_SECRET",
        ),
    )
    platform, psa = store.connections(store.by_name("main"))

    assert (psa.secret, platform.secret) == ("from a file", "from the environment")


def test_a_known_connection_keeps_its_secret_when_none_is_given(store: DatabasePairings) -> None:
    take_in(store, FILE)
    take_in(store, with_changes(autotask__secret=..., autotask__tracking_identifier=...))
    _, psa = store.connections(store.by_name("main"))

    assert (psa.secret, psa.tracking_identifier) == ("autotask secret", "IDENTIFIER")


# ---- mistakes

ROW = {"item": "pw_base_servers", "service": 1}
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown connection setting": ({"autotask__zone": "x"}, "connection autotask: has unknown settings zone"),
    "missing address": ({"acronis__address": ...}, "connection acronis: lacks address\\."),
    "unknown kind": ({"acronis__kind": "veeam"}, "connection acronis: .*veeam"),
    "address without https": (
        {"acronis__address": "http://example.com"},
        "connection acronis: .*over https only",
    ),
    "address that is no text": ({"acronis__address": 7}, r"connection acronis: .*address"),
    "empty secret": ({"acronis__secret": ""}, r"connection acronis: .*secret"),
    "clock elsewhere": (
        {"autotask__clock_url": "https://example.com"},
        "connection autotask: .*another machine",
    ),
    "unknown zone": ({"autotask__billing_zone": "Europe/Berlín"}, "connection autotask: .*Europe/Berlín"),
    "zone that is a folder": ({"autotask__billing_zone": "Europe"}, "connection autotask: .*Europe"),
    "two secrets": ({"acronis__secret_env": "X"}, "connection acronis: .*more than one secret"),
    "secret file that is not there": (
        {"acronis__secret": ..., "acronis__secret_file": "/nowhere/secret"},
        "connection acronis: .*/nowhere/secret",
    ),
    "variable that is not set": (
        {"acronis__secret": ..., "acronis__secret_env": "NOT_SET_ANYWHERE"},
        "connection acronis: .*NOT_SET_ANYWHERE",
    ),
    "unknown connection": ({"main__psa": "connectwise"}, "pairing main: names no psa"),
    "sides swapped": ({"main__psa": "acronis", "main__platform": "autotask"}, "pairing main: names no"),
    "unknown setting": ({"main__mode": "observe"}, "pairing main: .*mode"),
    "unknown mode": ({"main__modes": {"billing": "sometimes"}}, "pairing main: .*sometimes"),
    "unknown row setting": ({"main__services": [{**ROW, "size": 3}]}, "pairing main: .*size"),
    "size cut off": ({"main__services": [{**ROW, "unit_size": 1.5}]}, "pairing main: .*1.5"),
    "size zero": (
        {"main__services": [{**ROW, "unit_size": 0}]},
        "pairing main: .*unit_size .*at least 1",
    ),
    "free as a text": ({"main__services": [{**ROW, "free": "no"}]}, "pairing main: .*'no'"),
    "negative threshold": ({"main__services": [{**ROW, "ignore_below": -1}]}, "main: .*ignore_below"),
    "row twice": (
        {"main__services": [ROW, {**ROW, "service": 2}]},
        "main: .*row pw_base_servers/usage",
    ),
    "tenant twice": (
        {"main__customers": [{"tenant": "t", "company": 1}, {"tenant": "t", "company": 2}]},
        "pairing main: .*tenant t is there more than once",
    ),
    "company as a name": (
        {"main__customers": [{"tenant": "t", "company": "Meadow"}]},
        "pairing main: .*Meadow",
    ),
    "wait below its floor": (
        {"main__waits": {"read_bound": 60, "delivery_bound": 3600}},
        "pairing main: .*10 minutes",
    ),
    "share above all": ({"main__bounds": {"share_of_lines": 10}}, "pairing main: .*share 10"),
    "reads before now": ({"main__full_read_every": -1}, "pairing main: .*full_read_every"),
    "retention of nothing": ({"main__keep_snapshots": 0}, "pairing main: .*keep_snapshots"),
    "line without a kind": ({"main__never_write": ["123"]}, "pairing main: .*123"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_file_with_a_mistake_changes_nothing_and_names_the_place(
    store: DatabasePairings, mistake: str
) -> None:
    changes, told = MISTAKES[mistake]
    take_in(store, FILE)
    before = everything()
    document = with_changes(**changes)
    document["connections"]["autotask"]["identity"] = "somebody.else"
    with pytest.raises(ConfigWrong, match=f"(?s){told}"):
        take_in(store, document)

    assert everything() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "does not begin with"),
        ("psabridge: 2", "does not begin with"),
        ("- psabridge", "does not begin with"),
        ("psabridge: 1\nconnections: [a]", "the part connections"),
        ("psabridge: 1\npairings: yes", "the part pairings"),
        ("psabridge: 1\nconections: {}", "conections"),
        ("psabridge: 1\nconnections: {a: 7}", "connection a"),
        ("psabridge: 1\nconnections: {7: {}}", "connection 7"),
        ("psabridge: 1\npairings: {7: {}}", "pairing 7"),
        ("psabridge: [", "is not YAML"),
        ("psabridge: 1\nconnections: !!python/object:os.system {}", "is not YAML"),
    ],
)
def test_a_file_of_another_form_is_told_as_such(store: DatabasePairings, text: str, told: str) -> None:
    with pytest.raises(ConfigWrong, match=told):
        import_config(text, store, who="pat", at=NOW)


def test_a_new_connection_needs_a_secret(store: DatabasePairings) -> None:
    before = everything()
    with pytest.raises(ConfigWrong, match="connection acronis: is new and has no secret"):
        take_in(store, with_changes(acronis__secret=...))

    assert everything() == before


def test_a_connection_does_not_change_its_kind(store: DatabasePairings) -> None:
    take_in(store, FILE)
    before = everything()
    document = {
        "psabridge": 1,
        "connections": {"acronis": {**FILE["connections"]["acronis"], "kind": "autotask"}},
    }
    with pytest.raises(ConfigWrong, match="is of the kind acronis"):
        take_in(store, document)

    assert everything() == before


def test_a_pairing_does_not_move_to_other_connections(store: DatabasePairings) -> None:
    """Claims, intents and company numbers of one Autotask mean nothing in another."""
    take_in(store, FILE)
    before = everything()
    document = with_changes(main__psa="other")
    document["connections"]["other"] = FILE["connections"]["autotask"]
    with pytest.raises(ConfigWrong, match="other connections"):
        take_in(store, document)

    assert everything() == before


def test_no_secret_stands_in_a_message(store: DatabasePairings) -> None:
    with pytest.raises(ConfigWrong) as caught:
        take_in(store, with_changes(autotask__kind="x", autotask__secret="hunter2"))

    assert "hunter2" not in str(caught.value)
