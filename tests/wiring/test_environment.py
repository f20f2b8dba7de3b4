"""Where data and keys lie is the environment's to say; keys are made once and never over others."""

import stat
from pathlib import Path

import pytest

from psabridge.store.secrets import new_key
from psabridge.wiring.environment import Environment, EnvironmentWrong
from psabridge.wiring.settings import SQLITE_OPTIONS, database_at


def test_everything_lies_in_the_data_folder_unless_said_otherwise(tmp_path: Path) -> None:
    read = Environment.read({"PSABRIDGE_DATA": str(tmp_path)})

    assert read.key_file == tmp_path / "keys"
    assert read.state_file == tmp_path / "state" / "current"
    assert read.database() == f"sqlite:///{tmp_path}/psabridge.sqlite3"


def test_each_place_can_be_named(tmp_path: Path) -> None:
    """Protocol 2.6: the state file has to lie outside the database's backup."""
    read = Environment.read(
        {
            "PSABRIDGE_DATA": str(tmp_path),
            "PSABRIDGE_KEY_FILE": "/run/secrets/keys",
            "PSABRIDGE_STATE_FILE": "/var/lib/state",
            "PSABRIDGE_DATABASE_URL": "postgres://u:p@db/psabridge",
        }
    )

    assert (read.key_file, read.state_file) == (Path("/run/secrets/keys"), Path("/var/lib/state"))
    assert read.database() == "postgres://u:p@db/psabridge"


def test_a_sqlite_database_gets_its_options_and_postgres_does_not() -> None:
    assert database_at("sqlite:////tmp/x.sqlite3")["OPTIONS"] == SQLITE_OPTIONS
    assert "transaction_mode" not in database_at("postgres://u@db/x").get("OPTIONS", {})


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment.read({"PSABRIDGE_DATA": str(tmp_path / "data")})


def test_the_key_file_is_its_owners_alone(environment: Environment) -> None:
    key = new_key()
    environment.make_key_file(key)

    assert stat.S_IMODE(environment.key_file.stat().st_mode) == 0o600
    assert environment.keys() == (key,)


def test_a_key_file_is_never_replaced(environment: Environment) -> None:
    """The secrets in the database would be lost."""
    first = new_key()
    environment.make_key_file(first)
    environment.make_key_file(new_key())

    assert environment.keys() == (first,)


def test_keys_are_read_newest_first(environment: Environment) -> None:
    old, new = new_key(), new_key()
    environment.make_key_file(old)
    environment.key_file.write_text(f"\n{new}\n  {old}  \n")

    assert environment.keys() == (new, old)


def test_a_missing_key_file_is_named(environment: Environment) -> None:
    with pytest.raises(EnvironmentWrong, match=f"{environment.key_file}: is not there") as caught:
        environment.keys()

    assert "PSABRIDGE_KEY_FILE" in caught.value.next_act


@pytest.mark.parametrize("text", ["", "\n \n", "password\n"])
def test_a_key_file_without_keys_is_named(environment: Environment, text: str) -> None:
    environment.make_key_file(new_key())
    environment.key_file.write_text(text)
    with pytest.raises(EnvironmentWrong, match="holds no key") as caught:
        environment.keys()

    assert "password" not in str(caught.value)
