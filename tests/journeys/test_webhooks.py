"""Webhooks in Autotask: made once, repaired, told of and taken away (issue 5 item 7; A45, A46)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.kit.errors import OutcomeUnknown
from psabridge.rules.hints import HintOf
from psabridge.wiring import hooks
from psabridge.wiring.hints import HintWatch
from psabridge.wiring.hooks import AddressWrong, HookLook
from tests.journeys.journey import PERSON
from tests.journeys.webhook_office import Office, office

__all__ = ["office"]


class Killed(BaseException):
    """The process ends here."""


def test_webhooks_are_made_once_however_often_they_are_switched_on(office: Office) -> None:
    office.port = 1
    first = office.on()
    assert [state.is_right for state in first] == [True, True]
    world = office.world()
    url = f"{office.address}/{office.door.path}"
    assert world["hooks"] == [("TicketWebhooks", url, True, True), ("CompanyWebhooks", url, True, True)]
    assert {kind for kind, _ in world["fields"]} == {"TicketWebhookFields", "CompanyWebhookFields"}
    own = office.journey.vendors.do(lambda: office.journey.vendors.autotask.user.resource_id)
    assert {resource for _, resource in world["excluded"]} == {own}
    office.steps.clear()
    assert office.on() == first
    assert office.steps == []
    assert office.world() == world


def test_whichever_step_a_kill_meets_the_next_call_makes_the_rest(office: Office) -> None:
    office.port = 1
    survived = 0
    while True:
        left = iter(range(survived))

        def step(_: str, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Killed

        try:
            office.on(step=step)
            break
        except Killed:
            office.journey.start()
            survived += 1
            office.on()
            assert office.on() == hooks.states(office.journey.bridge, office.journey.pairing)
            world = office.world()
            assert len(world["hooks"]) == 2
            assert len(set(world["fields"])) == len(world["fields"])
            assert len(world["excluded"]) == 2
            assert office.off()
            assert office.world()["hooks"] == []
    assert survived >= 6


@pytest.mark.parametrize("path", ["TicketWebhooks$", "CompanyWebhooks/.*/Fields", "/ExcludedResources$"])
def test_a_step_whose_answer_was_lost_is_found_and_not_made_again(office: Office, path: str) -> None:
    office.port = 1
    office.journey.vendors.faults.add("reset_after", method="POST", path=path)
    with pytest.raises(OutcomeUnknown):
        office.on()
    assert all(state.is_right for state in office.on())
    world = office.world()
    assert (len(world["hooks"]), len(world["excluded"])) == (2, 2)
    assert len(set(world["fields"])) == len(world["fields"])


def test_another_address_takes_the_place_of_the_former(office: Office) -> None:
    office.on("https://old.example/in")
    path = office.door.path
    assert all(state.is_right for state in office.on("https://new.example"))
    assert {url for _, url, *_ in office.world()["hooks"]} == {f"https://new.example/{path}"}


@pytest.mark.parametrize("address", ["", "http://bridge.example", "bridge.example", "https://b.example/?x=1"])
def test_an_address_where_nobody_could_call_in_is_refused(office: Office, address: str) -> None:
    with pytest.raises(AddressWrong):
        hooks.switch_on(
            office.journey.bridge,
            office.journey.pairing,
            address,
            who=PERSON,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            step=office.steps.append,
        )
    assert office.world()["hooks"] == []


def test_only_our_own_are_taken_away_and_strangers_of_our_name_are_named(office: Office) -> None:
    office.on("https://old.example")
    hooks.doors(office.journey.bridge).forget(office.door, who=PERSON, at=datetime(2026, 1, 1, tzinfo=UTC))
    office.on("https://new.example")
    stray = [state for state in office.on("https://new.example") if not state.is_right]
    assert len(stray) == 2
    assert all("old.example" in state.text for state in stray)
    assert office.off()
    assert {url.split("/")[2] for _, url, *_ in office.world()["hooks"]} == {"old.example"}
    assert not office.off()


def test_switched_off_by_autotask_after_25_failures_is_told_and_switched_on_again(office: Office) -> None:
    """A46. Nobody listens at the port."""
    office.port = 1
    office.on()
    look = HookLook(office.journey.bridge, office.journey.pairing)
    assert look.troubles(office.journey.vendors.clock.now) == ()
    for number in range(25):
        office.rename(f"Meadow {number}")
    for _ in range(25 * 5):
        office.called_out()
        office.journey.advance(seconds=30)
    assert look.troubles(office.journey.vendors.clock.now - timedelta(minutes=62)) == ()
    [trouble] = look.troubles(office.journey.vendors.clock.now)
    assert "company" in trouble.subject
    assert "25 callouts" in trouble.text
    assert "hooks on" in trouble.next_act
    assert all(state.is_right for state in office.on())


def test_without_webhooks_nothing_is_asked(office: Office) -> None:
    office.journey.ports.psa.clock_offset()
    before = len(office.journey.vendors.calls())
    assert HookLook(office.journey.bridge, office.journey.pairing).troubles(datetime.now(UTC)) == ()
    HintWatch(office.journey.bridge, office.journey.pairing, HintOf.COMPANY).news()
    assert len(office.journey.vendors.calls()) == before


def test_from_a_shell(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PSABRIDGE_DATA", str(office.journey.folder))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str, code: int = Exit.DONE) -> str:
        done = CliRunner().invoke(app, words)
        assert done.exit_code == code, done.output
        return done.stdout

    assert run("hooks", "list", "--json") == "[]\n"
    assert run("hooks", "on", code=Exit.WRONG_INPUT) == ""
    made = run("hooks", "on", "--address", "https://bridge.example/in")
    door = office.door
    assert made.count("right") == 2
    assert door.key not in made
    assert door.path not in made
    office.journey.control(
        "edit",
        {
            "entity": "TicketWebhooks",
            "id": office.rows("TicketWebhooks")[0]["id"],
            "values": {"isActive": False},
        },
    )
    [ticket, company] = json.loads(run("hooks", "list", "--json", code=Exit.STEP_FAILED))
    assert (ticket["is_right"], company["is_right"]) == (False, True)
    checks = json.loads(run("doctor", "--json", code=Exit.STEP_FAILED))
    assert [one["is_right"] for one in checks if "webhook" in one["subject"]] == [False, True]
    assert run("hooks", "on").count("right") == 2
    assert "taken away" in run("hooks", "off")
    assert "No webhooks" in run("hooks", "off")
    assert [one for one in json.loads(run("doctor", "--json")) if "webhook" in one["subject"]] == []
