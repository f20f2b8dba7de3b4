"""Sentences of the entries on tickets that no other journey reads whole (ACR-TKT-01 to -18)."""

from typing import Any

import pytest

from psabridge.rules.tickets.lists import TicketLists
from psabridge.rules.tickets.stories import NoTicket
from tests.journeys.conftest import OpenShop
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
