"""Edits of the alert mapping, and settings that cannot be meant (ACR-TKT-02, -04, R51)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.deciding import (
    Edit,
    mistakes,
    muted,
    stamped,
    switched,
    unmuted,
    with_severity,
    with_types,
)
from psabridge.rules.tickets.settings import (
    AlertRow,
    Code,
    Mute,
    SeverityRow,
    StormLimit,
    TicketFields,
    TicketSettings,
)
from psabridge.rules.words import CompanyId
from tests.tickets.cast import DAY, ON, START, a_row

LATER = START + DAY


def test_many_types_are_edited_at_once_and_the_others_stay() -> None:
    """ACR-TKT-02: bulk edit."""
    before = replace(ON, rows=(a_row("A", queue=Code(1)), a_row("C", queue=Code(1))))
    after = with_types(before, ["A", "B"], Edit(fields=TicketFields(queue=Code(9))), START)
    assert [(row.type, row.fields.queue) for row in after.rows] == [("A", 9), ("B", 9), ("C", 1)]


def test_an_edit_changes_only_what_it_names() -> None:
    before = replace(ON, rows=(a_row("A", queue=Code(1), priority=Code(2)),))
    (row,) = with_types(before, ["A"], Edit(fields=TicketFields(queue=Code(9))), START).rows
    assert row.fields == TicketFields(queue=Code(9), priority=Code(2))
    assert row.creates is True


def test_a_field_is_left_open_again() -> None:
    before = replace(ON, rows=(a_row("A", queue=Code(1)),))
    (row,) = with_types(before, ["A"], Edit(clears=frozenset({"queue"})), START).rows
    assert row.fields == TicketFields()


def test_acr_tkt_04_a_type_counts_from_when_it_was_ticked() -> None:
    off = with_types(ON, ["A"], Edit(creates=False), START)
    on = with_types(off, ["A"], Edit(creates=True), LATER)
    again = with_types(on, ["A"], Edit(creates=True), LATER + DAY)
    assert [one.rows[0].since for one in (off, on, again)] == [None, LATER, LATER]


def test_the_defaults_of_a_severity_are_edited_like_a_type() -> None:
    edit = Edit(creates=True, fields=TicketFields(priority=Code(3)))
    after = with_severity(TicketSettings(), AlertSeverity.WARNING, edit)
    row = after.severity_row(AlertSeverity.WARNING)
    assert row == SeverityRow(AlertSeverity.WARNING, True, TicketFields(priority=Code(3)))
    assert len(after.severities) == len(AlertSeverity)


def test_switched_on_it_counts_from_there_and_off_changes_nothing_else() -> None:
    """ACR-CON-07."""
    on = switched(TicketSettings(), is_on=True, at=START)
    off = switched(on, is_on=False, at=LATER)
    assert (on.since, off.since, off.is_on) == (START, START, False)
    assert switched(off, is_on=True, at=LATER).since == LATER
    assert switched(on, is_on=True, at=LATER) == on


def test_a_file_without_times_begins_now_and_one_with_times_brings_them_back() -> None:
    """ACR-TKT-04."""
    told = TicketSettings(is_on=True, rows=(AlertRow("A", creates=True), AlertRow("B", creates=False)))
    fresh = stamped(told, TicketSettings(), START)
    assert (fresh.since, [row.since for row in fresh.rows]) == (START, [START, None])
    assert stamped(told, fresh, LATER) == fresh
    assert stamped(fresh, TicketSettings(), LATER) == fresh


def test_a_mute_takes_the_place_of_an_earlier_one_of_its_kind() -> None:
    first = muted(ON, Mute(CompanyId(1), "they move"))
    second = muted(muted(first, Mute(CompanyId(1), "known", type="A")), Mute(CompanyId(1), "still moving"))
    assert [(one.reason, one.type) for one in second.mutes] == [("known", "A"), ("still moving", None)]
    assert [one.type for one in unmuted(second, CompanyId(1), None).mutes] == ["A"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (replace(ON, storm=StormLimit(0)), "storm"),
        (replace(ON, storm=StormLimit(within=timedelta())), "storm"),
        (replace(ON, reopen_days=0), "reopen_days"),
        (replace(ON, rows=(a_row(resource=Code(4)),)), "resource or a role alone"),
        (replace(ON, rows=(a_row(role=Code(4)),)), "resource or a role alone"),
        (replace(ON, rows=(a_row(sub_issue_type=Code(4)),)), "sub-issue type"),
        (replace(ON, rows=(AlertRow("A", fields=TicketFields(due_after=timedelta())),)), "due_after"),
        (replace(ON, rows=(a_row("A"), a_row("A"))), "alert type A is there more than once"),
        (replace(ON, severities=ON.severities * 2), "severity critical is there more than once"),
        (replace(ON, mutes=(Mute(CompanyId(1), " "),)), "says no reason"),
    ],
)
def test_what_cannot_be_meant_is_said(settings: TicketSettings, said: str) -> None:
    assert any(said in mistake for mistake in mistakes(settings))


def test_the_presets_are_no_mistake() -> None:
    assert list(mistakes(TicketSettings())) == []
