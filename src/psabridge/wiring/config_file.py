"""All settings and mappings as one YAML file; secrets are left out or named by where they lie."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import cattrs
import yaml

from psabridge.kit.errors import BridgeError
from psabridge.rules.settings import PairingSettings
from psabridge.rules.words import PairingId
from psabridge.store.codec import from_plain, to_plain
from psabridge.store.models import Connection, Pairing
from psabridge.store.pairings import NOT_IN_SETTINGS, DatabasePairings, in_order

FORMAT = 1
CONNECTION_KEYS = {"kind", "address", "identity", "billing_zone", "clock_url"}
SECRET_KEYS = {"secret", "secret_file", "secret_env", "tracking_identifier"}


class ConfigWrong(BridgeError):
    """The configuration file says something that cannot be used. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Imported:
    connections: tuple[str, ...]
    pairings: tuple[str, ...]
    changed: tuple[str, ...]


def import_config(text: str, pairings: DatabasePairings, *, who: str, at: datetime) -> Imported:
    """Read the whole file first, then keep it; a file with a mistake changes nothing."""
    document = _document(text)
    connections = {name: _connection(name, plain) for name, plain in document["connections"].items()}
    wanted = {name: _settings(name, plain, connections) for name, plain in document["pairings"].items()}
    ids = {name: _keep_connection(name, plain, pairings) for name, plain in connections.items()}
    changed = []
    for name, (platform, psa, plain) in wanted.items():
        pairing = pairings.keep_pairing(name, platform=ids[platform], psa=ids[psa])
        before = pairings.settings(pairing)
        after = _structured(name, {**plain, **_identity(before, plain)})
        if after != before:
            pairings.save_settings(after, who=who, at=at, what="config import")
            changed.append(name)
    return Imported(tuple(ids), tuple(wanted), tuple(changed))


def export_config(pairings: DatabasePairings) -> str:
    """Without secrets, so that it may be mailed and kept."""
    document = {
        "psabridge": FORMAT,
        "connections": {row.name: _plain_connection(row) for row in Connection.objects.order_by("name")},
        "pairings": {
            row.name: _plain_pairing(row, pairings)
            for row in Pairing.objects.select_related("platform", "psa").order_by("name")
        },
    }
    # JSON leaves bare texts and numbers of our enumerations, which YAML would not take.
    return yaml.safe_dump(json.loads(json.dumps(document)), sort_keys=False, allow_unicode=True)


def _document(text: str) -> dict[str, Any]:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigWrong(
            "the configuration file", f"is not YAML ({error})", "Correct it and import again"
        ) from error
    if not isinstance(document, dict) or document.get("psabridge") != FORMAT:
        raise ConfigWrong(
            "the configuration file",
            f'does not begin with "psabridge: {FORMAT}"',
            "Export one to see its form",
        )
    unknown = set(document) - {"psabridge", "connections", "pairings"}
    if unknown:
        raise ConfigWrong("the configuration file", f"has unknown parts {sorted(unknown)}", "Remove them")
    return {key: _mapping(f"the part {key}", document.get(key)) for key in ("connections", "pairings")}


def _mapping(subject: str, value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigWrong(
            subject, "is not a list of names with settings below them", "Correct it and import again"
        )
    return value


def _connection(name: str, plain: object) -> dict[str, Any]:
    fields = _mapping(f"connection {name}", plain)
    unknown = set(fields) - CONNECTION_KEYS - SECRET_KEYS
    missing = {"kind", "address", "identity"} - set(fields)
    if unknown or missing:
        raise ConfigWrong(
            f"connection {name}",
            f"has unknown settings {sorted(unknown)} and lacks {sorted(missing)}",
            "Correct it and import again",
        )
    _zone(name, fields.get("billing_zone", "UTC"))
    return fields


def _zone(name: str, zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigWrong(
            f"connection {name}", f"names the unknown time zone {zone}", "Use a name such as Europe/Berlin"
        ) from error


def _settings(
    name: str, plain: object, connections: Mapping[str, dict[str, Any]]
) -> tuple[str, str, dict[str, Any]]:
    fields = dict(_mapping(f"pairing {name}", plain))
    platform, psa = fields.pop("platform", None), fields.pop("psa", None)
    for role, connection in (("platform", platform), ("psa", psa)):
        if connection not in connections:
            raise ConfigWrong(
                f"pairing {name}", f"names no {role} among the connections of the file", "Name one of them"
            )
    trial = {"pairing": 0, "name": name, "version": 0, "zone": connections[psa].get("billing_zone", "UTC")}
    _structured(name, {**fields, **trial})
    return platform, psa, fields


def _identity(settings: PairingSettings, plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a file cannot decide. The field once seen is kept from a file only where the store lost it."""
    definition = settings.payg_definition_id
    return {
        "pairing": settings.pairing,
        "name": settings.name,
        "version": settings.version,
        "zone": str(settings.zone),
        "payg_definition_id": plain.get("payg_definition_id") if definition is None else definition,
    }


def _structured(name: str, plain: dict[str, Any]) -> PairingSettings:
    try:
        return in_order(from_plain(plain, PairingSettings))
    except (cattrs.BaseValidationError, ValueError, TypeError) as error:
        problems = (
            "; ".join(cattrs.transform_error(error))
            if isinstance(error, cattrs.BaseValidationError)
            else error
        )
        raise ConfigWrong(
            f"pairing {name}", f"cannot be read: {problems}", "Correct it and import again"
        ) from error


def _keep_connection(name: str, plain: dict[str, Any], pairings: DatabasePairings) -> int:
    fields = {key: value for key, value in plain.items() if key in CONNECTION_KEYS}
    secret = _secret(name, plain)
    if secret is None and not Connection.objects.filter(name=name).exists():
        raise ConfigWrong(
            f"connection {name}", "is new and has no secret", "Give it secret_file or secret_env (or secret)"
        )
    return pairings.keep_connection(
        {"name": name, **fields}, secret=secret, tracking=plain.get("tracking_identifier")
    )


def _secret(name: str, plain: Mapping[str, Any]) -> str | None:
    if "secret_file" in plain:
        return Path(plain["secret_file"]).read_text().strip()
    if "secret_env" in plain:
        if plain["secret_env"] not in os.environ:
            raise ConfigWrong(
                f"connection {name}", f"wants the variable {plain['secret_env']}, which is not set", "Set it"
            )
        return os.environ[plain["secret_env"]]
    return plain.get("secret")


def _plain_connection(row: Connection) -> dict[str, Any]:
    plain = {"kind": row.kind, "address": row.address, "identity": row.identity}
    if row.kind == "autotask":
        plain["billing_zone"] = row.billing_zone
    if row.clock_url:
        plain["clock_url"] = row.clock_url
    return plain


def _plain_pairing(row: Pairing, pairings: DatabasePairings) -> dict[str, Any]:
    settings = pairings.settings(PairingId(row.pk))
    plain = to_plain(settings)
    decided = {key: value for key, value in plain.items() if key not in NOT_IN_SETTINGS}
    return {
        "platform": row.platform.name,
        "psa": row.psa.name,
        **decided,
        "customers": plain["customers"],
        "services": [_without_presets(row) for row in plain["services"]],
    }


def _without_presets(row: dict[str, Any]) -> dict[str, Any]:
    presets: dict[str, object] = {
        "free": False,
        "counts_only": False,
        "is_range": False,
        "undecided": False,
        "ignore_below": 0,
    }
    presets |= {"overage": 0, "unit_size": 1, "limit": "hard", "rounding": "up", "measure": "usage"}
    return {key: value for key, value in row.items() if value is not None and presets.get(key, ...) != value}
