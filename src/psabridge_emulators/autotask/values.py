"""Values as they arrive, turned into values as they are kept, or refused (autotask-rest.md 3)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from psabridge_emulators.autotask import entities
from psabridge_emulators.autotask.database import Database
from psabridge_emulators.autotask.days import day_of, wire_day, wire_time
from psabridge_emulators.autotask.entity import DATE_TYPES, NUMBER_TYPES, Entity, Field
from psabridge_emulators.autotask.errors import Invalid, bad_reference, not_a_number
from psabridge_emulators.autotask.people import ApiUser
from psabridge_emulators.autotask.table import Row
from psabridge_emulators.autotask.wire import COST_FIELDS

_SQL_NAMES = {"integer": "int", "long": "bigint", "decimal": "decimal"}
_INT32 = 2**31
_DIGITS = re.compile(r"-?\d+$")


def to_time(value: object) -> str:
    """A date or date-time in the form kept; without an offset it is UTC (autotask-rest.md 3.3)."""
    if not isinstance(value, str):
        raise Invalid(f"Conversion failed when converting '{value}' to data type datetime.")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise Invalid(f"Conversion failed when converting '{value}' to data type datetime.") from error
    return wire_time(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def to_number(field: Field, value: object) -> int | Decimal:
    """A number, also written as text, as the vendor's database reads it in a condition."""
    kind = _SQL_NAMES[field.type]
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise not_a_number(value, kind)
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise not_a_number(value, kind) from error
    if field.type == "decimal":
        return number
    if not _DIGITS.match(str(value)):
        raise not_a_number(value, kind)
    return int(value)


def to_kept(field: Field, value: object) -> Any:  # noqa: ANN401  as many types as fields
    """A value of a write. Text is not taken for a number here."""
    if value is None:
        return None
    if field.type in NUMBER_TYPES:
        return _kept_number(field, value)
    if field.type == "boolean":
        if not isinstance(value, bool):
            raise Invalid(f"Error converting value {value!r} to type boolean. Path '{field.name}'.")
        return value
    if field.type in DATE_TYPES:
        moment = to_time(value)
        return moment if field.type == "datetime" else wire_day(day_of(moment))
    return _kept_text(field, value)


def _kept_number(field: Field, value: object) -> int | Decimal:
    if isinstance(value, str):
        raise Invalid(f"Error converting value '{value}' to type {field.type}. Path '{field.name}'.")
    number = to_number(field, value)
    if field.type == "integer" and not -_INT32 <= number < _INT32:
        raise Invalid(f"Value {value} was out of range for {field.name}.")
    return number


def _kept_text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(f"Error converting value {value!r} to type string. Path '{field.name}'.")
    if field.length and len(value) > field.length:
        raise Invalid(f"The value of {field.name} is longer than the maximum of {field.length} characters.")
    return value


class Reader:
    """Reads the fields of one body for one entity."""

    def __init__(self, database: Database, entity: Entity, user: ApiUser) -> None:
        self._database = database
        self._entity = entity
        self._user = user

    def for_create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values = self._read(body, [field for field in self._entity.columns if field.settable_on_create])
        self.check_required(values)
        return {name: value for name, value in values.items() if value is not None}

    def for_update(self, body: Mapping[str, Any], *, full: bool) -> dict[str, Any]:
        """What a PATCH names; for a PUT every writable field, those left out as null (autotask-rest.md 3)."""
        writable = [field for field in self._entity.columns if field.settable_on_update]
        values = self._read(body, writable)
        for field in writable:
            if field.required and field.name in values and values[field.name] is None:
                raise Invalid(f"Missing Required Field: {field.name}.")
        if full:
            values = {field.name: values.get(field.name) for field in writable} | values
            self.check_required(values, only_updatable=True)
        return values

    @staticmethod
    def for_comparison(field: Field, value: object) -> Any:  # noqa: ANN401  as many types as fields
        return to_kept(field, value)

    def check_required(self, values: Mapping[str, Any], *, only_updatable: bool = False) -> None:
        for field in self._entity.columns:
            asked = field.settable_on_update if only_updatable else field.settable_on_create
            if field.required and asked and values.get(field.name) in {None, ""}:
                raise Invalid(f"Missing Required Field: {field.name}.")

    def _read(self, body: Mapping[str, Any], fields: list[Field]) -> dict[str, Any]:
        """Members that are no field are ignored without a word (autotask-rest.md 3)."""
        values = {}
        for field in fields:
            if field.name.lower() not in body:
                continue
            if field.name in COST_FIELDS and not self._user.sees_costs:
                continue
            value = to_kept(field, body[field.name.lower()])
            self._check_reference(field, value)
            self._check_picklist(field, value)
            values[field.name] = value
        return values

    def check_active(self, values: Mapping[str, Any], row: Row | None) -> None:
        """A value that was switched off is taken only where it stands already (autotask-rest.md 2.4)."""
        if self._database.doubts.inactive_value == "accepted":
            return
        for name, value in values.items():
            field = self._entity.fields[name]
            if field.picklist is None or value is None or (row is not None and row.get(name) == value):
                continue
            entry = self._database.picklists.find(field.picklist, value)
            if entry is not None and not entry.is_active:
                raise Invalid(f"Value {value} is not active for the picklist field {name}.")

    def _check_picklist(self, field: Field, value: int | None) -> None:
        if field.picklist is None or value is None:
            return
        if self._database.picklists.find(field.picklist, value) is None:
            raise Invalid(f"Value {value} does not exist for the required picklist field {field.name}.")

    def _check_reference(self, field: Field, value: int | None) -> None:
        if field.refers_to is None or value is None or not field.checked:
            return
        row = self._database.row(field.refers_to, value)
        if row is None or not self._user.sees(self._database, field.refers_to, row):
            raise bad_reference(field.name, entities.BY_NAME[field.refers_to].singular)
