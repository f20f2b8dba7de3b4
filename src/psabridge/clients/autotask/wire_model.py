"""What every record of the wire has in common: names, strictness, and how a misfit is told."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from psabridge.kit.errors import Unreadable

# Spelled against the rule (docs/vendors/autotask.md A10).
_ODD_NAMES = {
    "udf_field_id": "udfFieldId",
    "crm_to_project_udf_id": "crmToProjectUdfId",
    "problem_ticket_id": "problemTicketId",
    "webhook_guid": "webhookGUID",
}


def wire_name(name: str) -> str:
    """`contract_service_id` is `contractServiceID` on the wire (A10)."""
    if name in _ODD_NAMES:
        return _ODD_NAMES[name]
    first, *rest = name.split("_")
    return first + "".join("ID" if word == "id" else word.capitalize() for word in rest)


class WireModel(BaseModel):
    """Unknown members are ignored, the vendor adds some each year; a wrong type is never bent to fit."""

    model_config = ConfigDict(
        alias_generator=wire_name,
        validate_by_name=True,
        validate_by_alias=True,
        extra="ignore",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
    )


M = TypeVar("M", bound=WireModel)


def fitting(model: type[M], content: object) -> M | str:
    """The record, or what does not fit."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        return f"the answer does not fit: {_misfits(error)}"


def validated(model: type[M], content: object, subject: str) -> M:
    found = fitting(model, content)
    if isinstance(found, str):
        row_id = content.get("id") if isinstance(content, dict) else None
        who = f"{subject} {row_id}" if type(row_id) is int else subject
        raise Unreadable(who, found, _NEXT)
    return found


def validated_all(model: type[M], rows: Iterable[object], subject: str) -> list[M]:
    return [validated(model, row, subject) for row in rows]


_NEXT = "Nothing of this answer is used; read again, and report it if it stays"


def _misfits(error: ValidationError) -> str:
    """Members and kinds only: values of customers do not belong into messages."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'record'} ({one['type']})" for one in found[:5])
