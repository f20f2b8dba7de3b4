"""Credentials are tried at the vendor before they replace what works (ACR-CON-01, -02, -05; R42, R43)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from psabridge.jobs.exits import Exit, code_of
from psabridge.kit.errors import BridgeError
from psabridge.store.models import AuditEntry, Connection
from psabridge.wiring.config_file import Imported, export_config, import_config
from psabridge.wiring.emulated import Emulators, configuration
from psabridge.wiring.trial import NotKept, NotMoved
from psabridge.wiring.vendors import OtherDatabase, SameDatabase
from tests.builders import NOW
from tests.databases import Database
from tests.wiring.test_bridge import Joined, joined_at

CAUSES = ("secret", "ordinary", "tracking identifier", "locked or inactive")


@pytest.fixture
def joined(sqlite_database: Database, tmp_path: Path) -> Iterator[Joined]:
    assert sqlite_database.url
    with joined_at("guide", tmp_path) as one:
        yield one


def _with(joined: Joined, name: str, **fields: str) -> Imported:
    """The operator imports the file anew with these fields of a connection."""
    text = configuration(Emulators(joined.running.description, joined.bridge.transport), mode="observe")
    document: dict[str, Any] = yaml.safe_load(text)
    document["connections"][name].update(fields)
    return import_config(
        yaml.safe_dump(document),
        joined.bridge.pairings,
        who="pat",
        at=NOW,
        tries=joined.bridge.try_connection,
    )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("autotask", {"secret": "not-the-secret"}),
        ("autotask", {"identity": "nobody@msp.example"}),
        ("autotask", {"tracking_identifier": "OF-ANOTHER-VENDOR"}),
        ("acronis", {"secret": "not-the-secret"}),
        ("acronis", {"identity": "00000000-0000-0000-0000-00000000dead"}),
    ],
)
def test_a_pair_that_fails_is_refused_with_the_reason_and_the_old_one_stays(
    joined: Joined, name: str, fields: dict[str, str]
) -> None:
    """ACR-CON-02, ERR-02, ERR-05: a half-saved credential would stop every customer at once."""
    with pytest.raises(NotKept) as refused:
        _with(joined, name, **fields)

    assert refused.value.code == "ERR-02"
    assert refused.value.subject == f"connection {name}"
    assert "not-the-secret" not in str(refused.value)
    assert code_of(refused.value) is Exit.SIGN_IN
    assert joined.read().companies


def test_a_refused_pair_lists_the_causes_in_order_of_likelihood(joined: Joined) -> None:
    """R42, ERR-01, LIM-05, LIM-06: secret, ordinary user, identifier, locked; each with how to check it."""
    with pytest.raises(NotKept) as refused:
        _with(joined, "autotask", secret="not-the-secret")

    places = [refused.value.next_act.find(cause) for cause in CAUSES]
    assert -1 not in places
    assert places == sorted(places)


def test_an_ordinary_users_pair_is_refused_with_what_to_make_instead(joined: Joined) -> None:
    """ACR-CON-05, ERR-01, LIM-05: ordinary users may not use the interface."""
    joined.control("user", state="ordinary", secret="of-an-ordinary-user")
    with pytest.raises(NotKept, match="ERR-01") as refused:
        _with(joined, "autotask", secret="of-an-ordinary-user")

    assert "create an API user" in refused.value.next_act


def test_a_vendor_that_cannot_be_reached_keeps_nothing_either(joined: Joined) -> None:
    with pytest.raises(NotKept) as refused:
        _with(joined, "acronis", address="http://127.0.0.1:9")

    assert code_of(refused.value) is Exit.UNAVAILABLE
    assert Connection.objects.get(kind="acronis").address == joined.running.urls["acronis"]


def test_a_pair_that_passes_replaces_the_old_one_at_once(joined: Joined) -> None:
    """ACR-CON-01, ACR-CON-05, TIM-06: the next read signs in with it, and mappings are as they were."""
    before = joined.bridge.pairings.settings(joined.pairing)
    joined.control("user", secret="generated-anew")
    with pytest.raises(BridgeError):
        joined.read()

    _with(joined, "autotask", secret="generated-anew")

    assert joined.read().companies
    assert joined.bridge.pairings.settings(joined.pairing) == before


def test_what_signs_in_as_before_is_not_tried_again(joined: Joined) -> None:
    """Settings and mappings can be imported while a vendor is away."""
    joined.control("user", state="locked")

    _with(joined, "autotask", billing_zone="Europe/Berlin")

    assert str(joined.bridge.pairings.settings(joined.pairing).zone) == "Europe/Berlin"


def test_a_pair_of_another_database_is_refused(joined: Joined) -> None:
    """R43, ERR-04, LIM-02, ACR-CON-09: numbers of one database mean nothing in another."""
    joined.read()
    joined.control("zone", ci=999)

    with pytest.raises(NotKept, match="999") as refused:
        _with(joined, "autotask", secret="new")

    assert refused.value.code == "ERR-04"
    assert "config export" in refused.value.next_act


def _second(joined: Joined) -> dict[str, Any]:
    """The operator's file with a second API user in the same Autotask."""
    text = configuration(Emulators(joined.running.description, joined.bridge.transport), mode="observe")
    document: dict[str, Any] = yaml.safe_load(text)
    [first] = document["pairings"].values()
    document["connections"]["again"] = document["connections"]["autotask"]
    document["pairings"]["second"] = {"platform": first["platform"], "psa": "again"}
    return document


def test_a_second_connection_to_the_same_autotask_is_refused(joined: Joined) -> None:
    """R27: the write lease and the claim on a line hang on the connection; two would write one line."""
    joined.read()
    pairings, tries = joined.bridge.pairings, joined.bridge.try_connection

    with pytest.raises(NotKept, match="the connection autotask has already") as refused:
        import_config(yaml.safe_dump(_second(joined)), pairings, who="pat", at=NOW, tries=tries)

    assert refused.value.code == "R27"
    assert [row.name for row in Connection.objects.filter(kind="autotask")] == ["autotask"]


def test_a_second_connection_that_nobody_tried_reads_and_writes_nothing(joined: Joined) -> None:
    """R27: taken in with --untested, or before anybody knew where the first one leads."""
    import_config(yaml.safe_dump(_second(joined)), joined.bridge.pairings, who="pat", at=NOW)
    [first, second] = (joined.bridge.pairings.by_name(name) for name in ("acronis-autotask", "second"))
    joined.bridge.ports(first)

    with pytest.raises(SameDatabase, match="the connection autotask has already") as refused:
        joined.bridge.ports(second)

    assert refused.value.code == "R27"
    assert joined.bridge.ports(first).psa


def test_the_same_database_on_another_server_carries_on_with_one_act(joined: Joined) -> None:
    """R43, ERR-04: nothing is lost, and the act is noted with who did it."""
    joined.read()
    before = joined.bridge.pairings.settings(joined.pairing)
    joined.control("zone", prefix="/zone5")
    with pytest.raises(BridgeError, match="psabridge carry-on") as stopped:
        joined.read()
    assert stopped.value.code == "ERR-04"

    moved = joined.bridge.carry_on(joined.pairing, who="pat", at=NOW)

    assert "/zone5" in moved.new_url
    assert joined.read().companies
    assert joined.bridge.pairings.settings(joined.pairing) == before
    noted = AuditEntry.objects.get(what__startswith="carry on")
    assert noted.who == "pat"
    assert "/zone5" in noted.what


def test_another_database_cannot_be_carried_on_with(joined: Joined) -> None:
    """R43, LIM-02: start anew; the export stays as the archive (ACR-CON-09)."""
    joined.read()
    zone = joined.psa.zone_url
    joined.control("zone", prefix="/zone5", ci=999)

    with pytest.raises(OtherDatabase) as refused:
        joined.bridge.carry_on(joined.pairing, who="pat", at=NOW)

    assert refused.value.code == "ERR-04"
    assert joined.psa.zone_url == zone
    assert yaml.safe_load(export_config(joined.bridge.pairings))["pairings"]["acronis-autotask"]["customers"]


def test_a_connection_that_was_not_moved_is_left_as_it_is(joined: Joined) -> None:
    joined.read()

    with pytest.raises(NotMoved):
        joined.bridge.carry_on(joined.pairing, who="pat", at=NOW)


def test_the_identifier_is_configuration_and_none_is_built_in(joined: Joined) -> None:
    """ACR-CON-03, R41: what is sent is what the operator entered."""
    joined.read()
    sources = Path(__file__).resolve().parents[2].joinpath("src", "psabridge").rglob("*.py")
    code = joined.running.description["autotask"]["integration_code"]

    assert not [file for file in sources if code in file.read_text()]
    with pytest.raises(NotKept):
        _with(joined, "autotask", tracking_identifier="SOMETHING-ELSE")


def test_settings_are_shown_without_what_is_secret(joined: Joined) -> None:
    """ACR-CON-08: the user name in clear, the secret and the identifier never."""
    shown = export_config(joined.bridge.pairings)
    told = joined.running.description["autotask"]

    assert told["user"] in shown
    assert told["secret"] not in shown
    assert told["integration_code"] not in shown
