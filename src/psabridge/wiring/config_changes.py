"""What an import changes in a pairing, in words: an older file takes back what was decided since."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from psabridge.rules.settings import PairingSettings, ServiceMapping
from psabridge.store.codec import to_plain

# Customers are told by themselves (R33), and what the bridge keeps is not the file's to change.
_TOLD_ELSEWHERE = frozenset(
    {
        "customers",
        "services",
        "version",
        "zone",
        "payg_definition_id",
        "left_lines",
        "month_corrections",
        "known_names",
        "unmapped_tenants",
        "usage_reporting.changed",
        "tickets.mapped_since",
        "tickets.since",
    }
)
_LONGEST = 160


def what_changes(before: PairingSettings | None, after: PairingSettings) -> Iterator[str]:
    """Of a pairing that was there: each setting and each mapping row that is another than before."""
    if before is None:
        return
    old, new = _flat(to_plain(before)), _flat(to_plain(after))
    for key in sorted(old | new):
        if old.get(key) != new.get(key):
            yield f"{after.name}: {key} was {_said(old.get(key))}, is {_said(new.get(key))}"
    yield from _rows_changed(before, after)


def _rows_changed(before: PairingSettings, after: PairingSettings) -> Iterator[str]:
    old, new = _by_key(before), _by_key(after)
    for key in sorted(old | new):
        was, will = old.get(key), new.get(key)
        if will is None:
            yield f"{after.name}: mapping row {key} is gone, so what it counts is billed no longer"
        elif was is None:
            yield f"{after.name}: mapping row {key} is new"
        elif was != will:
            yield f"{after.name}: mapping row {key} is changed"


def _by_key(settings: PairingSettings) -> dict[str, ServiceMapping]:
    return {row.key: row for row in settings.services}


def _flat(plain: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """Settings by their place, such as `leaving.disables`."""
    found: dict[str, Any] = {}
    for key, value in plain.items():
        name = f"{place}{key}"
        if name in _TOLD_ELSEWHERE:
            continue
        found |= _flat(value, f"{name}.") if isinstance(value, Mapping) else {name: value}
    return found


def _said(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
