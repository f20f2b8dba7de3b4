"""The life of a ticket, cell by cell (ACR-TKT-07 to -11, ACR-TKT-17, R47, R50, R52)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.lifecycle import TABLE, Act, News, Standing
from psabridge.rules.tickets.plan import AddNote
from psabridge.rules.tickets.settings import Mute, Reopening
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.words import CompanyId, ContractId
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, ON, START, Desk, a_row, an_alert, decided

PAGE = Path(__file__).parents[2] / "docs/users/tickets.md"


def test_every_standing_has_an_act_for_every_news() -> None:
    assert set(TABLE) == {(standing, news) for standing in Standing for news in News}


def test_the_page_shows_the_table_of_the_code() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| **")]
    shown = {
        (cells[0].strip("* "), news): cell
        for cells in ([cell.strip() for cell in row.strip("|").split("|")] for row in rows)
        for news, cell in zip(News, cells[1:], strict=True)
    }
    assert shown == {(standing.value, news): act.value for (standing, news), act in TABLE.items()}


def test_one_condition_is_one_ticket() -> None:
    """ACR-TKT-07."""
    desk = Desk()
    desk.raises(an_alert())
    assert desk.acts() == [Act.CREATE]
    assert desk.acts() == []
    assert len(desk.tickets) == 1


def test_an_alert_that_comes_again_is_a_note_on_the_open_ticket() -> None:
    """ACR-TKT-07: a repeat has an id of its own."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.raises(an_alert("a2", at=START + HOUR))
    assert desk.acts() == [Act.NOTE]
    assert len(desk.tickets) == 1


def test_a_changed_alert_is_a_note_and_an_unchanged_one_is_nothing() -> None:
    """ACR-TKT-07."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.raises(replace(an_alert(), updated_at=START + HOUR))
    assert desk.acts() == []
    desk.raises(an_alert(reason="disk broken"))
    assert desk.acts() == [Act.NOTE]


def test_a_cleared_alert_closes_its_ticket_where_closing_is_on() -> None:
    """ACR-TKT-08."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.passes(HOUR)
    desk.clears()
    assert desk.acts() == [Act.CLOSE]
    assert desk.open_tickets() == []


def test_where_closing_is_off_clearing_is_told_once() -> None:
    """ACR-TKT-08: off by preset."""
    desk = Desk(decided(replace(ON, close_status=None)))
    desk.raises(an_alert())
    desk.settles()
    desk.clears()
    assert desk.acts() == [Act.CLOSE]
    assert desk.acts() == []
    assert len(desk.open_tickets()) == 1


def test_a_ticket_stays_open_while_one_of_its_alerts_is_reported() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.raises(an_alert("a2", at=START + HOUR))
    desk.clears("a1")
    desk.settles()
    assert len(desk.open_tickets()) == 1


def test_an_alert_that_was_over_before_anyone_looked_has_its_ticket_all_the_same() -> None:
    """R53: it has no reason of the closed list."""
    desk = Desk()
    desk.raises(an_alert(cleared=START + MINUTE))
    assert desk.acts() == [Act.CREATE, Act.CLOSE]


@pytest.mark.parametrize(
    ("later", "act"),
    [
        (2 * DAY, Act.REOPEN),
        (3 * DAY - timedelta(seconds=1), Act.REOPEN),
        (3 * DAY, Act.ANEW),
        (4 * DAY, Act.ANEW),
    ],
)
def test_acr_tkt_09_within_three_days_the_ticket_is_reopened(later: timedelta, act: Act) -> None:
    """R50: raised before the closing plus N times 24 hours (ACR-TKT-10)."""
    desk = Desk(decided(replace(ON, reopen_days=3)))
    assert closed(desk) == START
    desk.passes(later)
    desk.raises(an_alert("a2", at=START + later))
    assert desk.acts() == [act]
    assert len(desk.tickets) == (1 if act is Act.REOPEN else 2)


@pytest.mark.parametrize("later", [3 * DAY, 400 * DAY])
def test_acr_tkt_09_the_unticked_box_reopens_always(later: timedelta) -> None:
    desk = Desk(decided(replace(ON, reopening=Reopening.ALWAYS)))
    closed(desk)
    desk.passes(later)
    desk.raises(an_alert("a2", at=START + later))
    assert desk.acts() == [Act.REOPEN]


def test_r50_always_new_never_reopens() -> None:
    desk = Desk(decided(replace(ON, reopening=Reopening.NEVER)))
    closed(desk)
    desk.raises(an_alert("a2", at=START + MINUTE))
    assert desk.acts() == [Act.ANEW]


def test_r49_a_new_story_has_the_next_number_and_the_old_one_s_key() -> None:
    desk = Desk(decided(replace(ON, reopening=Reopening.NEVER)))
    closed(desk)
    desk.raises(an_alert("a2", at=START + MINUTE))
    desk.settles()
    first, second = desk.stories
    assert (first[-2:], second[-2:]) == ("-1", "-2")
    assert first[:-1] == second[:-1]


def test_a_closing_by_a_technician_counts_like_one_by_the_bridge() -> None:
    """ACR-TKT-10."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.person_closes()
    desk.settles()
    desk.passes(DAY)
    desk.raises(an_alert("a2", at=desk.now))
    assert desk.acts() == [Act.REOPEN]


def test_r47_a_person_s_closing_acknowledges_what_was_raised_before() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.passes(HOUR)
    desk.person_closes()
    desk.raises(an_alert("late", at=START + MINUTE))
    assert desk.acts() == []
    assert desk.last is not None
    assert desk.last.without == {"late": NoTicket.CLOSED_BY_PERSON}


def test_nothing_is_reopened_because_it_is_still_reported_or_told_otherwise() -> None:
    """R47."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.person_closes()
    desk.raises(an_alert(reason="disk broken"))
    assert desk.acts() == []


def test_a_ticket_that_a_technician_reopened_goes_on() -> None:
    desk = Desk()
    closed(desk)
    desk.person_reopens()
    desk.raises(an_alert("a2", at=START + HOUR))
    assert desk.acts() == [Act.NOTE]


def test_acr_tkt_17_after_a_deleted_or_merged_ticket_the_next_occurrence_opens_a_new_one() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.somebody_merges()
    desk.passes(MINUTE)
    assert desk.acts() == []
    desk.passes(HOUR)
    desk.raises(an_alert("a2", at=desk.now))
    assert desk.acts() == [Act.ANEW]


def test_what_a_ticket_that_is_gone_did_not_tell_is_not_lost() -> None:
    """ACR-TKT-17: when it went away is not known, so what was raised meanwhile may not be dropped."""
    desk = Desk()
    closed(desk)
    desk.somebody_merges()
    desk.raises(an_alert("late", at=START))
    assert desk.acts() == [Act.ANEW]
    desk.raises(an_alert("late", at=START, reason="told otherwise"))
    desk.somebody_merges(2)
    assert desk.acts() == []


def test_a_ticket_of_a_contract_that_is_over_is_not_reopened() -> None:
    """R50."""
    desk = Desk()
    closed(desk)
    key, story = next(iter(desk.stories.items()))
    desk.stories[key] = replace(story, contract=ContractId(7))
    desk.raises(an_alert("a2", at=START + MINUTE))
    desk.contracts_over = frozenset({ContractId(7)})
    assert desk.acts() == [Act.ANEW]


def test_an_account_that_moved_gets_a_new_ticket_and_the_old_one_says_so() -> None:
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.belongs_to(1, company=2)
    desk.raises(an_alert("a2", at=START + HOUR))
    assert desk.acts() == [Act.ANEW]
    assert [one.company for one in desk.open_tickets()] == [2]


@pytest.mark.parametrize("rule", Reopening)
def test_a_closed_ticket_of_the_company_a_tenant_belonged_to_is_never_reopened(rule: Reopening) -> None:
    """R50, ACR-TKT-06: the alert of one company would stand in the ticket of another."""
    desk = Desk(decided(replace(ON, reopening=rule)))
    closed(desk)
    desk.belongs_to(1, company=2)
    desk.raises(an_alert("a2", at=START + HOUR))
    assert desk.acts() == [Act.ANEW]
    assert [one.company for one in desk.open_tickets()] == [2]


def test_a_request_to_close_that_came_late_is_taken_back() -> None:
    """Nothing that is still reported stays closed unless a person closed it."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    ticket = next(iter(desk.tickets.values()))
    desk._set_status(ticket.id, COMPLETE)
    assert desk.acts() == [Act.REOPEN]


def test_an_alert_seen_late_is_a_note_on_a_closed_ticket_and_does_not_reopen_it() -> None:
    desk = Desk()
    desk.raises(an_alert(at=START + HOUR))
    desk.settles()
    desk.clears()
    desk.settles()
    desk.raises(an_alert("a0", at=START, cleared=START + MINUTE))
    assert desk.acts() == [Act.NOTE]
    assert desk.open_tickets() == []


def test_r48_alerts_without_a_subject_are_never_merged() -> None:
    desk = Desk()
    desk.raises(an_alert("a1", workload=""), an_alert("a2", workload="", at=START + HOUR))
    assert desk.acts() == [Act.CREATE, Act.CREATE]


def closed(desk: Desk) -> object:
    desk.raises(an_alert())
    desk.settles()
    desk.clears()
    desk.settles()
    return desk.tickets[next(iter(desk.tickets))].completed_at


@pytest.mark.parametrize("how", ["muted", "its type is unticked", "its customer is unmapped"])
def test_a_ticket_is_not_closed_while_an_alert_without_a_ticket_still_says_the_same(how: str) -> None:
    """R52, R53: the machine is as broken as before, whoever mutes, unticks or unmaps it meanwhile."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    before, desk.settings = desk.settings, turned_off(desk.settings, how)
    desk.passes(HOUR)
    desk.raises(an_alert("a2", at=desk.now))
    desk.clears("a1")

    assert desk.acts() == []
    assert len(desk.open_tickets()) == 1

    desk.settings = before
    desk.clears("a2")
    desk.settles()
    assert desk.open_tickets() == []


def turned_off(settings: PairingSettings, how: str) -> PairingSettings:
    if how == "its customer is unmapped":
        return replace(settings, customers=settings.customers[1:])
    mutes = (Mute(CompanyId(1), "they move house"),) if how == "muted" else ()
    rows = () if how == "muted" else (a_row(creates=False),)
    return replace(settings, tickets=replace(settings.tickets, mutes=mutes, rows=rows))


@pytest.mark.parametrize("how", ["muted", "its type is unticked", "its customer is unmapped"])
def test_an_open_ticket_is_noted_and_closed_whoever_mutes_or_unmaps_it(how: str) -> None:
    """R53: only new alerts make no tickets then."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.settings = turned_off(desk.settings, how)
    desk.raises(an_alert(reason="no route"))
    assert desk.acts() == [Act.NOTE]
    desk.clears()
    assert desk.acts() == [Act.CLOSE]


def test_the_ticket_of_the_former_company_tells_nothing_of_the_new_one_s_alerts() -> None:
    """ACR-TKT-06."""
    desk = Desk()
    desk.raises(an_alert())
    desk.settles()
    desk.belongs_to(1, company=2)
    desk.raises(an_alert("secret", at=START + HOUR, reason="of another company"))
    [step] = desk.settles()
    [farewell] = [write for write in step.writes if isinstance(write, AddNote)]
    assert farewell.ticket == 1
    assert "another company now" in farewell.text
    assert "secret" not in farewell.text
    assert "of another company" not in farewell.text
    assert "Rule: the tenant belonged to another company before" in step.writes[0].text  # type: ignore[union-attr]


def test_a_note_on_a_closed_ticket_says_why_it_stays_closed() -> None:
    desk = Desk()
    desk.raises(an_alert(at=START + HOUR))
    desk.settles()
    desk.clears()
    desk.settles()
    desk.raises(an_alert("a0", at=START, cleared=START + MINUTE))
    [step] = desk.settles()
    [note] = step.writes
    assert isinstance(note, AddNote)
    assert note.title == "The alert was raised earlier, and was cleared before the bridge saw it."
    assert "so the ticket stays closed" in note.text
