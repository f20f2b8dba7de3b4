"""All settings and mappings as one YAML file; secrets are left out or named by where they lie."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import yaml
from django.db import transaction

from psabridge.rules.settings import (
    MeterExpression,
    MeterPart,
    PairingSettings,
    ServiceMapping,
)
from psabridge.rules.tickets.deciding import stamped
from psabridge.rules.tickets.settings import TicketSettings, known_first
from psabridge.rules.words import PairingId
from psabridge.store.codec import to_plain
from psabridge.store.mappings import mapped_twice
from psabridge.store.models import Connection, ConnectionKind, Pairing
from psabridge.store.pairings import NOT_IN_SETTINGS, DatabasePairings, StoredConnection, note
from psabridge.wiring.config_changes import what_changes
from psabridge.wiring.config_document import FORMAT, ConfigWrong
from psabridge.wiring.config_reading import (
    CONNECTION_KEYS,
    SECRET_KEYS,
    ConnectionWanted,
    PairingWanted,
    read_config,
    settings_of,
)
from psabridge.wiring.config_unmapping import (
    LeftOut,
    Merged,
    Unmapping,
    left_out,
    merged,
    note_unmapped,
)
from psabridge.wiring.range_reporting import next_reports, reporting_from

__all__ = [
    "CONNECTION_KEYS",
    "SECRET_KEYS",
    "ConfigWrong",
    "Imported",
    "customers_left_out",
    "export_config",
    "import_config",
]


@dataclass(frozen=True, slots=True)
class Imported:
    connections: tuple[str, ...]
    pairings: tuple[str, ...]
    changed: tuple[str, ...]
    reports: tuple[str, ...] = ()  # when range items are reported next, where that was changed (ACR-USE-09)
    moved: tuple[str, ...] = ()  # what is another than before, in pairings that were there
    kept: tuple[str, ...] = ()  # customers that stay mapped although the file leaves them out (R33)


NOTHING: Mapping[str, Unmapping] = MappingProxyType({})
Try = Callable[[StoredConnection], None]


def customers_left_out(text: str, pairings: DatabasePairings) -> tuple[LeftOut, ...]:
    """Of pairings that are there: what an import of this file would have to unmap."""
    found = []
    for wanted in read_config(text).pairings:
        if wanted.name in pairings.names():
            before = pairings.settings(pairings.by_name(wanted.name))
            told = settings_of(wanted.name, {**wanted.plain, **_identity(before, wanted.plain)})
            found.append(left_out(before, told))
    return tuple(one for one in found if one.pairs)


def import_config(
    text: str,
    pairings: DatabasePairings,
    *,
    who: str,
    at: datetime,
    tries: Try | None = None,
    unmapping: Mapping[str, Unmapping] = NOTHING,
    keeps: bool = True,
) -> Imported:
    """Read the whole file first, then keep it; a file with a mistake changes nothing.

    `tries` is asked about every connection that is new or signs in otherwise, before anything is kept.
    `unmapping`: per pairing, the customers that go because the file leaves them out; others stay mapped.
    With `keeps` False nothing is kept: what would change is told.
    """
    wanted = read_config(text)
    if tries is not None:
        for one in _to_try(wanted.connections, pairings):
            tries(one)
    changed: list[str] = []
    reports: list[str] = []
    kept: list[str] = []
    moved: list[str] = []
    with transaction.atomic():
        known = {name: pairings.settings(pairings.by_name(name)) for name in pairings.names()}
        ids: dict[str, int] = {}
        for connection in wanted.connections:
            ids[connection.name], is_changed = _keep_connection(connection, pairings)
            if is_changed:
                note(who=who, what="config import", subject=f"connection {connection.name}", at=at)
        for pairing in wanted.pairings:
            before = known.get(pairing.name)
            found = _wanted_settings(pairing, ids, pairings, unmapping.get(pairing.name, Unmapping()))
            kept += found.kept
            after = tickets_from(before, reporting_from(before, found.settings, at), at)
            reports += next_reports(before, after, at)
            moved += what_changes(before, after)
            if after != before:
                mapped_at = _by_our_clock(at, ids[pairing.psa])
                pairings.save_settings(after, who=who, at=at, what="config import", mapped_at=mapped_at)
                changed.append(pairing.name)
            if before is not None:
                note_unmapped(before, after, who=who, at=at)
        _refuse_doubled()
        if not keeps:
            transaction.set_rollback(True)
    names = tuple(one.name for one in wanted.pairings)
    return Imported(tuple(ids), names, tuple(changed), tuple(reports), tuple(moved), tuple(kept))


def _by_our_clock(at: datetime, psa: int) -> datetime | None:
    """Emulators have a time of their own: None, and the first ticket cycle notes it (ACR-TKT-04)."""
    return None if Connection.objects.get(pk=psa).clock_url else at


def _refuse_doubled() -> None:
    """A tenant in two pairings is billed twice, and neither sees the other (R31)."""
    found = mapped_twice()
    if found is not None:
        tenant, places = found
        raise ConfigWrong(
            f"tenant {tenant}",
            f"would be mapped to {' and '.join(places)}, so its usage would be billed twice",
            "Leave it in one of them (psabridge customers unmap), or let the other only observe",
            code="R31",
        )


def _to_try(
    connections: Iterable[ConnectionWanted], pairings: DatabasePairings
) -> Iterator[StoredConnection]:
    for one in connections:
        row = Connection.objects.filter(name=one.name).first()
        _check_connection(one, row)
        if row is None or not pairings.holds(row, _sign_in_of(one), one.secret, one.tracking):
            yield pairings.wanted(one.fields, one.secret, one.tracking)


def _sign_in_of(wanted: ConnectionWanted) -> dict[str, str]:
    return {name: wanted.fields[name] for name in ("address", "identity")}


def _wanted_settings(
    wanted: PairingWanted, ids: Mapping[str, int], pairings: DatabasePairings, unmapping: Unmapping
) -> Merged:
    """A pairing stays with its connections: claims, intents and mappings mean nothing elsewhere."""
    platform, psa = ids[wanted.platform], ids[wanted.psa]
    there = Pairing.objects.filter(name=wanted.name).exclude(platform_id=platform, psa_id=psa)
    if there.exists():
        raise ConfigWrong(
            f"pairing {wanted.name}",
            "has other connections in the bridge than in the file",
            "Give the new pair of connections a pairing of its own",
        )
    before = pairings.settings(pairings.keep_pairing(wanted.name, platform=platform, psa=psa))
    told = settings_of(wanted.name, {**wanted.plain, **_identity(before, wanted.plain)})
    found = merged(_with_partners(told, before), before, unmapping)
    return replace(found, settings=_with_unmapped(_with_known_times(found.settings, before), before))


def _with_known_times(wanted: PairingSettings, before: PairingSettings) -> PairingSettings:
    """Since when a tenant is mapped, a file tells only where the store lost it (ACR-TKT-04)."""
    since = known_first(before.tickets.mapped_since, wanted.tickets.mapped_since)
    return replace(wanted, tickets=replace(wanted.tickets, mapped_since=since))


def tickets_from(before: PairingSettings | None, wanted: PairingSettings, at: datetime) -> PairingSettings:
    """What the file begins about tickets begins now, unless it says since when (ACR-TKT-04)."""
    known = TicketSettings() if before is None else before.tickets
    return replace(wanted, tickets=stamped(wanted.tickets, known, at))


def _with_partners(wanted: PairingSettings, before: PairingSettings) -> PairingSettings:
    """A row that says nothing of its partner keeps the one that is known (ACR-ORG-08)."""
    known = {row.tenant: row.partner for row in before.customers}
    customers = (replace(row, partner=row.partner or known.get(row.tenant)) for row in wanted.customers)
    return replace(wanted, customers=tuple(customers))


def _with_unmapped(wanted: PairingSettings, before: PairingSettings) -> PairingSettings:
    """Of tenants that are unmapped by the import a tag of ours is cleared (R32)."""
    tenants = {row.tenant for row in wanted.customers}
    gone = before.unmapped_tenants | wanted.unmapped_tenants | {row.tenant for row in before.customers}
    return replace(wanted, unmapped_tenants=gone - tenants)


def export_config(pairings: DatabasePairings) -> str:
    """Without secrets, so that it may be mailed and kept."""
    return as_yaml(_document(pairings))


def export_with(pairings: DatabasePairings, pairing: PairingId, rows: Iterable[ServiceMapping]) -> str:
    """The same with more rows of the service mapping in one pairing."""
    document = _document(pairings)
    document["pairings"][pairings.settings(pairing).name]["services"] += [plain_row(row) for row in rows]
    return as_yaml(document)


def _document(pairings: DatabasePairings) -> dict[str, Any]:
    return {
        "psabridge": FORMAT,
        "connections": {row.name: _plain_connection(row) for row in Connection.objects.order_by("name")},
        "pairings": {
            row.name: _plain_pairing(row, pairings)
            for row in Pairing.objects.select_related("platform", "psa").order_by("name")
        },
    }


def as_yaml(document: object) -> str:
    """JSON leaves bare texts and numbers of our enumerations, which YAML would not take."""
    return yaml.safe_dump(json.loads(json.dumps(document)), sort_keys=False, allow_unicode=True)


def _identity(settings: PairingSettings, plain: Mapping[str, Any]) -> dict[str, Any]:
    """What a file cannot decide, and what it tells only where the store lost it: the field once seen,
    lines of unmapped customers that nobody decided about (R33), names that a person saw (R38), and what was
    said of months that were corrected late (ACR-USE-04)."""
    definition = settings.payg_definition_id
    left, names = to_plain(settings.left_lines), to_plain(settings.known_names)
    corrected = to_plain(settings.month_corrections)
    return {
        "pairing": settings.pairing,
        "name": settings.name,
        "version": settings.version,
        "zone": str(settings.zone),
        "payg_definition_id": plain.get("payg_definition_id") if definition is None else definition,
        "left_lines": left or plain.get("left_lines", []),
        "month_corrections": corrected or plain.get("month_corrections", []),
        "known_names": names or plain.get("known_names", []),
    }


def _keep_connection(wanted: ConnectionWanted, pairings: DatabasePairings) -> tuple[int, bool]:
    """Its id, and whether anything of it changed."""
    row = Connection.objects.filter(name=wanted.name).first()
    _check_connection(wanted, row)
    if row is not None and pairings.holds(row, wanted.fields, wanted.secret, wanted.tracking):
        return row.pk, False
    kept = pairings.keep_connection(wanted.fields, secret=wanted.secret, tracking=wanted.tracking)
    return kept, True


def _check_connection(wanted: ConnectionWanted, row: Connection | None) -> None:
    """What a file alone cannot show: whether the connection is new, and what it was."""
    if row is None and wanted.secret is None:
        raise ConfigWrong(
            f"connection {wanted.name}",
            "is new and has no secret",
            "Give it secret_file or secret_env (or secret)",
        )
    if row is None and wanted.fields["kind"] == ConnectionKind.AUTOTASK and not wanted.tracking:
        raise ConfigWrong(
            f"connection {wanted.name}",
            "is new and has no tracking identifier, without which Autotask answers nobody",
            "Create the API user with Custom (Internal Integration) and copy its tracking_identifier",
            code="ERR-05",
        )
    if row is not None and row.kind != wanted.fields["kind"]:
        raise ConfigWrong(
            f"connection {wanted.name}",
            f"is of the kind {row.kind}, not {wanted.fields['kind']}",
            "Choose another name for the new one",
        )


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
        "services": [plain_row(row) for row in settings.services],
    }


def plain_row(row: ServiceMapping) -> dict[str, Any]:
    """A row of the service mapping as a file has it, without what is at its preset."""
    plain = _without(to_plain(row), to_plain(_BARE))
    if row.meter is not None:
        parts = {
            place: [_without(to_plain(part), to_plain(MeterPart(""))) for part in getattr(row.meter, place)]
            for place in ("plus", "minus")
        }
        plain["meter"] = _without({**to_plain(row.meter), **parts}, to_plain(MeterExpression()))
    return plain


_BARE = ServiceMapping("")


def _without(plain: dict[str, Any], presets: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if value != presets[key]}
