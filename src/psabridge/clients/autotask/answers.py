"""The envelopes around what was asked for, taken off (docs/vendors/autotask.md A5, A12)."""

from typing import Annotated, Any, TypeVar

from pydantic import Field

from psabridge.clients.autotask.metadata import (
    EntityInformation,
    FieldInformation,
    UserDefinedFieldInformation,
)
from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.wire_model import WireModel, validated, validated_all
from psabridge.kit.errors import Unreadable

R = TypeVar("R", bound=Record)


class _Item(WireModel):
    item: dict[str, Any] | None


class _Count(WireModel):
    query_count: Annotated[int, Field(ge=0)]


class _Info(WireModel):
    info: dict[str, Any]


class _Fields(WireModel):
    fields: list[Any]


class _Versions(WireModel):
    api_versions: list[str]


def item_of(model: type[R], content: object, record_id: int) -> R | None:
    """A missing row is told by 404 or by an item of null (A5)."""
    subject = f"Autotask {model.entity}"
    item = validated(_Item, content, subject).item
    if item is None:
        return None
    record = validated(model, item, subject)
    if record.id != record_id:
        raise Unreadable(subject, f"asked for {record_id}, answered with {record.id}", "Read again")
    return record


def query_count(content: object, entity: str) -> int:
    return validated(_Count, content, f"Autotask {entity}").query_count


def entity_information(content: object, entity: str) -> EntityInformation:
    subject = f"Autotask {entity} information"
    return validated(EntityInformation, validated(_Info, content, subject).info, subject)


def entity_fields(content: object, entity: str) -> list[FieldInformation]:
    subject = f"Autotask {entity} fields"
    return validated_all(FieldInformation, validated(_Fields, content, subject).fields, subject)


def udf_fields(content: object, entity: str) -> tuple[UserDefinedFieldInformation, ...]:
    subject = f"Autotask {entity} user-defined fields"
    rows = validated(_Fields, content, subject).fields
    return tuple(validated_all(UserDefinedFieldInformation, rows, subject))


def version_names(content: object) -> tuple[str, ...]:
    return tuple(validated(_Versions, content, "Autotask versions").api_versions)
