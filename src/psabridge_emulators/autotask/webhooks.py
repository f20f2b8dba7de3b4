"""Webhooks at work: which changes are told to whom, what is on its way, and when one is switched off."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from psabridge_emulators.autotask import udfs, webhook_rules
from psabridge_emulators.autotask.callouts import ATTEMPTS, BETWEEN_ATTEMPTS, Event, Settings, signature
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import wire_time
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.tables_webhooks import COMPANIES, ERROR_LOGS, FAMILIES, Family

SWITCHED_OFF_AFTER = 25  # failed events in a row
LOGS_ARE_KEPT = timedelta(days=30)
REMEMBERED = 1_000
SUBSCRIPTIONS = {
    "Create": "isSubscribedToCreateEvents",
    "Update": "isSubscribedToUpdateEvents",
    "Delete": "isSubscribedToDeleteEvents",
}
_FAMILY_OF_ENTITY = {family.watched: family for family in FAMILIES}
_FAMILY_OF_HOOKS = {family.hooks.name: family for family in FAMILIES}
_FAMILY_OF_FIELDS = {
    fields.name: family for family in FAMILIES for fields in (family.fields, family.udf_fields)
}


@dataclass(frozen=True, slots=True)
class Change:
    action: str
    family: Family
    before: Row
    after: Row
    by: int

    @property
    def row(self) -> Row:
        return self.after or self.before


@dataclass(slots=True)
class Webhooks:
    database: Database
    settings: Settings = field(default_factory=Settings)
    delivered: deque[Event] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    dropped: deque[Event] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _queues: dict[tuple[str, int], deque[Event]] = field(default_factory=dict)
    _number: int = 0
    _sequences: dict[tuple[str, int], int] = field(default_factory=dict)
    _failures: dict[tuple[str, int], int] = field(default_factory=dict)

    def begin(self) -> None:
        """Nothing is under way in a process that has just begun."""
        for event in self.waiting:
            event.under_way = False

    @property
    def waiting(self) -> list[Event]:
        return [event for queue in self._queues.values() for event in queue]

    # ---- what is told

    def changed(self, entity_name: str, before: Row | None, after: Row | None, by: int) -> None:
        """Hears of every change that somebody makes."""
        if entity_name in _FAMILY_OF_FIELDS:
            self._check_ready(_FAMILY_OF_FIELDS[entity_name], after or before or {})
        elif entity_name in _FAMILY_OF_HOOKS:
            self._hook_changed(_FAMILY_OF_HOOKS[entity_name], before, after)
        elif entity_name == "Resources" and after is not None and after.get("isActive") is False:
            self.creator_left(after["id"])
        elif entity_name in _FAMILY_OF_ENTITY:
            family = _FAMILY_OF_ENTITY[entity_name]
            self._tell(Change(_action(before, after), family, before or {}, after or {}, by))

    def _check_ready(self, family: Family, row: Row) -> None:
        hook_id = row["webhookID"]
        if self.database.row(family.hooks.name, hook_id) is not None:
            ready = webhook_rules.ready(self.database, family, hook_id)
            self.database.change(family.hooks.name, hook_id, isReady=ready)

    def _hook_changed(self, family: Family, before: Row | None, after: Row | None) -> None:
        if before is None:
            return
        if before["isActive"] and (after is None or not after["isActive"]):
            self._deactivated(family, before)
        if after is None:
            for child in family.children:
                for row in self.database[child.name].find("webhookID", before["id"]):
                    self.database.delete(child.name, row["id"])

    def creator_left(self, resource_id: int) -> None:
        """The webhooks of somebody who is no longer active are switched off (section 8)."""
        for family in FAMILIES:
            for row in self.database[family.hooks.name].all():
                if row["ownerResourceID"] == resource_id and row["isActive"]:
                    self.database.change(family.hooks.name, row["id"], isActive=False)

    def _tell(self, change: Change) -> None:
        for hook in self.database[change.family.hooks.name].all():
            told = self._told(hook, change)
            if told is not None:
                self._put(change, hook, told)

    def _told(self, hook: Row, change: Change) -> dict[str, Any] | None:
        """The fields of a callout, None where this webhook does not call for this change."""
        family, wanted = change.family, hook.get(SUBSCRIPTIONS[change.action])
        excluded = self.database[family.excluded.name].find("webhookID", hook["id"])
        if not (hook["isActive"] and hook["isReady"] and wanted):
            return None
        if any(row["resourceID"] == change.by for row in excluded):
            return None
        if change.action == "Delete":
            return {}
        subscribed = self._values(hook, change, "isSubscribedField")
        news = subscribed if change.action == "Create" else self._news(hook, change)
        if not news:
            return None
        return self._values(hook, change, "isDisplayAlwaysField") | news

    def _news(self, hook: Row, change: Change) -> dict[str, Any]:
        """What is subscribed to and has another value than before."""
        before = replace(change, after=change.before)
        old = self._values(hook, before, "isSubscribedField")
        new = self._values(hook, change, "isSubscribedField")
        return {name: value for name, value in new.items() if old[name] != value}

    def _values(self, hook: Row, change: Change, flag: str) -> dict[str, Any]:
        return {
            name: value
            for row, name, value in (*self._fields(hook, change), *self._udf_fields(hook, change))
            if row.get(flag)
        }

    def _fields(self, hook: Row, change: Change) -> Iterator[tuple[Row, str, Any]]:
        """Names are in PascalCase (section 8)."""
        for row in self.database[change.family.fields.name].find("webhookID", hook["id"]):
            entry = self.database.picklists.find(change.family.picklist, row["fieldID"])
            if entry is not None:
                yield row, entry.label[0].upper() + entry.label[1:], change.row.get(entry.label)

    def _udf_fields(self, hook: Row, change: Change) -> Iterator[tuple[Row, str, Any]]:
        kept: Mapping[int, str | int | None] = change.row.get("_udfs", {})
        for row in self.database[change.family.udf_fields.name].find("webhookID", hook["id"]):
            definition = self.database.row("UserDefinedFieldDefinitions", row["udfFieldID"])
            if definition is not None:
                value = udfs.shown_value(self.database, kept.get(definition["id"]))
                yield row, definition["name"], value

    def _put(self, change: Change, hook: Row, told: dict[str, Any]) -> None:
        hooks = change.family.hooks.name
        body = {"Action": change.action, "Guid": hook["webhookGUID"], "EntityType": change.family.told_as}
        body |= {"Id": change.row["id"], "Fields": told}
        text = self._text(hooks, hook, body, change.by)
        escaped = self.database.doubts.webhook_signature == "escaped"
        signed = signature(hook["secretKey"], text, escaped=escaped)
        self._queue(hooks, hook, hook["webhookUrl"], text, signed)

    def _text(self, hooks: str, hook: Row, body: dict[str, Any], by: int | None) -> str:
        key = (hooks, hook["id"])
        self._sequences[key] = self._sequences.get(key, 0) + 1
        time = f"{self.database.now:%Y-%m-%dT%H:%M:%SZ}"
        person = {} if by is None else {self.database.doubts.webhook_person_key: by}
        told = body | {"EventTime": time, "SequenceNumber": self._sequences[key]} | person
        return json.dumps(told, ensure_ascii=False, default=str)

    def _deactivated(self, family: Family, hook: Row) -> None:
        """The notice names no entity and is not signed (section 8); what was on its way is dropped."""
        hooks = family.hooks.name
        self.dropped += self._queues.pop((hooks, hook["id"]), deque())
        body = {"Action": "Deactivated", "Guid": hook["webhookGUID"], "Id": hook["id"]}
        text = self._text(hooks, hook, body, None)
        self._queue(hooks, hook, hook["deactivationUrl"], text, None)

    def _queue(self, hooks: str, hook: Row, url: str, body: str, signed: str | None) -> None:
        if self.settings.lose > 0:
            self.settings = replace(self.settings, lose=self.settings.lose - 1)
            return
        due = self.database.now + timedelta(seconds=self.settings.delay_seconds)
        key = (hooks, hook["id"])
        queue = self._queues.setdefault(key, deque())
        for _ in range(self.settings.copies):
            self._number += 1
            queue.append(Event(self._number, *key, url, body, self._sequences[key], due, signed))

    # ---- how it is delivered

    def due(self, now: datetime) -> list[Event]:
        """The oldest event of each webhook, where its time has come: events of one queue in order."""
        return [event for event in self._heads() if event.due <= now and not event.under_way]

    def _heads(self) -> list[Event]:
        return [queue[0] for queue in self._queues.values() if queue]

    def settle(self, number: int, error: str | None, now: datetime) -> None:
        """One attempt is over; an error is None where the answer was any 2xx within ten seconds."""
        event = next((event for event in self._heads() if event.number == number), None)
        if event is None:
            return
        event.under_way = False
        event.attempts += 1
        if error is None:
            self._arrived(event)
        elif event.attempts < ATTEMPTS:
            event.errors.append(error)
            event.due = now + BETWEEN_ATTEMPTS
        else:
            event.errors.append(error)
            self._given_up(event, error)

    def _arrived(self, event: Event) -> None:
        self.delivered.append(self._queues[event.hooks, event.hook_id].popleft())
        self._failures.pop((event.hooks, event.hook_id), None)

    def _given_up(self, event: Event, error: str) -> None:
        self.dropped.append(self._queues[event.hooks, event.hook_id].popleft())
        self._log(event, error)
        key = (event.hooks, event.hook_id)
        self._failures[key] = self._failures.get(key, 0) + 1
        hook = self.database.row(*key)
        if self._failures[key] >= SWITCHED_OFF_AFTER and hook is not None and hook["isActive"]:
            self._failures.pop(key)
            self.database.change(event.hooks, event.hook_id, isActive=False)
            self._deactivated(_FAMILY_OF_HOOKS[event.hooks], hook)

    def _log(self, event: Event, error: str) -> None:
        """The log has no member for webhooks of tickets: their payload names them (D13)."""
        of_company = event.hooks == COMPANIES.hooks.name
        values = {
            "accountWebhookID": event.hook_id if of_company else None,
            "createDateTime": wire_time(self.database.now),
            "errorMessage": error,
            "payload": event.body,
            "sequenceNumber": event.sequence,
        }
        self.database.insert(ERROR_LOGS.name, values)

    def pass_time(self, now: datetime) -> None:
        oldest = wire_time(now - LOGS_ARE_KEPT)
        for row in list(self.database[ERROR_LOGS.name].all()):
            if row["createDateTime"] < oldest:
                self.database.delete(ERROR_LOGS.name, row["id"])


def _action(before: Row | None, after: Row | None) -> str:
    if before is None:
        return "Create"
    return "Delete" if after is None else "Update"
