"""At the door, over real HTTP: what is heard as a hint, and what is refused (issue 5 item 7; A45, A46)."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from psabridge.clients import callout_door
from psabridge.clients.autotask.callouts import MOST_BYTES, SIGNATURE_HEADER, signature_of
from psabridge.jobs.exits import Exit
from psabridge.store.hints import DatabaseHints
from psabridge.wiring.hint_door import HintDoor
from tests.databases import Database
from tests.journeys.webhook_office import Office, at_the_door, heard, office, open_door, until

__all__ = ["at_the_door", "office"]

PROGRAM = Path(sys.executable).with_name("psabridge")


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
