"""What happens to tickets inside Autotask: numbers, duplicates, workflow, and the people of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psabridge_emulators.autotask import stamps, ticket_rules
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.entities import BY_NAME
from psabridge_emulators.autotask.errors import Invalid
from psabridge_emulators.autotask.picklists import PICKLISTS, TICKET_COMPLETE, PickValue
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.writer import Writer

WORKFLOW_NOTE = 13  # autotask-rest.md 6.4
INTERNAL = 2
# What goes with the company, so that a person who moves a ticket leaves it behind (autotask-rest.md 3.2).
LEFT_BEHIND = dict.fromkeys((*ticket_rules.OF_COMPANY, *ticket_rules.OF_CONTRACT))


@dataclass(frozen=True, slots=True)
class Workflow:
    """A rule of the tenant: what happens to a ticket some time after it was made."""

    when: Mapping[str, Any]  # fields and values a ticket has when it is made; empty: every ticket
    values: Mapping[str, Any]
    seconds: int = 0  # 0: before the caller has its answer
    note: str | None = None

    def means(self, ticket: Row) -> bool:
        return all(ticket.get(name) == value for name, value in self.when.items())


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    ticket_id: int
    workflow: Workflow


@dataclass(slots=True)
class ServiceDesk:
    database: Database
    person_id: int
    workflows: list[Workflow] = field(default_factory=list)
    waiting: list[Due] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The categories of the tenant are the values of the ticket's picklist (autotask-rest.md 6.3)."""
        for entry in PICKLISTS["ticket_category"]:
            self.show_category(entry)

    def show_category(self, entry: PickValue) -> None:
        """A value of the picklist is a row of TicketCategories too."""
        values = {"name": entry.label, "nickname": entry.label[:3], "isActive": entry.is_active}
        if self.database.row("TicketCategories", entry.value) is not None:
            self.database.change("TicketCategories", entry.value, **values)
            return
        flags = {"isApiOnly": False, "isGlobalDefault": entry.is_default}
        self.database.insert("TicketCategories", {"id": entry.value} | values | flags)

    def next_number(self) -> str:
        """Numbers are counted by the day and never given twice (autotask-rest.md 6.3)."""
        day = f"{self.database.now:%Y%m%d}"
        self._numbers[day] = self._numbers.get(day, 0) + 1
        return f"T{day}.{self._numbers[day]:04d}"

    # ---- what comes through the API

    def take_in(self, values: dict[str, Any]) -> int:
        """Make the ticket, or note it on the open one with its external id; answers the ticket's id."""
        standing = self._duplicate(values.get("externalID"))
        if standing is not None:
            text = f"{values['title']}\n\n{values.get('description') or ''}".strip()
            self.note(standing["id"], text, by=values["creatorResourceID"])
            return int(standing["id"])
        ticket_id = self.database.insert("Tickets", values)
        self._start_workflows(ticket_id)
        return ticket_id

    def _duplicate(self, external_id: str | None) -> Row | None:
        """What the tenant does about an external id that is taken is a doubt."""
        handling = self.database.doubts.duplicate_external_id
        if handling == "accepted" or not external_id:
            return None
        others = self.database["Tickets"].find("externalID", external_id)
        if handling == "refused" and others:
            raise Invalid(f"A Ticket already exists with ExternalID [{external_id}].")
        return next((other for other in others if other["status"] != TICKET_COMPLETE), None)

    def touch(self, ticket_id: int, by: int) -> None:
        """A note is activity of its ticket."""
        self.database.change("Tickets", ticket_id, **self._stamps("Tickets", by))

    # ---- workflow

    def _start_workflows(self, ticket_id: int) -> None:
        now, ticket = self.database.now, self._ticket(ticket_id)
        begun = [rule for rule in self.workflows if rule.means(ticket)]
        self.waiting += [Due(now + timedelta(seconds=rule.seconds), ticket_id, rule) for rule in begun]
        self.pass_time(now)

    def pass_time(self, until: datetime) -> None:
        """Each rule acts at its own time, also when the clock is moved by a day."""
        due = sorted((one for one in self.waiting if one.at <= until), key=lambda one: one.at)
        self.waiting = [one for one in self.waiting if one.at > until]
        for one in due:
            self.database.now = max(one.at, self.database.now)
            if self.database.row("Tickets", one.ticket_id) is not None:
                self._act(one)

    def _act(self, due: Due) -> None:
        self.change(due.ticket_id, dict(due.workflow.values), by=self.person_id)
        if due.workflow.note is not None:
            self.note(due.ticket_id, due.workflow.note, by=self.person_id, note_type=WORKFLOW_NOTE)

    # ---- people

    def change(self, ticket_id: int, values: dict[str, Any], *, by: int) -> None:
        """Any change at the screen; completion is stamped as ever."""
        row = self._ticket(ticket_id)
        with self.database.written_by(by):
            completed = ticket_rules.completion(self.database, row, values, by)
            self.database.change("Tickets", ticket_id, **(self._stamps("Tickets", by) | values | completed))

    def move(self, ticket_id: int, company_id: int, *, by: int) -> None:
        self.change(ticket_id, {"companyID": company_id, **LEFT_BEHIND}, by=by)

    def note(
        self,
        ticket_id: int,
        text: str,
        *,
        by: int,
        title: str | None = None,
        note_type: int = 1,
        publish: int = INTERNAL,
    ) -> int:
        values = {"ticketID": ticket_id, "description": text, "title": title}
        kind = {"noteType": note_type, "publish": publish}
        entity = BY_NAME["TicketNotes"]
        with self.database.written_by(by):
            stamped = stamps.on_create(entity, Writer(self.database.now, by))
            note_id = self.database.insert(entity.name, values | kind | stamped)
            self.touch(ticket_id, by)
        return note_id

    def delete(self, ticket_id: int, *, by: int) -> None:
        with self.database.written_by(by):
            for note in self.database["TicketNotes"].find("ticketID", ticket_id):
                self.database.delete("TicketNotes", note["id"])
            self.database.delete("Tickets", self._ticket(ticket_id)["id"])

    def merge(self, ticket_id: int, into: int, *, by: int) -> None:
        """What becomes of the absorbed ticket is a doubt; the other one gets a note in any case."""
        absorbed, kept = self._ticket(ticket_id), self._ticket(into)
        text = f"{absorbed['ticketNumber']} was merged into {kept['ticketNumber']}."
        self.note(into, text, by=by)
        if self.database.doubts.merged_ticket == "deleted":
            self.delete(ticket_id, by=by)
            return
        self.change(ticket_id, {"status": TICKET_COMPLETE}, by=by)
        self.note(ticket_id, text, by=by)

    def _ticket(self, ticket_id: int) -> Row:
        row = self.database.row("Tickets", ticket_id)
        if row is None:
            raise ValueError(f"there is no ticket {ticket_id}")
        return row

    def _stamps(self, entity_name: str, by: int) -> dict[str, Any]:
        return stamps.on_update(BY_NAME[entity_name], Writer(self.database.now, by))
