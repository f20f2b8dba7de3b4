"""Answers to writes (autotask-rest.md 3). Success is always 200 with `itemId`."""

from typing import Any

from psabridge_emulators.autotask import entity_rules, stamps, udfs, wire
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import (
    Invalid,
    bad_reference,
    no_matching_record,
    no_permission,
)
from psabridge_emulators.autotask.routes import Route
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.unit_orders import (
    ADJUSTMENTS,
    LINES,
    AdjustmentOrder,
    add_line,
    change_line,
)
from psabridge_emulators.autotask.values import Reader
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.autotask.writer import Writer, writer_of
from psabridge_emulators.frame.wire import Reply, Request

# Changing people needs rights that no API-only level here has (autotask-rest.md 3.1).
NEEDS_HR_RIGHTS = frozenset({"Resources"})


class Writing:
    def __init__(self, world: AutotaskWorld, request: Request, route: Route, entity: Entity) -> None:
        self._world = world
        self._database = world.database
        self._request = request
        self._route = route
        self._entity = entity
        self._reader = Reader(world.database, entity, world.user)

    def answer(self) -> Reply:
        if not self._world.user.may_write or self._entity.name in NEEDS_HR_RIGHTS:
            raise no_permission()
        if self._request.method == "POST" and not self._world.user.may_create(self._entity.name):
            raise no_permission()
        if self._request.method in {"PATCH", "PUT"} and not self._world.user.may_update(self._entity.name):
            raise no_permission()
        writer = writer_of(self._database, self._world.user, self._request.headers)
        with self._database.written_by(writer.resource_id):
            row_id = self._carried_out(writer)
        self._record(row_id)
        return wire.reply({"itemId": row_id})

    def _carried_out(self, writer: Writer) -> int:
        match self._request.method:
            case "POST":
                return self._create(writer)
            case "DELETE":
                return self._delete()
            case method:
                return self._update(writer, full=method == "PUT")

    def _record(self, row_id: int) -> None:
        body = self._request.json() if self._request.method != "DELETE" else None
        self._database.record_write(self._request.method, self._entity.name, row_id, body, "api")

    def _create(self, writer: Writer) -> int:
        body = self._body_with_parent()
        if body.get("id"):
            raise Invalid("The id of a new record must be absent or 0.")
        if self._world.doubts.null_on_create == "refused" and None in body.values():
            raise Invalid("Object reference not set to an instance of an object.")
        values = self._reader.for_create(body)
        self._reader.check_active(values, None)
        kept = udfs.defaults(self._database, self._entity) | self._sent_udfs(body)
        if kept:
            values["_udfs"] = kept
        return self._insert(values, writer)

    def _insert(self, values: dict[str, Any], writer: Writer) -> int:
        name = self._entity.name
        if name in ADJUSTMENTS:
            return AdjustmentOrder(self._world, ADJUSTMENTS[name], values, writer).carry_out()
        if name in LINES:
            return add_line(self._world, LINES[name], values)
        rule = entity_rules.CREATE.get(name)
        added = rule(self._world, values) if rule is not None else {}
        made = values | stamps.on_create(self._entity, writer) | added
        return self._world.desk.take_in(made) if name == "Tickets" else self._database.insert(name, made)

    def _update(self, writer: Writer, *, full: bool) -> int:
        body = self._body_with_parent()
        row = self._row_named(self._id_in(body))
        self._check_unchangeable(row, body)
        values = self._reader.for_update(body, full=full)
        self._reader.check_active(values, row)
        kept = ({} if full else row.get("_udfs", {})) | self._sent_udfs(body)
        if self._entity.name in LINES:
            values = change_line(self._world, row["id"], values)
        rule = entity_rules.UPDATE.get(self._entity.name)
        added = rule(self._world, row, values) if rule is not None else {}
        stamped = stamps.on_update(self._entity, writer)
        self._database.change(self._entity.name, row["id"], **(values | stamped | added), _udfs=kept)
        return int(row["id"])

    def _delete(self) -> int:
        row = self._row_named(self._route.row_id)
        rule = entity_rules.DELETE.get(self._entity.name)
        if rule is not None:
            rule(self._world, row)
        self._database.delete(self._entity.name, row["id"])
        return int(row["id"])

    def _body_with_parent(self) -> dict[str, Any]:
        """The body; below a parent the path names it, and a body that names another is refused."""
        body = wire.object_of(self._request.body)
        child = self._entity.child
        if self._route.parent_id is None or child is None:
            return body
        key = child.parent_field.lower()
        if body.get(key, self._route.parent_id) != self._route.parent_id:
            raise bad_reference(child.parent_field, child.parent)
        return {**body, key: self._route.parent_id}

    def _id_in(self, body: dict[str, Any]) -> object:
        """PATCH and PUT carry the id in the body; the other form of PUT in the path (a doubt)."""
        return self._route.row_id if self._route.row_id is not None else body.get("id")

    def _row_named(self, row_id: object) -> Row:
        if isinstance(row_id, bool) or not isinstance(row_id, int):
            raise Invalid("Missing Required Field: id.")
        row = self._database.row(self._entity.name, row_id)
        if row is None or not self._world.user.sees(self._database, self._entity.name, row):
            raise no_matching_record()
        child = self._entity.child
        if self._route.parent_id is not None and child is not None:
            self._check_parent(row, child.parent_field)
        return row

    def _check_parent(self, row: Row, parent_field: str) -> None:
        if row.get(parent_field) != self._route.parent_id:
            raise no_matching_record()

    def _check_unchangeable(self, row: Row, body: dict[str, Any]) -> None:
        """A field that is set on create may be repeated, not changed (autotask-rest.md 5.1)."""
        for field in self._entity.columns:
            key = field.name.lower()
            if field.access != "co" or key not in body:
                continue
            sent = self._reader.for_comparison(field, body[key])
            if sent is not None and sent != row.get(field.name):
                raise Invalid(f"Data violation: The field {field.name} cannot be updated.")

    def _sent_udfs(self, body: dict[str, Any]) -> dict[int, str | int | None]:
        sent = body.get("userdefinedfields")
        return {} if sent is None else udfs.values_to_store(self._database, self._entity, sent)
