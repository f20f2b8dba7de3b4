"""Checks one exchange with Autotask against the vendor's own description, in both directions (R60).

Item bodies follow the vendor's models with camelCase names and nothing unknown; envelopes follow a small
description of our own, because the vendor's names bare models where envelopes come (autotask-rest.md 2.1).
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.vendor_facts.also_described import completed

DESCRIPTION = (
    Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / "autotask-rest-v1.trimmed.json"
)

# Documented, yet missing from the description (autotask-rest.md 4.2, 5.2). Accepted in requests only.
EXTRA_IN_REQUESTS = {
    "ContractServiceModel": {"adjustedPrice": "number"},
    "UserDefinedFieldListItemModel": {"isActive": "boolean"},
}
# Noise of the description (autotask-rest.md 3.3).
NOISE = {"SoapParentPropertyId"}
# A route the description leaves out (autotask-rest.md 2.3).
NEXT_PAGE = re.compile(r"(?P<query>/V1\.0/\w+/query)/next", re.IGNORECASE)
DATE_TIME = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$"
NULL = {"type": "null"}
OPERATORS = frozenset(
    [
        "eq",
        "noteq",
        "gt",
        "gte",
        "lt",
        "lte",
        "beginsWith",
        "endsWith",
        "contains",
        "exist",
        "notExist",
        "in",
        "notIn",
    ]
)
TEXT_OR_NULL = {"type": ["string", "null"]}


@cache
def description() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return completed(content)


def camel(name: str) -> str:
    """The name on the wire: leading capitals in lower case, `ID` kept (autotask-rest.md 3.3)."""
    acronym = re.match(r"^[A-Z]{2,}(?=[A-Z][a-z]|$)", name)
    head = acronym.group() if acronym else name[0]
    return head.lower() + name[len(head) :]


@dataclass(frozen=True, slots=True)
class Operation:
    template: str
    method: str
    model: str | None  # of one item
    result: str | None  # of an answer that is described as it comes

    @property
    def tail(self) -> str:
        return self.template.rsplit("/", 1)[-1].lower()


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile(re.sub(r"\\{\w+\\}", r"-?\\d+", re.escape(path)) + "$", re.IGNORECASE), path)
        for path in description()["paths"]
    ]


def operation_of(method: str, path: str) -> Operation | None:
    """The described operation of a request, None where the description has none."""
    below = re.split(r"/atservicesrest", path.partition("?")[0], maxsplit=1, flags=re.IGNORECASE)[-1]
    below = NEXT_PAGE.sub(r"\g<query>", below)
    for pattern, template in _templates():
        if pattern.match(below):
            described = description()["paths"][template].get(method.lower())
            return None if described is None else _operation(template, method, described)
    return None


def _operation(template: str, method: str, described: dict[str, Any]) -> Operation:
    name = described["responses"]["200"].get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    is_result = name.endswith("ResultModel")
    return Operation(template, method.upper(), None if is_result else name, name if is_result else None)


@cache
def _definition_schema(name: str, *, request: bool = False) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key, described in description()["definitions"][name].get("properties", {}).items():
        if key in NOISE:
            continue
        properties[camel(key)] = _property_schema(described)
        if request:
            properties[key] = properties[camel(key)]
    if request:
        extra = EXTRA_IN_REQUESTS.get(name, {})
        properties |= {key: {"type": kind} for key, kind in extra.items()}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _property_schema(described: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in described:
        return _reference_schema(described["$ref"].rsplit("/", 1)[-1])
    match described["type"], described.get("format"):
        case "array", _:
            # Absent, empty and "" were all seen where no row has a value (autotask-rest.md 4).
            return {
                "anyOf": [
                    {"type": "array", "items": _property_schema(described["items"])},
                    NULL,
                    {"const": ""},
                ]
            }
        case "string", "date-time":
            return {"anyOf": [{"type": "string", "pattern": DATE_TIME}, NULL]}
        case "object", _:
            return {}
        case kind, _:
            return {"type": [kind, "null"]}


def _reference_schema(name: str) -> dict[str, Any]:
    if name in {"Object", "RestUserAccessLevel"}:
        return {}
    return _definition_schema(name)


PAGE_DETAILS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["count", "requestCount", "prevPageUrl", "nextPageUrl"],
    "properties": {
        "count": {"type": "integer", "minimum": 0, "maximum": 500},
        "requestCount": {"type": "integer", "minimum": 1, "maximum": 500},
        "prevPageUrl": TEXT_OR_NULL,
        "nextPageUrl": TEXT_OR_NULL,
    },
}
ITEM_ID = {
    "type": "object",
    "additionalProperties": False,
    "required": ["itemId"],
    "properties": {"itemId": {"type": "integer"}},
}
# autotask-rest.md 3.2: texts in `errors`; the web framework's own refusals carry `Message`.
REFUSAL = {
    "oneOf": [
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["errors"],
            "properties": {"errors": {"type": "array", "items": {"type": "string"}}},
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["Message"],
            "properties": {"Message": {"type": "string"}},
        },
    ]
}
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
FILTER: dict[str, Any] = {
    "$defs": {
        "node": {
            "oneOf": [
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["op", "items"],
                    "properties": {
                        "op": {"enum": ["and", "or"]},
                        "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/node"}},
                    },
                },
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["op", "field"],
                    "properties": {
                        "op": {"enum": sorted(OPERATORS)},
                        "field": {"type": "string"},
                        "udf": {"type": "boolean"},
                        "value": {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]},
                    },
                },
            ]
        }
    },
    "type": "object",
    "additionalProperties": False,
    "required": ["filter"],
    "properties": {
        "maxrecords": {"type": "integer", "minimum": 1, "maximum": 500},
        "includefields": {"type": "array", "items": {"type": "string"}},
        "filter": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/node"}},
    },
}


def _envelope(operation: Operation) -> dict[str, Any]:
    """What a 200 carries."""
    if operation.result is not None:
        if operation.method == "DELETE":
            return ITEM_ID
        return _all_required(_definition_schema(operation.result))
    if operation.method in {"POST", "PATCH", "PUT", "DELETE"} and operation.tail != "query":
        return ITEM_ID
    if operation.model is None:
        raise AssertionError(f"{operation.method} {operation.template} describes no answer")
    item = _definition_schema(operation.model)
    if operation.tail == "{id}":
        return _all_required({"type": "object", "additionalProperties": False, "properties": {"item": item}})
    page = {"items": {"type": "array", "items": item, "maxItems": 500}, "pageDetails": PAGE_DETAILS}
    return _all_required({"type": "object", "additionalProperties": False, "properties": page})


def _all_required(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "required": sorted(schema["properties"])}


def _check(content: object, schema: dict[str, Any], what: str) -> None:
    error = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(content)), None)
    if error is not None:
        raise AssertionError(f"{what}: {error.message} at {error.json_path}")


def _check_request(operation: Operation, body: Any) -> None:  # noqa: ANN401  a body may be any JSON value
    what = f"request {operation.method} {operation.template}"
    if operation.template.lower().endswith(("/query", "/query/count")):
        _check({key.lower(): value for key, value in body.items()}, FILTER, what)
    elif operation.model is not None:
        _check(body, _definition_schema(operation.model, request=True), what)
        names = [key.lower() for key in body]
        assert len(names) == len(set(names)), f"{what}: a member is named twice"


def validate_exchange(
    method: str, path: str, request_body: object, status: int, response_body: object
) -> None:
    """Raise AssertionError where a request or its answer is not as the vendor describes it.

    Bodies are decoded JSON, None where there is none. `path` may carry the host's prefix and a query.
    """
    operation = operation_of(method, path)
    assert operation is not None or status in {401, 404, 405, 429}, f"{method} {path} is not described"
    if operation is not None and request_body is not None:
        _check_request(operation, request_body)
    if operation is not None and status == 200:
        _check(response_body, _envelope(operation), f"answer to {method} {operation.template}")
    elif status != 200 and response_body is not None:
        _check(response_body, REFUSAL, f"{status} to {method} {path}")
