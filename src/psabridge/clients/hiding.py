"""A server may echo what it was sent: our secrets leave its words before anybody sees them."""

import html
import json
from collections.abc import Mapping
from urllib.parse import quote


def hidden(text: str, secrets: Mapping[str, str]) -> str:
    """The text with the name of each secret in its place, bare or as JSON, web pages and addresses put it."""
    for name, value in secrets.items():
        for form in _forms(value):
            text = text.replace(form, f"({name})")
    return text


def _forms(value: str) -> tuple[str, ...]:
    json_forms = (json.dumps(value), json.dumps(value, ensure_ascii=False))
    return (value, *(form[1:-1] for form in json_forms), html.escape(value), quote(value, safe=""))
