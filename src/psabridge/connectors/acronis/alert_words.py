"""An alert's record in our words. Pure. Which details come with an alert is promised by nobody (Ac43)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from psabridge.clients.acronis import alert_records as records
from psabridge.rules.tickets.alerts import About, AlertId, AlertSeverity, AlertType, BackupAlert
from psabridge.rules.tickets.texts import moment
from psabridge.rules.words import TenantId

Details = Mapping[str, JsonValue]
Path = tuple[str, ...]

# A later word for something grave must not be lost, so a word nobody knows is the gravest (Ac44).
UNKNOWN_SEVERITY = AlertSeverity.CRITICAL
# Clocks of producers may be wrong by any time; less than this is not worth a line.
_SAME_TIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Part:
    """One thing an alert may be about, and the keys that name it: the first one present counts."""

    kind: str
    ids: tuple[str, ...]
    names: tuple[str, ...]


# Ids of activities are of one run, so they would make a new condition every night (Ac43).
_PARTS = (
    _Part("resource", ("resourceId", "workloadId", "agentId"), ("resourceName", "machineName")),
    _Part("plan", ("planId",), ("planName",)),
)
_LABELS: Mapping[Path, str] = {
    ("errorMessage", "reason"): "Reason",
    ("reason",): "Reason",
    ("error", "text"): "Error",
    ("errorMessage", "context"): "Context",
    ("errorMessage", "kbLink"): "Knowledge base",
}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+")


def alert_of(record: records.Alert, tenants: Sequence[TenantId], tenant_name: str) -> BackupAlert:
    """Raised when the server received it: a producer's wrong clock would hide what comes after (Ac45)."""
    return BackupAlert(
        id=AlertId(record.key),
        type=record.type,
        category=record.category,
        severity=severity_of(record.severity) or UNKNOWN_SEVERITY,
        raised_at=record.received_at,
        updated_at=record.updated_at,
        tenants=tuple(tenants),
        about=about_of(record.details or {}),
        cleared_at=record.deleted_at,
        tenant_name=tenant_name or f"number {record.tenant.id}",
        details=(*_beside(record), *details_of(record.details or {})),
    )


def type_of(record: records.AlertType) -> AlertType:
    return AlertType(record.id, record.category, severity_of(record.severity), record.enabled)


def severity_of(word: str) -> AlertSeverity | None:
    """None: a word this version does not know."""
    known = word.strip().lower()
    return AlertSeverity(known) if known in set(AlertSeverity) else None


def about_of(details: Details) -> tuple[About, ...]:
    """The workload, then the plan. Where only a name is given, the name tells one from another."""
    return tuple(about for part in _PARTS if (about := _about(part, details)) is not None)


def _about(part: _Part, details: Details) -> About | None:
    id_key, name_key = _first(part.ids, details), _first(part.names, details)
    name = "" if name_key is None else _scalar(details[name_key])
    if id_key is not None:
        return About(part.kind, _scalar(details[id_key]).lower(), name)
    return About(part.kind, f"name:{name.casefold()}", name) if name else None


def _first(keys: Sequence[str], details: Details) -> str | None:
    return next((key for key in keys if _scalar(details.get(key))), None)


def details_of(details: Details) -> tuple[tuple[str, str], ...]:
    """All that is not told as a subject; reasons first, the rest by name, whatever the order on the wire."""
    told = {key for part in _PARTS for keys in (part.ids, part.names) if (key := _first(keys, details))}
    leaves = [one for key, value in details.items() if key not in told for one in _leaves((key,), value)]
    return tuple((_label(path), text) for path, text in sorted(leaves, key=lambda one: _rank(one[0])))


def _beside(record: records.Alert) -> Iterator[tuple[str, str]]:
    if severity_of(record.severity) is None:
        yield "Severity as Acronis names it", record.severity
    if abs(record.created_at - record.received_at) > _SAME_TIME:
        yield "Time of its producer", moment(record.created_at)
    if record.false_positive:
        yield "False positive", "yes"


def _leaves(path: Path, value: JsonValue) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves((*path, key), inner)
        return
    text = ", ".join(filter(None, map(_text, value))) if isinstance(value, list) else _scalar(value)
    if text:
        yield path, text


def _text(value: JsonValue) -> str:
    """Of a list's members; one with an inside of its own is shown as it came."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _scalar(value)


def _scalar(value: JsonValue) -> str:
    """Empty where there is nothing, or more than one thing."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def _rank(path: Path) -> tuple[int, Path]:
    known = [number for number, prefix in enumerate(_LABELS) if path[: len(prefix)] == prefix]
    return (min(known, default=len(_LABELS)), path)


def _label(path: Path) -> str:
    """What a key is called among people: `daysPassed` is "Days passed"."""
    prefix = next((one for one in _LABELS if path[: len(one)] == one), ())
    words = [_LABELS[prefix]] if prefix else []
    return ", ".join([*words, *(_spelled(key) for key in path[len(prefix) :])]).capitalize()


def _spelled(key: str) -> str:
    return _CAPITAL.sub(" ", key).strip().lower()
