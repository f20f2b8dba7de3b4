"""Alerts, tickets and technicians over real HTTP, with the whole bridge between them (issue 5)."""

from datetime import timedelta

import pytest

from psabridge.engine.progress import Quiet
from psabridge.jobs.exits import Exit
from psabridge.jobs.ticket_rounds import after_billing
from psabridge.rules.tickets.stories import NoTicket
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


@pytest.fixture
def office(open_shop: OpenShop) -> TicketOffice:
    journey, (firm, other) = open_shop(office_of_two, tickets=dict(TICKETS), modes=MODES)
    return TicketOffice(journey, firm, other)


def test_an_alert_is_one_ticket_of_its_customer_until_it_is_over(office: TicketOffice) -> None:
    """ACR-TKT-01, ACR-TKT-02, ACR-TKT-06, ACR-TKT-07, ACR-TKT-08, ACR-TKT-18."""
    first = office.raises(reason="disk full")
    office.cycle()
    again = office.raises(reason="disk full", activityId="another run")
    office.cycle()
    [ticket] = office.tickets()
    assert (ticket["companyID"], ticket["queueID"]) == (office.firm.customer.company_id, BACKUP_QUEUE)
    assert (ticket["title"], ticket["status"]) == ("BackupFailed: PC-1", IN_PROGRESS)
    assert (office.told(first), office.told(again)) == (1, 1)

    office.clears(first, again)
    office.cycle()

    assert office.states() == [COMPLETE]
    assert office.cycle().outcomes == ()


def test_a_cycle_in_which_nothing_happened_writes_nothing_and_asks_little(office: TicketOffice) -> None:
    """TIM-07: cheap enough for every minute."""
    office.raises()
    office.cycle()

    quiet = office.cycle()

    assert (quiet.outcomes, quiet.told) == ((), 1)
    assert quiet.psa_calls + quiet.platform_calls <= 3


@pytest.mark.parametrize(
    ("decided", "hours", "tickets"),
    [
        ({"reopening": "within days", "reopen_days": 3}, 71, 1),
        ({"reopening": "within days", "reopen_days": 3}, 73, 2),
        ({"reopening": "always reopen"}, 96, 1),
        ({"reopening": "always reopen"}, 24 * 365, 1),
        ({"reopening": "always new"}, 1, 2),
    ],
)
def test_what_comes_back_reopens_its_ticket_or_makes_a_new_one(
    office: TicketOffice, decided: dict[str, object], hours: int, tickets: int
) -> None:
    """ACR-TKT-09, ACR-TKT-10, ACR-TKT-11: the worked example, three days of 24 hours after the closing."""
    office.decide(**decided)
    alert = office.raises()
    office.cycle()
    office.clears(alert)
    office.cycle()
    office.journey.advance(hours=hours)

    office.raises()
    office.cycle()

    assert office.states() == [IN_PROGRESS] if tickets == 1 else [COMPLETE, IN_PROGRESS]
    assert office.cycle().outcomes == ()


def test_a_technician_who_closes_is_not_contradicted_until_the_alert_is_raised_again(
    office: TicketOffice,
) -> None:
    """R47, ACR-TKT-10."""
    office.raises()
    office.cycle()
    [ticket] = office.tickets()
    office.acts("close", ticket["id"])

    report = office.cycle()

    assert office.states() == [COMPLETE]
    assert (report.told, report.outcomes) == (1, ())
    assert "R47" in codes(report.findings)
    office.raises()
    office.cycle()
    assert office.states() == [IN_PROGRESS]


@pytest.mark.parametrize("act", ["delete", "merge"])
def test_a_ticket_that_is_gone_counts_as_closed_and_the_next_alert_makes_a_new_one(
    office: TicketOffice, act: str
) -> None:
    """ACR-TKT-17, where a merged ticket is gone as a deleted one is."""
    office.journey.doubts(merged_ticket="deleted")
    office.raises()
    office.cycle()
    [ticket] = office.tickets()
    office.acts(act, ticket["id"], **office.by_phone(act, ticket))
    gone = office.cycle(hours=2)
    assert (office.tickets(), gone.outcomes) == ([], ())

    office.raises()
    office.cycle()
    office.cycle()

    [anew] = office.tickets()
    assert anew["externalID"].endswith("-2")
    assert ticket["ticketNumber"] in anew["description"]


def test_a_merged_ticket_that_stands_complete_was_closed_by_a_person(office: TicketOffice) -> None:
    """ACR-TKT-17, where a merged ticket stays: nothing tells it from a closed one, and nothing is doubled."""
    office.journey.doubts(merged_ticket="completed")
    office.raises()
    office.cycle()
    [ticket] = office.tickets()
    office.acts("merge", ticket["id"], **office.by_phone("merge", ticket))
    assert "R47" in codes(office.cycle().findings)

    again = office.raises()
    office.cycle()

    assert (office.states(), office.told(again)) == ([IN_PROGRESS], 1)


def test_a_workflow_that_moves_a_new_ticket_is_left_its_way(office: TicketOffice) -> None:
    """ACR-TKT-07: queue and status belong to people and their rules once the ticket is there."""
    office.journey.control("workflow", {"when": {"status": IN_PROGRESS}, "values": {"status": WAITING}})
    alert = office.raises()
    office.cycle()
    office.cycle(minutes=5)
    assert office.states() == [WAITING]

    office.clears(alert)
    office.cycle()

    assert office.states() == [COMPLETE]


def _moves_to_another_company(office: TicketOffice) -> tuple[int, int]:
    """Its tenant is mapped to a company that was not there before."""
    before = office.firm.customer.company_id
    after = office.journey.vendors.do(lambda: office.autotask.add_company("Meadow Holding"))
    for row in office.journey.document["pairings"]["acronis-autotask"]["customers"]:
        row["company"] = after if row["company"] == before else row["company"]
    office.journey.take_in()
    return before, after


def test_the_account_that_moved_gets_a_new_ticket_for_what_is_raised_anew(office: TicketOffice) -> None:
    """ACR-TKT-06: the old ticket stays where it was made, and the new one names it."""
    office.raises()
    office.cycle()
    before, after = _moves_to_another_company(office)

    office.raises()
    office.cycle()

    old, anew = office.tickets()
    assert (old["companyID"], anew["companyID"]) == (before, after)
    assert old["ticketNumber"] in anew["description"]


def test_a_closed_ticket_stays_closed_when_its_tenant_belongs_to_another_company(
    office: TicketOffice,
) -> None:
    """R50, ACR-TKT-06, ACR-TKT-09: what comes back is the new company's, whatever the reopen rule says."""
    office.decide(reopening="always reopen")
    alert = office.raises()
    office.cycle()
    office.clears(alert)
    office.cycle()
    before, after = _moves_to_another_company(office)

    office.raises()
    office.cycle()

    old, anew = office.tickets()
    assert (old["companyID"], old["status"]) == (before, COMPLETE)
    assert (anew["companyID"], anew["status"]) == (after, IN_PROGRESS)
    assert old["ticketNumber"] in anew["description"]


def test_what_is_not_mapped_or_not_ticked_makes_no_ticket_and_is_counted(office: TicketOffice) -> None:
    """ACR-TKT-03, ACR-TKT-04, R51, R53."""
    office.decide(rows=[{"type": "BackupFailed", "creates": False}])
    office.journey.only(office.firm.customer.company_id)
    unticked, unmapped = office.raises(), office.raises(office.other)

    report = office.cycle()

    assert report.without == {unticked: NoTicket.TYPE_OFF, unmapped: NoTicket.UNMAPPED}
    assert office.tickets() == []


def test_alerts_from_before_the_type_was_ticked_make_none(office: TicketOffice) -> None:
    """ACR-TKT-04, ACR-TKT-05."""
    office.decide(rows=[{"type": "BackupFailed", "creates": False}])
    office.cycle()
    old = office.raises()
    office.cycle()
    since = (office.now + timedelta(seconds=1)).isoformat()
    office.decide(rows=[{"type": "BackupFailed", "creates": True, "since": since}])
    office.journey.advance(minutes=1)

    new = office.raises(resourceId="r-2")
    report = office.cycle()

    assert report.without == {old: NoTicket.BEFORE_MAPPING}
    assert (office.told(old), office.told(new)) == (0, 1)


def test_closing_the_ticket_dismisses_exactly_its_alert(office: TicketOffice) -> None:
    """ACR-TKT-15: off by preset, by the chosen status."""
    first, second = office.raises(), office.raises(resourceId="r-2")
    office.cycle()
    one, two = office.tickets()
    office.acts("close", one["id"])
    office.cycle()
    assert office.reported() == {first, second}

    office.decide(dismiss_status=COMPLETE)
    office.cycle()
    office.cycle()

    kept = first if f"Id: {second}" in one["description"] else second
    assert office.reported() == {kept}
    assert office.told(kept) == 1
    assert two["id"] != one["id"]


def test_the_ticket_carries_the_one_contract_that_sells_the_service(office: TicketOffice) -> None:
    """ACR-TKT-14: known from the billing cycle; before its first read the field stays empty."""
    office.raises(office.other)
    office.cycle()
    office.journey.cycle(waits=False)

    office.raises()
    office.cycle()

    contracts = {row["companyID"]: row.get("contractID") for row in office.tickets()}
    assert contracts == {
        office.firm.customer.company_id: office.firm.contract,
        office.other.customer.company_id: None,
    }


def test_source_note_type_and_who_reads_notes_are_those_chosen(office: TicketOffice) -> None:
    """ACR-TKT-12, ACR-TKT-13."""
    office.decide(source=2, note_type=3, note_publish=1)
    office.raises()
    office.cycle()
    office.raises()
    office.cycle()

    [ticket] = office.tickets()
    rows = office.journey.vendors.do(lambda: list(office.autotask.database["TicketNotes"].all()))
    [note] = [row for row in rows if row["ticketID"] == ticket["id"]]
    assert (ticket["source"], note["noteType"], note["publish"]) == (2, 3, 1)


def test_a_single_sync_turns_alerts_into_tickets_after_its_billing_cycle(
    office: TicketOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    """TIM-07, R53: the counts of every alert are printed; off, nothing is."""
    office.raises()
    bridge, pairing = office.journey.bridge, office.journey.pairing

    assert after_billing(bridge, pairing, Quiet(), as_json=False) is Exit.DONE

    assert len(office.tickets()) == 1
    assert "1 alert in tickets" in capsys.readouterr().out
    office.journey.configure(tickets={"is_on": False})
    assert after_billing(bridge, pairing, Quiet(), as_json=False) is Exit.DONE
    assert capsys.readouterr().out == ""
