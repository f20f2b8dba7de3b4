"""Tickets, notes and webhooks meet the frame's faults, gate and recorder as every other route does."""

from collections.abc import Iterator

import pytest

from tests.emulators.tenant import LOST, ROOT, Tenant, a_tenant


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with a_tenant() as tenant:
        yield tenant


def body(tenant: Tenant, **more: object) -> dict[str, object]:
    company = tenant.query("Contracts")[0]["companyID"]
    return {"companyID": company, "title": "Failed", "status": 1, "priority": 2, "queueID": 8} | more


def make(tenant: Tenant, **more: object) -> int:
    made: int = tenant.ask("POST", f"{ROOT}/Tickets", body(tenant, **more)).json()["itemId"]
    return made


@pytest.mark.parametrize(("fault", "landed"), [("reset_after", 1), ("reset_before", 0)])
def test_a_lost_answer_leaves_the_ticket_or_none(tenant: Tenant, fault: str, landed: int) -> None:
    """R49: what the external id is for."""
    tenant.fault(fault, "/Tickets$")
    with pytest.raises(LOST):
        tenant.ask("POST", f"{ROOT}/Tickets", body(tenant, externalID="k-1"))
    assert len(tenant.query("Tickets", {"op": "eq", "field": "externalID", "value": "k-1"})) == landed


@pytest.mark.parametrize(("fault", "notes"), [("error_applied", 1), ("error_not_applied", 0), ("twice", 2)])
def test_an_error_may_hide_a_note_and_a_proxy_may_double_it(tenant: Tenant, fault: str, notes: int) -> None:
    ticket = make(tenant)
    tenant.fault(fault, "/Notes$")
    note = {"description": "x", "noteType": 1, "publish": 2}
    answer = tenant.ask("POST", f"{ROOT}/Tickets/{ticket}/Notes", note)
    assert (answer.status == 200) == (fault == "twice")
    assert len(tenant.query("TicketNotes")) == notes


def test_a_ticket_may_arrive_long_after_its_caller_gave_up(tenant: Tenant) -> None:
    tenant.fault("hold", "/Tickets$", seconds=600)
    with pytest.raises(LOST):
        tenant.ask("POST", f"{ROOT}/Tickets", body(tenant, externalID="k-1"))
    assert tenant.query("Tickets") == []
    tenant.control("clock", {"advance": 600})
    [ticket] = tenant.query("Tickets")
    assert ticket["createDate"] == "2026-03-10T08:10:00.000Z"


def test_a_technician_may_come_between_a_request_and_its_answer(tenant: Tenant) -> None:
    ticket = make(tenant)
    close = {"path": "ticket", "body": {"ticket": ticket, "act": "close"}}
    tenant.fault("pass", "/Tickets$", method="PATCH", before=[close])
    tenant.ask("PATCH", f"{ROOT}/Tickets", {"id": ticket, "title": "Still failed"})
    [row] = tenant.query("Tickets")
    assert (row["status"], row["title"]) == (5, "Still failed")


def test_calls_are_counted_and_each_entity_has_a_gate_of_its_own(tenant: Tenant) -> None:
    make(tenant)
    routes = tenant.control("calls")["calls"]["autotask"]["routes"]
    assert routes[f"POST {ROOT}/Tickets"] == 1
    tenant.fault("fourth_thread", "/TicketWebhooks")
    refused = tenant.ask("GET", f"{ROOT}/TicketWebhooks/1")
    assert (refused.status, b"Itgenatr005" in refused.body) == (500, True)
