"""Webhooks as hints, over real HTTP in both directions (issue 5 item 7; A45, A46)."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections
from typer.testing import CliRunner

from psabridge.clients import callout_door
from psabridge.clients.autotask.callouts import MOST_BYTES, SIGNATURE_HEADER, signature_of
from psabridge.clients.autotask.ticket_writes import NewTicket
from psabridge.connectors.autotask.connector import AutotaskPsa
from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.kit.errors import OutcomeUnknown
from psabridge.rules.hints import HintOf
from psabridge.store.hints import DatabaseHints, Door
from psabridge.store.models import HintRecord
from psabridge.wiring import hooks
from psabridge.wiring.hint_door import HintDoor
from psabridge.wiring.hints import HintWatch
from psabridge.wiring.hooks import AddressWrong, HookLook, HookState
from tests.databases import Database
from tests.journeys.conftest import OpenShop
from tests.journeys.firms import Firms, Sale
from tests.journeys.journey import PERSON, Journey

PROGRAM = Path(sys.executable).with_name("psabridge")
FIVE_MINUTES = timedelta(minutes=5)


class Killed(BaseException):
    """The process ends here."""


def one_firm(firms: Firms) -> Sale:
    return firms.sale("Meadow Dental", units=5)


@dataclass
class Office:
    """A provider whose Autotask may call in at our door."""

    journey: Journey
    sale: Sale
    port: int = 0
    steps: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def on(
        self, address: str | None = None, step: Callable[[str], None] | None = None
    ) -> tuple[HookState, ...]:
        return hooks.switch_on(
            self.journey.bridge,
            self.journey.pairing,
            address or self.address,
            who=PERSON,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            step=step or self.steps.append,
        )

    def off(self) -> bool:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        bridge, pairing = self.journey.bridge, self.journey.pairing
        return hooks.switch_off(bridge, pairing, who=PERSON, at=at, step=self.steps.append)

    @property
    def door(self) -> Door:
        _, psa = self.journey.bridge.pairings.connections(self.journey.pairing)
        found = hooks.doors(self.journey.bridge).of(psa.id)
        assert found is not None
        return found

    def rows(self, entity: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.journey.vendors.do(
            lambda: [dict(row) for row in self.journey.vendors.autotask.database[entity].all()]
        )
        return rows

    def world(self) -> dict[str, list[tuple[Any, ...]]]:
        """What Autotask holds of our webhooks."""
        return {
            "hooks": [
                (kind, row["webhookUrl"], row["isActive"], row["isReady"])
                for kind in ("TicketWebhooks", "CompanyWebhooks")
                for row in self.rows(kind)
            ],
            "fields": sorted(
                (kind, row["fieldID"])
                for kind in ("TicketWebhookFields", "CompanyWebhookFields")
                for row in self.rows(kind)
            ),
            "excluded": sorted(
                (kind, row["resourceID"])
                for kind in ("TicketWebhookExcludedResources", "CompanyWebhookExcludedResources")
                for row in self.rows(kind)
            ),
        }

    def a_ticket(self) -> int:
        """Made by our own user."""
        psa = self.journey.ports.psa
        assert isinstance(psa, AutotaskPsa)
        company = int(self.sale.customer.company_id)
        new = NewTicket(company_id=company, title="T", status=1, priority=2, external_id="k", queue_id=8)
        return psa.client.create(new)

    def rename(self, name: str) -> None:
        values = {"companyName": name}
        edit = {"entity": "Companies", "id": self.sale.customer.company_id, "values": values}
        self.journey.control("edit", edit)

    def called_out(self) -> None:
        self.journey.vendors.settle_callouts()

    def post(self, body: bytes, *, path: str | None = None, key: str | None = None, **headers: str) -> int:
        """Somebody on the net, who may know the key."""
        url = f"/hooks/{self.door.path if path is None else path}"
        signed = {SIGNATURE_HEADER: signature_of(body, key)} if key else {}
        return self.ask("POST", url, body, {**signed, **headers})

    def ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request(method, url, body, headers)
            return link.getresponse().status
        finally:
            link.close()

    def told(self, number: int = 1, *, at: datetime | None = None, record: int = 77) -> bytes:
        moment = (at or self.journey.vendors.clock.now).isoformat()
        whole = {"Action": "Update", "Guid": "g", "EntityType": "Ticket", "Id": record}
        return json.dumps({**whole, "EventTime": moment, "SequenceNumber": number}).encode()


@pytest.fixture
def office(open_shop: OpenShop) -> Office:
    journey, sale = open_shop(one_firm)
    return Office(journey, sale)


@contextmanager
def open_door(office: Office, said: list[str] | None = None) -> Iterator[HintDoor]:
    """`psabridge hooks serve` in another thread of this process."""
    listens = threading.Event()
    door = HintDoor(office.journey.bridge, (said if said is not None else []).append)

    def opened(port: int) -> None:
        office.port = port
        listens.set()

    def serve() -> None:
        try:
            door.serve(host="127.0.0.1", port=office.port, opened=opened)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert listens.wait(20)
        yield door
    finally:
        door.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


@pytest.fixture
def at_the_door(office: Office) -> Iterator[Office]:
    with open_door(office) as door:
        office.on()
        until(lambda: door.is_door(office.door.path))
        yield office


def heard() -> list[tuple[str, int]]:
    return [(row.of, row.record) for row in HintRecord.objects.order_by("pk")]


# ---- in Autotask


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


# ---- at the door


@pytest.mark.parametrize("how", ["raw", "escaped"])
def test_what_others_do_is_heard_and_what_we_do_is_not(at_the_door: Office, how: str) -> None:
    at_the_door.journey.doubts(webhook_signature=how)
    ticket = at_the_door.a_ticket()
    at_the_door.called_out()
    at_the_door.journey.control("ticket", {"ticket": ticket, "act": "close"})
    at_the_door.rename("Müller & Söhne <1>")
    at_the_door.called_out()
    company = int(at_the_door.sale.customer.company_id)
    until(lambda: sorted(heard()) == [("company", company), ("ticket", ticket)])


def test_a_deleted_ticket_is_told_of(at_the_door: Office) -> None:
    """ACR-TKT-17: a deletion shows in no read of what changed."""
    ticket, autotask = at_the_door.a_ticket(), at_the_door.journey.vendors.autotask
    at_the_door.journey.vendors.do(lambda: autotask.desk.delete(ticket, by=autotask.person_id))
    at_the_door.called_out()
    until(lambda: heard() == [("ticket", ticket)])


def test_the_same_event_is_heard_once(at_the_door: Office) -> None:
    at_the_door.journey.control("webhooks", {"copies": 3})
    at_the_door.rename("Meadow 2")
    at_the_door.called_out()
    until(lambda: len(heard()) == 1)
    key = at_the_door.door.key
    kept, again = at_the_door.told(1), at_the_door.told(2)
    assert [at_the_door.post(body, key=key) for body in (kept, kept, again)] == [204, 204, 204]
    until(lambda: len(heard()) == 3)


def test_a_callout_that_somebody_kept_is_acknowledged_and_ignored(at_the_door: Office) -> None:
    key, now = at_the_door.door.key, at_the_door.journey.vendors.clock.now
    old, new = at_the_door.told(1, at=now - timedelta(days=2)), at_the_door.told(2)
    assert [at_the_door.post(body, key=key) for body in (old, new)] == [204, 204]
    until(lambda: len(heard()) == 1)
    at_the_door.journey.advance(days=5)
    assert at_the_door.post(new, key=key) == 204
    assert at_the_door.post(at_the_door.told(3, record=78), key=key) == 204
    until(lambda: ("ticket", 78) in heard())
    assert set(heard()) <= {("ticket", 77), ("ticket", 78)}
    assert len(heard()) <= 2


def test_what_is_not_signed_with_our_key_is_refused(at_the_door: Office) -> None:
    body = at_the_door.told()
    assert at_the_door.post(body) == 401
    assert at_the_door.post(body, key="another") == 401
    assert (
        at_the_door.post(body, **{SIGNATURE_HEADER: signature_of(body + b" ", at_the_door.door.key)}) == 401
    )
    assert at_the_door.post(b"\xff\x00", key="another") == 401
    gone = json.dumps({"Action": "Deactivated", "Guid": "g"}).encode()
    assert at_the_door.post(gone) == 401
    assert heard() == []


def test_signed_nonsense_does_not_count_as_a_failure(at_the_door: Office) -> None:
    for body in (b"", b"{}", b"[1]", b"nonsense"):
        assert at_the_door.post(body, key=at_the_door.door.key) == 204
    assert heard() == []


def test_whoever_does_not_know_the_path_learns_nothing(at_the_door: Office) -> None:
    path, key = at_the_door.door.path, at_the_door.door.key
    for other in ("", "x", path[:-1], path + "x", "%2e%2e/" + path + "/x"):
        assert at_the_door.post(at_the_door.told(), path=other, key=key) == 404
    for method in ("GET", "PUT", "DELETE", "HEAD", "OPTIONS"):
        assert at_the_door.ask(method, f"/hooks/{path}", b"", {}) == 404
    assert heard() == []


def test_what_is_far_too_long_is_not_read(at_the_door: Office) -> None:
    long = b" " * (MOST_BYTES + 1)
    assert at_the_door.post(long, key=at_the_door.door.key) == 401
    assert heard() == []


def test_who_is_slow_keeps_nobody_waiting(at_the_door: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callout_door, "SECONDS_FOR_A_BODY", 1)
    with socket.create_connection(("127.0.0.1", at_the_door.port), timeout=20) as slow:
        head = f"POST /hooks/{at_the_door.door.path} HTTP/1.1\r\nHost: b\r\nContent-Length: 100\r\n\r\n{{"
        slow.sendall(head.encode())
        assert at_the_door.post(at_the_door.told(), key=at_the_door.door.key) == 204
        assert b" 401 " in slow.recv(100)
    until(lambda: len(heard()) == 1)


def test_whatever_the_database_does_the_answer_comes_and_the_hint_is_kept(
    at_the_door: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []
    really = DatabaseHints.hear

    def away(self: DatabaseHints, connection: int, hint: Any, at: datetime) -> bool:  # noqa: ANN401
        tried.append(connection)
        if len(tried) < 3:
            raise OperationalError("database is locked")
        return really(self, connection, hint, at)

    monkeypatch.setattr(DatabaseHints, "hear", away)
    key, began = at_the_door.door.key, time.monotonic()
    assert {at_the_door.post(at_the_door.told(number), key=key) for number in range(5)} == {204}
    assert time.monotonic() - began < 5
    until(lambda: len(heard()) == 5)


def test_a_defect_closes_the_door(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would take what nobody writes down."""

    class Defect(Exception):
        """Of the bridge itself."""

    def defect(*_: object) -> None:
        raise Defect

    office.on("https://bridge.example")
    monkeypatch.setattr(DatabaseHints, "forget_old", defect)
    door = HintDoor(office.journey.bridge, office.steps.append)
    with pytest.raises(Defect):
        door.serve(host="127.0.0.1", port=0, opened=lambda port: office.steps.append(f"{port}"))


def test_webhooks_that_are_switched_off_close_their_path(office: Office) -> None:
    with open_door(office) as door:
        office.on()
        path = office.door.path
        until(lambda: door.is_door(path))
        office.off()
        until(lambda: not door.is_door(path))
        assert office.post(office.told(), path=path, key="k") == 404


def test_as_a_process_it_takes_callouts_until_it_is_stopped(
    office: Office, sqlite_database: Database
) -> None:
    office.on("https://bridge.example")
    environment = {
        **os.environ,
        "PSABRIDGE_DATA": str(office.journey.folder),
        "PSABRIDGE_DATABASE_URL": sqlite_database.url,
    }
    command = [PROGRAM, "hooks", "serve", "--port"]
    with subprocess.Popen([*command, "0"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        office.port = int(process.stderr.readline().split()[-1])
        other = subprocess.run(
            [*command, str(office.port)], env=environment, check=False, capture_output=True, text=True
        )
        assert (other.returncode, "--port" in other.stderr) == (Exit.WRONG_INPUT, True)
        assert office.post(office.told(), key=office.door.key) == 204
        assert office.post(office.told(), key="another") == 401
        until(lambda: heard() == [("ticket", 77)])
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        assert process.wait(20) == Exit.DONE
    assert office.door.path not in said
    assert office.door.key not in said


# ---- in the loop


def waited(office: Office, watch: HintWatch) -> tuple[timedelta, tuple[int, ...]]:
    clock = office.journey.ports.clock
    before = clock.now()
    records = watch.wait(clock, FIVE_MINUTES)
    return clock.now() - before, records


def test_a_renamed_company_brings_the_next_cycle_forward(at_the_door: Office) -> None:
    journey, company = at_the_door.journey, int(at_the_door.sale.customer.company_id)
    journey.settle()
    watch = HintWatch(journey.bridge, journey.pairing, HintOf.COMPANY)
    at_the_door.rename("Meadow Dentists")
    at_the_door.called_out()
    until(lambda: heard() == [("company", company)])
    assert waited(at_the_door, watch) == (timedelta(minutes=1), (company,))
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())


def test_a_storm_of_hints_is_one_cycle(at_the_door: Office) -> None:
    watch = HintWatch(at_the_door.journey.bridge, at_the_door.journey.pairing, HintOf.TICKET)
    key = at_the_door.door.key
    for number in range(60):
        assert at_the_door.post(at_the_door.told(number, record=1 + number % 3), key=key) == 204
    until(lambda: len(heard()) == 60)
    assert waited(at_the_door, watch) == (timedelta(seconds=5), (1, 2, 3))
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())


def test_without_a_hint_the_wait_is_as_long_as_before(office: Office) -> None:
    watch = HintWatch(office.journey.bridge, office.journey.pairing, HintOf.TICKET)
    assert waited(office, watch) == (FIVE_MINUTES, ())


def test_a_clock_that_is_days_wrong_costs_the_hints_and_nothing_else(at_the_door: Office) -> None:
    """Polling alone keeps the promise."""
    journey = at_the_door.journey
    watch = HintWatch(journey.bridge, journey.pairing, HintOf.TICKET)
    wrong = journey.vendors.clock.now + timedelta(days=3)
    assert at_the_door.post(at_the_door.told(1, at=wrong), key=at_the_door.door.key) == 204
    assert waited(at_the_door, watch) == (FIVE_MINUTES, ())
    assert heard() == []
