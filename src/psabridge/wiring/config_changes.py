"""What an import changes in a pairing, in words: an older file takes back what was decided since."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from psabridge.rules.settings import PairingSettings, ServiceMapping
from psabridge.rules.words import Mode
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
        was, will = (_set_to(side, key) for side in (old, new))
        if was != will:
            yield f"{after.name}: {key} was {_said(was)}, is {_said(will)}"
    yield from _rows_changed(before, after)


def _set_to(side: Mapping[str, Any], key: str) -> object:
    """A mode that the file leaves out observes."""
    return side.get(key, Mode.OBSERVE.value if key.startswith("modes.") else None)


def _rows_changed(before: PairingSettings, after: PairingSettings) -> Iterator[str]:
    old, new = _by_key(before), _by_key(after)
    for key in sorted(old | new):
        was, will = old.get(key), new.get(key)
        if was is None:
            yield f"{after.name}: mapping row {key} is new"
        elif will is None:
            yield f"{after.name}: mapping row {key} is gone{_stays(was, after)}"
        elif was != will:
            left = _stays(was, after)
            yield f"{after.name}: mapping row {key}: {'; '.join(_fields_changed(was, will))}{left}"


def _stays(row: ServiceMapping, after: PairingSettings) -> str:
    """An import takes nothing off a contract, and a service may have other rows (R3)."""
    if not isinstance(row.service, int) or row.service in {one.service for one in after.services}:
        return ""
    return f"; lines of service {row.service} stay billed as they stand and are measured no more (R33)"


def _fields_changed(was: ServiceMapping, will: ServiceMapping) -> Iterator[str]:
    old, new = to_plain(was), to_plain(will)
    for field in old:
        if old[field] != new[field]:
            yield f"{field} was {_said(old[field])}, is {_said(new[field])}"


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
