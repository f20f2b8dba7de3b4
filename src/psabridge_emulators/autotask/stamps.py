"""The fields that Autotask fills in itself when a row is made or changed."""

from typing import Any

from psabridge_emulators.autotask.days import wire_time
from psabridge_emulators.autotask.entity import Entity
from psabridge_emulators.autotask.writer import Writer

MADE_AT = ("createDate", "createDateTime")
CHANGED_AT = (
    "lastModifiedDate",
    "lastActivityDate",
    "lastTrackedModifiedDateTime",
    "lastTrackedModificationDateTime",
)
MADE_BY = ("creatorResourceID", "createdByResourceID")
CHANGED_BY = ("updateResourceID", "lastActivityResourceID")


def on_create(entity: Entity, writer: Writer) -> dict[str, Any]:
    now = wire_time(writer.now)
    stamps: dict[str, Any] = dict.fromkeys((*MADE_AT, *CHANGED_AT), now)
    stamps |= dict.fromkeys((*MADE_BY, *CHANGED_BY), writer.resource_id)
    stamps["impersonatorCreatorResourceID"] = writer.impersonator_id
    return {name: value for name, value in stamps.items() if name in entity.fields}


def on_update(entity: Entity, writer: Writer) -> dict[str, Any]:
    stamps: dict[str, Any] = dict.fromkeys(CHANGED_AT, wire_time(writer.now))
    stamps |= dict.fromkeys(CHANGED_BY, writer.resource_id)
    stamps["impersonatorUpdaterResourceID"] = writer.impersonator_id
    return {name: value for name, value in stamps.items() if name in entity.fields}
