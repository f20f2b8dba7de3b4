"""The back door of the Autotask emulator: what people and the vendor do behind the API's back (README)."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from psabridge_emulators.autotask import desk_controls, entities, stamps, udfs, wire
from psabridge_emulators.autotask.database import ReadLag
from psabridge_emulators.autotask.days import as_day
from psabridge_emulators.autotask.dump import dump
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.errors import Refusal
from psabridge_emulators.autotask.lines import Line, line_of, lines_of_contract
from psabridge_emulators.autotask.people import Credentials
from psabridge_emulators.autotask.values import to_kept
from psabridge_emulators.autotask.world import AutotaskWorld
from psabridge_emulators.autotask.writer import Writer
from psabridge_emulators.frame.wire import Reply, Request

PREFIX = "/__control/"
Body = dict[str, Any]
SHOWN = ("ledger", "doubts", "rows", "units", "callouts")
# What a body may hold. The others check their own.
KNOWN_KEYS = {
    "post-period": {"line", "contract", "through"},
    "un-post": {"line", "contract", "since"},
    "foreign-edit": {"line", "day", "change", "by", "key", "like"},
    "contract": {"contract", "end", "status", "remove_line", "renewal"},
    "requests": {"others", "steady", "threshold"},
    "edit": {"entity", "id", "values", "udfs", "delete"},
    "lag": {"entity", "seconds", "alternating"},
    "webhooks": {"delay_seconds", "copies", "lose"},
    **desk_controls.KNOWN_KEYS,
}
USER_STATES = frozenset({"ok", "wrong_secret", "locked", "inactive", "ordinary", "revoked"})
USER_SWITCHES = frozenset(
    ["sees_contracts", "sees_tickets", "sees_costs", "may_write", "line_of_business", "max_webhooks"]
)
USER_SETS = frozenset({"hidden_companies", "hidden_contracts", "may_not_create", "may_not_update"})


class Controls:
    def __init__(self, world: AutotaskWorld) -> None:
        self._world = world
        self._posts: dict[str, Callable[[Body], Body]] = {
            "doubts": self._doubts,
            "post-period": self._post_period,
            "un-post": self._unpost,
            "foreign-edit": self._foreign_edit,
            "contract": self._contract,
            "user": self._user,
            "zone": self._zone,
            "requests": self._requests,
            "edit": self._edit,
            "lag": self._lag,
            "webhooks": self._webhooks,
            **desk_controls.DeskControls(world).posts,
        }

    @property
    def names(self) -> list[str]:
        return sorted({*self._posts, *SHOWN})

    def answer(self, request: Request) -> Reply:
        name = request.path.removeprefix(PREFIX).strip("/")
        try:
            if request.method == "GET":
                return self._show(name, request)
            if name not in self._posts:
                return Reply.of(404, {"error": f"there is no control route {name}"})
            return wire.reply(self._posts[name](self._body(name, request)))
        except Refusal as error:
            return Reply.of(409, {"errors": list(error.texts)})
        except (ValueError, KeyError, TypeError) as error:
            return Reply.of(400, {"error": str(error)})

    @staticmethod
    def _body(name: str, request: Request) -> Body:
        content = request.json() if request.body else {}
        if not isinstance(content, dict):
            raise TypeError("the body must be one JSON object")
        known = KNOWN_KEYS.get(name, set(content))
        if not set(content) <= known:
            unknown = ", ".join(sorted(set(content) - known))
            raise ValueError(f"{name} does not know {unknown}; known: {', '.join(sorted(known))}")
        return content

    def _show(self, name: str, request: Request) -> Reply:
        match name:
            case "ledger":
                return Reply.of(200, self._ledger(request))
            case "doubts":
                return Reply.of(200, self._world.doubts.as_dict())
            case "rows":
                return Reply.of(200, dump(self._world, self._entity_asked(request)))
            case "callouts":
                return Reply.of(200, self._callouts())
            case "units":
                return Reply.of(200, self._units(request))
        return Reply.of(404, {"error": f"there is no control route {name}"})

    @staticmethod
    def _entity_asked(request: Request) -> str | None:
        name = request.parameter("entity")
        if name is not None and name not in entities.BY_NAME:
            raise ValueError(f"there is no entity {name}")
        return name

    def _ledger(self, request: Request) -> Body:
        """All that landed; `?line=` and `?by=` narrow the adjustments."""
        told = self._world.ledger.as_dict()
        line, by = request.parameter("line"), request.parameter("by")
        told["adjustments"] = [
            landed
            for landed in told["adjustments"]
            if (line is None or landed["lineId"] == int(line)) and (by is None or landed["by"] == by)
        ]
        return told

    def _units(self, request: Request) -> Body:
        line, day = int(request.parameter("line") or ""), as_day(request.parameter("day") or "")
        return {"line": line, "day": day.isoformat(), "units": self._world.units_on(line, day)}

    def _callouts(self) -> Body:
        hooks = self._world.webhooks
        lists = {"waiting": hooks.waiting, "delivered": hooks.delivered, "dropped": hooks.dropped}
        return {name: [event.as_dict() for event in events] for name, events in lists.items()}

    def _webhooks(self, body: Body) -> Body:
        """How callouts are delivered from now on."""
        hooks = self._world.webhooks
        for name, value in body.items():
            least = 1 if name == "copies" else 0
            if isinstance(value, bool) or not isinstance(value, int | float) or value < least:
                raise ValueError(f"{name} is a number from {least} on, not {value!r}")
        hooks.settings = replace(hooks.settings, **body)
        return asdict(hooks.settings)

    def _doubts(self, body: Body) -> Body:
        self._world.doubts = self._world.doubts.changed(body)
        return self._world.doubts.as_dict()

    def _lines(self, body: Body) -> list[Line]:
        if "line" in body:
            return [line_of(self._world.database, body["line"])]
        return list(lines_of_contract(self._world.database, body["contract"]))

    def _post_period(self, body: Body) -> Body:
        for line in self._lines(body):
            self._world.life.post_line(line, as_day(body["through"]))
        return {}

    def _unpost(self, body: Body) -> Body:
        since = as_day(body["since"]) if "since" in body else date.min
        for line in self._lines(body):
            self._world.life.unpost_line(line, since)
        return {}

    def _foreign_edit(self, body: Body) -> Body:
        """A change of units by somebody else: given, or the twin or the opposite of the line's last one."""
        line_id = body["line"]
        day, change = body.get("day"), body.get("change")
        if "like" in body:
            last = self._world.ledger.of_line(line_id)[-1:]
            if not last:
                raise ValueError(f"nothing has landed on line {line_id} yet")
            sign = {"twin": 1, "cancel": -1}[body["like"]]
            day, change = day or last[0].effective_date, sign * last[0].unit_change
        if day is None or not isinstance(change, int):
            raise ValueError("a foreign edit needs a day and a change, or like: twin or cancel")
        by = body.get("by", "person")
        return {"id": self._world.adjust(line_id, day, change, by=by, key=body.get("key"))}

    def _contract(self, body: Body) -> Body:
        """Another end or status, a line removed, or a renewal."""
        contract_id, life = body.get("contract"), self._world.life
        if "end" in body:
            life.move_end(self._known_contract(contract_id), as_day(body["end"]))
        if "status" in body:
            self._world.database.change("Contracts", self._known_contract(contract_id), status=body["status"])
        if "remove_line" in body:
            life.remove_line(body["remove_line"])
        if "renewal" not in body:
            return {}
        renewal = body["renewal"]
        new_id = life.renew(
            self._known_contract(contract_id),
            starts=as_day(renewal["starts"]),
            ends=as_day(renewal["ends"]),
            linked=renewal.get("linked", "new"),
        )
        return {"id": new_id}

    def _known_contract(self, contract_id: object) -> int:
        if not isinstance(contract_id, int) or self._world.database.row("Contracts", contract_id) is None:
            raise ValueError(f"there is no contract {contract_id}")
        return contract_id

    def _user(self, body: Body) -> Body:
        """State, secret and sight of the API user."""
        unknown = set(body) - USER_SWITCHES - USER_SETS - {"state", "secret"}
        if unknown or body.get("state", "ok") not in USER_STATES:
            raise ValueError(f"unknown: {', '.join(sorted(unknown)) or body['state']}")
        changes: Body = {name: body[name] for name in USER_SWITCHES & set(body)}
        changes |= {name: frozenset(body[name]) for name in USER_SETS & set(body)}
        if "state" in body:
            changes["state"] = body["state"]
        if "secret" in body:
            known = self._world.credentials
            changes["credentials"] = Credentials(known.user, body["secret"], known.integration_code)
        self._world.user = replace(self._world.user, **changes)
        if self._world.user.state == "inactive":
            with self._world.database.written_by(self._world.person_id):
                self._world.webhooks.creator_left(self._world.user.resource_id)
        return {"state": self._world.user.state}

    def _zone(self, body: Body) -> Body:
        renamed = {{"ci": "database_id"}.get(name, name): value for name, value in body.items()}
        self._world.zone = replace(self._world.zone, **renamed)
        return self._world.zone.information("")

    def _requests(self, body: Body) -> Body:
        """Requests of others: once now, or steadily in every hour; and the threshold itself."""
        hour = self._world.hour
        hour.steady_others = int(body.get("steady", hour.steady_others))
        hour.threshold = int(body.get("threshold", hour.threshold))
        if "others" in body:
            hour.add(self._world.now, int(body["others"]))
        return {"used": hour.used(self._world.now)}

    def _lag(self, body: Body) -> Body:
        """How far behind the reads of an entity are; `alternating`: every second read only."""
        entity = entities.BY_NAME[body["entity"]]
        lag = ReadLag(timedelta(seconds=body.get("seconds", 0)), bool(body.get("alternating")))
        self._world.database.set_lag(entity.name, lag)
        return {"entity": entity.name, "seconds": lag.lag.total_seconds()}

    def _edit(self, body: Body) -> Body:
        """Any change of any row, as a person would make it: changed, added without `id`, or deleted."""
        entity = entities.BY_NAME[body["entity"]]
        database, row_id = self._world.database, body.get("id")
        with database.written_by(self._world.person_id):
            return {"id": self._edited(entity, row_id, body)}

    def _edited(self, entity: Entity, row_id: Any, body: Body) -> Any:  # noqa: ANN401  as the body has it
        database = self._world.database
        if body.get("delete"):
            database.delete(entity.name, int(body["id"]))
            return row_id
        values = {name: to_kept(entity.fields[name], value) for name, value in body.get("values", {}).items()}
        if "udfs" in body:
            sent = [{"name": name, "value": value} for name, value in body["udfs"].items()]
            old = {} if row_id is None else (database.row(entity.name, row_id) or {}).get("_udfs", {})
            values["_udfs"] = old | udfs.values_to_store(database, entity, sent)
        if row_id is None:
            return database.insert(entity.name, values)
        person = Writer(self._world.now, self._world.person_id)
        database.change(entity.name, row_id, **(stamps.on_update(entity, person) | values))
        return row_id
