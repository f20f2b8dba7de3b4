"""Sentences of the entries on tickets that no other journey reads whole (ACR-TKT-01 to -18)."""

from typing import Any

import pytest
from typer.testing import CliRunner

from psabridge.jobs.exits import Exit
from psabridge.jobs.main import app
from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.stories import NoTicket
from psabridge.store.models import AuditEntry
from tests.journeys.conftest import OpenShop
from tests.journeys.journey import codes
from tests.journeys.ticket_office import (
    COMPLETE,
    FIELDS,
    IN_PROGRESS,
    MODES,
    SINCE,
    TICKETS,
    TicketOffice,
    office_of_two,
)


@pytest.fixture
def office(open_shop: OpenShop) -> TicketOffice:
    journey, (firm, other) = open_shop(office_of_two, tickets=dict(TICKETS), modes=MODES)
    return TicketOffice(journey, firm, other)


def ticket_notes(office: TicketOffice) -> list[dict[str, Any]]:
    rows = office.journey.vendors.do(
        lambda: [dict(row) for row in office.autotask.database["TicketNotes"].all()]
    )
    return sorted(rows, key=lambda row: row["id"])


def test_every_type_that_acronis_names_can_make_tickets(office: TicketOffice) -> None:
    """ACR-TKT-01, ACR-TKT-03: whatever its category; a type nobody ticked makes none."""
    assert office.rounds.ports is not None
    types = [one for one in office.rounds.ports.alerts.types() if one.is_enabled]
    assert len({one.category for one in types}) > 1
    left, *ticked = sorted(one.name for one in types)
    said = {"since": SINCE, "fields": FIELDS}
    office.decide(rows=[{"type": name, "creates": name != left, **said} for name in (left, *ticked)])
    alerts = {name: office.raises(kind=name) for name in (left, *ticked)}

    report = office.cycle()

    assert report.without == {alerts[left]: NoTicket.TYPE_OFF}
    assert sorted(row["title"] for row in office.tickets()) == [f"{name}: PC-1" for name in ticked]


def chosen(lists: TicketLists) -> dict[str, int]:
    """One of each list, by its own rules: a sub-issue of its issue, a resource in a role of its own."""
    first = {
        name: next(one for one in lists.choices[name] if one.is_active)
        for name in ("queue", "priority", "ticket_type", "sub_issue_type", "work_type")
    }
    resource = next(one.code for one in lists.choices["resource"] if one.is_active)
    issue = first["sub_issue_type"].parent
    assert issue is not None
    return {
        **{name: one.code for name, one in first.items()},
        "status": IN_PROGRESS,
        "category": next(one.code for one in lists.choices["category"] if one.is_active),
        "issue_type": issue,
        "resource": resource,
        "role": min(lists.roles_of[resource]),
    }


def test_every_chosen_value_stands_in_the_ticket(office: TicketOffice) -> None:
    """ACR-TKT-02: of the row of the alert's type."""
    assert office.rounds.ports is not None
    values = chosen(office.rounds.ports.desk.lists())
    office.decide(rows=[{"type": "BackupFailed", "creates": True, "since": SINCE, "fields": values}])
    office.raises()
    office.cycle()

    [ticket] = office.tickets()

    assert {
        "queue": ticket["queueID"],
        "priority": ticket["priority"],
        "ticket_type": ticket["ticketType"],
        "sub_issue_type": ticket["subIssueType"],
        "work_type": ticket["billingCodeID"],
        "status": ticket["status"],
        "category": ticket["ticketCategory"],
        "issue_type": ticket["issueType"],
        "resource": ticket["assignedResourceID"],
        "role": ticket["assignedResourceRoleID"],
    } == values


def test_a_customer_is_mapped_after_the_alert_types_and_counts_from_there(office: TicketOffice) -> None:
    """ACR-TKT-04, ACR-TKT-05: alert mapping, then customer mapping; older alerts make no tickets."""
    customers = list(office.journey.document["pairings"]["acronis-autotask"]["customers"])
    office.journey.only(office.firm.customer.company_id)
    office.cycle()
    before = office.raises(office.other)
    assert office.cycle().without == {before: NoTicket.UNMAPPED}

    office.journey.configure(customers=customers)
    assert office.cycle().without == {before: NoTicket.BEFORE_MAPPING}
    after = office.raises(office.other, resourceId="r-2")
    office.cycle()

    assert (office.told(before), office.told(after)) == (0, 1)
    assert len(office.tickets(office.other)) == 1


@pytest.mark.parametrize(("hours", "tickets"), [(71, 1), (73, 2)])
def test_days_count_from_a_technician_s_closing_too(office: TicketOffice, hours: int, tickets: int) -> None:
    """ACR-TKT-10: 24-hour days from the moment the ticket was completed."""
    office.decide(reopening="within days", reopen_days=3)
    alert = office.raises()
    office.cycle()
    [ticket] = office.tickets()
    office.acts("close", ticket["id"])
    office.clears(alert)
    office.journey.advance(hours=hours)

    office.raises()
    office.cycle()
    office.cycle()

    assert len(office.tickets()) == tickets


def test_without_a_status_to_close_with_clearing_is_a_note(office: TicketOffice) -> None:
    """ACR-TKT-08: off by preset; with one, the ticket is closed after it."""
    office.decide(close_status=None)
    alert = office.raises()
    office.cycle()
    office.clears(alert)
    office.cycle()
    assert office.cycle().outcomes == ()
    assert office.states() == [IN_PROGRESS]
    [note] = office.notes()
    assert "no longer reported" in note


def test_each_note_has_the_type_and_audience_chosen_and_a_reopening_tells_its_alert(
    office: TicketOffice,
) -> None:
    """ACR-TKT-11, ACR-TKT-13: update, closing and reopening; the status is that of the mapping row."""
    office.decide(note_type=3, note_publish=1)
    first = office.raises()
    office.cycle()
    second = office.raises()
    office.cycle()
    office.clears(first, second)
    office.cycle()
    assert office.states() == [COMPLETE]
    third = office.raises(reason="no route to the vault")
    office.cycle()

    assert office.states() == [IN_PROGRESS]
    update, closing, reopening = ticket_notes(office)
    assert {(one["noteType"], one["publish"]) for one in (update, closing, reopening)} == {(3, 1)}
    assert f"Id: {third}" in reopening["description"]
    assert "no route to the vault" in reopening["description"]
    assert "within 7 days" in reopening["description"]


def test_the_text_says_whose_what_when_and_why(office: TicketOffice) -> None:
    """ACR-TKT-18: tenant, workload, plan, time, severity, details."""
    office.raises(planName="Nightly to cloud", planId="p-1", reason="disk full")
    raised = f"{office.now:%Y-%m-%d %H:%M}"
    office.cycle()

    [ticket] = office.tickets()

    tenant = office.journey.vendors.do(lambda: office.acronis.tenants[office.firm.tenant].name)
    for word in (tenant, "PC-1", "Nightly to cloud", raised, "critical", "disk full"):
        assert word in ticket["description"]


def test_a_changed_alert_is_a_note_and_an_unchanged_one_is_nothing(office: TicketOffice) -> None:
    """ACR-TKT-07."""
    alert = office.raises(reason="disk full")
    office.cycle()
    assert office.cycle(hours=2).outcomes == ()
    told = {"id": alert, "details": {"resourceId": "r-1", "resourceName": "PC-1", "reason": "disk broken"}}
    office.journey.control("alert/change", told, vendor="acronis")
    office.cycle()
    assert office.cycle().outcomes == ()

    [note] = office.notes()
    assert len(office.tickets()) == 1
    assert "disk broken" in note


def test_alerts_about_nothing_are_never_merged_and_their_tickets_say_so(office: TicketOffice) -> None:
    """R48, R49: the key of each is its own."""
    alerts = [office.raises(resourceId="", resourceName="") for _ in range(2)]
    office.cycle()

    assert [office.told(alert) for alert in alerts] == [1, 1]
    one, two = office.tickets()
    assert one["externalID"] != two["externalID"]
    assert all(row["externalID"].endswith("-1") and len(row["externalID"]) <= 50 for row in (one, two))
    assert all("does not say what this alert is about" in row["description"] for row in (one, two))


def test_a_type_nobody_decided_about_is_a_finding_with_the_number_of_its_alerts(
    office: TicketOffice,
) -> None:
    """R51: by its severity it makes tickets, or it waits."""
    office.decide(new_types="wait")
    alerts = [office.raises(), office.raises(office.other)]

    report = office.cycle()

    [found] = [one for one in report.findings if one.code == "R51"]
    assert (found.subject, "2 alerts" in found.problem) == ("Alert type BackupFailed", True)
    assert report.without == dict.fromkeys(alerts, NoTicket.TYPE_OFF)


def test_a_vanished_alert_is_told_and_closed_when_a_person_says_so(
    office: TicketOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R52: after three complete reads; not before a person closes it by `psabridge tickets close`."""
    monkeypatch.setenv("PSABRIDGE_DATA", str(office.journey.folder))
    alert = office.raises()
    office.cycle()
    office.journey.control("alert/type", {"id": "BackupFailed", "enabled": False}, vendor="acronis")
    close = ["tickets", "close", alert]
    for _ in range(2):
        assert "R52" not in codes(office.cycle(hours=1).findings)
        assert CliRunner().invoke(app, close).exit_code == Exit.WRONG_INPUT
    assert "R52" in codes(office.cycle(hours=1).findings)
    assert (office.states(), office.cycle(hours=1).outcomes) == ([IN_PROGRESS], ())

    assert CliRunner().invoke(app, close).exit_code == Exit.DONE
    office.cycle()

    assert office.states() == [COMPLETE]
    assert AuditEntry.objects.get(what="alert taken for cleared").subject == alert
