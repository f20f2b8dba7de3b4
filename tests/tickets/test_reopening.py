"""R50, ACR-TKT-09: the oldest ticket that "always reopen" would touch."""

from dataclasses import replace
from datetime import datetime

import pytest

from psabridge.rules.settings import PairingSettings
from psabridge.rules.tickets.reopening import OldTicket, oldest_touched, told_of
from psabridge.rules.tickets.settings import NewTypes, Reopening, TicketSettings
from psabridge.rules.tickets.stories import Closed, Ending, Story, Telling, TicketId
from psabridge.rules.words import CompanyId, ContractId
from tests.builders import tenant_id
from tests.tickets.cast import DAY, HOUR, ON, START, a_row, an_alert, decided

OVER = frozenset({ContractId(9)})


def closed(name: str, at: datetime = START, by: Closed = Closed.PERSON, **changes: object) -> Story:
    alert = an_alert(name, workload=name)
    story = Story(
        alert.condition, 1, CompanyId(1), tenant_id(1), alert.type, ticket=TicketId(7), ending=Ending(by, at)
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def oldest(*stories: Story, now: datetime = START + DAY, settings: PairingSettings | None = None) -> str:
    numbered = [(story, f"T{at}") for at, story in enumerate(stories, start=1)]
    found = oldest_touched(numbered, settings or decided(), contracts_over=OVER, now=now)
    return "" if found is None else f"{found.ticket}, {found.days} days"


def test_the_one_closed_first_with_its_age_in_days_of_24_hours() -> None:
    """ACR-TKT-10: counted from the closing, whoever closed it."""
    early, late = closed("b", START, Closed.BRIDGE), closed("a", START + DAY)
    assert oldest(early, late, now=START + 400 * DAY + 23 * HOUR) == "T1, 400 days"
    assert oldest(early, late, now=START + HOUR) == "T1, 0 days"


@pytest.mark.parametrize(
    "story",
    [
        closed("open", ending=None),
        closed("gone", by=Closed.GONE),
        closed("over", contract=ContractId(9)),
        closed("storm", telling=Telling.STORM),
        closed("left", tenant=tenant_id(99)),
        closed("moved", company=CompanyId(2)),
        closed("off", type="MachineOffline"),
    ],
    ids=lambda story: story.key[:4],
)
def test_what_never_comes_back_to_its_ticket_is_left_out(story: Story) -> None:
    """R50: of an ended contract not; a deleted one, a storm's and a type that is off either (ACR-TKT-17)."""
    rows = (a_row("MachineOffline", creates=False),)
    assert oldest(story, closed("b", START + DAY), settings=decided(replace(ON, rows=rows))) == "T2, 0 days"
    assert oldest(story, settings=decided(replace(ON, rows=rows))) == ""


def test_a_type_nobody_decided_about_counts_where_its_severity_may_make_tickets() -> None:
    """R51: of a story the severity is not kept, so the doubt counts it in."""
    waiting = decided(replace(ON, new_types=NewTypes.WAIT))
    assert (oldest(closed("a")), oldest(closed("a"), settings=waiting)) == ("T1, 1 days", "")


@pytest.mark.parametrize(
    ("rule", "begins"),
    [
        (Reopening.ALWAYS, "A ticket of any age is reopened"),
        (Reopening.WITHIN_DAYS, '"always reopen" would reopen a ticket of any age'),
    ],
)
def test_it_is_told_in_one_sentence(rule: Reopening, begins: str) -> None:
    settings = TicketSettings(reopening=rule)
    old = OldTicket("T7", CompanyId(175), "BackupFailed", START, 312, "Meadow Dental")
    told = told_of(old, settings)
    assert told.startswith(begins)
    assert "T7 of Meadow Dental (175), BackupFailed, closed on 2026-11-02, 312 days ago" in told
    assert "none" in told_of(None, settings)
