"""Ticket cycles through both connectors over real HTTP: what the two vendors hold afterwards."""

from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest

from psabridge.connectors.acronis.alerts import AcronisAlerts
from psabridge.connectors.autotask.tickets import AutotaskHelpDesk
from psabridge.engine.progress import Quiet
from psabridge.engine.ticket_ports import TicketPorts
from psabridge.engine.ticketing import Release, TicketReport, run_tickets
from psabridge.rules.tickets.alerts import AlertId
from psabridge.rules.tickets.settings import AlertRow, Code, SeverityRow, TicketFields, TicketSettings
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.words import Mode, WorkKind
from psabridge_emulators.acronis import alert_life
from psabridge_emulators.acronis.alert_life import Coming
from psabridge_emulators.scenes.desk import BACKUP_QUEUE
from tests.connectors.bench import Bench
from tests.tickets.book import FreeLeases, MemoryBook, NoContracts

COMPLETE, IN_PROGRESS = 5, 8
MINUTE = timedelta(minutes=1)
FIELDS = TicketFields(queue=Code(BACKUP_QUEUE), status=Code(IN_PROGRESS))


class Office:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.acronis, self.autotask = bench.running.acronis, bench.running.autotask
        self.clock = bench.psa.clock
        default = TicketSettings()
        self.tickets = replace(
            default,
            is_on=True,
            close_status=Code(COMPLETE),
            severities=tuple(SeverityRow(one.severity, one.creates, FIELDS) for one in default.severities),
        )
        self.book = MemoryBook()
        self.ports = TicketPorts(
            alerts=AcronisAlerts(bench.platform.client, self.clock),
            desk=AutotaskHelpDesk(bench.psa.client, bench.psa.governor, self.clock),
            book=self.book,
            leases=FreeLeases(),
            contracts=NoContracts(),
            clock=self.clock,
        )
        self.tenant = bench.settings.customers[0].tenant
        self.cycle()

    def cycle(self) -> TicketReport:
        self.clock.wait(MINUTE)
        settings = replace(
            self.bench.settings, tickets=self.tickets, modes={WorkKind.TICKETS: Mode.AUTOMATIC}
        )
        return run_tickets(settings, ports=self.ports, release=Release(), progress=Quiet())

    def raises(self, **details: str) -> AlertId:
        told = {"resourceId": "r-1", "resourceName": "PC-1", **details}
        return AlertId(
            self.bench.running.do(
                lambda: self.acronis.raise_alert(self.tenant, "BackupFailed", details=told)
            ).lower()
        )

    def clears(self, *alerts: AlertId) -> None:
        self.bench.running.do(lambda: [self.acronis.clear_alert(one) for one in alerts])

    def ours(self) -> list[dict[str, Any]]:
        return [dict(one) for one in self.bench.rows("Tickets") if one.get("externalID")]

    def notes(self) -> list[str]:
        ids = {one["id"] for one in self.ours()}
        return [one["description"] for one in self.bench.rows("TicketNotes") if one["ticketID"] in ids]

    def fault(self, kind: str, **rule: object) -> None:
        self.bench.running.faults.add(kind, vendor="autotask", **rule)


@pytest.fixture
def office(guide: Bench) -> Office:
    return Office(guide)


def test_a_condition_is_one_ticket_from_its_first_alert_to_its_end_and_back(office: Office) -> None:
    """ACR-TKT-01, -06 to -09, -18: made, noted, closed, reopened."""
    first = office.raises(reason="disk full")
    office.cycle()
    second = office.raises(reason="disk full", activityId="another run")
    office.cycle()

    [ticket] = office.ours()
    assert ticket["companyID"] == office.bench.settings.customers[0].company
    assert (ticket["title"], ticket["queueID"]) == ("BackupFailed: PC-1", BACKUP_QUEUE)
    assert "Reason: disk full" in ticket["description"]
    assert [f"Id: {second}" in note for note in office.notes()] == [True]

    office.clears(first, second)
    office.cycle()
    assert [one["status"] for one in office.ours()] == [COMPLETE]

    office.raises(reason="disk full")
    office.cycle()
    assert [one["status"] for one in office.ours()] == [IN_PROGRESS]


def test_a_person_who_closes_acknowledges_until_it_is_raised_again(office: Office) -> None:
    """R47."""
    alert = office.raises()
    office.cycle()
    [ticket] = office.ours()
    by = office.autotask.person_id
    office.bench.running.do(lambda: office.autotask.desk.change(ticket["id"], {"status": COMPLETE}, by=by))
    report = office.cycle()

    assert [one["status"] for one in office.ours()] == [COMPLETE]
    assert any("closed by Pat Person" in finding.problem for finding in report.findings)
    assert office.book.kept(office.bench.settings.pairing).alerts[0].alert.id == alert
    office.raises()
    office.cycle()
    assert [one["status"] for one in office.ours()] == [IN_PROGRESS]


def test_a_deleted_ticket_is_not_made_again_until_the_alert_is_raised_again(office: Office) -> None:
    """ACR-TKT-17."""
    office.raises()
    office.cycle()
    [ticket] = office.ours()
    office.bench.running.do(lambda: office.autotask.desk.delete(ticket["id"], by=office.autotask.person_id))
    office.raises()
    office.cycle()
    office.cycle()

    [anew] = office.ours()
    assert anew["id"] != ticket["id"]
    assert anew["externalID"].endswith("-2")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "html", "error_not_applied", "truncated"])
@pytest.mark.parametrize("path", ["v1.0/Tickets$", "/Notes$"])
def test_whatever_happens_to_a_write_there_is_one_ticket_and_each_note_once(
    office: Office, kind: str, path: str
) -> None:
    """Design 7, ERR-21: held, looked for, sent again when nothing can arrive late; never dropped."""
    if "Notes" in path:
        office.raises()
        office.cycle()
    alert = office.raises()
    office.fault(kind, method="POST", path=path)

    office.cycle()
    office.clock.wait(timedelta(minutes=61))
    office.cycle()
    office.cycle()

    assert len(office.ours()) == 1
    texts = [office.ours()[0]["description"], *office.notes()]
    assert sum(f"Id: {alert}" in text for text in texts) == 1


def test_a_queue_that_was_switched_off_holds_the_ticket_until_it_is_mended(office: Office) -> None:
    """ERR-18: held, visible, retried, not dropped."""
    picklists = office.autotask.database.picklists

    def switch(*, active: bool) -> None:
        office.bench.running.do(
            lambda: picklists.change("queue", BACKUP_QUEUE, label=None, active=active, parent="")
        )

    switch(active=False)
    alert = office.raises()
    report = office.cycle()
    assert (office.ours(), report.without) == ([], {alert: NoTicket.HELD})
    assert "ERR-18" in {finding.code for finding in report.findings}

    switch(active=True)
    office.clock.wait(timedelta(minutes=10))
    office.cycle()
    assert len(office.ours()) == 1


def test_an_alert_of_a_gravity_nobody_knows_makes_its_ticket(office: Office) -> None:
    """R51, Ac44."""
    alert = office.raises()

    def grave() -> None:
        office.acronis.alerts[alert.upper()].severity = "catastrophic"

    office.bench.running.do(grave)
    office.cycle()

    assert "Severity as Acronis names it: catastrophic" in office.ours()[0]["description"]


def test_a_ticket_that_reaches_the_chosen_status_dismisses_exactly_its_alert(office: Office) -> None:
    """ACR-TKT-15."""
    office.tickets = replace(office.tickets, dismiss_status=Code(COMPLETE))
    alert, other = office.raises(), office.raises(resourceId="r-2")
    office.cycle()
    [ticket] = [one for one in office.ours() if f"Id: {alert}" in one["description"]]
    office.bench.running.do(
        lambda: office.autotask.desk.change(ticket["id"], {"status": COMPLETE}, by=office.autotask.person_id)
    )
    office.cycle()
    office.cycle()

    live = {key.lower() for key, one in office.acronis.alerts.items() if one.deleted is None}
    assert live == {other}


def test_ten_thousand_alerts_of_types_that_make_no_tickets_are_taken_in_quickly(office: Office) -> None:
    """Issue 5, item 4: the reading itself must not delay anybody."""
    office.tickets = replace(office.tickets, rows=(AlertRow("BackupFailed", creates=False),))
    kind = Coming(office.tenant, "BackupFailed")
    office.bench.running.do(
        lambda: alert_life.burst(
            office.acronis, [office.tenant], kind, count=10_000, resources=None, over_seconds=0
        )
    )
    calls, begun = office.ports.alerts.calls(), perf_counter()
    report = office.cycle()

    assert perf_counter() - begun < 60
    assert len(report.without) == 10_000
    assert set(report.without.values()) == {NoTicket.TYPE_OFF}
    assert office.ports.alerts.calls() - calls <= 16
