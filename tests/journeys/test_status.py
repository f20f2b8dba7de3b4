"""Where a provider stands, its areas, and since when a side is away (ERR-20, ERR-25, TIM-08)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from tests.databases import Database
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE

Told = dict[str, Any]
NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens
NOBODY_ANSWERS = {
    "psabridge": 1,
    "connections": {
        "autotask": {
            "kind": "autotask",
            "address": NOBODY,
            "identity": "api@firm.example",
            "secret": "secret",
            "tracking_identifier": "identifier",
            "billing_zone": "UTC",
        },
        "acronis": {"kind": "acronis", "address": NOBODY, "identity": "client", "secret": "secret"},
    },
    "pairings": {"main": {"platform": "acronis", "psa": "autotask"}},
}


class Desk:
    """An operator at a shell beside a running provider."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey

    def run(self, *words: str, code: int = Exit.DONE) -> Any:  # noqa: ANN401  JSON
        done = CliRunner().invoke(app, [*words, "--json"])
        assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
        return json.loads(done.stdout.splitlines()[-1])

    def status(self, code: int = Exit.DONE) -> Told:
        [told] = self.run("status", code=code)
        return dict(told)


@pytest.fixture
def desk(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> Desk:
    journey, _ = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")
    return Desk(journey)


def test_the_status_tells_configuration_mapping_last_run_and_what_is_held(desk: Desk) -> None:
    """ERR-25: configuration state, customers, mapped ones, the last run, what is held, calls used."""
    before = desk.status()
    desk.run("sync")

    told = desk.status()

    assert before["last_run"] is None
    assert (told["customers"], told["services"]) == (2, 2)
    assert {told["modes"][work] for work in ("billing", "provisioning")} == {"automatic"}
    counts = told["last_run"]["counts"]
    assert (counts["customers_checked"], counts["customers_mapped"], counts["held"]) == (2, 2, 2)
    assert len(told["held"]) == 2
    assert counts["psa_calls"] > 0 < counts["platform_calls"]


def test_the_status_asks_no_vendor(desk: Desk) -> None:
    """ERR-25: it tells where things stand while a vendor is away, too."""
    desk.run("sync")
    before = sum(vendor["total"] for vendor in desk.journey.vendors.calls().values())

    desk.status()

    assert sum(vendor["total"] for vendor in desk.journey.vendors.calls().values()) == before


def test_three_failed_runs_in_a_row_name_the_side_and_since_when(desk: Desk) -> None:
    """ERR-20, TIM-08: kept from process to process, gone with the first good run."""
    journey = desk.journey
    journey.vendors.faults.add("busy", vendor="acronis", times=None)
    since = journey.vendors.clock.now
    for _ in range(2):
        desk.run("sync", code=Exit.UNAVAILABLE)
        journey.advance(minutes=5)
    assert desk.status()["alert"] is None

    shown = CliRunner().invoke(app, ["sync"])
    told = desk.status(code=Exit.UNAVAILABLE)["alert"]

    assert shown.exit_code == Exit.UNAVAILABLE
    assert "ERR-20 Acronis" in shown.stderr
    assert (told["code"], told["subject"]) == ("ERR-20", "Acronis")
    assert f"{since:%Y-%m-%d %H:%M}" in told["problem"]
    assert told["next_act"]

    journey.vendors.faults.clear()
    desk.run("sync")
    assert desk.status()["alert"] is None


def test_a_server_that_cannot_be_found_out_counts_as_a_failed_run(desk: Desk) -> None:
    """ERR-20: before the first run ever signed in, too."""
    desk.journey.vendors.faults.add("busy", vendor="autotask", path="zoneInformation", times=None)
    for _ in range(3):
        desk.run("sync", code=Exit.UNAVAILABLE)

    assert desk.status(code=Exit.UNAVAILABLE)["alert"]["subject"] == "Autotask"


def test_refused_credentials_are_in_the_status_until_the_first_run_with_good_ones(desk: Desk) -> None:
    """ERR-02, ACR-CON-05, TIM-06: within the minute after good ones are kept, the next run clears it."""
    desk.run("sync")
    desk.journey.control("user", {"secret": "generated-anew"})
    desk.run("sync", code=Exit.SIGN_IN)
    assert desk.status()["last_run"]["trouble"]["code"] == "ERR-02"

    desk.journey.connection("autotask", secret="generated-anew")
    desk.run("sync")

    assert desk.status()["last_run"]["trouble"] is None


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({"modes": {"billing": "observe", "provisioning": "observe"}}, "every mode is observe"),
        ({"customers": []}, "no customer is mapped"),
        ({"services": []}, "no item is mapped"),
    ],
)
def test_what_is_missing_for_anything_to_happen_is_named(
    desk: Desk, settings: dict[str, Any], missing: str
) -> None:
    """ERR-25: the switch, the customers, an item; a storage is only a note, for some sell none."""
    desk.journey.configure(**settings)

    needed = [one["what"] for one in desk.status()["lacking"] if one["is_needed"]]

    assert [what for what in needed if missing in what]


@pytest.fixture
def nothing_yet(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell in front of an installation without a pairing."""
    assert sqlite_database.url
    monkeypatch.setenv("PSABRIDGE_DATA", str(tmp_path))
    return tmp_path


def test_before_the_first_good_import_there_is_no_area(
    nothing_yet: Path,
) -> None:
    """ACR-CON-06: credentials that no vendor takes open nothing."""
    before = CliRunner().invoke(app, ["status"])
    told = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    file = nothing_yet / "bridge.yaml"
    file.write_text(yaml.safe_dump(NOBODY_ANSWERS))
    refused = CliRunner().invoke(app, ["config", "import", str(file)])

    assert (told, before.stdout.strip()) == ([], "No pairing yet. Run psabridge config import FILE.")
    assert refused.exit_code == Exit.UNAVAILABLE
    assert json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout) == []


def test_after_it_each_area_names_its_command_and_what_it_lacks(desk: Desk) -> None:
    """ACR-CON-06: settings, customer mapping, billing, tickets, each with its command."""
    desk.journey.configure(customers=[], services=[])

    areas = {one["area"]: one for one in desk.status()["areas"]}

    assert list(areas) == [
        "settings",
        "customer mapping",
        "billing and service mapping",
        "ticket creation",
    ]
    assert [one["is_ready"] for one in areas.values()] == [True, False, False, True]
    assert areas["customer mapping"]["lacking"][0]["what"] == "no customer is mapped"
    for one in areas.values():
        assert CliRunner().invoke(app, one["opened_by"].split()[1:]).exit_code == Exit.DONE


def test_billing_is_shown_with_a_line_while_it_is_off(desk: Desk) -> None:
    """ACR-CON-06: hidden it would make the order of setting up hard to see; nothing can be written."""
    desk.journey.configure(modes={"billing": "observe", "provisioning": "automatic"})

    shown = " ".join(CliRunner().invoke(app, ["status"]).stdout.split())
    listed = CliRunner().invoke(app, ["services", "list"])
    desk.run("sync")

    assert "ready: psabridge services list. billing is only observed" in shown
    assert (listed.exit_code, "Workstation backup" in listed.stdout) == (Exit.DONE, True)
    assert desk.journey.ledger() == []
    desk.journey.configure(modes={"billing": "automatic", "provisioning": "automatic"})
    assert "only observed" not in CliRunner().invoke(app, ["status"]).stdout


def test_a_sandbox_is_named(desk: Desk) -> None:
    """R46: welcome, and named beside the connection once its server is known."""
    desk.journey.control("zone", {"name": "Sandbox East"})
    desk.run("sync")

    [psa] = [one for one in desk.status()["connections"] if one["kind"] == "autotask"]
    shown = CliRunner().invoke(app, ["status"]).stdout

    assert psa["is_sandbox"]
    assert "sandbox, server Sandbox East" in " ".join(shown.split())
