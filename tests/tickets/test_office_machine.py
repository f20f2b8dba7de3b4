"""The whole ticket cycle among faults, kills, technicians, restores and time (R47 to R53)."""

import contextlib
import copy
from collections import Counter
from dataclasses import replace

from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from psabridge.rules.tickets.alerts import AlertId, AlertSeverity, BackupAlert
from psabridge.rules.tickets.deciding import Edit, muted, unmuted, with_types
from psabridge.rules.tickets.settings import Mute, Reopening, StormLimit, TicketSettings
from psabridge.rules.tickets.stories import NoTicket, Ticket, TicketId
from psabridge.rules.words import CompanyId, TenantId
from tests.builders import a_customer, tenant_id
from tests.tickets.book import MemoryBook, OpenBook
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, an_alert
from tests.tickets.office import Office, automatic
from tests.tickets.world import NEW, Fault, Killed

QUIET = 4 * HOUR  # longer than a late request lives, and than a refusal waits


class OfficeLife(RuleBasedStateMachine):
    """After every quiet stretch the world must be as the rules say."""

    def an_empty_book(self) -> OpenBook:
        return MemoryBook()

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(book=self.an_empty_book())
        self.number = 0
        self.raised: dict[AlertId, BackupAlert] = {}
        self.companies: dict[AlertId, set[CompanyId | None]] = {}  # of its tenant, since it was raised
        self.backup = copy.deepcopy(self.office.book)
        self.by_person: set[TicketId] = set()  # whose status a person set last
        self.is_restored = False
        self.moved: set[TenantId] = set()  # tenants that belonged to another company once

    @initialize(
        reopening=st.sampled_from(Reopening),
        closes=st.booleans(),
        most=st.sampled_from([2, 3, 100]),
        lag=st.sampled_from([0, 0, 8]),
        dismisses=st.booleans(),
    )
    def begins(self, reopening: Reopening, closes: bool, most: int, lag: int, dismisses: bool) -> None:
        tickets = TicketSettings(
            is_on=True,
            close_status=COMPLETE if closes else None,
            reopening=reopening,
            storm=StormLimit(most, 10 * MINUTE),
            dismiss_status=COMPLETE if dismisses else None,
        )
        self.office.settings = automatic(tickets)
        self.office.world.lag = lag * MINUTE

    @rule(
        workload=st.sampled_from(["PC-1", "PC-2", "PC-3", "PC-4", ""]),
        kind=st.sampled_from(["BackupFailed", "MachineOffline"]),
        tenant=st.sampled_from([1, 1, 2, 9]),
        severity=st.sampled_from([AlertSeverity.CRITICAL, AlertSeverity.CRITICAL, AlertSeverity.WARNING]),
    )
    def an_alert_is_raised(self, workload: str, kind: str, tenant: int, severity: AlertSeverity) -> None:
        at = self.office.world.clock.at
        self.again(an_alert("", workload=workload, kind=kind, tenant=tenant, severity=severity, at=at))
        self.office.world.passes(MINUTE)

    def again(self, alert: BackupAlert) -> None:
        """Raised now, with an id of its own."""
        self.number += 1
        at = self.office.world.clock.at
        raised = replace(alert, id=AlertId(f"a{self.number}."), raised_at=at, updated_at=at, cleared_at=None)
        self.raised[raised.id] = raised
        self.companies[raised.id] = {self.office.settings.company_of(alert.tenants[0])}
        self.office.world.raises(raised)

    @precondition(lambda self: self.office.world.reported())
    @rule(data=st.data())
    def an_alert_is_cleared(self, data: st.DataObject) -> None:
        self.office.world.clears(data.draw(st.sampled_from(self.office.world.reported())).id)

    @precondition(lambda self: self.office.world.reported())
    @rule(data=st.data(), reason=st.sampled_from(["disk broken", "no route"]))
    def an_alert_changes(self, data: st.DataObject, reason: str) -> None:
        alert = data.draw(st.sampled_from(self.office.world.reported()))
        self.office.world.raises(replace(alert, details=(("Reason", reason),)))

    @precondition(lambda self: self.office.world.tickets)
    @rule(data=st.data(), status=st.sampled_from([COMPLETE, COMPLETE, NEW, 8]))
    def a_technician_sets_a_status(self, data: st.DataObject, status: int) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.office.world.tickets)))
        self.office.world.person_sets(ticket, status)
        self.by_person.add(ticket)

    @precondition(lambda self: self.office.world.tickets)
    @rule(data=st.data())
    def a_ticket_is_merged_away(self, data: st.DataObject) -> None:
        self.office.world.merges(data.draw(st.sampled_from(sorted(self.office.world.tickets))))

    @precondition(lambda self: self.raised)
    @rule(data=st.data(), is_lost=st.booleans())
    def a_condition_goes_on_in_its_next_ticket(self, data: st.DataObject, is_lost: bool) -> None:
        """Its ticket is merged away, and it is raised again; the book may not outlive that."""
        before = data.draw(st.sampled_from(sorted(self.raised)))
        kept = self.office.book.alerts.get(before)
        story = None if kept is None else self.office.book.stories.get(kept.story)
        if story is not None and story.ticket in self.office.world.tickets:
            self.office.world.merges(story.ticket)
        self.again(self.raised[before])
        self.office.cycle()
        if is_lost and not self.is_something_out_of_sight():
            self.loses(self.an_empty_book())
            self.it_is_quiet_for_a_while()

    @rule(number=st.integers(2, 60))
    def a_workload_fails_again_and_again(self, number: int) -> None:
        """More than one text of a ticket holds."""
        at = self.office.world.clock.at
        for _ in range(number):
            self.again(an_alert(at=at, reason="no route to the vault " * 40))
        self.office.world.passes(MINUTE)

    @precondition(lambda self: self.office.world.reported())
    @rule(data=st.data())
    def a_condition_fails_again_while_it_is_muted(self, data: st.DataObject) -> None:
        """And what was told of it before is cleared."""
        before = data.draw(st.sampled_from(self.office.world.reported()))
        self.office.cycle()
        company = self.office.settings.company_of(before.tenants[0])
        if company is not None:
            self.a_customer_is_muted_or_not(company, is_muted=True)
        self.again(before)
        self.office.world.clears(before.id)
        self.office.cycle()

    @rule(company=st.sampled_from([1, 2, 3]), data=st.data())
    def a_customer_with_a_storm_is_mapped_otherwise(self, company: int, data: st.DataObject) -> None:
        for workload in ("PC-1", "PC-2", "PC-3", "PC-4"):
            self.an_alert_is_raised(workload, "BackupFailed", 1, AlertSeverity.CRITICAL)
        self.office.cycle()
        self.a_tenant_is_mapped_otherwise(1, company)
        self.again(data.draw(st.sampled_from(self.office.world.reported())))
        self.office.cycle()

    @rule(company=st.sampled_from([1, 2]), is_muted=st.booleans())
    def a_customer_is_muted_or_not(self, company: int, is_muted: bool) -> None:
        tickets, one = self.office.settings.tickets, CompanyId(company)
        after = muted(tickets, Mute(one, "they move house")) if is_muted else unmuted(tickets, one, None)
        self.office.settings = replace(self.office.settings, tickets=after)

    @rule(kind=st.sampled_from(["BackupFailed", "MachineOffline"]), creates=st.booleans())
    def a_type_is_ticked_or_not(self, kind: str, creates: bool) -> None:
        before, now = self.office.settings.tickets, self.office.world.clock.at
        after = with_types(before, [kind], Edit(creates=creates), now)
        self.office.settings = replace(self.office.settings, tickets=after)

    @rule(tenant=st.sampled_from([1, 2]), company=st.sampled_from([None, 1, 2, 3]))
    def a_tenant_is_mapped_otherwise(self, tenant: int, company: int | None) -> None:
        """Or not at all; or its account was moved to another company."""
        others = [one for one in self.office.settings.customers if one.tenant != tenant_id(tenant)]
        mapped = [] if company is None else [a_customer(tenant, company)]
        self.office.settings = replace(self.office.settings, customers=(*others, *mapped))
        self.moved.add(tenant_id(tenant))
        for alert in self.raised.values():
            if alert.tenants[0] == tenant_id(tenant):
                self.companies[alert.id].add(None if company is None else CompanyId(company))

    @precondition(lambda self: self.office.world.tickets)
    @rule(data=st.data(), company=st.sampled_from([1, 2, 3]))
    def a_technician_moves_a_ticket_to_another_company(self, data: st.DataObject, company: int) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.office.world.tickets)))
        self.office.world.person_moves(ticket, CompanyId(company))
        self.by_person.add(ticket)

    @rule(is_so=st.booleans())
    def the_platform_refuses_dismissals_or_not(self, is_so: bool) -> None:
        self.office.world.may_not_dismiss = is_so

    @rule(faults=st.lists(st.sampled_from(Fault), min_size=1, max_size=4))
    def a_cycle_among_faults(self, faults: list[Fault]) -> None:
        self.office.world.faults = faults
        with contextlib.suppress(Killed):
            self.office.cycle()
        self.office.world.faults = []

    @rule()
    def a_cycle(self) -> None:
        self.office.cycle()

    @rule(time=st.sampled_from([MINUTE, HOUR, DAY, 8 * DAY]))
    def time_passes(self, time: object) -> None:
        self.office.world.passes(time)  # type: ignore[arg-type]

    @rule()
    def a_backup_is_made(self) -> None:
        self.backup = copy.deepcopy(self.office.book)

    @precondition(lambda self: not self.is_something_out_of_sight())  # decision 0017 says what then happens
    @rule(is_lost=st.booleans())
    def the_database_is_restored_or_lost(self, is_lost: bool) -> None:
        self.loses(self.an_empty_book() if is_lost else copy.deepcopy(self.backup))

    def loses(self, left: OpenBook) -> None:
        """Its database, for what is left of it. When tenants were mapped comes with the configuration.

        A backup from before it was begun anew is not restored any more (decision 0017).
        """
        self.is_restored = True
        if not left.stories:
            self.backup = copy.deepcopy(left)
        mapped = self.office.book.mapped
        self.office.book = left
        self.office.book.mapped = mapped

    @rule()
    def it_is_quiet_for_a_while(self) -> None:
        self.office.world.may_not_dismiss = False
        self.office.passes(QUIET)
        self.one_ticket_of_a_story()
        self.one_open_ticket_of_a_condition()
        self.one_open_ticket_of_an_alert()
        self.nothing_is_told_twice()
        self.every_alert_stands_somewhere()
        self.nothing_is_closed_that_is_reported()
        self.nothing_was_closed_over_what_was_reported()
        self.every_alert_is_told_to_its_own_company()
        self.nothing_is_on_its_way()

    def is_something_out_of_sight(self) -> bool:
        """A request that may still arrive, or a ticket that no read shows yet."""
        world = self.office.world
        return bool(world.late) or any(not world.is_shown(ticket) for ticket in world.tickets)

    def one_ticket_of_a_story(self) -> None:
        made = Counter(one.external_id for one in self.office.world.tickets.values())
        assert not [key for key, number in made.items() if number > 1]

    def left_alone(self) -> list[Ticket]:
        """Open tickets whose status no person ever set."""
        tickets = self.office.world.tickets.values()
        return [one for one in tickets if one.status != COMPLETE and one.id not in self.by_person]

    def one_open_ticket_of_a_condition(self) -> None:
        """R49: the open story is the one with the highest number; who comes back to a company has two there.

        Where closing is off, the one with the farewell is left to people.
        """
        if self.moved and self.office.settings.tickets.close_status is None:
            return
        keys = Counter((one.external_id.rpartition("-")[0], one.company) for one in self.left_alone())
        assert not [key for key, number in keys.items() if number > 1]

    def one_open_ticket_of_an_alert(self) -> None:
        """Its own, or that of a storm."""
        world = self.office.world
        texts = [" ".join([world.texts[one.id], *world.notes[one.id]]) for one in self.left_alone()]
        for alert in (one for one in world.reported() if one.tenants[0] not in self.moved):
            assert sum(f"Id: {alert.id}" in text or f"({alert.id})" in text for text in texts) <= 1, alert.id

    def nothing_is_told_twice(self) -> None:
        """A restored book does not know what was told since."""
        notes = Counter(text for texts in self.office.world.notes.values() for text in texts)
        assert self.is_restored or not [text for text, number in notes.items() if number > 1]

    def every_alert_stands_somewhere(self) -> None:
        """R53: told in a ticket or a note, or under a reason."""
        told = " ".join(self.office.texts)
        book = self.office.book
        for alert in self.raised:
            kept = book.alerts.get(alert)
            is_told = f"Id: {alert}" in told or f"({alert})" in told
            has_reason = kept is not None and kept.reason is not None and kept.reason is not NoTicket.HELD
            assert is_told or has_reason or self.was_over_before_it_was_read(alert), alert

    def was_over_before_it_was_read(self, alert: AlertId) -> bool:
        """With the database lost nobody knows of an alert that was cleared meanwhile."""
        return self.is_restored and not self.office.world.alerts[alert].is_reported

    def nothing_is_closed_that_is_reported(self) -> None:
        """What a tenant left behind at another company goes on in its ticket there."""
        for alert in (one for one in self.office.world.reported() if one.tenants[0] not in self.moved):
            kept = self.office.book.alerts.get(alert.id)
            story = None if kept is None else self.office.book.stories.get(kept.story)
            ticket = None if story is None else self.office.world.tickets.get(story.ticket or TicketId(0))
            if ticket is not None and ticket.status == COMPLETE:
                assert ticket.id in self.by_person, f"{alert.id} is reported, and {ticket.number} closed"

    def every_alert_is_told_to_its_own_company(self) -> None:
        """ACR-TKT-06: no other customer's ticket tells of it, but where a technician moved that."""
        world = self.office.world
        for one in (one for one in world.tickets.values() if one.id not in self.by_person):
            text = " ".join([world.texts[one.id], *world.notes[one.id]])
            told = [alert for alert in self.raised if f"Id: {alert}" in text or f"({alert})" in text]
            assert all(one.company in self.companies[alert] for alert in told), one.number

    def nothing_was_closed_over_what_was_reported(self) -> None:
        """Not for a minute either, muted or not; a tenant or ticket that moved is closed with a farewell."""
        world = self.office.world
        for ticket, alert in world.closed_over:
            moved = ticket in self.by_person or world.alerts[alert].tenants[0] in self.moved
            assert moved, f"{alert} was reported when {ticket} was closed"

    def nothing_is_on_its_way(self) -> None:
        assert not self.office.book.errands


OfficeLife.TestCase.settings = effort(max_examples=60, stateful_step_count=25, deadline=None)
TestOfficeLife = OfficeLife.TestCase
