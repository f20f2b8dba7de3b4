"""The same journeys from a shell: commands, their JSON, their exit codes (design section 12)."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Sale, two_firms
from tests.journeys.journey import Journey
from tests.journeys.test_lost_answers import LOOSE, POST

Json = Any


class Shell:
    """Somebody at a shell whose PSABRIDGE_DATA names the journey's folder."""

    def run(self, *words: str, code: int = Exit.DONE) -> str:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == code, f"{done.exit_code}: {done.output} {done.exception!r}"
        return done.stdout

    def json(self, *words: str, code: int = Exit.DONE) -> Json:
        return json.loads(self.run(*words, "--json", code=code))


@pytest.fixture
def shell() -> Shell:
    return Shell()


def _at_the_shell(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> tuple[Journey, Sale, Sale]:
    journey, (firm, other) = open_shop(two_firms, **LOOSE)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")
    return journey, firm, other


def test_from_a_file_to_units_on_a_contract(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell, tmp_path: Path
) -> None:
    """config import, plan, apply, sync, explain and drift, one after the other."""
    journey, firm, other = _at_the_shell(open_shop, monkeypatch)
    file = tmp_path / "config.yaml"
    file.write_text(journey.text)

    assert shell.json("config", "import", str(file))["changed"] == []
    planned = shell.json("plan")
    assert {step["change"]["after"] for step in planned["steps"]} == {12, 21}
    assert journey.ledger() == []

    held = shell.json("sync")
    assert (held["applied"], held["held"]) == (0, 2)
    first = planned["steps"][0]["id"]
    assert shell.json("apply", "--release", first)["applied"] == 1
    assert shell.json("apply", f"{shell.json('plan')['plan']}", "--release-all")["applied"] == 1
    assert (journey.units(firm.line), journey.units(other.line)) == (12, 21)

    again = shell.json("sync")
    assert (again["applied"], again["held"], again["outcomes"]) == (0, 0, [])
    [told] = shell.json("explain", "Meadow", "Workstation")
    assert (told["desired"], told["units"]) == (12, 12)
    assert [line["now"] for line in shell.json("drift")] == [12, 21]


def test_tables_name_the_customer_the_numbers_and_what_is_held(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    _at_the_shell(open_shop, monkeypatch)

    shown = shell.run("plan")
    chain = shell.run("explain", "Meadow", "Workstation")

    assert "Meadow Dental" in shown
    assert "12" in shown
    assert "held" in shown
    assert "Workstation backup" in chain


def test_where_a_name_fits_several_companies_explain_says_so_and_the_whole_name_is_enough(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-USE-01, promise 5: the JSON stays a list of lines, what is said stands beside it."""
    _, firm, other = _at_the_shell(open_shop, monkeypatch)
    part = "e"  # of both names

    both = CliRunner().invoke(app, ["explain", part, "Workstation", "--json"])
    one = CliRunner().invoke(app, ["explain", "Meadow Dental", "Workstation", "--json"])

    assert [each["company"] for each in json.loads(both.stdout)] == [firm.customer.name, other.customer.name]
    assert "'e' fits more than one company: Meadow Dental (" in " ".join(both.stderr.split())
    assert (len(json.loads(one.stdout)), "more than one" in one.stderr) == (1, False)


def test_a_stale_plan_ends_with_its_own_code(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, firm, _ = _at_the_shell(open_shop, monkeypatch)
    number = shell.json("plan")["plan"]
    journey.use(firm, 14)

    shell.run("apply", f"{number}", "--release-all", "--yes", code=Exit.STALE)

    assert journey.landed(firm.line) == []


def test_exit_codes_tell_wrong_input_from_refused_keys_from_a_vendor_that_is_away(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)

    shell.run("plan", "--pairing", "nobody", code=Exit.WRONG_INPUT)
    shell.run("explain", "Nobody Ltd", "Nothing", code=Exit.WRONG_INPUT)
    journey.control("user", {"state": "wrong_secret"})
    told = shell.json("plan", code=Exit.SIGN_IN)
    assert told["next_act"]
    journey.control("user", {"state": "ok"})
    journey.vendors.faults.add("busy", vendor="acronis", times=None)
    shell.run("sync", code=Exit.UNAVAILABLE)


def test_a_refused_step_ends_with_one(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, firm, _ = _at_the_shell(open_shop, monkeypatch)
    journey.vendors.faults.add("refuse", **POST, text="You do not have permission to do this.")
    shell.run("plan")

    shell.run("apply", "--release-all", "--yes", code=Exit.STEP_FAILED)

    assert journey.landed(firm.line) == []


def test_a_parked_change_is_decided_by_a_person(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, firm, _ = _at_the_shell(open_shop, monkeypatch)
    journey.settle()
    journey.go_to(date(2026, 4, 1))
    journey.use(firm, 15)
    journey.vendors.faults.add("reset_before", **POST)
    journey.cycle()
    [parked] = journey.cycles(minutes=90).open_intents

    assert shell.json("decide", f"{parked.id}", "send-again")["state"] == "closed"
    [wish] = shell.json("sync")["wishes"]
    journey.advance(days=1)
    shell.run("sync")

    assert wish["due"] == "2026-04-02", "the first was used by the change that was given up (W7)"
    assert journey.landed(firm.line)[1:] == [(date(2026, 4, 2), 3)]


def test_the_doctor_finds_everything_right_and_then_the_field_gone(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    assert all(check["is_right"] for check in shell.json("doctor"))

    definition = journey.vendors.do(journey.vendors.autotask.payg_definition)
    field = {"entity": "UserDefinedFieldDefinitions", "id": definition, "delete": True}
    journey.control("edit", field)

    wrong = [check for check in shell.json("doctor", code=Exit.STEP_FAILED) if not check["is_right"]]
    assert "ERR-14" in {check["code"] for check in wrong}


def test_the_doctor_asks_whether_autotask_takes_the_allocation_code_of_two_way_sync(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ACR-TWO-01, LIM-11: only active codes for recurring services, with those that would do."""
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    autotask = journey.vendors.autotask
    good = journey.vendors.do(lambda: autotask.add_billing_code("Recurring too"))
    old = journey.vendors.do(lambda: autotask.add_billing_code("Old", active=False))
    journey.configure(two_way={"is_on": True, "billing_code": old, "period_type": 1})

    wrong = [check for check in shell.json("doctor", code=Exit.STEP_FAILED) if not check["is_right"]]
    assert [check["code"] for check in wrong] == ["LIM-11"]
    assert f"{good}" in wrong[0]["next_act"]

    journey.configure(two_way={"is_on": True, "billing_code": good, "period_type": 1})
    assert all(check["is_right"] for check in shell.json("doctor"))


def test_an_export_holds_no_secret_and_importing_it_changes_nothing(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell, tmp_path: Path
) -> None:
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    journey.plan()
    file = tmp_path / "exported.yaml"

    shell.run("config", "export", str(file))

    text = file.read_text()
    told = journey.vendors.description
    assert told["autotask"]["secret"] not in text
    assert told["acronis"]["client_secret"] not in text
    assert yaml.safe_load(text)["pairings"]["acronis-autotask"]["customers"]
    assert shell.json("config", "import", str(file))["changed"] == []


def test_the_demo_ends_well_twice_and_writes_nothing_the_second_time(tmp_path: Path) -> None:
    """Must-show 1, as `make demo ONCE=1` runs it; with usage moved, a third time.

    ERR-25: its status knows of these runs.
    """
    program = str(Path(sys.executable).with_name("psabridge"))
    environment = {**os.environ, "COLUMNS": "200"}

    def run(*words: str) -> str:
        command: list[str] = [program, *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == Exit.DONE, done.stdout + done.stderr
        return done.stdout

    first = run("demo", "--once", "--fresh")
    second, third = run("demo", "--once"), run("demo", "--once", "--move", "1")
    environment["PSABRIDGE_DATA"] = str(tmp_path / "build" / "demo")
    [told] = json.loads(run("status", "--json"))

    assert "Alder & Finch Dental" in first
    assert _applied(first) > 20
    assert _applied(second) == 0
    assert _applied(third) == 5
    assert told["last_run"]["counts"]["held"] == 0
    assert told["last_run"]["counts"]["customers_checked"] > 20


def _applied(shown: str) -> int:
    """The number below the heading "applied" of the result table."""
    lines = shown.splitlines()
    heading = next(number for number, line in enumerate(lines) if "customers checked" in line)
    column = lines[heading].index("applied")
    row = next(line for line in lines[heading + 1 :] if any(sign.isdigit() for sign in line))
    return int(row[: column + len("applied")].split()[-1])


def test_who_only_observes_is_told_how_to_write_and_not_to_release_what_would_stay(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    journey.modes("observe").take_in()

    synced = shell.run("sync")
    applied = shell.run("apply", "--yes", "--release-all")

    for shown in (synced, applied):
        assert "2 steps only shown: the mode is observe" in shown
        assert "psabridge apply" not in shown
    assert journey.ledger() == []


@pytest.mark.parametrize(
    ("modes", "observing", "said"),
    [
        (
            ("observe", "observe", "observe"),
            ["billing", "provisioning", "deprovisioning"],
            "Nothing of this will be written: the modes billing, provisioning and deprovisioning are observe",
        ),
        (
            ("automatic", "observe", "observe"),
            ["provisioning", "deprovisioning"],
            "Only shown, and not written: steps of provisioning and deprovisioning, whose mode is observe.",
        ),
        (
            ("approve", "automatic", "observe"),
            ["deprovisioning"],
            "Only shown, and not written: steps of deprovisioning, whose mode is observe.",
        ),
        (("automatic", "approve", "automatic"), [], ""),
    ],
)
def test_a_plan_says_which_modes_only_observe(
    open_shop: OpenShop,
    monkeypatch: pytest.MonkeyPatch,
    shell: Shell,
    modes: tuple[str, str, str],
    observing: list[str],
    said: str,
) -> None:
    """ERR-25: who reads a plan knows whether it will be written; tickets have plans of their own."""
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    journey.configure(modes=dict(zip(("billing", "provisioning", "deprovisioning"), modes, strict=True)))

    made, kept, told = shell.run("plan"), shell.run("plan", "--kept"), shell.json("plan")

    for shown in (made, kept):
        assert said in " ".join(shown.split())
        assert ("observe" in shown) == bool(observing)
    assert told["observing"] == observing


def test_who_is_asked_to_apply_a_plan_knows_what_of_it_only_observes(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    """ERR-25: before the question, not after the answer."""
    journey, _, _ = _at_the_shell(open_shop, monkeypatch)
    journey.modes("observe").take_in()
    shell.run("plan")

    asked = CliRunner().invoke(app, ["apply"], input="n\n")

    shown = " ".join(asked.stdout.split())
    assert asked.exit_code == Exit.STEP_FAILED
    assert "Nothing of this will be written" in shown.partition("Apply this plan?")[0]
    assert journey.ledger() == []


def test_a_plan_keeps_its_words_together_in_a_terminal_of_80_characters(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell
) -> None:
    _at_the_shell(open_shop, monkeypatch)
    monkeypatch.setenv("COLUMNS", "80")

    shown = shell.run("plan")

    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80
    assert "each period" in shown
    assert "held by: first sync" in " ".join(shown.split())


def test_the_configuration_comes_out_as_json_and_goes_back_in(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, shell: Shell, tmp_path: Path
) -> None:
    _at_the_shell(open_shop, monkeypatch)

    exported = shell.json("config", "export")
    file = tmp_path / "config.json"
    file.write_text(json.dumps(exported))

    assert set(exported) == {"psabridge", "connections", "pairings"}
    assert shell.json("config", "import", str(file))["changed"] == []
