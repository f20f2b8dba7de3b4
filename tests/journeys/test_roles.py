"""Two roles at the shell: one may change everything, one sees what was kept and nothing secret (ROL-04)."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.wiring.environment import Environment
from psabridge.wiring.roles import why_only_looks
from tests.databases import Database, PostgresServer
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE
from tests.onlookers import Said, closed_to_others, copy_at_rest, run_as_onlooker

SHOWS = (
    ("status",),
    ("explain", "Meadow", "Workstation"),
    ("drift",),
    ("services", "list"),
    ("customers", "list"),
    ("tickets", "list"),
    ("plan",),
    ("plan", "--kept"),
    ("config", "export"),
)
CHANGES = (
    ("sync",),
    ("apply", "--yes"),
    ("decide", "1", "leave"),
    ("carry-on",),
    ("customers", "map", "1", "tenant"),
    ("customers", "unmap", "1", "--yes"),
    ("customers", "leave", "service:1"),
    ("customers", "names"),
    ("customers", "suggest", "--accept", "sure", "--yes"),
    ("customers", "create", "1"),
    ("services", "suggest", "--billing-code", "1", "--period-type", "1"),
    ("leaving",),
    ("doctor",),
)
SECRETS = ("secret", "client_secret", "integration_code")


@dataclass(frozen=True, slots=True)
class Office:
    """A provider whose bridge has run, and an onlooker in front of its database."""

    journey: Journey
    folder: Path
    onlooker: dict[str, str]
    database: Database

    def look(self, *commands: tuple[str, ...], as_json: bool = True) -> list[Said]:
        words = [(*command, "--json") if as_json else command for command in commands]
        return run_as_onlooker(words, self.onlooker)

    def operator(self, *words: str) -> Any:  # noqa: ANN401  JSON
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == Exit.DONE, done.output
        return json.loads(done.stdout.splitlines()[-1])

    def vendor_calls(self) -> int:
        return sum(int(vendor["total"]) for vendor in self.journey.vendors.calls().values())

    def kept(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, as the onlooker's database has it."""
        if self.database.kind == "sqlite":
            reader = sqlite3.connect(f"file:{self.folder / 'psabridge.sqlite3'}?immutable=1", uri=True)
            tables = [name for (name,) in reader.execute("SELECT name FROM sqlite_master WHERE type='table'")]
            return {name: reader.execute(f"SELECT * FROM {name}").fetchall() for name in tables}  # noqa: S608
        with connection.cursor() as cursor:
            found = {}
            for name in connection.introspection.table_names():
                cursor.execute(f"SELECT * FROM {name} ORDER BY 1")  # noqa: S608  a table of ours
                found[name] = cursor.fetchall()
            return found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(
    request: pytest.FixtureRequest,
    open_shop: OpenShop,
    sqlite_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Office]:
    monkeypatch.setenv("COLUMNS", "250")
    if request.param == "sqlite":
        journey = _has_run(open_shop, monkeypatch)
        yield from _on_sqlite(journey, sqlite_database, tmp_path / "kept")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), server.one() as database:
        journey = _has_run(open_shop, monkeypatch)
        yield from _on_postgres(journey, database, tmp_path / "kept")


def _has_run(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Journey:
    journey, _ = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    journey.settle()
    return journey


def _on_sqlite(journey: Journey, database: Database, folder: Path) -> Iterator[Office]:
    copy_at_rest(Path(database.url.removeprefix("sqlite:///")), folder / "psabridge.sqlite3")
    (folder / "keys").write_text((journey.folder / "keys").read_text())
    with closed_to_others(folder):
        yield Office(journey, folder, {"PSABRIDGE_DATA": str(folder)}, database)


def _on_postgres(journey: Journey, database: Database, folder: Path) -> Iterator[Office]:
    place, _, name = database.url.rpartition("/")
    socket = Path(unquote(place.rpartition("@")[2]))
    role = f"looks_at_{name}"
    with psycopg.connect(database.url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN".encode())
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}".encode())
    if os.geteuid() == 0:
        socket.chmod(0o755)
    folder.mkdir()
    (folder / "keys").write_text((journey.folder / "keys").read_text())
    address = database.url.replace("postgres@", f"{role}@", 1)
    with closed_to_others(folder):
        onlooker = {"PSABRIDGE_DATA": str(folder), "PSABRIDGE_DATABASE_URL": address}
        yield Office(journey, folder, onlooker, database)
    with psycopg.connect(database.url, autocommit=True) as admin:
        admin.execute(f"DROP OWNED BY {role}".encode())
        admin.execute(f"DROP ROLE {role}".encode())


def test_who_may_only_look_sees_mapping_usage_and_results(office: Office) -> None:
    """ROL-04: every command that shows, from what the last run kept, without asking a vendor."""
    newest = office.operator("plan")
    operators = {words: office.operator(*words) for words in SHOWS if words[0] != "plan"}
    if office.database.kind == "sqlite":  # the operator's own plan stands in another file by now
        newest = None
    calls = office.vendor_calls()

    said = dict(zip(SHOWS, office.look(*SHOWS), strict=True))

    assert {words: one.code for words, one in said.items()} == dict.fromkeys(SHOWS, Exit.DONE), said
    assert office.vendor_calls() == calls
    for words in (("drift",), ("services", "list"), ("config", "export")):
        assert said[words].json == operators[words], words
    [told], [shown] = (
        operators["explain", "Meadow", "Workstation"],
        said["explain", "Meadow", "Workstation"].json,
    )
    assert (shown["desired"], shown["units"]) == (told["desired"], told["units"]) == (12, 12)
    assert [one["customers"] for one in said["status",].json] == [2]
    assert said["plan",].json == said["plan", "--kept"].json
    assert newest is None or said["plan",].json["plan"] == newest["plan"]
    assert "As the last run read it at 2026-03-10" in said["drift",].err


def test_the_list_of_customers_says_what_it_cannot_show(office: Office) -> None:
    """ROL-04, ACR-ORG-01: those that are worked for, and all tenants; that others lack is said."""
    full, [kept] = office.operator("customers", "list"), office.look(("customers", "list"))

    mapped = [row["name"] for row in full["rows"] if row["tenants"]]
    assert [row["name"] for row in kept.json["rows"]] == mapped == ["Meadow Dental", "Other & Sons"]
    assert kept.json["partner"] == full["partner"]
    assert full["gaps"] == []
    assert any("companies without a tenant" in gap for gap in kept.json["gaps"])


def test_whatever_changes_something_says_what_is_missing_and_changes_nothing(
    office: Office, tmp_path: Path
) -> None:
    """ROL-04, LIM-20: nor may credentials be seen or replaced, nor an integration changed."""
    file = tmp_path / "bridge.yaml"
    file.write_text(office.journey.text)
    before, calls = office.kept(), office.vendor_calls()

    said = office.look(*CHANGES, ("config", "import", str(file)))

    for words, one in zip((*CHANGES, ("config", "import")), said, strict=True):
        assert one.code == Exit.ONLY_LOOKS, (words, one)
        assert one.json["error"] == "ROL-04", words
        assert f"the key file {office.folder / 'keys'} cannot be read" in one.json["problem"]
        assert "Ask whoever runs PSA Bridge" in one.json["next_act"]
    assert office.kept() == before
    assert office.vendor_calls() == calls


def test_no_secret_is_in_reach_of_who_only_looks(office: Office) -> None:
    """ROL-04, ACR-CON-08: neither in what is shown nor in what is kept."""
    said = office.look(*SHOWS)
    kept = repr(office.kept())

    described = office.journey.vendors.description
    secrets = [told[name] for told in described.values() for name in SECRETS if name in told]
    assert len(secrets) >= 3
    for secret in secrets:
        assert secret not in kept
        assert not [one for one in said if secret in one.out + one.err]


# ---- SQLite and its write-ahead log


@pytest.fixture
def at_rest(
    open_shop: OpenShop, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """What a bridge that ran and was stopped leaves: database, keys, nothing open."""
    journey, folder = _has_run(open_shop, monkeypatch), tmp_path / "kept"
    copy_at_rest(Path(sqlite_database.url.removeprefix("sqlite:///")), folder / "psabridge.sqlite3")
    (folder / "keys").write_text((journey.folder / "keys").read_text())
    return folder


RENAME = "UPDATE store_pairing SET name = 'renamed'"
KILLED = f"""
import os, sqlite3, sys
writer = sqlite3.connect(sys.argv[1])
writer.execute("{RENAME}")
writer.commit()
os._exit(9)
"""


@contextmanager
def _working(file: Path) -> Iterator[None]:
    """A bridge has it open: one change is committed to the log, another under way."""
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute(RENAME)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE store_pairing SET name = 'never'")
    yield
    writer.execute("ROLLBACK")
    writer.close()


@contextmanager
def _killed(file: Path) -> Iterator[None]:
    """It was killed right after a commit: the change stands in the log alone."""
    subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert file.with_name(f"{file.name}-wal").stat().st_size > 0
    yield


@contextmanager
def _stopped(file: Path) -> Iterator[None]:
    with sqlite3.connect(file) as writer:
        writer.execute(RENAME)
    writer.close()
    assert not file.with_name(f"{file.name}-wal").exists()
    yield


@pytest.mark.parametrize("state", [_working, _killed, _stopped])
def test_the_database_is_read_whatever_the_bridge_does_with_it(state: Any, at_rest: Path) -> None:  # noqa: ANN401
    """ROL-04: SQLite lets a read-only user into a write-ahead log only while its files are there."""
    file = at_rest / "psabridge.sqlite3"
    with state(file), closed_to_others(at_rest):
        before = sorted(place.name for place in at_rest.iterdir())
        [said] = run_as_onlooker([("status", "--json")], {"PSABRIDGE_DATA": str(at_rest)})
        after = sorted(place.name for place in at_rest.iterdir())

    assert said.code == Exit.DONE, said
    assert [one["pairing"] for one in said.json] == ["renamed"]
    assert after == before


def test_tables_of_an_earlier_version_are_left_to_the_operator(at_rest: Path) -> None:
    """ROL-04."""
    with sqlite3.connect(at_rest / "psabridge.sqlite3") as writer:
        newest = "SELECT max(name) FROM django_migrations WHERE app = 'store'"
        writer.execute(f"DELETE FROM django_migrations WHERE app = 'store' AND name = ({newest})")  # noqa: S608
    writer.close()
    with closed_to_others(at_rest):
        [said] = run_as_onlooker([("status", "--json")], {"PSABRIDGE_DATA": str(at_rest)})

    assert (said.code, said.json["error"]) == (Exit.ONLY_LOOKS, "ROL-04")
    assert "earlier version" in said.json["problem"]


def test_with_the_keys_and_no_right_to_write_nothing_is_changed_either(at_rest: Path) -> None:
    """ROL-04: the message names the database, not the keys."""
    with closed_to_others(at_rest, closed=()):
        sync, status = run_as_onlooker(
            [("sync", "--json"), ("status", "--json")], {"PSABRIDGE_DATA": str(at_rest)}
        )

    assert (sync.code, status.code) == (Exit.ONLY_LOOKS, Exit.DONE)
    assert f"{at_rest / 'psabridge.sqlite3'} cannot be written" in sync.json["problem"]


def test_before_any_run_and_without_a_database_it_is_said(at_rest: Path, tmp_path: Path) -> None:
    """ROL-04: an onlooker makes nothing, not even an empty database."""
    with sqlite3.connect(at_rest / "psabridge.sqlite3") as writer:
        writer.execute("DELETE FROM store_planrecord")
        writer.execute("DELETE FROM store_snapshotrecord")
    writer.close()
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    (nowhere / "keys").write_text("")
    with closed_to_others(at_rest), closed_to_others(nowhere):
        [drift] = run_as_onlooker([("drift", "--json")], {"PSABRIDGE_DATA": str(at_rest)})
        [status] = run_as_onlooker([("status", "--json")], {"PSABRIDGE_DATA": str(nowhere)})
        made = [place.name for place in nowhere.iterdir()]

    assert (drift.code, status.code) == (Exit.ONLY_LOOKS, Exit.ONLY_LOOKS)
    assert "no run has read anything yet" in drift.json["problem"]
    assert "no database at" in status.json["problem"]
    assert made == ["keys"]


def test_who_may_not_even_enter_the_folder_is_told_which(at_rest: Path) -> None:
    """ROL-04."""
    with closed_to_others(at_rest, closed=(at_rest.name, "keys")):
        said = run_as_onlooker([("status", "--json"), ("sync", "--json")], {"PSABRIDGE_DATA": str(at_rest)})

    assert [one.code for one in said] == [Exit.ONLY_LOOKS] * 2
    assert (
        f"no database at {at_rest / 'psabridge.sqlite3'} that this user may read" in said[0].json["problem"]
    )


def test_an_operator_may_choose_to_look_only(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database
) -> None:
    """ROL-04: by PSABRIDGE_READ_ONLY, on a machine whose database role could write, say."""
    journey = _has_run(open_shop, monkeypatch)
    monkeypatch.setenv("PSABRIDGE_DATABASE_URL", sqlite_database.url)
    assert why_only_looks(Environment.read()) is None
    monkeypatch.setenv("PSABRIDGE_READ_ONLY", "1")
    before = journey.written()

    refused = CliRunner().invoke(app, ["sync"])
    shown = CliRunner().invoke(app, ["drift", "--json"])
    kept = CliRunner().invoke(app, ["plan", "--json"])
    monkeypatch.setenv("PSABRIDGE_READ_ONLY", "0")
    made = CliRunner().invoke(app, ["plan", "--json"])

    assert (refused.exit_code, "PSABRIDGE_READ_ONLY is set" in refused.stderr) == (Exit.ONLY_LOOKS, True)
    assert (shown.exit_code, [line["now"] for line in json.loads(shown.stdout)]) == (Exit.DONE, [12, 21])
    assert json.loads(kept.stdout)["plan"] + 1 == json.loads(made.stdout)["plan"]
    assert journey.written() == before
