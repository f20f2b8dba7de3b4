"""The back door to the service desk: what technicians, workflow and the tenant's settings do (README)."""

from collections.abc import Callable
from typing import Any

from psabridge_emulators.autotask.picklists import TICKET_COMPLETE
from psabridge_emulators.autotask.service_desk import INTERNAL, Workflow
from psabridge_emulators.autotask.tables_tickets import TICKETS
from psabridge_emulators.autotask.ticket_rules import NOTE_TITLE
from psabridge_emulators.autotask.values import to_kept
from psabridge_emulators.autotask.world import AutotaskWorld

Body = dict[str, Any]
IN_PROGRESS = 8
KNOWN_KEYS = {
    "ticket": {
        *("ticket", "act", "by", "status", "queue", "company", "resource", "role"),
        *("text", "title", "note_type", "publish", "into"),
    },
    "workflow": {"when", "values", "seconds", "note", "clear"},
    "category": {"category", "requires", "active"},
    "picklist": {"list", "value", "label", "active", "parent"},
}


class DeskControls:
    def __init__(self, world: AutotaskWorld) -> None:
        self._world = world
        self._desk = world.desk
        self.posts: dict[str, Callable[[Body], Body]] = {
            "ticket": self._ticket,
            "workflow": self._workflow,
            "category": self._category,
            "picklist": self._picklist,
        }
        self._acts: dict[str, Callable[[int, int, Body], Body]] = {
            "close": lambda ticket, by, body: self._set(
                ticket, by, status=body.get("status", TICKET_COMPLETE)
            ),
            "reopen": lambda ticket, by, body: self._set(ticket, by, status=body.get("status", IN_PROGRESS)),
            "status": lambda ticket, by, body: self._set(ticket, by, status=body["status"]),
            "queue": lambda ticket, by, body: self._set(ticket, by, queueID=body["queue"]),
            "assign": lambda ticket, by, body: self._set(
                ticket, by, assignedResourceID=body["resource"], assignedResourceRoleID=body["role"]
            ),
            "company": self._move,
            "note": self._note,
            "merge": self._merge,
            "delete": self._delete,
        }

    def _ticket(self, body: Body) -> Body:
        """What a technician does to a ticket at the screen; nothing but the completion is ruled there."""
        act, ticket = body["act"], body["ticket"]
        if act not in self._acts:
            raise ValueError(f"nobody can {act} a ticket; known: {', '.join(sorted(self._acts))}")
        return self._acts[act](ticket, body.get("by", self._world.person_id), body)

    def _set(self, ticket: int, by: int, **values: int) -> Body:
        self._desk.change(ticket, self._known(values), by=by)
        return {"id": ticket}

    def _known(self, values: Body) -> Body:
        """Nothing a person could not choose: a typing error is no change."""
        for name, value in values.items():
            field = TICKETS.fields[name]
            kept = to_kept(field, value)
            known = self._world.database
            if (
                field.picklist is not None
                and kept is not None
                and not known.picklists.find(field.picklist, kept)
            ):
                raise ValueError(f"{name} has no value {value}")
            if field.refers_to is not None and kept is not None and known.row(field.refers_to, kept) is None:
                raise ValueError(f"there is no {name} {value}")
        return values

    def _move(self, ticket: int, by: int, body: Body) -> Body:
        self._known({"companyID": body["company"]})
        self._desk.move(ticket, body["company"], by=by)
        return {"id": ticket}

    def _note(self, ticket: int, by: int, body: Body) -> Body:
        note_type, publish = body.get("note_type", 1), body.get("publish", INTERNAL)
        title = body.get("title")
        made = self._desk.note(ticket, body["text"], by=by, title=title, note_type=note_type, publish=publish)
        return {"id": made}

    def _merge(self, ticket: int, by: int, body: Body) -> Body:
        self._desk.merge(ticket, body["into"], by=by)
        return {"id": body["into"]}

    def _delete(self, ticket: int, by: int, _body: Body) -> Body:
        self._desk.delete(ticket, by=by)
        return {"id": ticket}

    def _workflow(self, body: Body) -> Body:
        """One rule more, or with `clear` none at all; what already waits still happens."""
        if body.get("clear"):
            self._desk.workflows.clear()
        if "values" in body or "note" in body:
            when, values = body.get("when", {}), body.get("values", {})
            unknown = sorted((set(when) | set(values)) - set(TICKETS.fields))
            if unknown:
                raise ValueError(f"tickets have no {', '.join(unknown)}")
            rule = Workflow(when, self._known(values), int(body.get("seconds", 0)), body.get("note"))
            self._desk.workflows.append(rule)
        return {"rules": len(self._desk.workflows)}

    def _category(self, body: Body) -> Body:
        """What a category requires beside the rest, and whether it is active."""
        category = int(body["category"])
        if self._world.database.row("TicketCategories", category) is None:
            raise ValueError(f"there is no category {category}")
        changes: Body = {}
        if "requires" in body:
            unknown = sorted(set(body["requires"]) - set(TICKETS.fields) - {NOTE_TITLE})
            if unknown:
                raise ValueError(f"tickets have no {', '.join(unknown)}")
            changes["_requires"] = tuple(body["requires"])
        if "active" in body:
            self._change_value("ticket_category", category, active=bool(body["active"]))
        self._world.database.change("TicketCategories", category, **changes)
        return {"category": category}

    def _picklist(self, body: Body) -> Body:
        """A value of a picklist is added, renamed, or switched off and on."""
        name, value = body["list"], int(body["value"])
        self._change_value(
            name,
            value,
            label=body.get("label"),
            active=body.get("active"),
            parent=str(body.get("parent", "")),
        )
        return {"list": name, "value": value}

    def _change_value(
        self, name: str, value: int, *, label: str | None = None, active: bool | None = None, parent: str = ""
    ) -> None:
        picklists = self._world.database.picklists
        picklists.change(name, value, label=label, active=active, parent=parent)
        entry = picklists.find(name, value)
        if name == "ticket_category" and entry is not None:
            self._desk.show_category(entry)
