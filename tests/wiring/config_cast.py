"""One configuration file, and a bridge that takes it in."""

import copy
from typing import Any

import pytest
import yaml

from psabridge.store.models import AuditEntry, Connection, CustomerRow, Pairing, ServiceRow
from psabridge.store.pairings import DatabasePairings
from psabridge.store.secrets import Safe, new_key
from psabridge.wiring.config_file import Imported, import_config
from tests.builders import NOW
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

# Two connections and a pairing in which nothing is decided, as text: more of the pairing may follow.
BARE = """
psabridge: 1
connections:
  autotask: {kind: autotask, address: "https://one.example", identity: a, secret: s, tracking_identifier: t}
  acronis: {kind: acronis, address: "https://two.example", identity: c, secret: s}
pairings:
  main:
    platform: acronis
    psa: autotask
"""


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
