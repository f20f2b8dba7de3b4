"""Every setting stands on its page with its preset, and the files on the pages can be taken in."""

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import yaml

from psabridge.rules.arriving.settings import NewCustomers
from psabridge.rules.exemptions import ExemptItem
from psabridge.rules.public_clouds import PUBLIC_CLOUDS
from psabridge.rules.settings import (
    Bounds,
    CustomerMapping,
    Measure,
    MeterExpression,
    MeterPart,
    NewService,
    PairingSettings,
    ServiceMapping,
    StorageNames,
    TwoWay,
    Waits,
)
from psabridge.rules.tickets.settings import StormLimit, TicketSettings
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import CONNECTION_KEYS, SECRET_KEYS, export_config, import_config
from tests.databases import Database
from tests.house.pages import OPERATORS, ROOT, Fenced, fenced, pages, plain, rows, section

PAGE = OPERATORS / "configuration.md"
# Told by the pairing's name and connections, or counted by the bridge.
NOT_IN_A_FILE = {"pairing", "name", "version", "zone"}
IN_A_FILE_ONLY = {"platform", "psa"}
NOW = datetime(2026, 3, 10, tzinfo=UTC)
SECTIONS = {
    "One pairing": PairingSettings,
    "customers": CustomerMapping,
    "services": ServiceMapping,
    "meter": MeterExpression,
    "part of a meter": MeterPart,
    "a service to create": NewService,
    "exempt_items": ExemptItem,
    "new_customers": NewCustomers,
    "storage_names": StorageNames,
    "two_way": TwoWay,
    "tickets": TicketSettings,
    "storm": StormLimit,
    "bounds": Bounds,
    "waits": Waits,
}
WHOLE_FILES = [
    block
    for page in pages()
    for block in fenced(page)
    if block.kind == "yaml" and "psabridge: 1" in block.body
]


def _table(title: str) -> Mapping[str, str]:
    """Settings and presets of the first table below a heading."""
    return {plain(row[0]): plain(row[1]) for row in rows(section(PAGE, title).split("\n#", 1)[0])}


def _preset(field: Field[Any]) -> str:
    if field.name == "modes":
        return "observe"
    if field.default is MISSING:
        return "required" if field.default_factory is MISSING else "see below"
    return _in_words(field.default)


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return str(int(value.total_seconds()))
    if isinstance(value, Enum):
        return str(value.value)
    return "none" if value is None or value in ((), frozenset()) else str(value)


EVERY_KIND_OF_VALUE = """
psabridge: 1
connections:
  autotask:
    {kind: autotask, address: "https://one.example", identity: user, secret: s3, tracking_identifier: t,
     billing_zone: Europe/Berlin}
  acronis: {kind: acronis, address: "https://two.example", identity: client, secret: hidden}
pairings:
  main:
    platform: acronis
    psa: autotask
    modes: {billing: approve, provisioning: automatic}
    policy: period_close
    never_write: ["service:12", "bundle:3"]
    free_on_purpose: [9]
    exempt_items:
      - {tenant: tenant-1, item: {application: app, name: pw_base_storage, storage: place},
         until: 2026-12-01, reason: moves house}
    bounds: {share_of_lines: 0.5, lines: 3}
    waits: {read_bound: 900}
    clouds: {wasabi: Wasabi}
    two_way: {is_on: true, billing_code: 7, period_type: 12}
    tickets:
      is_on: true
      since: "2026-11-01T00:00:00+00:00"
      rows:
        - {type: BackupFailed, creates: true, fields: {queue: 8, resource: 4, role: 6, due_after: 86400}}
        - {type: MachineOffline, creates: false}
      severities: [{severity: critical, creates: true, fields: {priority: 1}}]
      reopening: always new
      close_status: 5
      storm: {conditions: 5, within: 600}
      mutes: [{company: 175, reason: moves house, until: "2026-12-01T00:00:00+00:00"}]
    customers: [{tenant: tenant-1, company: 175, receives_quotas: false}]
    services:
      - {item: a, measure: class 2, storage: place, service: 101, unit_size: 1024, limit: allowance}
      - {item: b, service: {name: New, billing_code: 7, period_type: 3}, policy: next_period, rounding: up}
      - item: c
        policy: period_close
        meter:
          {plus: [{item: d}, {item: e, measure: total, storage: place}], minus: [{item: f}],
           included: 10, minimum: 0, figure: highest}
      - {item: c, measure: public cloud, cloud: Wasabi, service: {name: Newer}, unit_size: 1024}
"""


@pytest.mark.parametrize(("title", "kind"), SECTIONS.items(), ids=list(SECTIONS))
def test_every_setting_stands_on_its_page_with_its_preset(title: str, kind: type) -> None:
    wanted = {
        f.name: _preset(f) for f in fields(kind) if kind is not PairingSettings or f.name not in NOT_IN_A_FILE
    }
    written = {name: preset for name, preset in _table(title).items() if name not in IN_A_FILE_ONLY}
    assert written == wanted


def test_every_backend_of_a_public_cloud_stands_on_the_page() -> None:
    assert _table("clouds") == PUBLIC_CLOUDS


def test_every_setting_of_a_connection_stands_on_the_page() -> None:
    assert set(_table("Connections")) == CONNECTION_KEYS | SECRET_KEYS


def test_every_measure_stands_among_the_storage_rows() -> None:
    page = ROOT / "docs" / "users" / "storage-rows.md"
    written = {plain(row[0]): row[2] for row in rows(page.read_text()) if len(row) == 3}
    assert written == {measure.value: "yes" if measure.sets_quota else "no" for measure in Measure}


def test_every_variable_of_the_environment_stands_on_the_page() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "src" / "psabridge").rglob("*.py"))
    assert set(_table("Environment")) == set(re.findall(r"PSABRIDGE_[A-Z_]+", sources))


@pytest.mark.parametrize("block", WHOLE_FILES, ids=lambda block: str(len(block.body)))
def test_a_file_on_a_page_can_be_taken_in_and_comes_out_again(
    block: Fenced, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_database.url
    monkeypatch.chdir(tmp_path)
    document = yaml.safe_load(block.body)
    for connection in document["connections"].values():
        Path(connection["secret_file"]).write_text("not a secret\n")
    pairings = DatabasePairings(Safe((new_key(),)))

    first = import_config(block.body, pairings, who="a test", at=NOW)
    exported = export_config(pairings)
    again = import_config(exported, pairings, who="a test", at=NOW)

    assert set(first.pairings) == set(document["pairings"])
    assert "not a secret" not in exported
    assert again.changed == ()


def test_every_kind_of_value_comes_out_as_it_went_in(sqlite_database: Database) -> None:
    assert sqlite_database.url
    pairings = DatabasePairings(Safe((new_key(),)))
    import_config(EVERY_KIND_OF_VALUE, pairings, who="a test", at=NOW)
    before = pairings.settings(pairings.by_name("main"))

    again = import_config(export_config(pairings), pairings, who="a test", at=NOW)

    assert again.changed == ()
    assert pairings.settings(pairings.by_name("main")) == before
    assert str(before.zone) == "Europe/Berlin"
