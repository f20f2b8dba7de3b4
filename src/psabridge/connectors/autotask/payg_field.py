"""The "Acronis PAYG" field of contracts: found, judged, made, and the marker in its description.

The field is known by its definition's id once it was seen; its name is read each cycle (R22, R45). The
marker of protocol 2.6 stands in the description, so that reading it costs no call of its own
(docs/decisions/0004-marker.md).
"""

import re
from collections.abc import Sequence

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.metadata import UserDefinedFieldInformation
from psabridge.clients.autotask.query import eq
from psabridge.clients.autotask.records import UserDefinedFieldDefinition, UserDefinedFieldListItem
from psabridge.clients.autotask.writes import (
    NewUserDefinedFieldDefinition,
    NewUserDefinedFieldListItem,
    PatchUserDefinedFieldDefinition,
)
from psabridge.kit.errors import RefusalKind, Refused
from psabridge.rules.psa import DefinitionState, PaygDefinition

FIELD_NAME = "Acronis PAYG"
OPTIONS = ("Yes", "No")
EXPLANATION = "Yes: billed by use. No: prepaid."
LONGEST_DESCRIPTION = 128  # the vendor's field metadata; a longer text is refused
MARKER = re.compile(r"\[(psabridge [^\]]+)\]")


def read_definition(client: AutotaskClient, known_id: int | None) -> tuple[PaygDefinition, str | None]:
    """The field as it stands now, and the marker in its description."""
    found = _definitions(client, known_id)
    if not found:
        return PaygDefinition(DefinitionState.MISSING, known_id), None
    if len(found) > 1:
        return PaygDefinition(DefinitionState.AMBIGUOUS, None), None
    definition = found[0]
    fields = client.user_defined_fields("Contracts")
    return judged(definition, fields), marker_in(definition.description)


def judged(
    definition: UserDefinedFieldDefinition, fields: Sequence[UserDefinedFieldInformation]
) -> PaygDefinition:
    """Sound only as one active list with exactly Yes and No (R22). Ours may still lack an option."""
    named = [one for one in fields if one.name == definition.name]
    if len(named) > 1:  # contracts carry values by the field's name: nobody could tell whose they are
        return PaygDefinition(DefinitionState.AMBIGUOUS, definition.id, definition.name)
    field = named[0] if named else None
    if definition.is_active is False or field is None:
        return PaygDefinition(DefinitionState.INACTIVE, definition.id, definition.name)
    if not field.is_pick_list:
        return PaygDefinition(DefinitionState.WRONG_TYPE, definition.id, definition.name)
    options = {value.label: value.value for value in field.picklist_values if value.is_active}
    if set(options) < set(OPTIONS) and (definition.description or "").startswith(EXPLANATION):
        return PaygDefinition(DefinitionState.UNFINISHED, definition.id, definition.name)
    if set(options) != set(OPTIONS):
        return PaygDefinition(DefinitionState.WRONG_OPTIONS, definition.id, definition.name)
    # Whether the wire carries the option's value or its label is doubt D5: both are understood.
    return PaygDefinition(
        DefinitionState.SOUND,
        definition.id,
        definition.name,
        yes_values=frozenset({"Yes", options["Yes"]}),
        no_values=frozenset({"No", options["No"]}),
    )


def create_definition(client: AutotaskClient) -> int:
    """Make the field, or finish one of that name whose options are missing (a kill between two calls)."""
    found = find_definitions(client)
    if len(found) > 1:
        raise Refused(
            f'the field "{FIELD_NAME}"',
            "stands on contracts more than once",
            "Rename or deactivate all but one in Autotask",
            kind=RefusalKind.DUPLICATE,
            code="ERR-14",
        )
    definition = found[0] if found else _create(client)
    there = {
        item.value_for_display
        for item in client.query(UserDefinedFieldListItem, eq("udfFieldId", definition))
    }
    for option in OPTIONS:
        if option not in there:
            client.create(
                NewUserDefinedFieldListItem(
                    udf_field_id=definition, value_for_display=option, value_for_export=option
                )
            )
    return definition


def find_definitions(client: AutotaskClient) -> tuple[int, ...]:
    return tuple(one.id for one in _definitions(client, None))


def write_marker(client: AutotaskClient, definition: int, marker: str) -> None:
    """Beside what people wrote there. The description is read again: somebody may have just changed it."""
    found = _definitions(client, definition)
    description = with_marker(found[0].description if found else None, marker)
    client.patch(PatchUserDefinedFieldDefinition(id=definition, description=description))


def with_marker(description: str | None, marker: str) -> str:
    """The marker at the end; a text that leaves no room for it is shortened."""
    mark = f"[{marker}]"
    text = MARKER.sub("", description or "").strip() or EXPLANATION
    return f"{text[: LONGEST_DESCRIPTION - len(mark) - 1].rstrip()} {mark}"


def marker_in(description: str | None) -> str | None:
    found = MARKER.search(description or "")
    return found.group(1) if found else None


def _definitions(client: AutotaskClient, known_id: int | None) -> list[UserDefinedFieldDefinition]:
    if known_id is not None:
        return client.query(UserDefinedFieldDefinition, eq("id", known_id))
    named = client.query(UserDefinedFieldDefinition, eq("name", FIELD_NAME))
    # A company or a ticket may have a field of the same name.
    of_contracts = _udf_type(client) if named else None
    return [one for one in named if of_contracts is None or one.udf_type == of_contracts]


def _udf_type(client: AutotaskClient) -> int | None:
    return client.picklists("UserDefinedFieldDefinitions").value("udfType", "Contract")


def _create(client: AutotaskClient) -> int:
    """Codes for "Contract" and "List" differ between tenants and are read from the labels (D5)."""
    picklists = client.picklists("UserDefinedFieldDefinitions")
    udf_type = _code(_udf_type(client), "udfType", "Contract")
    data_type = _code(picklists.value("dataType", "List"), "dataType", "List")
    return client.create(
        NewUserDefinedFieldDefinition(
            name=FIELD_NAME, udf_type=udf_type, data_type=data_type, description=EXPLANATION, is_active=True
        )
    )


def _code(code: int | None, field: str, label: str) -> int:
    if code is None:
        raise Refused(
            f"Autotask's list of {field}",
            f'has no value labelled "{label}"',
            f'Create the list field "{FIELD_NAME}" on contracts by hand, with the values Yes and No',
            kind=RefusalKind.OTHER,
            code="ERR-14",
        )
    return code
