"""Ticket cycles of the running bridge: beside billing, told, stopped, in status and doctor."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.jobs.ticket_rounds import SLICE, Bell, TicketLoop, beside_billing
from psabridge.kit.clock import SystemClock
from psabridge.rules.hints import Hint, HintOf
from psabridge.rules.runs import Run
from psabridge.store.hints import DatabaseHints, Door
from psabridge.store.tickets import DatabaseTicketBook
from psabridge.wiring.checks import Check, examine
from psabridge.wiring.hooks import doors
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.databases import Database
from tests.journeys.conftest import OpenShop
from tests.journeys.ticket_office import COMPLETE, MODES, TICKETS, TicketOffice, office_of_two

LONG = 90  # seconds of the machine, for one that does other things beside it


@pytest.fixture
def office(open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch) -> TicketOffice:
    journey, (firm, other) = open_shop(office_of_two, tickets=dict(TICKETS), modes=MODES)
    monkeypatch.setenv("PSABRIDGE_DATA", str(journey.folder))
    monkeypatch.setenv("COLUMNS", "200")
    return TicketOffice(journey, firm, other)


def status(code: int = Exit.DONE) -> Mapping[str, Any]:
    done = CliRunner().invoke(app, ["status", "--json"])
    assert done.exit_code == code, done.output
    [told] = json.loads(done.stdout)
    return dict(told["tickets"])


def wrong(office: TicketOffice) -> list[Check]:
    return [check for check in examine(office.journey.bridge) if not check.is_right]


def switch_queue(office: TicketOffice, *, active: bool) -> None:
    office.journey.control("picklist", {"list": "queue", "value": BACKUP_QUEUE, "active": active})


@contextmanager
def going(office: TicketOffice, *, seconds: int = 60) -> Iterator[TicketLoop]:
    """As `sync --keep-going` has it, with the test in the place of the billing cycles."""
    loop = TicketLoop(
        office.journey.bridge, office.journey.pairing, timedelta(seconds=seconds), as_json=False
    )
    with beside_billing(loop) as tickets:
        yield loop
        assert not tickets.done(), tickets.result()


def until(office: TicketOffice, number: int, *, passing: float = 5, state: int | None = None) -> None:
    """Waits on the machine, while so many seconds of the emulators pass with each look.

    For so many tickets, of one status.
    """
    look = threading.Event()
    for _ in range(LONG * 20):
        if sum(state in {None, one} for one in office.states()) == number:
            return
        office.journey.advance(seconds=passing)
        look.wait(0.05)
    raise AssertionError(f"{len(office.tickets())} tickets after {LONG} seconds, not {number}")


def test_rounds_go_on_beside_billing_and_end_with_it(office: TicketOffice) -> None:
    """TIM-07: a minute later there is a ticket; the thread ends when the bridge does."""
    with going(office):
        office.raises()
        until(office, 1)
        office.raises(office.other)
        until(office, 2)
    assert not [one for one in threading.enumerate() if one.name.startswith("tickets")]

    office.raises(office.other, resourceId="r-9")
    office.journey.advance(seconds=61)

    assert len(office.tickets()) == 2


def test_an_alert_is_a_ticket_within_five_minutes_and_closed_within_fifteen(office: TicketOffice) -> None:
    """TIM-07: by the vendors' clock, with the preset of a minute."""
    with going(office):
        alert, begun = office.raises(), office.now
        until(office, 1, passing=0.5)
        assert office.now - begun <= timedelta(minutes=5)
        office.clears(alert)
        cleared = office.now
        until(office, 1, passing=0.5, state=COMPLETE)
        assert office.now - cleared <= timedelta(minutes=15)


def test_the_signal_of_a_service_manager_ends_both_in_good_order(
    office: TicketOffice, sqlite_database: Database
) -> None:
    """Nothing is half done, and the next process need not wait for a lease."""
    office.raises()
    command = [str(Path(sys.executable).with_name("psabridge")), "sync", "--keep-going"]
    environment = {**os.environ, "PSABRIDGE_DATABASE_URL": sqlite_database.url}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as bridge:
        until(office, 1, passing=0)
        bridge.send_signal(signal.SIGTERM)
        _, complaints = bridge.communicate(timeout=3 * LONG)

    assert bridge.returncode == Exit.DONE, complaints
    assert "Traceback" not in complaints
    assert office.cycle().outcomes == ()
    assert office.on_their_way == []


def test_a_hint_about_a_ticket_brings_the_next_round_forward(office: TicketOffice) -> None:
    """What Autotask calls about is looked at after seconds; nothing else is believed (decision 0018)."""
    bridge, pairing = office.journey.bridge, office.journey.pairing
    _, psa = bridge.pairings.connections(pairing)
    doors(bridge).keep(Door(psa.id, "https://bridge.example", "/path", "key"), who="test", at=office.now)
    with going(office, seconds=600):
        alert = office.raises()
        DatabaseHints().hear(psa.id, Hint(HintOf.TICKET, 1, office.now, "once"), office.now)
        until(office, 1, passing=0)
    assert office.told(alert) == 1


def test_a_ticket_whose_deletion_was_called_out_is_known_to_be_gone_in_the_next_round(
    office: TicketOffice,
) -> None:
    """ACR-TKT-17. Without the hint the next complete read finds it."""
    office.raises()
    office.cycle()
    [ticket] = office.tickets()
    journey = office.journey
    journey.vendors.do(lambda: office.autotask.desk.delete(ticket["id"], by=office.autotask.person_id))
    book = DatabaseTicketBook()
    office.cycle(seconds=5)
    assert book.kept(journey.pairing).gone == frozenset()

    office.rounds.hinted = frozenset({ticket["id"], 1})
    office.cycle(seconds=5)

    assert book.kept(journey.pairing).gone == frozenset({ticket["id"]})
    assert office.rounds.hinted == frozenset()


def test_a_bell_that_rang_during_a_round_ends_the_wait_after_it() -> None:
    """The bridge ends: nobody waits for the next minute."""
    bell, clock = Bell(), SystemClock()
    begun = clock.now()
    bell.wait(clock, timedelta(seconds=1))
    assert clock.now() - begun >= timedelta(seconds=1)

    bell.ring()
    begun = clock.now()
    bell.wait(clock, timedelta(seconds=30))

    assert clock.now() - begun < timedelta(seconds=5)


def test_tickets_that_are_switched_on_meanwhile_come_without_a_restart(office: TicketOffice) -> None:
    """ACR-CON-07: off, the rounds go on and ask nobody anything."""
    office.decide(is_on=False)
    with going(office):
        office.raises()
        before = sum(one["total"] for one in office.journey.vendors.calls().values())
        office.journey.advance(seconds=61)
        threading.Event().wait(2 * SLICE.total_seconds())
        assert sum(one["total"] for one in office.journey.vendors.calls().values()) == before
        office.decide()
        until(office, 1)


def test_a_round_that_failed_is_told_and_tried_again(
    office: TicketOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    """TIM-08, ERR-20: three in a row name the side and since when, counted beside the billing runs."""
    office.fault("busy", vendor="acronis", times=None)
    since = office.now
    assert [sync() for _ in range(2)] == [Exit.UNAVAILABLE] * 2
    assert status()["alert"] is None

    with going(office):
        office.journey.advance(seconds=61)
        wait_for_run(office, lambda last: last.away_runs >= 3)
        assert status(Exit.UNAVAILABLE)["alert"]["subject"] == "Acronis"
        assert f"{since:%Y-%m-%d %H:%M}" in status(Exit.UNAVAILABLE)["alert"]["problem"]
        office.mend()
        office.raises()
        until(office, 1)
        wait_for_run(office, lambda last: last.trouble is None)
    assert "ERR-20 Acronis" in capsys.readouterr().err
    assert status()["alert"] is None


def sync() -> int:
    return CliRunner().invoke(app, ["sync", "--json"]).exit_code


def wait_for_run(office: TicketOffice, fits: Callable[[Run], bool]) -> None:
    """Until the last round that was noted is one of these."""
    look = threading.Event()
    for _ in range(LONG * 20):
        last = office.journey.bridge.ticket_runs.last(office.journey.pairing)
        if last is not None and fits(last):
            return
        look.wait(0.05)
    raise AssertionError(f"no such round; the last one: {last}")


def test_sync_prints_its_ticket_cycle_as_a_document_of_its_own(office: TicketOffice) -> None:
    """R53: every alert stands in the counts."""
    alert = office.raises(kind="LicenseExpired", severity="warning")
    office.raises()
    done = CliRunner().invoke(app, ["sync", "--json"])

    billing, tickets = (json.loads(line) for line in done.stdout.splitlines())

    assert "tickets" not in billing
    assert (tickets["tickets"]["told"], list(tickets["tickets"]["without"])) == (1, [alert])
    for_one = CliRunner().invoke(app, ["sync", "--json", "--company", "Meadow"])
    assert len(for_one.stdout.splitlines()) == 1


def test_the_status_tells_where_tickets_stand(office: TicketOffice) -> None:
    """ERR-25, R53: on or off, the last cycle, alerts in tickets and without by reason, what waits."""
    switch_queue(office, active=False)
    office.raises()
    office.cycle(minutes=6)
    told = status()
    counts = told["last_run"]["tickets"]
    assert (told["is_on"], told["mode"], counts["told"], counts["without"]) == (
        True,
        "automatic",
        0,
        {"held": 1},
    )
    assert [(one["state"], one["code"]) for one in told["open_errands"]] == [("refused", "ERR-18")]
    shown = CliRunner().invoke(app, ["status"]).stdout
    assert "0 in tickets, 1 without a ticket (1 held)" in shown
    assert "tried again at" in shown

    office.decide(is_on=False)

    assert (status()["is_on"], status()["alert"]) == (False, None)


def test_the_doctor_names_values_that_are_not_active_any_more(office: TicketOffice) -> None:
    """ERR-18, R45: only where tickets are on."""
    assert wrong(office) == []
    switch_queue(office, active=False)
    assert {(one.subject, one.code) for one in wrong(office)} == {
        ("acronis-autotask: values of tickets", "ERR-18")
    }

    office.decide(is_on=False)

    assert wrong(office) == []


@pytest.mark.parametrize(
    ("user", "right"),
    [
        ({"may_not_create": ["Tickets"]}, "create Tickets"),
        ({"may_not_create": ["TicketNotes"]}, "create TicketNotes"),
        ({"line_of_business": 1}, "read Tickets"),
    ],
)
def test_the_doctor_names_the_right_that_tickets_lack(
    office: TicketOffice, user: Mapping[str, object], right: str
) -> None:
    """ROL-05: only where tickets are on."""
    office.journey.control("user", user)
    named = {check.subject: check.code for check in wrong(office)}
    assert named.get(f"acronis-autotask: right to {right}") == "ROL-05"

    office.decide(is_on=False)

    assert f"acronis-autotask: right to {right}" not in {check.subject for check in wrong(office)}


def test_chosen_values_are_looked_at_at_the_start_and_daily(office: TicketOffice) -> None:
    """ERR-18: before the first ticket is refused, and without a read in every cycle."""
    switch_queue(office, active=False)
    assert "ERR-18" not in {one.code for one in office.cycle().findings}
    assert "ERR-18" in {one.code for one in office.cycle(hours=24).findings}
    assert "ERR-18" in {one.code for one in office.cycle().findings}

    switch_queue(office, active=True)
    office.restart()

    assert "ERR-18" not in {one.code for one in office.cycle().findings}
    assert office.states() == []
