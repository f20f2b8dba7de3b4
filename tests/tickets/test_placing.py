"""Whose alert it is, and whether it makes a ticket (ACR-TKT-01 to -06, R51, R53)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from psabridge.rules.tickets.alerts import AlertSeverity
from psabridge.rules.tickets.placing import Place, counts_from, fields_of, is_undecided, place
from psabridge.rules.tickets.settings import (
    AlertRow,
    Code,
    MappedSince,
    Mute,
    NewTypes,
    SeverityRow,
    TicketFields,
    TicketSettings,
)
from psabridge.rules.tickets.stories import NoTicket
from psabridge.rules.words import CompanyId
from tests.builders import tenant_id
from tests.tickets.cast import DAY, HOUR, ON, START, a_row, an_alert, decided


def placed(alert: object = None, tickets: TicketSettings = ON) -> Place | NoTicket:
    return place(alert or an_alert(), decided(tickets), now=START)  # type: ignore[arg-type]


def test_acr_tkt_06_the_company_is_the_tenant_s() -> None:
    found = placed(an_alert(tenant=2))
    assert isinstance(found, Place)
    assert (found.company, found.tenant) == (2, tenant_id(2))


def test_acr_tkt_06_of_an_unmapped_tenant_the_nearest_mapped_one_above_it() -> None:
    below = replace(an_alert(), tenants=(tenant_id(9), tenant_id(2), tenant_id(1)))
    found = placed(below)
    assert isinstance(found, Place)
    assert found.company == CompanyId(2)


@pytest.mark.parametrize("tenants", [(), (tenant_id(9),)])
def test_an_alert_of_nobody_mapped_makes_no_ticket(tenants: tuple[str, ...]) -> None:
    alert = replace(an_alert(), tenants=tenants)
    assert placed(alert) is NoTicket.UNMAPPED


@pytest.mark.parametrize("severity", AlertSeverity)
def test_r51_a_type_nobody_decided_about_goes_by_its_severity(severity: AlertSeverity) -> None:
    """Preset for error and critical."""
    makes = severity in {AlertSeverity.ERROR, AlertSeverity.CRITICAL}
    assert isinstance(placed(an_alert(severity=severity)), Place) is makes


def test_r51_or_it_waits() -> None:
    assert placed(tickets=replace(ON, new_types=NewTypes.WAIT)) is NoTicket.TYPE_OFF


@pytest.mark.parametrize(("creates", "severity"), [(True, AlertSeverity.OK), (False, AlertSeverity.CRITICAL)])
def test_acr_tkt_02_what_was_decided_for_a_type_goes_before_its_severity(
    creates: bool, severity: AlertSeverity
) -> None:
    tickets = replace(ON, rows=(a_row(creates=creates),))
    assert isinstance(placed(an_alert(severity=severity), tickets), Place) is creates


def test_a_row_that_only_has_fields_decides_nothing() -> None:
    """R51: making tickets is apart from the fields."""
    tickets = replace(ON, rows=(a_row(creates=None, queue=Code(8)),))
    assert is_undecided("BackupFailed", tickets)
    assert isinstance(placed(tickets=tickets), Place)


@pytest.mark.parametrize(("mapped", "found"), [(START, True), (START + HOUR, False)])
def test_acr_tkt_04_alerts_from_before_the_mapping_make_no_ticket(mapped: object, found: bool) -> None:
    tickets = replace(ON, mapped_since=(MappedSince(tenant_id(1), mapped),))  # type: ignore[arg-type]
    assert (placed(tickets=tickets) is not NoTicket.BEFORE_MAPPING) is found


def test_acr_tkt_04_the_later_of_mapping_and_ticking_counts() -> None:
    row = replace(a_row(), since=START + HOUR)
    tickets = replace(ON, rows=(row,), mapped_since=(MappedSince(tenant_id(1), START),))
    assert counts_from(tenant_id(1), "BackupFailed", tickets) == START + HOUR
    assert counts_from(tenant_id(1), "Other", tickets) == START


def test_a_muted_company_makes_no_tickets_until_its_time_is_over() -> None:
    mute = Mute(CompanyId(1), "they move house", until=START + DAY)
    tickets = replace(ON, mutes=(mute,))
    assert placed(tickets=tickets) is NoTicket.MUTED
    assert isinstance(placed(an_alert(tenant=2), tickets), Place)
    assert isinstance(place(an_alert(), decided(tickets), now=START + DAY), Place)


def test_a_mute_of_one_type_leaves_the_others() -> None:
    tickets = replace(ON, mutes=(Mute(CompanyId(1), "known", type="BackupFailed"),))
    assert placed(tickets=tickets) is NoTicket.MUTED
    assert isinstance(placed(an_alert(kind="MachineOffline"), tickets), Place)


def test_a_field_left_open_is_taken_from_the_severity() -> None:
    tickets = replace(
        ON,
        rows=(AlertRow("BackupFailed", fields=TicketFields(queue=Code(8))),),
        severities=(
            SeverityRow(AlertSeverity.CRITICAL, True, TicketFields(queue=Code(1), priority=Code(4))),
        ),
    )
    assert fields_of(an_alert(), tickets) == TicketFields(queue=Code(8), priority=Code(4))


def test_acr_tkt_02_a_role_goes_with_its_resource_and_a_sub_issue_with_its_issue() -> None:
    """Of two persons the role of one does not fit the other."""
    tickets = replace(
        ON,
        rows=(AlertRow("BackupFailed", fields=TicketFields(resource=Code(5), issue_type=Code(3))),),
        severities=(
            SeverityRow(
                AlertSeverity.CRITICAL,
                True,
                TicketFields(resource=Code(6), role=Code(9), issue_type=Code(4), sub_issue_type=Code(7)),
            ),
        ),
    )
    found = fields_of(an_alert(), tickets)
    assert (found.resource, found.role) == (5, None)
    assert (found.issue_type, found.sub_issue_type) == (3, None)


def test_due_dates_are_a_time_after_the_ticket() -> None:
    tickets = replace(ON, rows=(AlertRow("BackupFailed", fields=TicketFields(due_after=timedelta(days=1))),))
    assert fields_of(an_alert(), tickets).due_after == DAY


def test_acr_tkt_04_a_type_ticked_before_tickets_were_on_counts_from_then() -> None:
    """On again after a time off, too: nothing of that time makes a ticket (ACR-CON-07)."""
    tickets = replace(ON, since=START + DAY, rows=(replace(a_row(), since=START),))
    assert counts_from(tenant_id(1), "BackupFailed", tickets) == START + DAY
    assert placed(an_alert(at=START + HOUR), tickets) is NoTicket.BEFORE_MAPPING
