"""What the tenant says about itself: picklists, user-defined fields, request threshold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from psabridge.clients.autotask.wire_model import WireModel

_NUMBER = re.compile(r"-?[0-9]+")


def _values(value: object) -> object:
    """No picklist is sent as null, "" or [] (docs/vendors/autotask.md A12)."""
    if value is None or value == "":
        return ()
    return tuple(value) if isinstance(value, list) else value


class PicklistValue(WireModel):
    value: str  # text even where the field itself is a number (A12)
    label: str
    is_active: bool = True
    is_default_value: bool = False
    is_system: bool = False
    parent_value: str | None = None


class FieldInformation(WireModel):
    name: str
    data_type: str | None = None
    length: int | None = None
    is_required: bool | None = None
    is_read_only: bool | None = None
    is_pick_list: bool = False
    picklist_parent_value_field: str | None = None  # sub-issue types belong to an issue type (A40)
    picklist_values: Annotated[tuple[PicklistValue, ...], BeforeValidator(_values)] = ()


class UserDefinedFieldInformation(WireModel):
    name: str
    label: str | None = None
    type: str | None = None
    is_pick_list: bool = False
    is_required: bool | None = None
    default_value: str | None = None
    picklist_values: Annotated[tuple[PicklistValue, ...], BeforeValidator(_values)] = ()


class EntityInformation(WireModel):
    """What the user may do with an entity: 0 nothing, 1 all, 2 restricted (A12)."""

    name: str
    user_access_for_query: int | None = None
    user_access_for_create: int | None = None
    user_access_for_update: int | None = None
    user_access_for_delete: int | None = None


class Threshold(WireModel):
    """10,000 requests an hour, of all integrations of the database together (A25)."""

    entity: ClassVar[str] = "ThresholdInformation"
    external_request_threshold: Annotated[int, Field(gt=0)]
    request_threshold_timeframe: int | None = None
    current_timeframe_request_count: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class Picklists:
    """The picklists of an entity as read at a moment; labels find, values are kept (R45)."""

    entity: str
    read_at: datetime
    fields: Mapping[str, tuple[PicklistValue, ...]]
    required: frozenset[str] = frozenset()  # all fields that the entity asks for, with a picklist or not

    def values(self, field: str) -> tuple[PicklistValue, ...]:
        """Of a field without picklist: none."""
        return self.fields.get(field, ())

    def value(self, field: str, label: str) -> int | None:
        """The number behind a label, active ones before inactive; None if there is no such label."""
        wanted = label.strip().casefold()
        found = [one for one in self.values(field) if one.label.strip().casefold() == wanted]
        found.sort(key=lambda one: not one.is_active)
        return int(found[0].value) if found and _NUMBER.fullmatch(found[0].value) else None
