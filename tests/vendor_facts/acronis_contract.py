"""The vendor's own description as a judge of exchanges: what was asked, and what was answered.

Objects that the description lists keys for are read as closed, in answers too; only error bodies stay
open, because live ones carry more (acronis-api.md 1.1).
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import yaml
from jsonschema import Draft202012Validator

CONTRACT = Path(__file__).resolve().parents[3] / "shared" / "contracts" / "acronis-platform.openapi.yaml"

# The vendor lists neither these nor their bodies everywhere; live servers answer them (acronis-api.md 1.1).
UNLISTED = {400, 401, 403, 404, 405, 406, 409, 415, 500}
_ERRORS_OF_ALERTS = "AlertError"
_ERRORS_OF_ACCOUNTS = "AccountError"
_FORM = "application/x-www-form-urlencoded"


@cache
def description() -> dict[str, Any]:
    loaded = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@cache
def operations() -> list[tuple[str, str, re.Pattern[str], dict[str, Any]]]:
    """Method, path template, pattern, operation; fixed words before placeholders."""
    found = [
        (method.upper(), template, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)), operation)
        for template, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]
    return sorted(found, key=lambda one: one[1].count("{"))


def operation_of(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """The template and the operation of a request, None where the description knows none."""
    for known, template, pattern, operation in operations():
        if known == method and pattern.fullmatch(path):
            return template, operation
    return None


def plain(node: object, *, closed: bool) -> Any:  # noqa: ANN401  any JSON value
    """OpenAPI 3.0 in the words of JSON Schema: `nullable`, and listed keys as the only ones."""
    if isinstance(node, list):
        return [plain(each, closed=closed) for each in node]
    if not isinstance(node, dict):
        return node
    content = {
        key: plain(value, closed=closed and key != "allOf")
        for key, value in node.items()
        if key != "nullable"
    }
    if closed and isinstance(node.get("properties"), dict) and node["properties"]:
        content.setdefault("additionalProperties", False)
    return {"anyOf": [content, {"type": "null"}]} if node.get("nullable") is True else content


@cache
def _components() -> dict[str, Any]:
    schemas = description()["components"]["schemas"]
    in_unions = {"User"}  # part of UserMe's allOf, so it cannot close itself
    open_ones = {_ERRORS_OF_ALERTS, _ERRORS_OF_ACCOUNTS, "TokenError", *in_unions}
    return {name: plain(schema, closed=name not in open_ones) for name, schema in schemas.items()}


# Rows that fitted: most stand in the next answer again, and a day's list is long.
_fitted: set[tuple[str, str]] = set()


def check(schema: Mapping[str, Any], value: object, what: str) -> None:
    name, rows = json.dumps(schema), _rows_of(value)
    new = {text: row for text, row in rows.items() if (name, text) not in _fitted}
    judged = {**value, "items": list(new.values())} if rows and isinstance(value, dict) else value
    rules = {"allOf": [plain(schema, closed=True)], "components": {"schemas": _components()}}
    problems = [
        f"{what}: {error.json_path}: {error.message}"
        for error in Draft202012Validator(rules).iter_errors(judged)
    ]
    assert not problems, "\n".join(problems[:10])
    _fitted.update((name, text) for text in new)


def _rows_of(value: object) -> dict[str, object]:
    """The rows of a list, each once, by their text."""
    rows = value.get("items") if isinstance(value, dict) else None
    return {json.dumps(row): row for row in rows} if isinstance(rows, list) else {}


def validate_exchange(
    method: str,
    path: str,
    query: str,
    request_body: bytes | None,
    request_content_type: str,
    status: int,
    response_body: bytes | None,
    response_content_type: str,
) -> None:
    """Raises AssertionError where the request (unless refused as malformed) or the answer does not fit."""
    what = f"{method} {path} -> {status}"
    found = operation_of(method, path)
    if found is None:
        assert status in (404, 405), f"{what}: the description does not know this request"
        _check_error(path, response_body, what)
        return
    template, operation = found
    if status not in (400, 405, 406, 415):
        _check_query(operation, query, what)
        _check_path(template, operation, path, what)
        _check_request(operation, request_body, request_content_type, what)
    answers = operation["responses"]
    if str(status) in answers:
        _check_answer(answers[str(status)], response_body, response_content_type, what)
        return
    assert status in UNLISTED, f"{what}: an answer the description does not know"
    _check_error(path, response_body, what)


def _check_error(path: str, body: bytes | None, what: str) -> None:
    name = _ERRORS_OF_ALERTS if path.startswith("/api/alert_manager/") else _ERRORS_OF_ACCOUNTS
    check({"$ref": f"#/components/schemas/{name}"}, json.loads(body or b"null"), what)


def _check_query(operation: Mapping[str, Any], query: str, what: str) -> None:
    known = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "query"}
    given = parse_qs(query, keep_blank_values=True)
    assert given.keys() <= known.keys(), f"{what}: unknown {given.keys() - known.keys()}"
    required = {name for name, one in known.items() if one.get("required")}
    # A cursor carries the filters of the first call, so it is sent alone (acronis-api.md 1.2).
    assert "after" in given or required <= given.keys(), f"{what}: missing {required - given.keys()}"
    for name, texts in given.items():
        check(known[name]["schema"], _value(known[name], texts), f"{what} ?{name}")


def _value(parameter: Mapping[str, Any], texts: list[str]) -> object:
    kind = parameter["schema"].get("type")
    if kind == "array":
        return texts if parameter.get("explode", True) else texts[-1].split(",")
    if kind == "integer":
        return int(texts[-1])
    if kind == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(texts[-1], texts[-1])
    return texts[-1]


def _check_path(template: str, operation: Mapping[str, Any], path: str, what: str) -> None:
    names = re.findall(r"\{(\w+)\}", template)
    match = re.fullmatch(re.sub(r"\{(\w+)\}", r"([^/]+)", template), path)
    assert match is not None
    schemas = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "path"}
    for name, text in zip(names, match.groups(), strict=True):
        check(schemas[name], text, f"{what} {{{name}}}")


def _check_request(operation: Mapping[str, Any], body: bytes | None, content_type: str, what: str) -> None:
    wanted = operation.get("requestBody")
    if wanted is None:
        assert not body, f"{what}: no body is described"
        return
    [(kind, content)] = wanted["content"].items()
    assert content_type.partition(";")[0] == kind, f"{what}: {content_type}"
    text = (body or b"").decode()
    value = (
        {key: texts[-1] for key, texts in parse_qs(text, keep_blank_values=True).items()}
        if kind == _FORM
        else json.loads(text)
    )
    # What the vendor leaves open in a request is open: read-only keys of a fetched item are tolerated.
    rules = {
        "allOf": [plain(content["schema"], closed=False)],
        "components": {"schemas": {name: plain(one, closed=False) for name, one in _schemas().items()}},
    }
    problems = [f"{what} asked: {error.message}" for error in Draft202012Validator(rules).iter_errors(value)]
    assert not problems, "\n".join(problems[:10])


def _schemas() -> dict[str, Any]:
    return dict(description()["components"]["schemas"])


def _check_answer(answer: Mapping[str, Any], body: bytes | None, content_type: str, what: str) -> None:
    if "$ref" in answer:
        answer = description()["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    contents = answer.get("content")
    if contents is None:
        assert not body, f"{what}: the answer has no body"
        return
    kind = content_type.partition(";")[0]
    assert kind in contents, f"{what}: {content_type} is not among {list(contents)}"
    if kind == "application/json":
        check(contents[kind]["schema"], json.loads(body or b""), what)
