"""A configuration file with a mistake changes nothing, and is told with its place."""

from typing import Any

import pytest

from psabridge.store.pairings import DatabasePairings
from psabridge.wiring.config_file import ConfigWrong, import_config
from tests.builders import NOW
from tests.wiring.config_cast import FILE, everything, store, take_in, with_changes

__all__ = ["store"]


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
    "secret with a line break": (
        {"acronis__secret": "a\nb"},
        "connection acronis: .*blank at an end of its secret",
    ),
    "identifier pasted with a blank": (
        {"autotask__tracking_identifier": "ABC "},
        "connection autotask: .*blank at an end of its tracking_identifier",
    ),
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
