"""The real parts joined: zones found once, moved and other databases, a refusal that explains itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from psabridge.kit.clock import day_in
from psabridge.kit.errors import AccessDenied, BridgeError
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.words import PairingId
from psabridge.store.models import Connection
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.config_file import import_config
from psabridge.wiring.emulated import Emulators, configuration
from psabridge.wiring.environment import Environment
from psabridge_emulators.scenes.running import Running, start
from tests.builders import NOW
from tests.databases import Database

ZONES = "zoneInformation"


@dataclass(frozen=True, slots=True)
class Joined:
    running: Running
    bridge: Bridge

    @property
    def pairing(self) -> PairingId:
        return self.bridge.pairings.by_name(None)

    @property
    def psa(self) -> Connection:
        return Connection.objects.get(kind="autotask")

    def control(self, route: str, **content: object) -> None:
        Emulators(self.running.description, self.bridge.transport).control(route, content)

    def read(self) -> PsaSnapshot:
        ports = self.bridge.ports(self.pairing)
        settings = self.bridge.pairings.settings(self.pairing)
        return ports.psa.read(settings, day_in(settings.zone, ports.clock.now()))

    def zone_calls(self) -> int:
        routes = self.running.calls().get("autotask", {}).get("routes", {})
        return sum(count for route, count in routes.items() if ZONES.lower() in route.lower())


@pytest.fixture
def joined(sqlite_database: Database, tmp_path: Path) -> Iterator[Joined]:
    with joined_at("guide", tmp_path) as one:
        yield one


@contextmanager
def joined_at(scene: str, folder: Path) -> Iterator[Joined]:
    environment = Environment.read({"PSABRIDGE_DATA": str(folder)})
    with start(scene) as running, open_bridge(environment) as bridge:
        text = configuration(Emulators(running.description, bridge.transport), mode="observe")
        import_config(text, bridge.pairings, who="pat", at=NOW)
        yield Joined(running, bridge)


def test_the_zone_is_found_once_and_kept(joined: Joined) -> None:
    joined.read()
    joined.read()

    assert joined.zone_calls() == 1
    assert joined.psa.zone_url.startswith(joined.running.urls["autotask"])
    assert joined.psa.database_id == str(joined.running.autotask.zone.database_id)


def test_the_clock_is_the_emulators(joined: Joined) -> None:
    before = joined.bridge.clock_of(joined.pairing).now()
    joined.running.clock.advance(3600)

    assert (joined.bridge.clock_of(joined.pairing).now() - before).total_seconds() == 3600


@pytest.mark.parametrize("state", ["wrong_secret", "ordinary", "locked", "inactive"])
def test_one_message_for_every_refused_sign_in(joined: Joined, state: str) -> None:
    """R42, ERR-01, ERR-02: the vendor tells them not apart, so all causes are listed by likelihood."""
    joined.read()
    joined.control("user", state=state)
    with pytest.raises(AccessDenied) as caught:
        joined.read()

    told = str(caught.value)
    causes = ["secret", "ordinary", "tracking identifier", "locked or inactive"]
    places = [told.find(cause) for cause in causes]
    assert places == sorted(places)
    assert -1 not in places
    assert joined.running.description["autotask"]["secret"] not in told


def test_another_zone_stops_writes_and_is_told(joined: Joined) -> None:
    """R43, ERR-04: the old server refuses, discovery names another place."""
    joined.read()
    joined.control("zone", prefix="/zone5")
    with pytest.raises(BridgeError) as caught:
        joined.read()

    assert caught.value.code == "ERR-04"
    assert "/zone5" in str(caught.value)


def test_the_same_database_on_another_server_carries_on_once_a_person_imports_its_address(
    joined: Joined,
) -> None:
    """R43: nothing is lost."""
    joined.read()
    joined.control("zone", prefix="/zone5")
    moved(joined)
    snapshot = joined.read()

    assert snapshot.companies
    assert "/zone5" in joined.psa.zone_url


def test_another_database_is_refused_even_after_an_import(joined: Joined) -> None:
    """R43: company and line numbers of one database mean nothing in another."""
    joined.read()
    database = joined.psa.database_id
    joined.control("zone", prefix="/zone5", ci=999)
    moved(joined)
    with pytest.raises(BridgeError, match="999") as caught:
        joined.bridge.ports(joined.pairing)

    assert caught.value.code == "ERR-04"
    assert joined.psa.database_id == database


def moved(joined: Joined) -> None:
    """A person imports the new address, here the same server under another of its names."""
    text = configuration(Emulators(joined.running.description, joined.bridge.transport), mode="observe")
    url = joined.running.urls["autotask"]
    changed = text.replace(f"address: {url}", f"address: {url.replace('127.0.0.1', 'localhost')}")
    assert changed != text
    import_config(changed, joined.bridge.pairings, who="pat", at=NOW)


def test_a_bridge_makes_its_tables_its_key_and_its_folder(sqlite_database: Database, tmp_path: Path) -> None:
    environment = Environment.read({"PSABRIDGE_DATA": str(tmp_path / "new")})
    with open_bridge(environment) as bridge:
        assert bridge.pairings.names() == ()

    assert len(environment.keys()) == 1


def test_ports_of_two_pairings_of_one_autotask_share_its_hour(joined: Joined) -> None:
    """Design 10: the governor belongs to the database, not to the pairing."""
    first = joined.bridge.ports(joined.pairing).psa
    second = joined.bridge.ports(joined.pairing).psa

    assert first.governor is second.governor
