"""Tickets when something is in the way: held, visible, tried again, never dropped, never doubled."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
import yaml
from django.core.management import call_command

from psabridge.engine.progress import Quiet
from psabridge.engine.ticket_ports import TicketBook
from psabridge.kit.errors import BridgeError
from psabridge.rules.tickets.stories import NoTicket
from psabridge.store.tickets import open_errands
from psabridge.wiring.config_file import export_config
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.journeys.conftest import OpenShop
from tests.journeys.journey import codes
from tests.journeys.ticket_office import (
    COMPLETE,
    IN_PROGRESS,
    MODES,
    TICKETS,
    WAITING,
    TicketOffice,
    office_of_two,
)

AN_HOUR = 61  # minutes: no request can arrive any more
Do = Callable[[TicketOffice], None]


@pytest.fixture
def office(open_shop: OpenShop) -> TicketOffice:
    journey, (firm, other) = open_shop(office_of_two, tickets=dict(TICKETS), modes=MODES)
    return TicketOffice(journey, firm, other)


def picklist(office: TicketOffice, name: str, value: int, *, active: bool) -> None:
    office.journey.control("picklist", {"list": name, "value": value, "active": active})


def queue_off(office: TicketOffice) -> None:
    picklist(office, "queue", BACKUP_QUEUE, active=False)


def queue_on(office: TicketOffice) -> None:
    picklist(office, "queue", BACKUP_QUEUE, active=True)


def category_asks(office: TicketOffice) -> None:
    office.journey.control("category", {"category": 3, "requires": ["issueType"]})


def category_is_content(office: TicketOffice) -> None:
    office.journey.control("category", {"category": 3, "requires": []})


def no_right(office: TicketOffice) -> None:
    office.journey.control("user", {"may_not_create": ["Tickets"]})


def a_right(office: TicketOffice) -> None:
    office.journey.control("user", {"may_not_create": []})


@pytest.mark.parametrize(
    ("breaks", "mends", "code"),
    [
        (queue_off, queue_on, "ERR-18"),
        (category_asks, category_is_content, "ERR-21"),
        (no_right, a_right, "ERR-21"),
    ],
)
def test_a_ticket_that_is_refused_is_held_shown_and_made_when_nothing_is_in_the_way(
    office: TicketOffice, breaks: Do, mends: Do, code: str
) -> None:
    """ERR-18, ERR-21, R53; the other customer's waits too, and neither is dropped."""
    breaks(office)
    alert, other = office.raises(), office.raises(office.other)
    held = office.cycle(minutes=6)
    assert (office.tickets(), held.without) == ([], {alert: NoTicket.HELD, other: NoTicket.HELD})
    assert office.on_their_way == ["CREATE refused"] * 2
    assert {one.code for one in open_errands(office.journey.pairing)} == {code}
    assert code in codes(held.findings)

    office.cycle(minutes=30)
    assert office.tickets() == []
    mends(office)
    office.cycle(hours=25)
    office.cycle(hours=1)

    assert (office.told(alert), office.told(other), len(office.tickets())) == (1, 1, 2)
    assert office.on_their_way == []


def test_a_note_that_is_refused_is_written_later_and_the_ticket_is_closed_after_it(
    office: TicketOffice,
) -> None:
    """ERR-21: nothing is closed before its note says why."""
    alert = office.raises()
    office.cycle()
    office.fault("refuse", method="POST", path="/Notes$", times=None)
    office.clears(alert)
    report = office.cycle()
    assert (office.states(), office.notes()) == ([IN_PROGRESS], [])
    assert office.on_their_way == ["CLOSE refused"]
    assert "ERR-21" in codes(report.findings)

    office.mend()
    office.cycle(hours=2)

    assert (office.states(), len(office.notes())) == ([COMPLETE], 1)


def test_a_status_that_is_off_keeps_the_ticket_open_until_it_is_on_again(office: TicketOffice) -> None:
    """ERR-18, ACR-TKT-08: the note says that it is over; it is not written twice."""
    office.decide(close_status=WAITING)
    alert = office.raises()
    office.cycle()
    picklist(office, "ticket_status", WAITING, active=False)
    office.clears(alert)
    report = office.cycle(minutes=6)
    assert (office.states(), len(office.notes())) == ([IN_PROGRESS], 1)
    assert "ERR-18" in codes(report.findings)

    picklist(office, "ticket_status", WAITING, active=True)
    office.cycle(hours=2)

    assert (office.states(), len(office.notes())) == ([WAITING], 1)


@pytest.mark.parametrize("vendor", ["acronis", "autotask"])
def test_after_an_outage_of_days_every_alert_has_its_ticket_with_its_real_time(
    office: TicketOffice, vendor: str
) -> None:
    """Issue 5 item 6: no age limit, oldest first; what came and went meanwhile is made and closed."""
    office.fault("busy", vendor=vendor, times=None)
    alerts, times = [], []
    for day in range(4):
        alerts.append(office.raises(resourceId=f"r-{day}", resourceName=f"PC-{day}"))
        times.append(f"{office.now:%Y-%m-%d %H:%M}")
        with pytest.raises(BridgeError):
            office.cycle(days=1)
    office.clears(alerts.pop(1))
    office.mend()

    office.cycle()
    office.cycle()

    made = office.tickets()
    assert [row["title"] for row in made] == [f"BackupFailed: PC-{day}" for day in range(4)]
    assert [row["status"] for row in made] == [IN_PROGRESS, COMPLETE, IN_PROGRESS, IN_PROGRESS]
    assert all(at in row["description"] for at, row in zip(times, made, strict=True))


@pytest.mark.parametrize("kind", ["busy", "fourth_thread", "hourly_limit"])
def test_a_vendor_that_is_busy_in_the_middle_gets_the_rest_later(office: TicketOffice, kind: str) -> None:
    """R53: what was surely not sent is sent again at once when there is room."""
    alerts = [office.raises(resourceId=f"r-{number}") for number in range(3)]
    office.fault(kind, method="POST", path="v1.0/Tickets$", nth=2, times=1)
    try_cycle(office)
    office.mend()
    for _ in range(3):
        try_cycle(office, minutes=AN_HOUR)

    assert [office.told(alert) for alert in alerts] == [1, 1, 1]
    assert len(office.tickets()) == 3


def try_cycle(office: TicketOffice, **later: float) -> None:
    """As the loop does: a failure is told, and the next cycle comes at its time."""
    try:
        office.cycle(**later)
    except BridgeError:
        return


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """A book whose process dies at a commit of that number: before it, or right after."""

    def __init__(self, book: TicketBook, number: int, *, before: bool) -> None:
        self._book, self._number, self._before = book, number, before

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the book has
        act = getattr(self._book, name)
        return self._counted(act) if name in {"arm", "save", "finish"} else act

    def _counted(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def commit(*words: object) -> Any:  # noqa: ANN401  whatever the book answers
            self._number -= 1
            if self._number == 0 and self._before:
                raise Killed
            done = act(*words)
            if self._number == 0:
                raise Killed
            return done

        return commit


def killed(office: TicketOffice, number: int, *, before: bool) -> bool:
    """A cycle that dies there; False: there are fewer commits in it."""
    ports = office.rounds.ports
    assert ports is not None
    book = cast("TicketBook", Dying(ports.book, number, before=before))
    office.rounds.ports = replace(ports, book=book)
    office.journey.advance(minutes=1)
    try:
        office.rounds.run(office.journey.settings, Quiet())
    except Killed:
        office.restart()
        return True
    return False


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", range(1, 6))
def test_killed_at_any_commit_and_started_again_everything_is_told_once(
    office: TicketOffice, number: int, before: bool
) -> None:
    """R53: a ticket, a note and a closing in one cycle; dead before a commit, or right after it."""
    noted, cleared = office.raises(), office.raises(resourceId="r-2")
    office.cycle()
    again, new = office.raises(), office.raises(office.other)
    office.clears(cleared)

    assert killed(office, number, before=before)
    for _ in range(3):
        office.cycle(minutes=AN_HOUR)

    assert [office.told(one) for one in (noted, again, new)] == [1, 1, 1]
    assert (len(office.tickets()), len(office.notes())) == (3, 2)
    assert sorted(office.states()) == [COMPLETE, IN_PROGRESS, IN_PROGRESS]
    assert office.on_their_way == []


def loses_its_database(office: TicketOffice) -> None:
    """What was exported is imported into an empty one."""
    exported = yaml.safe_load(export_config(office.journey.bridge.pairings))["pairings"]
    call_command("flush", interactive=False, verbosity=0)
    pairing = office.journey.document["pairings"]["acronis-autotask"]
    pairing["tickets"] = exported["acronis-autotask"]["tickets"]
    office.restart()


def test_a_lost_database_finds_the_ticket_that_is_open_though_the_first_is_gone(office: TicketOffice) -> None:
    """R49: the story goes on in its second ticket, and nothing is made beside it."""
    office.raises()
    office.cycle()
    [first] = office.tickets()
    office.journey.vendors.do(lambda: office.autotask.desk.delete(first["id"], by=office.autotask.person_id))
    alert = office.raises()
    office.cycle()
    office.cycle()
    [second] = office.tickets()
    assert second["externalID"].endswith("-2")

    loses_its_database(office)
    office.cycle(hours=1)
    office.cycle()

    assert [row["id"] for row in office.tickets()] == [second["id"]]
    office.clears(*office.reported())
    office.cycle()
    office.cycle()
    assert (office.states(), office.told(alert) > 0) == ([COMPLETE], True)


def test_a_lost_database_with_its_configuration_finds_its_tickets_again(office: TicketOffice) -> None:
    """R49, ACR-TKT-04: no second ticket and no lost alert; what is told again is told on its own ticket."""
    old = office.raises()
    office.cycle()
    loses_its_database(office)
    meanwhile = office.raises(office.other)

    office.cycle(hours=1)
    settled = office.cycle()

    assert settled.outcomes == ()
    assert (len(office.tickets(office.firm)), len(office.tickets(office.other))) == (1, 1)
    assert office.told(meanwhile) == 1
    notes = len(office.notes())
    again = office.raises()
    office.cycle()
    assert (office.told(again), len(office.tickets()), len(office.notes())) == (1, 2, notes + 1)
    office.clears(old, again)
    office.cycle()
    assert [row["status"] for row in office.tickets(office.firm)] == [COMPLETE]
