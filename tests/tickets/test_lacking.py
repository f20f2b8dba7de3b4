"""Tickets that Autotask would refuse are named when the mapping is made (ERR-18, ACR-TKT-02)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.findings import Finding, Severity
from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.lacking import lacking, lacking_of
from psabridge.rules.tickets.lists import Choice, TicketLists
from psabridge.rules.tickets.settings import (
    Code,
    NewTypes,
    SeverityRow,
    TicketFields,
    TicketSettings,
)
from tests.tickets.cast import a_row

QUEUE = Choice(8, "Backup")
PRIORITY = Choice(2, "Medium", is_default=True)
KNOWN = {"BackupFailed": AlertSeverity.CRITICAL, "NoBackup": AlertSeverity.CRITICAL}
ALL_FIELDS = TicketFields(queue=Code(8), priority=Code(2))


def lists(*required: str, **choices: tuple[Choice, ...]) -> TicketLists:
    known = {"queue": (QUEUE,), "priority": (PRIORITY,), **choices}
    return TicketLists(known, required=frozenset(required))


def severities(fields: TicketFields, *, creates: bool = False) -> tuple[SeverityRow, ...]:
    return tuple(SeverityRow(one, creates, fields) for one in AlertSeverity)


def ticked(**fields: Code) -> TicketSettings:
    """Two types, and no others."""
    rows = (a_row("BackupFailed", **fields), a_row("NoBackup", **fields))
    return TicketSettings(rows=rows, severities=severities(TicketFields()))


def test_types_ticked_without_a_queue_are_named_with_what_to_do() -> None:
    assert list(lacking(ticked(), lists(), KNOWN)) == [
        Finding(
            "ERR-18",
            Severity.WARNING,
            "Alert types BackupFailed, NoBackup",
            "no queue was chosen for the tickets, and Autotask's own list has no preset: "
            "it would refuse them, and they would wait",
            "Choose it: psabridge tickets map BackupFailed NoBackup --queue NAME",
        )
    ]


@pytest.mark.parametrize(
    "settings",
    [
        ticked(queue=Code(8)),
        ticked(resource=Code(3), role=Code(4)),
        replace(ticked(), severities=severities(TicketFields(queue=Code(8)))),
        TicketSettings(rows=(a_row(creates=False),), severities=severities(TicketFields())),
        TicketSettings(severities=severities(TicketFields(), creates=True), new_types=NewTypes.WAIT),
    ],
    ids=["own", "resource", "of its severity", "type off", "new types wait"],
)
def test_nothing_is_told_where_a_ticket_has_what_it_needs_or_none_is_made(settings: TicketSettings) -> None:
    """A resource with its role does for a queue (A40)."""
    assert list(lacking(settings, lists(), KNOWN)) == []


def test_the_preset_of_the_list_does_while_it_is_active() -> None:
    preset = Choice(9, "Alerts", is_default=True)
    assert list(lacking(ticked(), lists(queue=(QUEUE, preset)), KNOWN)) == []
    off = replace(preset, is_active=False)
    assert len(list(lacking(ticked(), lists(queue=(QUEUE, off)), KNOWN))) == 1


def test_new_types_are_named_by_their_severity() -> None:
    """R51: nobody decides about them before the first alert."""
    (found,) = lacking(TicketSettings(severities=severities(TicketFields(), creates=True)[3:4]), lists(), {})
    assert found.subject == "Alerts of severity error"
    assert found.next_act == "Choose it: psabridge tickets map --severity error --queue NAME"


@pytest.mark.parametrize(
    ("member", "option"),
    [
        ("issue_type", "--issue-type NAME"),
        ("work_type", "--work-type NAME"),
        ("due_after", "--due-after HOURS"),
        ("resource", "--resource NAME --role NAME"),
    ],
)
def test_what_the_tenant_s_own_metadata_requires_is_asked_for_too(member: str, option: str) -> None:
    settings = ticked(queue=Code(8))
    (found,) = lacking(settings, lists(member), KNOWN)
    assert found.next_act.endswith(f"NoBackup {option}")
    whole = TicketFields(
        queue=Code(8), issue_type=Code(1), work_type=Code(1), due_after=timedelta(hours=4),
        resource=Code(3), role=Code(4),
    )  # fmt: skip
    assert list(lacking(replace(settings, severities=severities(whole)), lists(member), KNOWN)) == []


def test_several_fields_are_told_at_once_and_the_source_is_one_for_all() -> None:
    """ACR-TKT-12."""
    by_type, of_all = lacking(ticked(), lists("source", priority=()), KNOWN)
    assert "no queue, no priority was chosen" in by_type.problem
    assert by_type.next_act.endswith("--queue NAME --priority NAME")
    assert (of_all.subject, of_all.next_act) == (
        "All tickets",
        "Choose it: psabridge tickets set --source NAME",
    )
    chosen = replace(ticked(queue=Code(8), priority=Code(2)), source=Code(1))
    assert list(lacking(chosen, lists("source", priority=()), KNOWN)) == []


def test_of_a_type_whose_severity_nobody_knows_only_what_no_severity_has_is_told() -> None:
    one = replace(SeverityRow(AlertSeverity.ERROR, creates=False), fields=ALL_FIELDS)
    settings = replace(ticked(), severities=(one,))
    assert list(lacking(settings, lists(), {})) == []
    assert [found.subject for found in lacking(ticked(), lists(), {})] == [
        "Alert types BackupFailed, NoBackup"
    ]
    assert lacking_of("BackupFailed", AlertSeverity.CRITICAL, settings, lists()) == ("queue",)
