"""In any order of events every alert stands somewhere, and nothing is closed too early (R47-R53)."""

from dataclasses import replace

from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from psabridge.rules.tickets.alerts import BackupAlert
from psabridge.rules.tickets.deciding import muted, unmuted
from psabridge.rules.tickets.lifecycle import Act
from psabridge.rules.tickets.plan import TicketStep
from psabridge.rules.tickets.settings import Mute, Reopening, StormLimit, TicketSettings
from psabridge.rules.tickets.stories import Closed, Telling
from psabridge.rules.words import CompanyId
from tests.tickets.cast import COMPLETE, DAY, HOUR, MINUTE, Desk, an_alert, decided

REASONS = ("disk full", "no route", "stopped by a person")


class DeskLife(RuleBasedStateMachine):
    """Alerts, technicians and time, with a cycle whenever it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.number = 0
        self.reopened: set[int] = set()  # by a technician, although a later ticket may stand
        self.has_moved = False

    @initialize(
        reopening=st.sampled_from(Reopening),
        days=st.integers(1, 3),
        closes=st.booleans(),
        most=st.sampled_from([2, 3, 100]),
    )
    def begins(self, reopening: Reopening, days: int, closes: bool, most: int) -> None:
        self.desk.settings = decided(
            TicketSettings(
                is_on=True,
                close_status=COMPLETE if closes else None,
                reopening=reopening,
                reopen_days=days,
                storm=StormLimit(most, 10 * MINUTE),
            )
        )

    @rule(
        workload=st.sampled_from(["PC-1", "PC-2", "PC-3", "PC-4", ""]),
        kind=st.sampled_from(["BackupFailed", "MachineOffline"]),
        tenant=st.sampled_from([1, 1, 2, 9]),
        ago=st.integers(0, 200),
    )
    def an_alert_is_raised(self, workload: str, kind: str, tenant: int, ago: int) -> None:
        self.number += 1
        raised = self.desk.now - ago * MINUTE
        self.desk.raises(an_alert(f"a{self.number}", workload=workload, kind=kind, tenant=tenant, at=raised))

    @precondition(lambda self: self.reported())
    @rule(data=st.data(), reason=st.sampled_from(REASONS))
    def an_alert_changes(self, data: st.DataObject, reason: str) -> None:
        alert = data.draw(st.sampled_from(self.reported()))
        self.desk.raises(replace(alert, details=(("Reason", reason),)))

    @precondition(lambda self: self.reported())
    @rule(data=st.data())
    def an_alert_is_cleared(self, data: st.DataObject) -> None:
        self.desk.clears(data.draw(st.sampled_from(self.reported())).id)

    @precondition(lambda self: self.desk.open_tickets())
    @rule(data=st.data())
    def a_technician_closes(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.desk.open_tickets()))
        self.desk.person_closes(ticket.id)

    @precondition(lambda self: self.closed())
    @rule(data=st.data())
    def a_technician_reopens(self, data: st.DataObject) -> None:
        ticket = data.draw(st.sampled_from(self.closed()))
        self.desk.person_reopens(ticket)
        self.reopened.add(ticket)

    @precondition(lambda self: self.desk.tickets)
    @rule(data=st.data())
    def a_ticket_is_merged_away(self, data: st.DataObject) -> None:
        self.desk.somebody_merges(data.draw(st.sampled_from([t.id for t in self.desk.tickets.values()])))

    @rule(company=st.sampled_from([1, 2]))
    def a_tenant_moves(self, company: int) -> None:
        self.desk.belongs_to(1, company)
        self.has_moved = True

    @rule(company=st.sampled_from([1, 2]), is_muted=st.booleans())
    def a_customer_is_muted_or_not(self, company: int, is_muted: bool) -> None:
        tickets, one = self.desk.settings.tickets, CompanyId(company)
        after = muted(tickets, Mute(one, "they move house")) if is_muted else unmuted(tickets, one, None)
        self.desk.settings = replace(self.desk.settings, tickets=after)

    @rule(time=st.sampled_from([MINUTE, HOUR, DAY, 4 * DAY]))
    def time_passes(self, time: object) -> None:
        self.desk.passes(time)  # type: ignore[arg-type]

    @rule()
    def a_cycle_runs(self) -> None:
        steps = self.desk.settles()
        self.nothing_was_closed_over_what_was_reported(steps)
        self.every_alert_stands_somewhere()
        self.nothing_is_closed_that_is_reported()

    def every_alert_stands_somewhere(self) -> None:
        """R53."""
        assert self.desk.last is not None
        without = set(self.desk.last.without)
        told = set(self.desk.told)
        assert set(self.desk.alerts) == without | told
        assert not {alert for alert in without & told if not self.desk.alerts[alert].is_reported}

    def nothing_was_closed_over_what_was_reported(self, steps: list[TicketStep]) -> None:
        """R52: muted or not. A tenant that moved away and back left its alerts in two tickets."""
        closing = [step.after for step in steps if step.act is Act.CLOSE and step.after.ending is not None]
        keys = {story.key for story in closing if story.telling is Telling.CONDITION}
        assert self.has_moved or not keys & {one.condition for one in self.reported()}

    def nothing_is_closed_that_is_reported(self) -> None:
        for alert in self.reported():
            story = self.desk.home.get(alert.condition)
            if story is None or alert.id not in self.desk.told:
                continue
            now = self.desk.stories[story.external_id]
            by_person = now.ending is not None and now.ending.by in {Closed.PERSON, Closed.GONE}
            assert now.ending is None or by_person, f"{alert.id} is reported, and {now.external_id} closed"

    @invariant()
    def alerts_without_a_subject_are_never_merged(self) -> None:
        """R48."""
        alone = [self.desk.home.get(one.condition) for one in self.desk.alerts.values() if not one.about]
        own = [one.external_id for one in alone if one is not None and one.telling is Telling.CONDITION]
        assert len(own) == len(set(own))

    @invariant()
    def one_open_ticket_for_a_condition(self) -> None:
        """R49: but for those of a company the tenant left, and those a technician opened again."""
        ours = [one for one in self.desk.open_tickets() if one.id not in self.reopened]
        open_ones = [(one.external_id[:32], one.company) for one in ours]
        assert len(open_ones) == len(set(open_ones))

    def reported(self) -> list[BackupAlert]:
        return [one for one in self.desk.alerts.values() if one.is_reported]

    def closed(self) -> list[int]:
        return [one.id for one in self.desk.tickets.values() if one.status == COMPLETE]


DeskLife.TestCase.settings = effort(max_examples=60, stateful_step_count=30, deadline=None)
TestDeskLife = DeskLife.TestCase
