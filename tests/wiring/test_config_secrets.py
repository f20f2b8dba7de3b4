"""Where the secrets of a configuration file come from, and that they stand nowhere else."""

from pathlib import Path

import pytest

from psabridge.store.pairings import DatabasePairings
from psabridge.wiring.config_file import ConfigWrong, export_config
from tests.wiring.config_cast import FILE, everything, store, take_in, with_changes

__all__ = ["store"]


def test_secrets_are_never_exported(store: DatabasePairings) -> None:
    take_in(store, FILE)
    exported = export_config(store)

    assert "secret" not in exported
    assert "IDENTIFIER" not in exported
    assert "bridge@msp.example" in exported


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


def test_a_new_connection_needs_a_secret(store: DatabasePairings) -> None:
    before = everything()
    with pytest.raises(ConfigWrong, match="connection acronis: is new and has no secret"):
        take_in(store, with_changes(acronis__secret=...))

    assert everything() == before


def test_no_secret_stands_in_a_message(store: DatabasePairings) -> None:
    with pytest.raises(ConfigWrong) as caught:
        take_in(store, with_changes(autotask__kind="x", autotask__secret="hunter2"))

    assert "hunter2" not in str(caught.value)
